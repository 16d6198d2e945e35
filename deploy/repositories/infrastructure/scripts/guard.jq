# What a plan does to organizations, from Terraform's JSON of it, and which of it needs a reviewer's word.
#
# An organization that is destroyed takes its members and settings along. One whose address moves to another request's file
# is updated in place, as if nothing were: who made that request would own what another built. So would who asks for one
# that is adopted. The plan carries who owned
# an address (the state's output) and who will (its variable), so it can be judged alone.

(.output_changes.owners.before // {}) as $before
| (.variables.owners.value // {}) as $after
| [.resource_changes[]? | select(.type == "gitea_org" and .mode == "managed")
   | {address: .name, id: (.change.after.name // .change.before.name), actions: .change.actions,
      import: (.change.importing != null), was: $before[.name], is: $after[.name]}]
| {
    created: map(select(.actions == ["create"])),
    updated: map(select(.actions == ["update"])),
    imported: map(select(.import)),
    destroyed: map(select(.actions | index("delete") or index("forget"))),
    transferred: map(select((.actions == ["update"] or .actions == ["no-op"]) and .was != .is and (.import | not)))
  }
| .words = [(.destroyed[] | "destroy: \(.id)"), (.transferred[] | "transfer: \(.id)"), (.imported[] | "adopt: \(.id)")]
