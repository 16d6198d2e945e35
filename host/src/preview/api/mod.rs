//! What a Kubernetes API server makes of a request, given a Promise's API, as far as it can be known without one. It is that
//! of Kubernetes 1.35, in its own words.

mod admit;
mod correlation;
mod definition;
mod format;
mod list_types;
mod metadata;
mod number;
mod path;
mod pattern;
mod refusal;
mod rules;
mod schema;
mod settle;
mod validate;

use serde_json::Value;

use definition::Definition;

/// A Promise's API, as Kratix would create it and an API server serve it. Made once a Promise, and then asked about each
/// request.
#[derive(Debug)]
pub struct Api(Definition);

/// What comes of a request.
#[derive(Debug, Clone, Default)]
pub struct Admitted {
    /// As it would be stored and handed to a pipeline: pruned, defaulted, in the version that is stored. It has no status,
    /// and nothing that only a cluster can know, such as a UID. Where it is refused, as far as it came; null where it nests
    /// too deeply to be looked at.
    pub object: Value,
    /// Why the API server refuses it: the field and its words for it, such as
    /// `spec.size: Invalid value: 3: spec.size in body should be less than or equal to 2`.
    pub refusals: Vec<String>,
    /// Fields that the API doesn't know, and that are dropped. `kubectl` refuses an object that has any; other clients are
    /// warned.
    pub dropped: Vec<String>,
    /// What couldn't be evaluated here.
    pub not_checked: Vec<NotChecked>,
}

/// A rule of an API that couldn't be evaluated here: the API server may refuse the request by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked {
    /// The field that the rule is about.
    pub path: String,
    /// The rule as it is written, or the keyword with its value.
    pub rule: String,
    /// Why it couldn't be.
    pub reason: String,
}

impl Api {
    /// Reads a `CustomResourceDefinition`, the `spec.api` of a Promise.
    ///
    /// # Errors
    ///
    /// Why Kratix or the API server refuses it, each with the field.
    pub fn new(definition: &Value) -> Result<Self, Vec<String>> {
        Definition::new(definition).map(Self)
    }

    /// The kind of requests.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// The group of the API.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.0.group
    }

    /// The plural of the kind, in lower case.
    #[must_use]
    pub fn plural(&self) -> &str {
        &self.0.plural
    }

    /// The version that requests are stored in, and that pipelines see.
    #[must_use]
    pub fn storage_version(&self) -> &str {
        &self.0.versions[self.0.stored].name
    }

    /// The versions that requests may be in.
    pub fn served_versions(&self) -> impl Iterator<Item = &str> {
        self.0.versions.iter().filter(|version| version.served).map(|version| version.name.as_str())
    }

    /// Fields of its schemas that Kubernetes doesn't know, and that Kratix drops without a word.
    #[must_use]
    pub fn dropped(&self) -> &[String] {
        &self.0.dropped
    }

    /// What comes of the creation of a request, or with an old one, as it is stored, of its change. A request that names no
    /// namespace is for `default`.
    #[must_use]
    pub fn admit(&self, object: &Value, old: Option<&Value>) -> Admitted {
        admit::admit(&self.0, object, old)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(spec: &Value) -> Value {
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "things.test.example"},
            "spec": {
                "group": "test.example",
                "scope": "Namespaced",
                "names": {"kind": "Thing", "plural": "things"},
                "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                    "type": "object", "properties": {"spec": spec},
                }}}],
            },
        })
    }

    fn thing(spec: &Value) -> Value {
        json!({"apiVersion": "test.example/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": spec})
    }

    #[test]
    fn a_request_is_pruned_defaulted_and_refused_in_kubernetes_words() {
        let spec = json!({
            "type": "object",
            "properties": {"size": {"type": "integer", "maximum": 2}, "kind": {"type": "string", "default": "small"}},
            "x-kubernetes-validations": [{"rule": "self.size != 1", "message": "not one"}],
        });
        let api = Api::new(&definition(&spec)).unwrap();
        let names = (api.kind(), api.group(), api.plural(), api.storage_version());
        assert_eq!(names, ("Thing", "test.example", "things", "v1"));
        let admitted = api.admit(&thing(&json!({"size": 2, "more": true})), None);
        assert_eq!(admitted.object["spec"], json!({"size": 2, "kind": "small"}));
        assert_eq!((admitted.refusals, admitted.dropped), (vec![], vec!["spec.more".to_owned()]));
        for (size, refusal) in [
            (json!(3), "spec.size: Invalid value: 3: spec.size in body should be less than or equal to 2"),
            (json!(1), "spec: Invalid value: not one"),
        ] {
            assert_eq!(api.admit(&thing(&json!({"size": size})), None).refusals, [refusal]);
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_said() {
        let rules = json!([{"rule": "ip(self.a).family() == 4"}, {"rule": "self.list.all(x, self.list.all(y, self.list.all(z, x + y != z)))"}]);
        let spec = json!({
            "type": "object",
            "properties": {"a": {"type": "string"}, "list": {"type": "array", "items": {"type": "string"}}},
            "x-kubernetes-validations": rules,
        });
        let api = Api::new(&definition(&spec)).unwrap();
        let admitted = api.admit(&thing(&json!({"a": "1.2.3.4", "list": vec!["a"; 10_000]})), None);
        let reasons: Vec<&str> = admitted.not_checked.iter().map(|each| each.reason.as_str()).collect();
        assert_eq!(reasons, ["the function ip isn't evaluated here", "it takes more steps than are made here"]);
        assert_eq!(admitted.refusals, [""; 0]);
    }

    #[test]
    fn mistakes_in_a_definition_are_refused() {
        let good = definition(&json!({"type": "object"}));
        assert!(Api::new(&good).is_ok());
        for (pointer, value, refusal) in [
            ("/metadata/name", json!("thing.test.example"), "metadata.name"),
            ("/spec/scope", json!("Cluster"), "spec.scope"),
            ("/spec/group", json!("example"), "spec.group"),
            ("/spec/names/kind", json!("a_b"), "spec.names.kind"),
            ("/spec/versions/0/storage", json!(false), "spec.versions"),
            ("/spec/versions", json!([]), "spec.versions"),
            ("/spec/versions/0/schema", json!({}), "spec.versions[0].schema"),
            (
                "/spec/versions/0/schema/openAPIV3Schema/properties/spec",
                json!({}),
                "spec.versions[0].schema.openAPIV3Schema.properties[spec].type",
            ),
            ("/spec/versions/0/schema/openAPIV3Schema/properties/spec/type", json!("text"), "spec.versions[0].schema"),
            (
                "/spec/versions/0/schema/openAPIV3Schema/properties/spec",
                json!({"type": "string", "pattern": "(?=a)"}),
                "spec.versions[0].schema",
            ),
            (
                "/spec/versions/0/schema/openAPIV3Schema/properties/spec",
                json!({"type": "integer", "default": "a"}),
                "spec.versions[0].schema",
            ),
        ] {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            let refusals = Api::new(&bad).unwrap_err();
            assert!(refusals.iter().any(|each| each.starts_with(refusal)), "{pointer}: {refusals:?}");
        }
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        let mut deep = json!({"type": "string"});
        let mut value = json!("a");
        for _ in 0..300 {
            deep = json!({"type": "object", "properties": {"a": deep}});
            value = json!({"a": value});
        }
        assert!(Api::new(&definition(&deep)).is_err());
        let open = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        let api = Api::new(&definition(&open)).unwrap();
        assert_eq!(api.admit(&thing(&value), None).refusals, ["the object nests too deeply"]);
    }
}
