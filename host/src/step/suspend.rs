//! What becomes of an error that no requester can mend: the workflow is suspended, and the status says whose it is.
//!
//! A pure function that failed fails again, and a container that fails gives up only after minutes, in which nothing says
//! why and no deletion goes through. A suspended workflow is tried again by itself (kratix-contract 4.2 and 5.3).

use serde_json::{Value, json};

use super::OnInvalid;
use super::answer::{Problems, Stop};
use super::report::Report;
use super::stop::hold;
use crate::digest::sha256;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::status::Status;
use crate::kratix::{self, Action, Environment, Object, Workflow};
use crate::limits::Limits;
use crate::pod::Pod;
use crate::pod::input::read_object;
use crate::text::clean;

/// Seconds until the first retry; it doubles with each. All requests of a Promise share one worker of Kratix, so retries
/// are rare (kratix-contract 5.3).
const FIRST_RETRY: u32 = 30;
/// Seconds until a retry at most.
const LAST_RETRY: u32 = 15 * 60;
/// Characters of the text in a status: a condition of a schema has no longer words.
const MAX_TEXT: usize = 2048;

/// An error that the requester can't mend.
#[derive(Debug)]
pub struct Fault(Error);

impl Fault {
    /// The error, to be shown whole.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.0
    }

    /// As the status has it: `code` and `name` of the [`Exit`], and the `text`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"code": self.0.exit() as u8, "name": self.0.exit().name(), "text": text(&self.0)})
    }

    /// What the requester reads: whose it is first.
    fn message(&self, workflow: Workflow) -> String {
        let text = text(&self.0);
        match (workflow, self.0.exit()) {
            (Workflow::Promise, _) => text,
            (Workflow::Resource, Exit::Misbehaved) => {
                format!("The generator is at fault, not this request; its author has to mend it: {text}")
            }
            (Workflow::Resource, _) => {
                format!("The Promise is at fault, not this request; its author has to mend it: {text}")
            }
        }
    }
}

/// Ends a step that failed: suspends the workflow with the reason. A deletion goes on, since files of a delete are
/// Kratix' own to remove, and a generator has no other effect.
///
/// # Errors
///
/// The same error where the container has to fail: what may be another time, such as a full disk; an invalid request that
/// is to fail; and what a dry run is to show.
pub fn suspend(error: Error, pod: &Pod, on_invalid: OnInvalid) -> Result<Report, Error> {
    let environment = &pod.environment;
    let mut report = Report::default();
    if environment.action == Action::Delete {
        report.warn("a deletion is never held up; it goes on in spite of the error");
        report.fault = Some(Fault(error));
        return Ok(report);
    }
    let is_requesters = error.exit() == Exit::Request && environment.workflow == Workflow::Resource;
    let may_be_another_time = error.exit() == Exit::Directories;
    if environment.dry_run || may_be_another_time || is_requesters && on_invalid == OnInvalid::Fail {
        return Err(error);
    }
    // What tells this step from others of the pod may be just what can't be read.
    let identity = ["error".to_owned(), text(&error)];
    let transaction = pod.directories.open()?.begin(&identity)?;
    let stop = if is_requesters {
        let problems = Problems::of_error(&error);
        let stop = problems.as_stop();
        report.invalid = Some(problems);
        stop
    } else {
        let object = read_object(&pod.input, environment, &Limits::default()).ok();
        let retry_after_seconds = Some(object.map_or(LAST_RETRY, |object| retry(&object, &environment.pipeline)));
        let fault = Fault(error);
        let message = fault.message(environment.workflow);
        report.warnings.extend(how_to_wake(environment));
        report.fault = Some(fault);
        Stop { message, retry_after_seconds, status: Status::new() }
    };
    hold(pod, transaction, stop, report)
}

/// What whoever mends the Promise has to know (kratix-contract 5.3).
fn how_to_wake(environment: &Environment) -> Option<String> {
    let plural = environment.plural.as_deref().filter(|_| environment.workflow == Workflow::Resource)?;
    Some(format!(
        "a mended Promise wakes no suspended request before its next try; to wake all at once: `kubectl label {} -A --all \
         kratix.io/manual-reconciliation=true`; until then a renamed, added or removed pipeline holds them up for ever",
        clean(&kratix::full_kind(plural, environment.group.as_deref().unwrap_or_default()), 200)
    ))
}

/// Seconds until the next try of a pipeline: longer each time, and not the same for all requests of a Promise.
fn retry(object: &Object, pipeline: &str) -> u32 {
    let doublings = u32::try_from(object.attempts(pipeline)).unwrap_or(u32::MAX).min(LAST_RETRY.ilog2());
    let most = FIRST_RETRY.saturating_mul(1 << doublings).min(LAST_RETRY);
    let name = format!("{}/{}", object.namespace.as_deref().unwrap_or_default(), object.name);
    let share = u32::from_str_radix(&sha256(name.as_bytes())[..2], 16).expect("a digest is hexadecimal");
    // Up to a quarter sooner.
    most - most * share / 1024
}

/// An error as a status has it.
fn text(error: &Error) -> String {
    clean(&error.in_one_line(), MAX_TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_become_rarer_and_differ_by_request() {
        let object = |name: &str, attempts: &str| {
            let text = format!(
                "{{apiVersion: v1, kind: A, metadata: {{name: {name}, namespace: b}}, status: {{kratix: {{workflows: \
                 {{pipelines: [{{name: p, attempts: {attempts}}}]}}}}}}}}"
            );
            Object::read(text.as_bytes()).unwrap()
        };
        let mut before = 0;
        for (attempts, most) in [("0", 30), ("1", 60), ("2", 120), ("4", 480), ("5", 900), ("99", 900)] {
            let seconds = retry(&object("a", attempts), "p");
            assert!((most - most / 4..=most).contains(&seconds) && seconds >= before, "{attempts}: {seconds}");
            before = seconds;
        }
        for odd in ["-1", "18446744073709551615", "x", "null"] {
            let seconds = retry(&object("a", odd), "p");
            assert!((22..=900).contains(&seconds), "{odd}: {seconds}");
        }
        let some: std::collections::BTreeSet<u32> =
            (0..40).map(|number| retry(&object(&format!("team-{number}"), "5"), "p")).collect();
        assert!(some.len() > 30, "{some:?}");
        assert_eq!(retry(&object("a", "3"), "another"), retry(&object("a", "0"), "p"));
    }
}
