# The root module's import blocks, without those that have nothing to do: an import is done once, and nothing can be imported
# that is gone, or for a Team that is gone. Input: imports.tf.json. Arguments, all from files: $selected, $managed and
# $organizations, as prepare makes them.

[$selected[0].accepted[] | select(.address | in($managed[0]) | not) | {to: "gitea_org.\(.address)", name: .id}] as $new
| [$organizations[] | {id: "\(.id)", name}] as $there
| {import: [.import // [] | if type == "array" then .[] else . end
    | select((.to | startswith("gitea_org.") | not)
        or (. as $block | any($new[]; .to == $block.to and ({id: $block.id, name} | IN($there[])))))]}
