//! The host's table of what a pipeline's document may have is what Kubernetes' own types have, field by field.

use std::collections::BTreeMap;

use kratix_wasm::preview::admission::table;

use crate::checkers::ask;

#[test]
fn the_table_of_types_has_their_fields() {
    let go: BTreeMap<String, String> = serde_json::from_value(ask("kubernetes-types", &[]).unwrap()).unwrap();
    let here: BTreeMap<&str, String> = table().collect();
    assert!(go.len() > 90, "{}", go.len());
    for (name, fields) in &go {
        // Kratix has it within a type of its own, and so its name stands before each field.
        if name == "v1.PolicyRule" {
            let within: Vec<String> = fields.split(", ").map(|field| format!("PolicyRule.{field}")).collect();
            let permission = format!("resourceNamespace string, {}", within.join(", "));
            assert_eq!(here.get("v1alpha1.Permission"), Some(&permission));
        } else {
            assert_eq!(here.get(name.as_str()), Some(fields), "{name}");
        }
    }
    let more: Vec<&&str> =
        here.keys().filter(|name| !go.contains_key(**name) && !name.starts_with("v1alpha1.")).collect();
    assert!(more.is_empty(), "{more:?}");
}
