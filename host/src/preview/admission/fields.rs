//! The fields of Kratix' kinds, as their `CustomResourceDefinition`s have them (kratix-contract 5.7, 6.1, 7.3, 7.6, 7.7).

use super::schema::{Field, Kind};

pub(super) const PROMISE: &[Field] = &[
    Field::new("spec", Kind::Fields),
    Field::new("spec.api", Kind::Anything),
    Field::new("spec.dependencies", Kind::List),
    Field::new("spec.dependencies[]", Kind::Anything),
    Field::new("spec.destinationSelectors", Kind::List),
    Field::new("spec.destinationSelectors[]", Kind::Fields),
    Field::new("spec.destinationSelectors[].matchLabels", Kind::Fields),
    Field::new("spec.destinationSelectors[].matchLabels{}", Kind::Text),
    Field::new("spec.requiredPromises", Kind::List),
    Field::new("spec.requiredPromises[]", Kind::Fields),
    Field::new("spec.requiredPromises[].name", Kind::Text),
    Field::new("spec.requiredPromises[].version", Kind::Text),
    Field::new("spec.workflows", Kind::Fields),
    Field::new("spec.workflows.config", Kind::Fields),
    Field::new("spec.workflows.config.pipelineNamespace", Kind::Text),
    Field::new("spec.workflows.config.reconciliationInterval", Kind::Text),
    Field::new("spec.workflows.promise", Kind::Fields),
    Field::new("spec.workflows.promise.configure", Kind::List),
    Field::new("spec.workflows.promise.configure[]", Kind::Anything),
    Field::new("spec.workflows.promise.delete", Kind::List),
    Field::new("spec.workflows.promise.delete[]", Kind::Anything),
    Field::new("spec.workflows.resource", Kind::Fields),
    Field::new("spec.workflows.resource.configure", Kind::List),
    Field::new("spec.workflows.resource.configure[]", Kind::Anything),
    Field::new("spec.workflows.resource.delete", Kind::List),
    Field::new("spec.workflows.resource.delete[]", Kind::Anything),
];

pub(super) const DESTINATION: &[Field] = &[
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

pub(super) const GIT: &[Field] = &[
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

pub(super) const BUCKET: &[Field] = &[
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

pub(super) const BINDING: &[Field] = &[
    Field::new("spec", Kind::Fields).required(),
    Field::new("spec.version", Kind::Text).required(),
    Field::new("spec.promiseRef", Kind::Fields).required(),
    Field::new("spec.promiseRef.name", Kind::Text).required(),
    Field::new("spec.resourceRef", Kind::Fields).required(),
    Field::new("spec.resourceRef.name", Kind::Text).required(),
    Field::new("spec.resourceRef.namespace", Kind::Text).required(),
    Field::new("spec.resourceRef.generation", Kind::Integer),
];
