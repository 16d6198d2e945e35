# Which Teams the plan is made of. One that would stop the others is left out of it, and named with what to do: two files
# with one address break Terraform for everybody, a name that Gitea has given away fails only when it is applied, and a file
# that no Team generator writes is evaluated by nobody. What a Team has that is left out stays as it is, and stays its own.
#
# Input: the checked Teams. Arguments, all from files: $refused, the files that are none; $owners and $managed, as prepare
# makes them; $imports, the root module's import blocks; $taken, lines of names given away in Gitea; $since, lines of
# requests that want one id, each with the place of its file in the history.

def conflict($first): {request, id, reason: "the id `\(.id)` belongs to \($first.request): this Team needs another id, or \($first.request) has to be deleted first"};
def given_away: {request, id, reason: "the name `\(.id)` is taken in Gitea by a user or an organization that isn't managed here: this Team needs another id, or a maintainer adopts the organization (`scripts/adopt \(.id)`)"};
# In a span of code nothing is formatting: the text may be from the file.
def code: "`\(gsub("`"; "'"))`";
def unlike($held): {request: (.request // (.file | code)),
    reason: ("its file is none that the Team generator writes: \(.refused | code)" + ([$held[] | "; its organization `\(.id)` stays as it is"] | add // ""))};

$managed[0] as $managed
| [$managed | to_entries[] | select(.value.now and (.value.owner | IN($refused[].request)))
    | {request: .value.owner, address: .key, id: .value.attributes.name}] as $held
| ([$imports[].import // [] | if type == "array" then .[] else . end | .to | ltrimstr("gitea_org.")]) as $imports
| ($taken | split("\n")) as $taken
| ($since | split("\n") | map(select(. != "") | split(" ") | {(.[0]): (.[1] | tonumber)}) | add) as $since
| def rank: [if $owners[0][.address] == .request then 0 else 1 end, $since[.request], .request];
group_by(.address)
| map(sort_by(rank) | .[0] as $first | .[1:] as $others
    | [$held[] | select(.address == $first.address)] as $holder
    | if $holder != [] then {accepted: [], left_out: map(conflict($holder[0]))} else
      {left_out: ($others | map(conflict($first)))}
    + if ($managed | has($first.address) | not) and ($first.address | IN($imports[]) | not) and ($first.id | IN($taken[]))
      then {accepted: [], left_out: (($others | map(conflict($first))) + [$first | given_away])}
      else {accepted: [$first]} end end)
| {accepted: (map(.accepted[]) | sort_by(.request)),
   left_out: ((map(.left_out[]) | sort_by(.request))
       + ($refused | map(. as $file | [$held[] | select(.request == $file.request)] as $its | {none: ($its == []), told: unlike($its)})
          | sort_by(.none, .told.request) | map(.told)))}
