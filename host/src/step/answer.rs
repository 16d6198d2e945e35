//! What a generator answered, checked: from here on it is fit for a status, a log and the disk.

use serde_json::{Value, json};

use super::error::{Refused, StepError, refused};
use super::render::render;
use crate::contract::{self, Destination, Failure, GeneratorName, Outcome, Output, Problem, Suspension};
use crate::error::Error;
use crate::kratix::Files;
use crate::kratix::status::{self, Flaw, Status};
use crate::limits::{LABELS, Limits, STATUS_BYTES};
use crate::text::clean;

/// An answer in order.
#[derive(Debug)]
pub(super) enum Answer {
    Complete(Complete),
    Suspended(Stop),
    Invalid(Problems),
}

impl Answer {
    /// What it has for the status of the request.
    pub(super) fn status(&self) -> Option<&Status> {
        match self {
            Self::Complete(Complete { status, .. }) | Self::Suspended(Stop { status, .. }) => Some(status),
            Self::Invalid(_) => None,
        }
    }
}

/// A finished answer, files rendered.
#[derive(Debug)]
pub(super) struct Complete {
    pub(super) files: Files,
    pub(super) destinations: Vec<Destination>,
    pub(super) status: Status,
    pub(super) empty_is_intended: bool,
}

/// Why there are no files, and what the status says.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) message: String,
    pub(super) retry_after_seconds: Option<u32>,
    pub(super) status: Status,
}

/// What a person has to mend; at least one thing.
#[derive(Debug, Clone)]
pub struct Problems {
    problems: Vec<Problem>,
    left_out: usize,
}

/// Checks an answer.
///
/// # Errors
///
/// [`Exit::Misbehaved`](crate::exit::Exit::Misbehaved) when it breaks the contract or reports a bug,
/// [`Exit::Config`](crate::exit::Exit::Config) when it finds its config wrong,
/// [`Exit::Limit`](crate::exit::Exit::Limit) over a bound.
pub(super) fn check(generator: &GeneratorName, answer: contract::Answer, limits: &Limits) -> Result<Answer, Error> {
    match answer {
        Ok(Outcome::Complete(output)) => complete(generator, output, limits).map(Answer::Complete),
        Ok(Outcome::Suspend(suspension)) => suspend(generator, suspension, limits).map(Answer::Suspended),
        Err(Failure::Invalid(problems)) => Problems::check(generator, problems, limits).map(Answer::Invalid),
        Err(Failure::Misconfigured(problems)) => {
            let problems = Problems::check(generator, problems, limits)?;
            Err(StepError::Misconfigured { generator, problems }.into())
        }
        Err(Failure::Internal(message)) => {
            Err(StepError::Bug { generator, says: clean(&message, limits.message_chars) }.into())
        }
    }
}

fn complete(generator: &GeneratorName, output: Output, limits: &Limits) -> Result<Complete, Error> {
    let Output { files, destinations, status, empty_is_intended } = output;
    ensure_few(generator, &destinations, limits)?;
    let files = render(generator, files, limits)?;
    let status = from_generator(generator, status, limits)?;
    Ok(Complete { files, destinations, status, empty_is_intended })
}

/// Each destination is compared with what the policy allows, label by label.
fn ensure_few(generator: &GeneratorName, destinations: &[Destination], limits: &Limits) -> Result<(), Error> {
    let labels: usize = destinations.iter().map(|entry| entry.match_labels.len().max(1)).sum();
    if labels > limits.labels {
        return Err(limits.reached(&LABELS, format!("generator {generator} sends files by {labels} labels")));
    }
    Ok(())
}

fn suspend(generator: &GeneratorName, suspension: Suspension, limits: &Limits) -> Result<Stop, Error> {
    if suspension.retry_after_seconds == Some(0) {
        let said = "suspends the workflow and wants to be tried again after 0 s; at least 1 s is possible";
        return Err(refused(Refused::Suspension, generator, said));
    }
    let message = clean(&suspension.message, limits.message_chars);
    if message.is_empty() {
        return Err(refused(Refused::Suspension, generator, "suspends the workflow without a message"));
    }
    let status = from_generator(generator, suspension.status, limits)?;
    Ok(Stop { message, retry_after_seconds: suspension.retry_after_seconds, status })
}

fn from_generator(generator: &GeneratorName, json: Option<String>, limits: &Limits) -> Result<Status, Error> {
    let Some(json) = json else { return Ok(Status::new()) };
    status::from_generator(&json, limits.status_bytes).map_err(|flaw| match flaw {
        Flaw::TooLarge => {
            limits.reached(&STATUS_BYTES, format!("generator {generator} returned a status that is too large"))
        }
        Flaw::Wrong(what) => refused(Refused::Status, generator, format!("returned a status {what}")),
    })
}

impl Problems {
    fn check(generator: &GeneratorName, problems: Vec<Problem>, limits: &Limits) -> Result<Self, Error> {
        if problems.is_empty() {
            return Err(refused(Refused::Problems, generator, "finds something wrong, but names no problem"));
        }
        let left_out = problems.len().saturating_sub(limits.problems);
        let clean = |text: String| clean(&text, limits.message_chars);
        let said = |text: Option<String>| text.map(clean).filter(|text| !text.is_empty());
        let problems: Vec<_> = problems
            .into_iter()
            .take(limits.problems)
            .map(|Problem { field, message, hint }| Problem {
                field: said(field),
                message: clean(message),
                hint: said(hint),
            })
            .collect();
        if problems.iter().any(|problem| problem.message.is_empty()) {
            return Err(refused(Refused::Problems, generator, "finds something wrong, but doesn't say what"));
        }
        Ok(Self { problems, left_out })
    }

    /// What the host itself finds wrong with fields of a request; at least one thing.
    pub(super) fn of_host(problems: Vec<Problem>) -> Self {
        Self { problems, left_out: 0 }
    }

    /// What the host itself finds wrong with a request.
    pub(super) fn of_error(error: &Error) -> Self {
        let hint = error.what_to_do().map(|hint| clean(hint, 2048));
        Self { problems: vec![Problem { field: None, message: clean(&error.in_one_line(), 2048), hint }], left_out: 0 }
    }

    /// One text for all: `spec.id is missing; spec.name is empty`.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut parts: Vec<String> = self.problems.iter().map(sentence).collect();
        parts.extend(self.more());
        clean(&parts.join("; "), 2048)
    }

    /// As the status has them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let problem =
            |problem: &Problem| json!({"field": problem.field, "message": problem.message, "hint": problem.hint});
        self.problems.iter().map(problem).collect()
    }

    /// A line each, with hints.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |problem: &Problem| match &problem.hint {
            Some(hint) => format!("{} ({hint})", sentence(problem)),
            None => sentence(problem),
        };
        self.problems.iter().map(line).chain(self.more()).collect()
    }

    fn more(&self) -> Option<String> {
        (self.left_out > 0).then(|| format!("and {} more", self.left_out))
    }

    pub(super) fn as_stop(&self) -> Stop {
        Stop { message: self.summary(), retry_after_seconds: None, status: Status::new() }
    }
}

fn sentence(problem: &Problem) -> String {
    match &problem.field {
        Some(field) => format!("{field} {}", problem.message),
        None => problem.message.clone(),
    }
}
