//! What becomes of an error that no requester can mend: the workflow is suspended, and the status says whose it is.
//!
//! A pure function that failed fails again, and a container that fails gives up only after minutes, in which nothing says
//! why and no deletion goes through. A suspended workflow is tried again by itself (kratix-contract 4.2 and 5.3).

use serde_json::{Value, json};

use super::answer::{Problems, Stop};
use super::hold::{Why, hold};
use super::outcome::{End, Met, Outcome, Told};
use super::retry;
use super::{OnError, OnInvalid};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::metadata::Texts;
use crate::kratix::status::Status;
use crate::kratix::{Action, Environment, Kind, Object, Workflow};
use crate::text::clean;

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
            (Workflow::Resource, Exit::Unavailable) => {
                format!("Neither this request nor the Promise is at fault; it is tried again: {text}")
            }
            (Workflow::Resource, _) => {
                format!("The Promise is at fault, not this request; its author has to mend it: {text}")
            }
        }
    }
}

impl Outcome {
    /// What a deletion does about an error: it goes on, since files of a delete are Kratix' own to remove, and a generator has
    /// no other effect.
    fn deleted_in_spite_of(error: Error) -> Self {
        Self {
            end: End::Deleted(Some(Met::Fault(Fault(error)))),
            generators: Vec::new(),
            inputs: None,
            status: Status::new(),
            texts: Texts::default(),
            warnings: vec!["a deletion is not held up for this; it goes on in spite of the error".to_owned()],
        }
    }
}

/// What becomes of an error.
#[derive(Debug, Clone, Copy)]
pub struct OnFault {
    /// Of one that the requester can't mend.
    pub on_error: OnError,
    /// Of one that the requester can.
    pub on_invalid: OnInvalid,
    /// Whether one holds up a deletion, which may wait for as long as nobody could be asked.
    pub deletion_may_wait: bool,
}

/// What is to be done about an error, where the container doesn't fail for it.
#[derive(Debug)]
pub enum Remedy {
    /// The deletion goes on.
    GoOn(Box<Outcome>),
    /// The workflow is suspended.
    Suspend(Blame),
}

impl OnFault {
    /// What is to be done about an error of a step.
    ///
    /// # Errors
    ///
    /// The same error where the container has to fail.
    pub fn remedy(self, error: Error, environment: &Environment) -> Result<Remedy, Error> {
        if self.on_error == OnError::Fail {
            return Err(error);
        }
        let waits = self.deletion_may_wait && !environment.dry_run;
        if environment.action == Action::Delete && !waits {
            return Ok(Remedy::GoOn(Outcome::deleted_in_spite_of(error).into()));
        }
        Blame::of(error, environment, self.on_invalid).map(Remedy::Suspend)
    }
}

/// Whose it is to mend what a configure failed for.
#[derive(Debug)]
pub enum Blame {
    /// The requester's.
    Requester(Problems),
    /// The author's of the Promise or of a generator.
    Author(Fault),
}

impl Blame {
    /// Lays the blame for an error.
    ///
    /// # Errors
    ///
    /// The same error where the container has to fail: what may be another time, such as a full disk; an invalid request
    /// that is to fail; and what a dry run is to show.
    fn of(error: Error, environment: &Environment, on_invalid: OnInvalid) -> Result<Self, Error> {
        let is_requesters = error.exit() == Exit::Request && environment.workflow == Workflow::Resource;
        let may_be_another_time = matches!(error.exit(), Exit::Directories | Exit::Machine);
        if environment.dry_run || may_be_another_time || is_requesters && on_invalid == OnInvalid::Fail {
            return Err(error);
        }
        Ok(if is_requesters { Self::Requester(Problems::of_error(&error)) } else { Self::Author(Fault(error)) })
    }

    /// The outcome that suspends the workflow for it. `object` is what the step was for, as far as it can be read, and
    /// `left` what earlier containers left.
    ///
    /// # Errors
    ///
    /// When what they left can't be read.
    pub fn suspended(self, environment: &Environment, object: Option<&Object>, left: &Texts) -> Result<Outcome, Error> {
        match self {
            Self::Requester(problems) => {
                hold(environment, left, problems.as_stop(), Why::Invalid(problems), Told::default())
            }
            Self::Author(fault) => {
                let retry = object.map_or(retry::LAST, |object| retry::of(object, environment));
                let message = fault.message(environment.workflow);
                let stop = Stop { message, retry_after_seconds: Some(retry), status: Status::new() };
                let mut outcome = hold(environment, left, stop, Why::Fault(fault), Told::default())?;
                outcome.warnings.splice(0..0, how_to_wake(environment));
                Ok(outcome)
            }
        }
    }
}

/// What whoever mends the Promise has to know (kratix-contract 5.3).
fn how_to_wake(environment: &Environment) -> Option<String> {
    let plural = environment.plural.clone().filter(|_| environment.workflow == Workflow::Resource)?;
    // What kubectl calls them is written as a kind is.
    let resources = Kind { name: plural, group: environment.group.clone().unwrap_or_default() };
    Some(format!(
        "a mended Promise wakes no suspended request before its next try; to wake all at once: `kubectl label {} -A --all \
         kratix.io/manual-reconciliation=true`; until then a renamed, added or removed pipeline holds them up for ever",
        clean(&resources.to_string(), 200)
    ))
}

/// An error as a status has it.
fn text(error: &Error) -> String {
    clean(&error.in_one_line(), MAX_TEXT)
}
