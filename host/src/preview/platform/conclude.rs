//! What the status of a request says in the end, when all of its files are on their way (kratix-contract 5.5).

use super::{Hold, Key, Platform, State, Why, Work};
use crate::kratix::Workflow;
use crate::kratix::status::MESSAGE;
use crate::preview::status::Status;
use crate::preview::workflow::End;

/// What becomes of the Works of a request, by their names.
#[derive(Debug, Default)]
struct Works {
    failing: Vec<String>,
    pending: Vec<String>,
    misplaced: Vec<String>,
}

impl Platform {
    /// Concludes on every request.
    pub(super) fn conclude(&mut self) {
        let keys: Vec<Key> = self.requests.keys().cloned().collect();
        for key in keys {
            let live = &self.requests[&key];
            let mut status = live.status.clone();
            let is_held = matches!(live.state, State::Held(_));
            if !is_held && status.said("PromiseAvailable").is_some_and(|(status, _)| status == "False") {
                status.condition("PromiseAvailable", "True", "PromiseAvailable", "Promise Requirements are met");
            }
            match &live.state {
                State::Ended(End::Complete) => {
                    let works = self.works_status(&key);
                    conclude(&mut status, &works);
                    self.version(&key, &mut status);
                }
                State::Ended(End::Suspended { .. }) => {
                    status.condition("Reconciled", "Unknown", "WorkflowSuspended", "Suspended");
                }
                State::Ended(End::Failed { .. }) => {
                    status.condition("Reconciled", "False", "ConfigureWorkflowFailed", "Failing");
                }
                State::Held(Hold { is_pause: true, .. }) => {
                    status.condition("Reconciled", "Unknown", "PausedReconciliation", "Paused");
                }
                State::Held(Hold { is_pause: false, .. }) => {
                    let message = "Promise Requirements are not installed";
                    status.condition("PromiseAvailable", "False", "PromiseRequirementsNotInstalled", message);
                    status.set_key(MESSAGE, "Pending");
                }
                State::Ended(End::Unknown { .. }) | State::Due(_) | State::Wedged => continue,
            }
            self.requests.get_mut(&key).expect("it has just been there").status = status;
        }
    }

    fn works_status(&self, key: &Key) -> Works {
        let live = &self.requests[key];
        let Some(installed) = self.promises.get(live.promise()) else { return Works::default() };
        let namespace = installed.promise.namespace(Workflow::Resource, &live.object);
        let mut works = Works::default();
        for id in self.works_of(namespace, &installed.promise.name, &key.name) {
            let Some(Work { name, placements, .. }) = self.works.get(id) else { continue };
            let placements = || placements.values().flatten();
            // Of a Destination that isn't there, Kratix forgets the placement.
            let is_unwritten = |name: &String| {
                let unwritten = self.unwritten.get(&(id.namespace.clone(), name.clone()));
                unwritten.is_some_and(|one| one.why != Why::NoDestination)
            };
            if placements().any(|placement| is_unwritten(&placement.name)) {
                works.failing.push(name.clone());
            } else if self.unscheduled.contains_key(id) {
                works.pending.push(name.clone());
            } else if placements().any(|placement| !placement.fits) {
                works.misplaced.push(name.clone());
            }
        }
        works
    }

    /// Which version of the Promise the request has, and which it follows.
    fn version(&self, key: &Key, status: &mut Status) {
        let live = &self.requests[key];
        let Some(installed) = self.promises.get(live.promise()) else { return };
        let request = (key.namespace.clone().unwrap_or_default(), installed.promise.name.clone(), key.name.clone());
        let follows = self.bindings.get(&request).map_or("latest", String::as_str);
        let version = if follows == "latest" { installed.promise.version() } else { follows };
        status.set_key("promiseVersion", version);
        status.set_key("resourceBindingVersion", follows);
    }
}

/// The gravest of what becomes of Works counts. A condition that says about the same already stays as it is.
fn conclude(status: &mut Status, Works { failing, pending, misplaced }: &Works) {
    let some = |what: &str, names: &[String]| {
        format!("Some works associated with this resource {what}: [{}]", names.join(","))
    };
    let works = status.said("WorksSucceeded");
    let of_works = |wanted: &str| works.is_none_or(|(status, _)| status != wanted);
    if !failing.is_empty() {
        if works.is_none_or(|(status, _)| status == "True") {
            status.condition("WorksSucceeded", "False", "WorksFailing", &some("failed", failing));
        }
    } else if !pending.is_empty() {
        if of_works("Unknown") {
            status.condition("WorksSucceeded", "Unknown", "WorksPending", &some("are not ready", pending));
        }
    } else if !misplaced.is_empty() {
        if works.is_none_or(|(status, reason)| status != "False" || reason != "WorksMisplaced") {
            status.condition("WorksSucceeded", "False", "WorksMisplaced", &some("are misplaced", misplaced));
        }
    } else if of_works("True") {
        status.condition(
            "WorksSucceeded",
            "True",
            "WorksSucceeded",
            "All works associated with this resource are ready",
        );
    }
    let works = status.said("WorksSucceeded").map(|(status, _)| status.to_owned());
    let reconciled = status.said("Reconciled").map(|(status, _)| status.to_owned());
    match works.as_deref() {
        Some("Unknown") if reconciled.as_deref() != Some("Unknown") => {
            status.condition("Reconciled", "Unknown", "WorksPending", "Pending");
        }
        Some("False") if reconciled.as_deref() != Some("False") => {
            status.condition("Reconciled", "False", "WorksFailing", "Failing");
        }
        Some("True") => status.condition("Reconciled", "True", "Reconciled", "Reconciled"),
        _ => {}
    }
}
