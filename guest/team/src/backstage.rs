//! The group in the software catalog: <https://backstage.io/docs/features/software-catalog/descriptor-format#kind-group>.

use serde_json::{Value, json};

use crate::config::{CatalogNamespace, Config};
use crate::request::Team;

pub(crate) fn group(team: &Team, config: &Config, promise: &str) -> Value {
    let mut metadata = json!({ "name": team.id });
    // Without one an entity is in the namespace `default`.
    if config.catalog_namespace == CatalogNamespace::Request {
        metadata["namespace"] = team.namespace.as_str().into();
    }
    metadata["annotations"] = json!({
        "kratix-wasm.io/request": format!("{}/{}", team.namespace, team.request),
    });
    if !promise.is_empty() {
        metadata["annotations"]["kratix-wasm.io/promise"] = promise.into();
    }
    let mut group = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": metadata,
        "spec": {
            "type": config.group_type,
            "profile": {
                "displayName": team.name,
                "email": team.email,
            },
            "children": [],
        },
    });
    if let Some(members) = &team.members {
        // In full: a name alone would be one in the group's own namespace.
        group["spec"]["members"] = members.iter().map(|name| format!("user:default/{name}")).collect();
    }
    group
}

/// How other entities refer to the group, wherever they are: without a namespace they would mean their own.
pub(crate) fn reference(team: &Team, config: &Config) -> String {
    let namespace = match config.catalog_namespace {
        CatalogNamespace::Default => "default",
        CatalogNamespace::Request => &team.namespace,
    };
    format!("group:{namespace}/{}", team.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_of_members_is_written_and_none_is_not() {
        let members = |given: Value| {
            let spec = json!({"id": "a", "name": "A", "members": given});
            let object = serde_json::from_value(json!({"metadata": {"name": "a"}, "spec": spec})).unwrap();
            let config = Config::default();
            group(&Team::check(object, &config.email_domain).unwrap(), &config, "")["spec"].get("members").cloned()
        };
        assert_eq!(members(json!(null)), None);
        assert_eq!(members(json!([])), Some(json!([])));
        assert_eq!(members(json!(["Bob", "alice"])), Some(json!(["user:default/Bob", "user:default/alice"])));
    }
}
