# Which Teams the plan is made of. One that would stop the others is left out of it, and named with what to do: two files
# with one address break Terraform for everybody, and a name that Gitea has given away fails only when it is applied.
#
# Input: the checked Teams. Arguments, all from files: $owners and $managed, as prepare makes them; $imports, the root
# module's import blocks; $taken, lines of names given away in Gitea; $since, lines of requests that want one id, each with
# the place of its file in the history.

def conflict($first): {request, id, reason: "the id `\(.id)` belongs to \($first.request): this Team needs another id, or \($first.request) has to be deleted first"};
def given_away: {request, id, reason: "the name `\(.id)` is taken in Gitea by a user or an organization that isn't managed here: this Team needs another id, or a maintainer adopts the organization (`scripts/adopt \(.id)`)"};

$managed[0] as $managed
| ([$imports[].import // [] | if type == "array" then .[] else . end | .to | ltrimstr("gitea_org.")]) as $imports
| ($taken | split("\n")) as $taken
| ($since | split("\n") | map(select(. != "") | split(" ") | {(.[0]): (.[1] | tonumber)}) | add) as $since
| def rank: [if $owners[0][.address] == .request then 0 else 1 end, $since[.request], .request];
group_by(.address)
| map(sort_by(rank) | .[0] as $first | .[1:] as $others
    | {left_out: ($others | map(conflict($first)))}
    + if ($managed | has($first.address) | not) and ($first.address | IN($imports[]) | not) and ($first.id | IN($taken[]))
      then {accepted: [], left_out: (($others | map(conflict($first))) + [$first | given_away])}
      else {accepted: [$first]} end)
| {accepted: (map(.accepted[]) | sort_by(.request)), left_out: (map(.left_out[]) | sort_by(.request))}
