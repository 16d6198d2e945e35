//! Destinations, state stores and bindings, with what an API server and Kratix' webhooks make of what isn't said
//! (kratix-contract 5.7, 7.3, 7.6, 7.7).

use serde_json::Value;

use super::Refusal;
use super::fields::{BINDING, BUCKET, DESTINATION, GIT};
use super::schema::{Checked, check};
use crate::kratix::Labels;

/// What is read of an object, or why it isn't taken, and what is lost of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted<T> {
    /// The object; none where it isn't taken.
    pub object: Option<T>,
    /// Why it isn't.
    pub refusals: Vec<Refusal>,
    /// Fields that its kind doesn't have, and that the API server drops: `spec.foo`.
    pub dropped: Vec<String>,
}

/// A place that work is sent to.
#[expect(clippy::struct_excessive_bools, reason = "they are Kratix' own switches, each by itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// `metadata.name`.
    pub name: String,
    /// `metadata.labels`.
    pub labels: Labels,
    /// Path in the state store, as given.
    pub path: String,
    /// Which state store.
    pub store: StoreRef,
    /// Whether only work comes there that asks for its labels.
    pub strict: bool,
    /// How files are laid out.
    pub mode: Mode,
    /// Whether its files go when it goes.
    pub cleanup: bool,
    /// Whether Kratix writes files of its own there, to see whether it can.
    pub init_workloads: bool,
    /// Whether it is on its way out.
    pub is_deleting: bool,
}

/// The name of a state store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreRef {
    /// Which kind.
    pub kind: StateStoreKind,
    /// `metadata.name`.
    pub name: String,
}

/// A kind of state store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StateStoreKind {
    /// A `GitStateStore`.
    Git,
    /// A `BucketStateStore`.
    Bucket,
}

impl StateStoreKind {
    /// As Kratix has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Git => "GitStateStore",
            Self::Bucket => "BucketStateStore",
        }
    }
}

/// How the files of work are laid out in a Destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// In directories by where they come from.
    NestedByMetadata,
    /// All in one file.
    AggregatedYaml {
        /// Its name.
        filename: String,
    },
    /// As the pipeline named them.
    None,
}

/// Where Destinations have their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateStore {
    /// Its kind and name.
    pub id: StoreRef,
    /// Path that all Destinations begin with; empty where there is none.
    pub path: String,
    /// URL of the Git repository; empty for a bucket.
    pub url: String,
    /// Branch of the repository; empty for a bucket.
    pub branch: String,
    /// Name of the author of commits. Git makes none where it is empty.
    pub author_name: String,
    /// Address of the author.
    pub author_email: String,
    /// Name of the bucket; empty for Git.
    pub bucket: String,
    /// Where the bucket is.
    pub endpoint: String,
}

/// Which version of a Promise a request follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// `metadata.namespace`, which is the request's.
    pub namespace: String,
    /// Name of the Promise.
    pub promise: String,
    /// Name of the request.
    pub resource: String,
    /// `latest`, or a version.
    pub version: String,
}

