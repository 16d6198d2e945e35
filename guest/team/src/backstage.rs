//! The group in the software catalog: <https://backstage.io/docs/features/software-catalog/descriptor-format#kind-group>.

use serde_json::{Value, json};

use crate::config::Config;
use crate::request::Team;

pub(crate) fn group(team: &Team, config: &Config, promise: &str) -> Value {
    let mut annotations = json!({
        "kratix-wasm.io/request": format!("{}/{}", team.namespace, team.request),
    });
    if !promise.is_empty() {
        annotations["kratix-wasm.io/promise"] = promise.into();
    }
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {
            "name": team.id,
            "annotations": annotations,
        },
        "spec": {
            "type": config.group_type,
            "profile": {
                "displayName": team.name,
                "email": team.email,
            },
            "children": [],
        },
    })
}

/// How other entities refer to the group.
pub(crate) fn reference(id: &str) -> String {
    format!("group:default/{id}")
}
