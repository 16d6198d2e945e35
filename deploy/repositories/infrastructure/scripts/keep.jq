# The organizations that the state has and no accepted Team asks for, as the state has them, in the shape of a Team.
# Input: what was selected. Arguments: $state, $owners.

def literal: gsub("[$][{]"; "$${") | gsub("%[{]"; "%%{");

[.accepted[].address] as $wanted
| [$state[0].resources[]? | select(.type == "gitea_org" and .mode == "managed" and .module == null and (.name | IN($wanted[]) | not))
   | .name as $address | .instances[0].attributes
   | {request: $owners[$address], id: .name, $address,
      organization: ({name, full_name, description, website, location, visibility, repo_admin_change_team_access}
          | with_entries(select(.value != null and .value != "")) | map_values(if type == "string" then literal else . end))}]
