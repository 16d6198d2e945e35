//! What Kratix does to an API before it creates it (kratix-contract 6.3): names of requests become label values, and the
//! status is its own.

use serde_json::{Map, Value, json};

/// Labels end there, and so do names of requests.
const MAX_NAME: usize = 63;

/// Prepares each version. The error is what makes Kratix panic.
pub(super) fn prepare(definition: &mut Value) -> Result<(), String> {
    let versions = definition.get_mut("spec").and_then(|spec| spec.get_mut("versions")).and_then(Value::as_array_mut);
    let versions = versions.filter(|versions| !versions.is_empty());
    let Some(versions) = versions else {
        return Err("spec.versions: Required value: Kratix needs a version".to_owned());
    };
    let is_stored = |version: &Value| version.get("storage") == Some(&Value::Bool(true));
    let stored = versions.iter().position(is_stored).unwrap_or(0);
    for (index, version) in versions.iter_mut().enumerate() {
        let path = format!("spec.versions[{index}].schema.openAPIV3Schema");
        let schema = version.get_mut("schema").and_then(|schema| schema.get_mut("openAPIV3Schema"));
        let Some(Value::Object(schema)) = schema else {
            return Err(format!("{path}: Required value: Kratix needs a schema"));
        };
        if schema.get("properties").is_none_or(Value::is_null) {
            if index != stored {
                return Err(format!("{path}.properties: Required value: Kratix needs properties"));
            }
            schema.insert("properties".to_owned(), json!({}));
        }
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            return Err(format!("{path}.properties: must be a map"));
        };
        if index == stored {
            limit_names(properties);
        }
        properties.insert("status".to_owned(), json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}));
        if let Value::Object(version) = version {
            version.insert("subresources".to_owned(), json!({"status": {}}));
        }
    }
    Ok(())
}

fn limit_names(properties: &mut Map<String, Value>) {
    let metadata = properties.entry("metadata").or_insert_with(|| json!({"type": "object"}));
    let Value::Object(metadata) = metadata else { return };
    let names = metadata.entry("properties").or_insert_with(|| json!({}));
    if names.is_null() {
        *names = json!({});
    }
    let Value::Object(names) = names else { return };
    let has_type = |name: &Value| name.get("type").and_then(Value::as_str).is_some_and(|kind| !kind.is_empty());
    let mut name =
        names.get("name").filter(|name| has_type(name)).cloned().unwrap_or_else(|| json!({"type": "string"}));
    name["maxLength"] = MAX_NAME.into();
    names.insert("name".to_owned(), name);
}
