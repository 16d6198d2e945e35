# The organizations that are managed and no accepted Team asks for, as the state has them, in the shape of a Team: the
# Team's file may be gone for long. It is `held` where the file is there but refused: that is no word to destroy anything.
# Input: what was selected. Arguments: $managed, as prepare makes it, and $refused, the refused files.

def literal: gsub("[$][{]"; "$${") | gsub("%[{]"; "%%{");

[.accepted[].address] as $wanted
| $managed[0] | to_entries[]
| select((.key | IN($wanted[]) | not) and .value.now)
| .key as $address | .value | .attributes as $attributes
| {request: .owner, id: $attributes.name, $address, now, held: (.owner | IN($refused[].request)),
   organization: ($attributes | {name, full_name, description, website, location, visibility, repo_admin_change_team_access}
       | with_entries(select(.value != null and .value != "")) | map_values(if type == "string" then literal else . end))}
