//! What Kratix takes for a Promise (kratix-contract 1.8, 6.1 and 6.4).

use serde_json::Value;

use super::decode::{decode, quoted};
use super::fields::PROMISE as PROMISE_FIELDS;
use super::schema::{Checked, check};
use super::{Refusal, duration, pipeline};
use crate::kratix::{Action, Workflow};
use crate::text::clean;

/// Over the interval of all workflows of a Promise.
const INTERVAL: &str = "kratix.io/reconciliation-interval";
const MIN_INTERVAL: i128 = 60_000_000_000;

/// Why a Promise isn't taken; all reasons, where a cluster tells the first. Nothing of its API is checked but what Kratix itself
/// looks at: that it is a good `CustomResourceDefinition`, Kubernetes says.
#[must_use]
pub fn admit(promise: &Value) -> Vec<Refusal> {
    let Checked { mut refusals, object, .. } = check(promise, "Promise", PROMISE_FIELDS);
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
    check(promise, "Promise", PROMISE_FIELDS).dropped
}

/// Whether there is an API; an empty one is none to Kratix.
pub(super) fn has_api(promise: &Value) -> bool {
    promise["spec"]["api"].as_object().is_some_and(|api| !api.is_empty())
}

fn api_refusals(promise: &Value) -> impl Iterator<Item = String> {
    let api = &promise["spec"]["api"];
    let wrong =
        ["apiVersion", "kind"].into_iter().filter(|_| api.is_object()).filter_map(|field| match api.get(field) {
            None => Some(format!("spec.api.{field}: Required value")),
            Some(Value::String(text)) if text.is_empty() => {
                Some(format!("spec.api.{field}: Invalid value: \"\": must not be empty"))
            }
            Some(Value::String(_)) => None,
            Some(other) => {
                Some(format!("spec.api.{field}: Invalid value: {}: must be a string", clean(&other.to_string(), 80)))
            }
        });
    // Not as strict as a pipeline: what it doesn't know is left out.
    let metadata = decode(&api["metadata"], "v1.ObjectMeta").err().filter(|wrong| !wrong.is_unknown_field());
    let metadata = metadata.map(|wrong| {
        let found = clean(&api["metadata"].to_string(), 80);
        format!("spec.api.metadata: Invalid value: {found}: {}", wrong.message)
    });
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
    wrong.chain(metadata).chain(scope).chain(versions).collect::<Vec<_>>().into_iter()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::yaml;

    const PROMISE: &str = "
metadata: {name: cache}
spec:
  api:
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    spec: {scope: Namespaced, versions: [{name: v1}]}
  destinationSelectors: [{matchLabels: {env: prod}}]
  workflows:
    config: {reconciliationInterval: 10m}
    resource:
      configure:
        - apiVersion: platform.kratix.io/v1alpha1
          kind: Pipeline
          metadata: {name: render, labels: {team: data}}
          spec:
            containers:
              - name: host
                image: registry.example/host:1.2.0
                env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}]
                volumeMounts: [{name: cache, mountPath: /cache}]
                resources: {limits: {memory: 1Gi}, requests: {memory: 64Mi}}
            volumes: [{name: cache, emptyDir: {}}]