impl Destination {
    /// Reads one.
    #[must_use]
    pub fn admit(object: &Value) -> Admitted<Self> {
        admit(check(object, "Destination", DESTINATION), |object| {
            let spec = &object["spec"];
            if spec["path"].as_str().is_none_or(str::is_empty) {
                let hint = "name a directory of the state store; . is its root";
                return Err(Refusal::new("path field is required").hint(hint));
            }
            if spec["stateStoreRef"].is_null() {
                return Err(
                    Refusal::new("stateStoreRef field is required").hint("name a GitStateStore or BucketStateStore")
                );
            }
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let labels = object["metadata"]["labels"].as_object().into_iter().flatten();
            let kind = &spec["stateStoreRef"]["kind"];
            Ok(Self {
                name: text(&object["metadata"]["name"]),
                labels: labels.map(|(key, value)| (key.clone(), text(value))).collect(),
                path: text(&spec["path"]),
                store: StoreRef {
                    kind: if kind == "GitStateStore" { StateStoreKind::Git } else { StateStoreKind::Bucket },
                    name: text(&spec["stateStoreRef"]["name"]),
                },
                strict: spec["strictMatchLabels"] == true,
                mode: match spec["filepath"]["mode"].as_str() {
                    Some("aggregatedYAML") => {
                        let filename = spec["filepath"]["filename"].as_str().filter(|name| !name.is_empty());
                        Mode::AggregatedYaml { filename: filename.unwrap_or("aggregated.yaml").to_owned() }
                    }
                    Some("none") => Mode::None,
                    _ => Mode::NestedByMetadata,
                },
                cleanup: spec["cleanup"] == "all",
                init_workloads: spec["initWorkloads"]["enabled"] == true,
                is_deleting: !object["metadata"]["deletionTimestamp"].is_null(),
            })
        })
    }
}

impl StateStore {
    /// Reads one of a kind.
    #[must_use]
    pub fn admit(object: &Value, kind: StateStoreKind) -> Admitted<Self> {
        let checked = match kind {
            StateStoreKind::Git => check(object, "GitStateStore", GIT),
            StateStoreKind::Bucket => check(object, "BucketStateStore", BUCKET),
        };
        admit(checked, |object| {
            let spec = &object["spec"];
            if let Some(wrong) = secret_problem(kind, spec) {
                return Err(Refusal::new(wrong));
            }
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            Ok(Self {
                id: StoreRef { kind, name: text(&object["metadata"]["name"]) },
                path: text(&spec["path"]),
                url: text(&spec["url"]),
                branch: text(&spec["branch"]),
                author_name: text(&spec["gitAuthor"]["name"]),
                author_email: text(&spec["gitAuthor"]["email"]),
                bucket: text(&spec["bucketName"]),
                endpoint: text(&spec["endpoint"]),
            })
        })
    }
}

/// Only for buckets there is a webhook that asks for the Secret.
fn secret_problem(kind: StateStoreKind, spec: &Value) -> Option<&'static str> {
    let is_empty = |value: &Value| value.as_str().is_none_or(str::is_empty);
    let secret = &spec["secretRef"];
    match kind {
        StateStoreKind::Bucket if spec["authMethod"] != "accessKey" => None,
        StateStoreKind::Bucket if secret.is_null() => {
            Some("spec.secretRef must be set when using authentication method accessKey")
        }
        StateStoreKind::Bucket if is_empty(&secret["name"]) => Some("spec.secretRef must contain secret name"),
        StateStoreKind::Bucket if is_empty(&secret["namespace"]) => {
            Some("spec.secretRef must contain secret namespace")
        }
        _ => None,
    }
}

impl Binding {
    /// Reads one.
    #[must_use]
    pub fn admit(object: &Value) -> Admitted<Self> {
        admit(check(object, "ResourceBinding", BINDING), |object| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (metadata, spec) = (&object["metadata"], &object["spec"]);
            Ok(Self {
                namespace: text(&metadata["namespace"]),
                promise: text(&spec["promiseRef"]["name"]),
                resource: text(&spec["resourceRef"]["name"]),
                version: text(&spec["version"]),
            })
        })
    }
}

