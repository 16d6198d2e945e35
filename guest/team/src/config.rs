//! What the Promise author may set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The schema that the host checks before every call. Its defaults are for readers; those in force are below, and a
/// test compares the two.
pub(crate) const SCHEMA: &str = include_str!("config.schema.json");

/// The config, with a default for everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Config {
    /// Domain of the addresses that are made up for requests without one.
    pub email_domain: String,
    /// Who sees the organization: `public`, `limited` or `private`, as Gitea has it.
    pub visibility: String,
    /// `spec.type` of the Backstage group.
    pub group_type: String,
    /// Which of Backstage's namespaces the group is in.
    pub catalog_namespace: CatalogNamespace,
    /// Where people review what is committed; named in the status.
    pub review_url: Option<String>,
    /// Labels of the Destinations.
    pub destinations: Destinations,
}

/// Of two groups with one name in one namespace, Backstage keeps the one that stands last in the file, without a word:
/// who asks for an id that another has would replace that one's group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CatalogNamespace {
    /// One for all. It stays what is meant when nothing is set: references to groups stand in files that nobody here
    /// knows, and break without an error when the groups move.
    Default,
    /// Called like the Kubernetes namespace of the request, so that two of these can't share a group.
    Request,
}

/// The labels that the Destination of each directory must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Destinations {
    /// For `backstage/`.
    pub backstage: BTreeMap<String, String>,
    /// For `terraform/`.
    pub terraform: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            email_domain: "example.com".into(),
            visibility: "public".into(),
            group_type: "team".into(),
            catalog_namespace: CatalogNamespace::Default,
            review_url: None,
            destinations: Destinations::default(),
        }
    }
}

impl Default for Destinations {
    fn default() -> Self {
        let repository = |name: &str| BTreeMap::from([("repository".into(), name.into())]);
        Self { backstage: repository("catalog"), terraform: repository("infrastructure") }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The defaults that a schema documents, as the object they make.
    fn defaults(schema: &Value) -> Value {
        if let Some(default) = schema.get("default") {
            return default.clone();
        }
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties.map(|(name, schema)| (name.clone(), defaults(schema))).collect()
    }

    #[test]
    fn the_schema_documents_the_defaults_in_force() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let mut documented = defaults(&schema);
        documented["reviewUrl"] = Value::Null;
        assert_eq!(documented, serde_json::to_value(Config::default()).unwrap());
        assert_eq!(serde_json::from_value::<Config>(json!({})).unwrap(), Config::default());
    }
}
