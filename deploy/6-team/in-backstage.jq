# Which Teams Backstage doesn't show as the cluster has them: a line for each, nothing where all is well. docs/gitops.md says
# how it is asked.
#
# Backstage says nothing of a group that another's has replaced, nor of a new one that it refuses; and while it can't take the
# catalog's file, all stays as it was. So both sides are compared, by the request that each group names.
# Input: the Teams, as kubectl lists them. Argument: $entities, a file with the groups and locations of Backstage's API.

def reference: "\(.kind):\(.metadata.namespace)/\(.metadata.name)" | ascii_downcase;
def request: .metadata.annotations["kratix-wasm.io/request"];
def line: .[:400] | gsub("[^ -~]"; "?");

$entities[0] as $entities
| [$entities[] | select(.kind == "Group")] as $groups
# One that is new, or whose first wish was refused, has no group yet; one that is being deleted may have none any more.
| [.items[] | select(.metadata.deletionTimestamp | not)
    | {request: "\(.metadata.namespace)/\(.metadata.name)", reference: .status.catalogRef}] as $teams
| ($teams[] | select(.reference) | . as $team
    | [$groups[] | select(reference == $team.reference)][0]
    | if . == null then "\($team.request): \($team.reference) isn't there"
      elif request != $team.request then "\($team.request): \($team.reference) is that of \(request // "no Team")"
      else empty end),
  ($groups[] | select(request | . and (IN($teams[].request) | not)) | "\(reference): there is no Team \(request)"),
  ($entities[] | reference as $reference | .status.items[]? | "\($reference): \(.message)")
| line
