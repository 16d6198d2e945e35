//! What Kubernetes would say to the Job that Kratix makes of a pipeline, which its webhook has the API server create as a trial
//! (kratix-contract 1.1 to 1.4 and 6.4): the checks of the API server alone, as far as they are the same on every cluster.

use std::collections::BTreeSet;

use serde_json::Value;

use super::errors::Errors;
use super::pipeline::Pipeline;
use super::{container, volume};
use crate::kratix::promise::pipeline_namespace;
use crate::kratix::{Action, Workflow};

/// Containers that Kratix puts before a pipeline's.
const CONTAINERS_BEFORE: usize = 1;
/// Where a Job has what is its pod's.
pub(super) const POD: &str = "spec.template.spec";

/// What is wrong with it.
pub(super) fn wrong(pipeline: &Pipeline<'_>) -> Vec<String> {
    let mut errors = Errors::default();
    let spec = &pipeline.document["spec"];
    names(pipeline, &mut errors);
    if let Some(limit) = spec["jobOptions"]["backoffLimit"].as_i64().filter(|limit| *limit < 0) {
        errors.invalid_number("spec.backoffLimit", limit, "must be greater than or equal to 0");
    }
    for key in keys(&pipeline.document["metadata"]["annotations"]) {
        errors.key("spec.template.annotations", &key.to_lowercase());
    }
    let volumes = volume::wrong(spec, pipeline.action, &mut errors);
    containers(spec, pipeline.action, &volumes, &mut errors);
    let policy = text(&spec["restartPolicy"]);
    match policy {
        "" => {}
        "Always" => errors.required_as(&format!("{POD}.restartPolicy"), r#"valid values: "OnFailure", "Never""#),
        policy => errors.one_of(&format!("{POD}.restartPolicy"), policy, &["OnFailure", "Never"]),
    }
    for (key, value) in spec["nodeSelector"].as_object().into_iter().flatten() {
        errors.key(&format!("{POD}.nodeSelector"), key);
        errors.value(&format!("{POD}.nodeSelector"), text(value));
    }
    tolerations(spec, &mut errors);
    errors.all()
}

/// The names that Kratix makes of the pipeline's.
fn names(pipeline: &Pipeline<'_>, errors: &mut Errors) {
    let promise = text(&pipeline.promise["metadata"]["name"]);
    let name = pipeline.name();
    // The webhook has a request of its own for it.
    let request = if pipeline.workflow == Workflow::Resource { "-webhook-dry-run" } else { "" };
    let stem = format!("kratix-{promise}{request}-{name}");
    let stem = if stem.len() > 57 { stem.get(..56).unwrap_or(&stem) } else { &stem };
    let stem = stem.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    errors.subdomain("metadata.name", &format!("{stem}-00000"));
    errors.value("metadata.labels", name);
    if let Some(namespace) = pipeline_namespace(pipeline.promise) {
        errors.label("metadata.namespace", namespace);
    }
    let given = text(&pipeline.document["spec"]["rbac"]["serviceAccount"]);
    let account = if given.is_empty() { pipeline.id() } else { given.to_owned() };
    errors.subdomain(&format!("{POD}.serviceAccountName"), &account);
}

fn containers(spec: &Value, action: Action, volumes: &BTreeSet<String>, errors: &mut Errors) {
    let mut names: BTreeSet<&str> = ["reader", "status-writer"].into();
    let containers = spec["containers"].as_array().into_iter().flatten();
    let mut count = CONTAINERS_BEFORE;
    for container in containers {
        let path = format!("{POD}.initContainers[{count}]");
        let name = text(&container["name"]);
        errors.label(&format!("{path}.name"), name);
        if !name.is_empty() && !names.insert(name) {
            errors.duplicate(&format!("{path}.name"), name);
        }
        container::wrong(container, &path, volumes, errors);
        count += 1;
    }
    // Kratix' own comes after them.
    if action == Action::Configure && !names.insert("work-writer") {
        errors.duplicate(&format!("{POD}.initContainers[{count}].name"), "work-writer");
    }
}

fn tolerations(spec: &Value, errors: &mut Errors) {
    for (index, toleration) in spec["tolerations"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{POD}.tolerations[{index}]");
        let [key, operator, value, effect] =
            ["key", "operator", "value", "effect"].map(|field| text(&toleration[field]));
        if key.is_empty() {
            if operator != "Exists" {
                let why = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
                errors.invalid(&format!("{path}.operator"), operator, why);
            }
        } else {
            errors.key(&format!("{path}.key"), key);
        }
        if toleration["tolerationSeconds"].is_number() && effect != "NoExecute" {
            let why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(&format!("{path}.effect"), effect, why);
        }
        match operator {
            "" | "Equal" => errors.value(&format!("{path}.operator"), value),
            "Exists" if !value.is_empty() => {
                errors.invalid(&format!("{path}.operator"), value, "value must be empty when `operator` is 'Exists'");
            }
            operator => errors.one_of(&format!("{path}.operator"), operator, &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            errors.one_of(&format!("{path}.effect"), effect, &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
        }
    }
}

fn keys(map: &Value) -> impl Iterator<Item = &String> {
    map.as_object().into_iter().flatten().map(|(key, _)| key)
}

/// The text of a field; one that isn't there is empty.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
