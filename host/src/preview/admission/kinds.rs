//! Destinations, state stores and bindings, with what an API server and Kratix' webhooks make of what isn't said
//! (kratix-contract 5.7, 7.3, 7.6, 7.7).

use serde_json::Value;

use super::Refusal;
use super::schema::{Checked, Field, Kind, check};
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

const DESTINATION: &[Field] = &[
    Field::new("spec", Kind::Fields),
    Field::new("spec.path", Kind::Text).required(),
    Field::new("spec.stateStoreRef", Kind::Fields),
    Field::new("spec.stateStoreRef.kind", Kind::Text).required().one_of(&["BucketStateStore", "GitStateStore"]),
    Field::new("spec.stateStoreRef.name", Kind::Text).required(),
    Field::new("spec.strictMatchLabels", Kind::Flag),
    Field::new("spec.filepath", Kind::Fields).or(r#"{"mode": "nestedByMetadata"}"#),
    Field::new("spec.filepath.mode", Kind::Text).one_of(&["nestedByMetadata", "aggregatedYAML", "none"]),
    Field::new("spec.filepath.filename", Kind::Text),
    Field::new("spec.cleanup", Kind::Text).one_of(&["none", "all"]).or(r#""none""#),
    Field::new("spec.initWorkloads", Kind::Fields).or("{}"),
    Field::new("spec.initWorkloads.enabled", Kind::Flag).or("true"),
];

const GIT: &[Field] = &[
    Field::new("spec", Kind::Fields),
    Field::new("spec.url", Kind::Text),
    Field::new("spec.path", Kind::Text),
    Field::new("spec.branch", Kind::Text).or(r#""main""#),
    Field::new("spec.authMethod", Kind::Text).one_of(&["basicAuth", "ssh", "githubApp"]).or(r#""basicAuth""#),
    Field::new("spec.gitAuthor", Kind::Fields).or(r#"{"name": "kratix"}"#),
    Field::new("spec.gitAuthor.name", Kind::Text),
    Field::new("spec.gitAuthor.email", Kind::Text),
    Field::new("spec.secretRef", Kind::Fields),
    Field::new("spec.secretRef.name", Kind::Text),
    Field::new("spec.secretRef.namespace", Kind::Text),
];

const BUCKET: &[Field] = &[
    Field::new("spec", Kind::Fields),
    Field::new("spec.bucketName", Kind::Text).required(),
    Field::new("spec.endpoint", Kind::Text).required(),
    Field::new("spec.path", Kind::Text),
    Field::new("spec.insecure", Kind::Flag),
    Field::new("spec.useDualStack", Kind::Flag),
    Field::new("spec.authMethod", Kind::Text).one_of(&["accessKey", "IAM"]).or(r#""accessKey""#),
    Field::new("spec.secretRef", Kind::Fields),
    Field::new("spec.secretRef.name", Kind::Text),
    Field::new("spec.secretRef.namespace", Kind::Text),
];

const BINDING: &[Field] = &[
    Field::new("spec", Kind::Fields).required(),
    Field::new("spec.version", Kind::Text).required(),
    Field::new("spec.promiseRef", Kind::Fields).required(),
    Field::new("spec.promiseRef.name", Kind::Text).required(),
    Field::new("spec.resourceRef", Kind::Fields).required(),
    Field::new("spec.resourceRef.name", Kind::Text).required(),
    Field::new("spec.resourceRef.namespace", Kind::Text).required(),
    Field::new("spec.resourceRef.generation", Kind::Integer),
];

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