";

    fn changed(place: &str, value: Value) -> Value {
        let mut promise = yaml::read(PROMISE.as_bytes()).unwrap();
        let (parent, key) = place.rsplit_once('/').unwrap();
        promise.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}"))[key] = value;
        promise
    }

    fn messages(place: &str, value: Value) -> Vec<String> {
        admit(&changed(place, value)).into_iter().map(|refusal| refusal.message).collect()
    }

    #[test]
    fn a_good_promise_is_taken() {
        assert_eq!(admit(&yaml::read(PROMISE.as_bytes()).unwrap()), []);
    }

    #[test]
    fn what_kratix_refuses_is_told_in_its_words() {
        let long = "x".repeat(40);
        let pipeline = "/spec/workflows/resource/configure/0";
        let at = |rest: &str| format!("{pipeline}{rest}");
        for (place, value, message) in [
            (
                at("/spec/foo"),
                json!(1),
                "failed parsing resource.configure pipeline: failed unmarshalling pipeline render: json: unknown field \"foo\"",
            ),
            (
                at("/kind"),
                json!("Job"),
                "failed parsing resource.configure pipeline: unsupported pipeline \"render\" with APIVersion \"Job/platform.kratix.io/v1alpha1\"",
            ),
            (
                at("/metadata/labels/team"),
                json!("a b"),
                "invalid label value \"a b\" for key \"team\" in workflow \"resource\" action \"configure\"",
            ),
            (
                at("/metadata/name"),
                json!(long),
                &format!("resource.configure pipeline with name \"{long}\" is too long"),
            ),
            (
                "/spec/api".to_owned(),
                json!(null),
                "failed to generate pipeline resources promise does not contain an API",
            ),
            (
                "/spec/api/spec/scope".to_owned(),
                json!("Cluster"),
                "promise api needs to be namespace scoped; spec.api.spec.scope cannot be: Cluster",
            ),
            (
                "/spec/workflows/config/reconciliationInterval".to_owned(),
                json!("59s"),
                "spec.workflows.config.reconciliationInterval: Invalid value: \"59s\": must be at least 1m0s",
            ),
            (
                "/spec/workflows/config/reconciliationInterval".to_owned(),
                json!("1d"),
                "time: unknown unit \"d\" in duration \"1d\"",
            ),
            (
                "/metadata/annotations".to_owned(),
                json!({"kratix.io/reconciliation-interval": "x"}),
                "metadata.annotations[kratix.io/reconciliation-interval]: Invalid value: \"x\": must be a valid duration",
            ),
            ("/spec/dependencies".to_owned(), json!([{"a": 1}]), "Object 'Kind' is missing in '{\"a\":1}'"),
            (
                "/spec/destinationSelectors/0/matchLabels/env".to_owned(),
                json!(1),
                "Promise.platform.kratix.io \"cache\" is invalid: spec.destinationSelectors[0].matchLabels.env: Invalid value: \"integer\": spec.destinationSelectors[0].matchLabels.env in body must be of type string: \"integer\"",
            ),
        ] {
            let found = messages(&place, value);
            assert!(found.contains(&message.to_owned()), "{place}: {found:#?}");
        }
    }

    #[test]
    fn what_kubernetes_refuses_of_the_job_is_told() {
        let container = "/spec/workflows/resource/configure/0/spec/containers/0";
        let spec = "/spec/workflows/resource/configure/0/spec";
        for (place, value, wrong) in [
            (
                format!("{container}/name"),
                json!("reader"),
                "spec.template.spec.initContainers[1].name: Duplicate value: \"reader\"",
            ),
            (
                format!("{container}/name"),
                json!("work-writer"),
                "spec.template.spec.initContainers[2].name: Duplicate value: \"work-writer\"",
            ),
            (format!("{container}/image"), json!(""), "spec.template.spec.initContainers[1].image: Required value"),
            (
                format!("{container}/volumeMounts/0/name"),
                json!("x"),
                "spec.template.spec.initContainers[1].volumeMounts[3].name: Not found: \"x\"",
            ),
            (
                format!("{container}/volumeMounts/0/mountPath"),
                json!("/kratix/output"),
                "spec.template.spec.initContainers[1].volumeMounts[3].mountPath: Invalid value: \"/kratix/output\": must be unique",
            ),
            (
                format!("{container}/resources/requests/memory"),
                json!("2Gi"),
                "spec.template.spec.initContainers[1].resources.requests: Invalid value: \"2Gi\": must be less than or equal to memory limit of 1Gi",
            ),
            (
                format!("{container}/imagePullPolicy"),
                json!("always"),
                "spec.template.spec.initContainers[1].imagePullPolicy: Unsupported value: \"always\": supported values: \"Always\", \"IfNotPresent\", \"Never\"",
            ),
            (
                format!("{spec}/restartPolicy"),
                json!("Always"),
                "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
            ),
            (
                format!("{spec}/volumes"),
                json!([{"name": "cache"}, {"name": "shared-input"}]),
                "spec.template.spec.volumes[5].name: Duplicate value: \"shared-input\"",
            ),
        ] {
            let begin = "resource.configure pipeline with name render failed to generate Job definition: Job.batch is invalid: ";
            assert_eq!(messages(&place, value), [format!("{begin}{wrong}")], "{place}");
        }
    }

    #[test]
    fn a_field_that_was_misspelt_has_a_hint_and_one_of_a_promise_is_dropped() {
        let refusals = admit(&changed("/spec/workflows/resource/configure/0/spec/volume", json!([])));
        assert_eq!(refusals[0].hint.as_deref(), Some("did you mean volumes?"));
        let promise = changed("/spec/workflows/resource/update", json!([]));
        assert_eq!((admit(&promise), dropped(&promise)), (vec![], vec!["spec.workflows.resource.update".to_owned()]));
    }
}
