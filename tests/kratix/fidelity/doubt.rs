//! What of the objects says that Kratix may not be done with them.

use serde_json::Value;

use super::cluster::Snapshot;
use crate::trial::condition;

/// The label of what has to run from its first pipeline on, until it does.
const RUN_FROM_START: &str = "internal.workflows.kratix.io/run-from-start";

/// How much so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doubt {
    /// It failed, or can't be done: perhaps not the next time.
    Failed,
    /// It has to be done yet.
    Coming,
}

/// All of them, with what it is about.
pub(crate) fn doubts(snapshot: &Snapshot) -> Vec<(String, Doubt)> {
    let doubts = snapshot.objects.iter().filter_map(|object| Some((object, doubt(snapshot, object)?)));
    let shown = |object: &Value| {
        let metadata = &object["metadata"];
        format!("{} {}/{}", object["kind"], metadata["namespace"], metadata["name"]).replace('"', "")
    };
    doubts.map(|(object, doubt)| (shown(object), doubt)).collect()
}

fn doubt(snapshot: &Snapshot, object: &Value) -> Option<Doubt> {
    let is = |name: &str, status: &str| condition(object, name).is_some_and(|is| is["status"] == status);
    let failed = |right: bool| (!right).then_some(Doubt::Failed);
    match object["kind"].as_str()? {
        "Job" => {
            (!is("Complete", "True") && !is("Failed", "True") && !is("Suspended", "True")).then_some(Doubt::Coming)
        }
        _ if is_held(object) => None,
        _ if object["metadata"]["deletionTimestamp"].is_string() => Some(Doubt::Coming),
        "GitStateStore" | "Destination" | "Work" => failed(is("Ready", "True")),
        "WorkPlacement" => failed(is("Ready", "True") || is_misplaced(object)),
        "Promise" => failed(is_usable(object)),
        _ => {
            let of = &object["metadata"]["labels"]["kratix.io/promise-name"];
            let promise = snapshot.of("Promise").find(|promise| promise["metadata"]["name"] == *of);
            match promise {
                Some(promise) if !is_usable(promise) => Some(Doubt::Failed),
                Some(promise) if is_held(promise) => None,
                // Its Promise wasn't available when Kratix looked, and Kratix looks again after 60 s.
                _ if object["metadata"]["labels"][RUN_FROM_START] == "true" => Some(Doubt::Coming),
                _ if is("ConfigureWorkflowCompleted", "False") && reason(object) == "ConfigureWorkflowFailed" => {
                    Some(Doubt::Failed)
                }
                _ if object["status"]["observedGeneration"] != object["metadata"]["generation"] => Some(Doubt::Coming),
                _ if is("ConfigureWorkflowCompleted", "True") => failed(is("Reconciled", "True")),
                // A Promise may have no pipelines.
                _ => Some(Doubt::Failed),
            }
        }
    }
}

fn reason(object: &Value) -> &str {
    let reason = condition(object, "ConfigureWorkflowCompleted").map(|is| &is["reason"]);
    reason.and_then(Value::as_str).unwrap_or_default()
}

/// Whether a Promise takes requests.
pub(crate) fn is_usable(promise: &Value) -> bool {
    is_held(promise) || condition(promise, "Available").is_some_and(|is| is["status"] == "True")
}

/// Whether it needs another Promise that is missing.
pub(crate) fn lacks_another(promise: &Value) -> bool {
    condition(promise, "RequirementsFulfilled").is_some_and(|is| is["status"] == "False")
}

/// Whether it waits for somebody: suspended, or paused.
fn is_held(object: &Value) -> bool {
    let (labels, status) = (&object["metadata"]["labels"], &object["status"]["kratix"]["workflows"]);
    let suspended = labels["kratix.io/workflow-suspended"] == "true"
        && status["suspendedGeneration"] == object["metadata"]["generation"];
    suspended || labels["kratix.io/paused"] == "true"
}

fn is_misplaced(object: &Value) -> bool {
    object["metadata"]["labels"]["kratix.io/misplaced"] == "true"
}
