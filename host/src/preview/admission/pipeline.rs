//! What Kratix' webhook asks of the pipelines of a workflow (kratix-contract 1.8 and 6.4).

use std::collections::BTreeSet;

use serde_json::Value;

use super::decode::{Undecodable, decode, quoted};
use super::promise::{has_api, missing_kind};
use super::{Refusal, job};
use crate::kratix::labels::{is_key, is_value};
use crate::kratix::{Action, Workflow};
use crate::text::clean;

/// Characters of a pipeline's identity, by which Kratix names its service account.
const MAX_ID: usize = 60;

/// A pipeline, as Go has it when it has read it, and whose it is.
#[derive(Debug)]
pub(super) struct Pipeline<'a> {
    pub(super) promise: &'a Value,
    pub(super) workflow: Workflow,
    pub(super) action: Action,
    pub(super) document: Value,
}

impl Pipeline<'_> {
    pub(super) fn name(&self) -> &str {
        self.document["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// By which its service account and its roles are called.
    pub(super) fn id(&self) -> String {
        let promise = self.promise["metadata"]["name"].as_str().unwrap_or_default();
        format!("{promise}-{}-{}-{}", self.workflow.name(), self.action.name(), self.name())
    }
}

/// Why the pipelines of an action of a workflow aren't taken.
pub(super) fn refusals(promise: &Value, workflow: Workflow, action: Action) -> Vec<Refusal> {
    let documents = promise["spec"]["workflows"][workflow.name()][action.name()].as_array();
    let mut names = BTreeSet::new();
    let mut refusals = Vec::new();
    for document in documents.into_iter().flatten().filter(|document| document.is_object()) {
        if let Some(refusal) = missing_kind(document) {
            refusals.push(refusal.hint("a pipeline has apiVersion: platform.kratix.io/v1alpha1 and kind: Pipeline"));
            continue;
        }
        match read(document) {
            Ok(document) => {
                let pipeline = Pipeline { promise, workflow, action, document };
                refusals.extend(pipeline.refusals());
                if !names.insert(pipeline.name().to_owned()) {
                    let place = format!("in workflow {:?} action {:?}", workflow.name(), action.name());
                    refusals.push(Refusal::new(format!("duplicate pipeline name {} {place}", quoted(pipeline.name()))));
                }
            }
            Err(Refusal { message, hint }) => {
                let (workflow, action) = (workflow.name(), action.name());
                refusals
                    .push(Refusal { message: format!("failed parsing {workflow}.{action} pipeline: {message}"), hint });
            }
        }
    }
    refusals
}

fn read(document: &Value) -> Result<Value, Refusal> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let [name, kind, version] = [&document["metadata"]["name"], &document["kind"], &document["apiVersion"]].map(text);
    if kind != "Pipeline" || version != "platform.kratix.io/v1alpha1" {
        let told = format!("unsupported pipeline {} with APIVersion \"{kind}/{version}\"", quoted(&name));
        return Err(Refusal::new(told).hint("it takes apiVersion: platform.kratix.io/v1alpha1 and kind: Pipeline"));
    }
    decode(document, "v1alpha1.Pipeline").map_err(|Undecodable { message, hint }| Refusal {
        message: format!("failed unmarshalling pipeline {name}: {message}"),
        hint,
    })
}

impl Pipeline<'_> {
    fn refusals(&self) -> Vec<Refusal> {
        let (workflow, action, name) = (self.workflow.name(), self.action.name(), self.name());
        let mut refusals = Vec::new();
        for (key, value) in self.document["metadata"]["labels"].as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            let place = format!("in workflow {workflow:?} action {action:?}");
            if !is_value(value) {
                let (value, key) = (quoted(value), quoted(key));
                refusals.push(Refusal::new(format!("invalid label value {value} for key {key} {place}")));
            }
            if !is_key(key) {
                refusals.push(Refusal::new(format!("invalid label key {} {place}", quoted(key))));
            }
        }
        let id = self.id();
        if id.len() > MAX_ID {
            let told = format!("{workflow}.{action} pipeline with name {} is too long", quoted(name));
            let hint = format!(
                "{} has {} characters, and Kratix takes {MAX_ID}: shorten the name of the Promise or of the pipeline",
                clean(&id, 200),
                id.len()
            );
            refusals.push(Refusal::new(told).hint(hint));
        }
        if self.workflow == Workflow::Resource && !has_api(self.promise) {
            let told = "failed to generate pipeline resources promise does not contain an API";
            refusals
                .push(Refusal::new(told).hint("without spec.api there are no requests that a pipeline could run for"));
        }
        let wrong = job::wrong(self);
        if !wrong.is_empty() {
            let wrong = if let [one] = &wrong[..] { one.clone() } else { format!("[{}]", wrong.join(", ")) };
            refusals.push(Refusal::new(format!(
                "{workflow}.{action} pipeline with name {name} failed to generate Job definition: Job.batch is invalid: {wrong}"
            )));
        }
        refusals
    }
}
