# What a plan comes to, from Terraform's JSON of it: two plans with the same essence do the same.
#
# Left out is what may differ without a difference: moments, and what was read of things that stay as they are, such as the
# repositories that people make in an organization meanwhile.

def changed($before): if type == "object" then with_entries(select(.value != ($before // {})[.key])) else . end;

{
    configuration, variables, output_changes,
    changes: [.resource_changes[]? | select(.change.actions != ["no-op"])
        | {address, type, provider_name, actions: .change.actions, importing: .change.importing, name: .change.before.name,
           after: (.change.before as $before | .change.after | changed($before)), unknown: .change.after_unknown}] | sort_by(.address)
}
