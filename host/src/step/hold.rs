//! A step that doesn't complete: no files, only status and control.

use super::OnInvalid;
use super::answer::{Problems, Stop};
use super::error::{Refused, StepError, refused};
use super::fault::Fault;
use super::outcome::{End, Hold, Met, Outcome, Ran, Said, status_text, stopped_by_others};
use crate::contract::GeneratorName;
use crate::error::Error;
use crate::kratix::metadata::Texts;
use crate::kratix::status::MESSAGE;
use crate::kratix::{Action, Environment, Workflow, control};

/// Why a step doesn't complete.
#[derive(Debug)]
pub(super) enum Why {
    /// A generator waits for something.
    Waits,
    /// The requester has something to mend.
    Invalid(Problems),
    /// Somebody else has.
    Fault(Fault),
}

impl Why {
    /// Refuses to hold up what can't be held up.
    pub(super) fn ensure_possible(
        &self,
        generator: &GeneratorName,
        stop: &Stop,
        environment: &Environment,
        on_invalid: OnInvalid,
    ) -> Result<(), Error> {
        let Environment { action, workflow, dry_run, .. } = *environment;
        match self {
            // Kratix' dry run waits for a suspended workflow for ever (kratix-contract 2.3).
            Self::Invalid(problems) if workflow == Workflow::Promise || dry_run || on_invalid == OnInvalid::Fail => {
                Err(StepError::Invalid(problems).into())
            }
            Self::Waits if workflow == Workflow::Promise => {
                let what = "suspends a promise workflow, which would make the Promise unavailable";
                Err(refused(Refused::Suspension, generator, what).because(&stop.message))
            }
            Self::Waits if dry_run && action == Action::Configure && stop.retry_after_seconds.is_none() => {
                Err(StepError::WaitsInDryRun { message: &stop.message }.into())
            }
            Self::Waits | Self::Invalid(_) | Self::Fault(_) => Ok(()),
        }
    }

    fn problems(&self) -> Option<&Problems> {
        if let Self::Invalid(problems) = self { Some(problems) } else { None }
    }

    fn fault(&self) -> Option<&Fault> {
        if let Self::Fault(fault) = self { Some(fault) } else { None }
    }
}

/// Suspends the workflow, unless it is a deletion or an earlier container has done so already.
pub(super) fn hold(
    environment: &Environment,
    left: &Texts,
    stop: Stop,
    why: Why,
    generators: Vec<Ran>,
) -> Result<Outcome, Error> {
    let Stop { message, retry_after_seconds, mut status } = stop;
    let mut warnings = Vec::new();
    status.entry(MESSAGE).or_insert_with(|| message.clone().into());
    let theirs = stopped_by_others(environment, left)?;
    let said = Said { status, problems: why.problems(), fault: why.fault(), is_others: theirs.is_some() };
    let status = said.merged(environment, left, &mut warnings)?;
    let mut texts = Texts { status: status_text(&status)?, ..Texts::default() };
    if environment.action == Action::Delete {
        warnings.push(format!("a deletion is never held up; it goes on in spite of: {message}"));
        let met = match why {
            Why::Waits => None,
            Why::Invalid(problems) => Some(Met::Invalid(problems)),
            Why::Fault(fault) => Some(Met::Fault(fault)),
        };
        return Ok(Outcome { end: End::Deleted(met), generators, status, texts, warnings });
    }
    let hold = if let Some(theirs) = theirs {
        warnings
            .push(format!("an earlier container stopped the workflow already, and decides when it goes on: {message}"));
        Hold { message: theirs, retry_after_seconds: None }
    } else {
        texts.control = Some(control::suspend(&message, retry_after_seconds));
        Hold { message, retry_after_seconds }
    };
    let end = match why {
        Why::Waits => End::Suspended(hold),
        Why::Invalid(problems) => End::Invalid(problems, hold),
        Why::Fault(fault) => End::Fault(fault, hold),
    };
    Ok(Outcome { end, generators, status, texts, warnings })
}