/// A webhook sees only what the schema takes.
fn admit<T>(checked: Checked, read: impl FnOnce(&Value) -> Result<T, Refusal>) -> Admitted<T> {
    let Checked { object, dropped, mut refusals } = checked;
    let read = if refusals.is_empty() { read(&object).map_err(|refusal| refusals.push(refusal)).ok() } else { None };
    Admitted { object: read, refusals, dropped }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn destination(spec: &Value) -> Admitted<Destination> {
        let metadata = json!({"name": "edge-1", "labels": {"env": "prod"}});
        Destination::admit(&json!({"metadata": metadata, "spec": spec}))
    }

    #[test]
    fn a_destination_has_its_defaults() {
        let store = json!({"kind": "GitStateStore", "name": "fleet"});
        let admitted = destination(&json!({"path": ".", "stateStoreRef": store, "foo": 1, "filepath": {"bar": 1}}));
        assert_eq!(
            (admitted.refusals, admitted.dropped),
            (vec![], ["spec.foo", "spec.filepath.bar"].map(str::to_owned).into())
        );
        let read = admitted.object.unwrap();
        assert_eq!((read.mode, read.strict, read.cleanup), (Mode::NestedByMetadata, false, false));
        assert!(read.init_workloads && !read.is_deleting && read.labels.lacking(&json!({"env": "prod"})).is_none());
        assert_eq!(read.store, StoreRef { kind: StateStoreKind::Git, name: "fleet".to_owned() });
        let aggregated =
            destination(&json!({"path": "a", "stateStoreRef": store, "filepath": {"mode": "aggregatedYAML"}}));
        let filename = "aggregated.yaml".to_owned();
        assert_eq!(aggregated.object.unwrap().mode, Mode::AggregatedYaml { filename });
    }

    #[test]
    fn a_destination_that_is_wrong_is_refused() {
        let invalid = |wrong: &str| format!("Destination.platform.kratix.io \"edge-1\" is invalid: {wrong}");
        let store = json!({"kind": "GitStateStore", "name": "fleet"});
        for (spec, message) in [
            (json!({"stateStoreRef": store}), invalid("spec.path: Required value")),
            (json!({"path": "", "stateStoreRef": store}), "path field is required".to_owned()),
            (json!({"path": "a"}), "stateStoreRef field is required".to_owned()),
            (
                json!({"path": "a", "stateStoreRef": {"kind": "GitStateStore"}}),
                invalid("spec.stateStoreRef.name: Required value"),
            ),
            (
                json!({"path": "a", "stateStoreRef": store, "cleanup": "some"}),
                invalid("spec.cleanup: Unsupported value: \"some\": supported values: \"none\", \"all\""),
            ),
            (
                json!({"path": 5, "stateStoreRef": store}),
                invalid("spec.path: Invalid value: \"integer\": spec.path in body must be of type string: \"integer\""),
            ),
        ] {
            let refusals: Vec<String> =
                destination(&spec).refusals.into_iter().map(|refusal| refusal.message).collect();
            assert_eq!(refusals, [message], "{spec}");
        }
    }

    #[test]
    fn state_stores_and_bindings_are_read() {
        let git = json!({"metadata": {"name": "fleet"}, "spec": {"url": "https://git.example", "gitAuthor": {"email": "a@b"}}});
        let git = StateStore::admit(&git, StateStoreKind::Git).object.unwrap();
        // An author who has only an address has no name.
        assert_eq!((&*git.branch, &*git.author_name, &*git.author_email), ("main", "", "a@b"));
        let plain = StateStore::admit(&json!({"metadata": {"name": "fleet"}, "spec": {}}), StateStoreKind::Git);
        assert_eq!(plain.object.unwrap().author_name, "kratix");
        let mut bucket = json!({"metadata": {"name": "b"}, "spec": {"bucketName": "b", "endpoint": "e"}});
        let refused = StateStore::admit(&bucket, StateStoreKind::Bucket).refusals;
        assert_eq!(refused[0].message, "spec.secretRef must be set when using authentication method accessKey");
        bucket["spec"]["authMethod"] = "IAM".into();
        assert_eq!(StateStore::admit(&bucket, StateStoreKind::Bucket).object.unwrap().bucket, "b");
        let binding = json!({
            "metadata": {"name": "x", "namespace": "default"},
            "spec": {"version": "latest", "promiseRef": {"name": "cache"}, "resourceRef": {"name": "a", "namespace": "default"}},
        });
        let binding = Binding::admit(&binding).object.unwrap();
        assert_eq!((&*binding.promise, &*binding.resource, &*binding.version), ("cache", "a", "latest"));
    }
}
