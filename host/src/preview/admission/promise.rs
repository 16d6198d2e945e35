//! What Kratix takes for a Promise (kratix-contract 1.8, 6.1 and 6.4).

use serde_json::Value;

use super::decode::quoted;
use super::schema::{Checked, Field, Kind, check};
use super::{Refusal, duration, pipeline};
use crate::kratix::{Action, Workflow};
use crate::text::clean;

/// Over the interval of all workflows of a Promise.
const INTERVAL: &str = "kratix.io/reconciliation-interval";
const MIN_INTERVAL: i128 = 60_000_000_000;

const FIELDS: &[Field] = &[
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

/// Why a Promise isn't taken; all reasons, where a cluster tells the first. Nothing of its API is checked but what Kratix itself
/// looks at: that it is a good `CustomResourceDefinition`, Kubernetes says.
#[must_use]
pub fn admit(promise: &Value) -> Vec<Refusal> {
    let Checked { mut refusals, object, .. } = check(promise, "Promise", FIELDS);
    refusals.extend(api_refusals(&object).map(Refusal::new));
    refusals.extend(dependencies(&object));
    refusals.extend(interval_refusals(&object));
    for workflow in [Workflow::Resource, Workflow::Promise] {
        for action in [Action::Configure, Action::Delete] {
            refusals.extend(pipeline::refusals(&object, workflow, action));
        }
    }
    refusals
}

/// Fields that a Promise doesn't have: the API server drops them without a word.
#[must_use]
pub fn dropped(promise: &Value) -> Vec<String> {
    check(promise, "Promise", FIELDS).dropped
}

/// Whether there is an API; an empty one is none to Kratix.
pub(super) fn has_api(promise: &Value) -> bool {
    promise["spec"]["api"].as_object().is_some_and(|api| !api.is_empty())
}

fn api_refusals(promise: &Value) -> impl Iterator<Item = String> {
    let api = &promise["spec"]["api"];
    let missing = ["apiVersion", "kind"]
        .into_iter()
        .filter(|field| api.is_object() && api[*field].as_str().is_none_or(str::is_empty));
    let missing = missing.map(|field| format!("spec.api.{field}: Required value: must not be empty"));
    let spec = &api["spec"];
    let scope = match &spec["scope"] {
        _ if !has_api(promise) => None,
        Value::String(scope) if scope == "Namespaced" => None,
        scope => {
            let scope = scope.as_str().unwrap_or_default();
            Some(format!(
                "promise api needs to be namespace scoped; spec.api.spec.scope cannot be: {}",
                clean(scope, 80)
            ))
        }
    };
    let versions = has_api(promise) && spec["versions"].as_array().is_none_or(Vec::is_empty);
    // Kratix takes the first one without looking whether there is one.
    let versions = versions.then(|| "invalid CRD: spec.versions: Required value".to_owned());
    missing.chain(scope).chain(versions).collect::<Vec<_>>().into_iter()
}

fn dependencies(promise: &Value) -> impl Iterator<Item = Refusal> {
    let dependencies = promise["spec"]["dependencies"].as_array().into_iter().flatten();
    dependencies.filter(|object| object.is_object()).filter_map(missing_kind).collect::<Vec<_>>().into_iter()
}

/// An object without a kind isn't one that Kratix' types can hold.
pub(super) fn missing_kind(object: &Value) -> Option<Refusal> {
    let is_there = object["kind"].as_str().is_some_and(|kind| !kind.is_empty());
    let told = || format!("Object 'Kind' is missing in '{}'", clean(&object.to_string(), 200));
    (!is_there).then(|| Refusal::new(told()))
}

fn interval_refusals(promise: &Value) -> impl Iterator<Item = Refusal> {
    let too_short = |interval: Result<i128, String>| interval.ok().filter(|interval| *interval < MIN_INTERVAL);
    let config = &promise["spec"]["workflows"]["config"]["reconciliationInterval"];
    let config = config.as_str().map(duration::parse);
    let unreadable = config.clone().and_then(Result::err).map(Refusal::new);
    let short = config.and_then(too_short).map(|interval| {
        let value = quoted(&duration::text(interval));
        Refusal::new(format!(
            "spec.workflows.config.reconciliationInterval: Invalid value: {value}: must be at least 1m0s"
        ))
    });
    let annotation = promise["metadata"]["annotations"][INTERVAL].as_str();
    let annotation = annotation.and_then(|text| {
        let wrong = match duration::parse(text) {
            Ok(interval) if interval >= MIN_INTERVAL => return None,
            Ok(_) => "must be at least 1m0s",
            Err(_) => "must be a valid duration",
        };
        Some(Refusal::new(format!("metadata.annotations[{INTERVAL}]: Invalid value: {}: {wrong}", quoted(text))))
    });
    let hinted = |refusal: Refusal| refusal.hint("durations are written as 10m or 1h30m");
    unreadable.into_iter().chain(short).chain(annotation).map(hinted)
}
