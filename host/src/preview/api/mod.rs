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
    /// and nothing that only a cluster can know, such as a UID. Where it is refused, as far as it came.
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
