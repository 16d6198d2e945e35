//! The status of an object, as Kratix keeps it while a workflow runs (kratix-contract 4.1, 5.2 and 5.5), without times.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::kratix::control::Control;
use crate::kratix::status::{self, MESSAGE};
use crate::kratix::{Action, Workflow};

/// What an object shows until its workflow says more.
const PENDING: &str = "Pending";

/// The status of an object; copies share it until one is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status(Arc<Map<String, Value>>);

impl Status {
    /// What an object has of it.
    #[must_use]
    pub fn of(object: &Value) -> Self {
        Self(object["status"].as_object().cloned().unwrap_or_default().into())
    }

    /// As an object has it; nothing where there is nothing to say.
    #[must_use]
    pub fn to_value(&self) -> Option<Value> {
        (!self.0.is_empty()).then(|| Value::Object(Map::clone(&self.0)))
    }

    /// A workflow begins anew, with these pipelines.
    pub fn begin(&mut self, action: Action, pipelines: &[&str]) {
        let all: Vec<Value> = pipelines.iter().map(|name| json!({"name": name, "phase": "Pending"})).collect();
        if action == Action::Configure {
            let map = self.map();
            map.insert("workflows".into(), pipelines.len().into());
            map.insert("workflowsSucceeded".into(), 0.into());
            map.insert("workflowsFailed".into(), 0.into());
            if !pipelines.is_empty() {
                self.condition("Reconciled", "Unknown", "WorkflowPending", PENDING);
            }
        }
        self.workflows().insert("pipelines".into(), all.into());
        self.workflows().shift_remove("suspendedGeneration");
    }

    /// Pipelines are called otherwise while it is suspended: what is noted of them is taken back.
    pub fn wedge(&mut self, pipelines: &[String]) {
        let all: Vec<Value> = pipelines.iter().map(|name| json!({"name": name, "phase": "Pending"})).collect();
        self.workflows().insert("pipelines".into(), all.into());
        self.map().insert("workflows".into(), pipelines.len().into());
        self.map().insert(MESSAGE.into(), PENDING.into());
    }

    /// A pipeline starts. What an earlier one said in `message` is gone by then.
    pub fn start(&mut self, action: Action, pipeline: &str) {
        self.set(pipeline, |entry| {
            entry.insert("phase".into(), "Running".into());
        });
        if action == Action::Configure {
            self.map().insert(MESSAGE.into(), PENDING.into());
            let message = "Pipelines are still in progress";
            self.condition("ConfigureWorkflowCompleted", "False", "PipelinesInProgress", message);
        }
    }

    /// What a pipeline wrote into `status.yaml`: top-level keys are replaced whole, conditions by their type.
    pub fn merge(&mut self, mut written: status::Status) {
        if let (Some(Value::Array(there)), Some(Value::Array(theirs))) =
            (self.map().get_mut("conditions"), written.get("conditions"))
        {
            let of_type = |condition: &Value| condition["type"].as_str().map(ToOwned::to_owned);
            let given: Vec<String> = theirs.iter().filter_map(of_type).collect();
            there.retain(|condition| of_type(condition).is_some_and(|kind| !given.contains(&kind)));
            there.extend(theirs.iter().filter(|condition| condition["type"].is_string()).cloned());
            written.shift_remove("conditions");
        }
        status::merge(self.map(), written);
    }

    /// A pipeline ends without stopping the workflow.
    pub fn succeed(&mut self, action: Action, pipeline: &str) {
        self.set(pipeline, |entry| {
            entry.insert("phase".into(), "Succeeded".into());
            for key in ["message", "attempts", "nextRetryAt"] {
                entry.shift_remove(key);
            }
        });
        if action == Action::Configure {
            let succeeded = self.0.get("workflowsSucceeded").and_then(Value::as_u64).unwrap_or_default();
            self.map().insert("workflowsSucceeded".into(), (succeeded + 1).into());
        }
    }

    /// The last pipeline ends without stopping the workflow.
    pub fn complete(&mut self, workflow: Workflow) {
        if self.0.get(MESSAGE).is_some_and(|message| message == PENDING) {
            let done = match workflow {
                Workflow::Resource => "Resource requested",
                Workflow::Promise => "Promise configured",
            };
            self.map().insert(MESSAGE.into(), done.into());
        }
        self.condition("ConfigureWorkflowCompleted", "True", "PipelinesExecutedSuccessfully", "Pipelines completed");
    }

    /// A pipeline stops the workflow. When it is tried again depends on the clock, and isn't said.
    pub fn suspend(&mut self, action: Action, pipeline: &str, control: &Control) {
        if action == Action::Delete {
            self.hold_deletion();
        }
        self.set(pipeline, |entry| {
            entry.insert("phase".into(), "Suspended".into());
            if control.message.is_empty() {
                entry.shift_remove("message");
            } else {
                entry.insert("message".into(), control.message.clone().into());
            }
            if control.retry_after.is_some() {
                let attempts = entry.get("attempts").and_then(Value::as_u64).unwrap_or_default();
                entry.insert("attempts".into(), (attempts + 1).into());
            } else {
                entry.shift_remove("attempts");
            }
        });
    }

    /// A deletion waits.
    pub fn hold_deletion(&mut self) {
        let message = "The delete workflow is suspended";
        self.condition("DeleteWorkflowCompleted", "False", "DeleteWorkflowSuspended", message);
    }

    /// A pipeline fails, however often it is tried.
    pub fn fail(&mut self, pipeline: &str) {
        self.map().insert("workflowsFailed".into(), 1.into());
        self.set(pipeline, |entry| {
            entry.insert("phase".into(), "Failed".into());
        });
        self.condition(
            "ConfigureWorkflowCompleted",
            "False",
            "ConfigureWorkflowFailed",
            &format!("A Configure Pipeline has failed: {pipeline}"),
        );
    }

    /// The names of the pipelines that it knows.
    #[must_use]
    pub fn pipelines(&self) -> Vec<&str> {
        let pipelines = self.0.get("kratix").map(|kratix| &kratix["workflows"]["pipelines"]);
        let pipelines = pipelines.and_then(Value::as_array).into_iter().flatten();
        pipelines.filter_map(|entry| entry["name"].as_str()).collect()
    }

    /// What a condition says: its status and its reason.
    #[must_use]
    pub fn said(&self, kind: &str) -> Option<(&str, &str)> {
        let conditions = self.0.get("conditions").and_then(Value::as_array).into_iter().flatten();
        let mut of_kind = conditions.filter(|condition| condition["type"] == kind);
        of_kind.next().and_then(|condition| Some((condition["status"].as_str()?, condition["reason"].as_str()?)))
    }

    /// Sets a key of Kratix' own.
    pub fn set_key(&mut self, key: &str, value: &str) {
        self.map().insert(key.to_owned(), value.into());
    }

    /// Sets a condition, in the place that one of its type has.
    pub fn condition(&mut self, kind: &str, status: &str, reason: &str, message: &str) {
        let condition = json!({"type": kind, "status": status, "reason": reason, "message": message});
        let Value::Array(all) = self.map().entry("conditions").or_insert_with(|| json!([])) else { return };
        match all.iter_mut().find(|there| there["type"] == kind) {
            Some(there) => *there = condition,
            None => all.push(condition),
        }
    }

    fn set(&mut self, pipeline: &str, set: impl FnOnce(&mut Map<String, Value>)) {
        let Some(Value::Array(pipelines)) = self.workflows().get_mut("pipelines") else { return };
        let entry = pipelines.iter_mut().find(|entry| entry["name"] == pipeline);
        if let Some(entry) = entry.and_then(Value::as_object_mut) {
            set(entry);
        }
    }

    fn map(&mut self) -> &mut Map<String, Value> {
        Arc::make_mut(&mut self.0)
    }

    /// `kratix.workflows`, whatever stood there.
    fn workflows(&mut self) -> &mut Map<String, Value> {
        map_in(map_in(self.map(), "kratix"), "workflows")
    }
}

fn map_in<'a>(map: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(key).or_insert(Value::Null);
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut().expect("it has just been made a map")
}
