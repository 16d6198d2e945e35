//! A step that doesn't complete: no files, only status and control.

use super::OnInvalid;
use super::answer::{Problems, Stop};
use super::error::{Refused, StepError, refused};
use super::fault::Fault;
use super::outcome::{End, Hold, Met, Outcome, Said, Told, held_by_others, status_text};
use crate::contract::GeneratorName;
use crate::error::Error;
use crate::kratix::metadata::Texts;
use crate::kratix::status::MESSAGE;
use crate::kratix::{Action, Environment, Workflow, control};

/// Why a step doesn't complete.
#[derive(Debug)]
pub(super) enum Why {
    /// A generator waits for something, or the host for an input; in a deletion, too, where it may.
    Waits { deletion: bool },
    /// The requester has something to mend.
    Invalid(Problems),
    /// Somebody else has.
    Fault(Fault),
}

impl Why {
    /// Refuses to hold up what can't be held up. It is a generator that does so, or the host.
    pub(super) fn ensure_possible(
        &self,
        generator: Option<&GeneratorName>,
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
            Self::Waits { deletion: true } if action == Action::Delete => Ok(()),
            Self::Waits { .. }
                if workflow == Workflow::Promise
                    && let Some(generator) = generator =>
            {
                let what = "suspends a promise workflow, which would make the Promise unavailable";
                Err(refused(Refused::Suspension, generator, what).because(&stop.message))
            }
            Self::Waits { .. } if dry_run && action == Action::Configure && stop.retry_after_seconds.is_none() => {
                Err(StepError::WaitsInDryRun { message: &stop.message }.into())
            }
            Self::Waits { .. } | Self::Invalid(_) | Self::Fault(_) => Ok(()),
        }
    }

    /// Whether the workflow is suspended for it. Nothing but this holds a deletion up: a generator that may, and an error where one
    /// may. The request of a dry run is Kratix' own (kratix-contract 2.3): nobody would approve of its end, and nothing is
    /// lost by it.
    pub(super) fn holds(&self, Environment { action, dry_run, .. }: &Environment) -> bool {
        let may_hold_deletion = matches!(self, Self::Waits { deletion: true } | Self::Fault(_)) && !dry_run;
        *action == Action::Configure || may_hold_deletion
    }

    fn problems(&self) -> Option<&Problems> {
        if let Self::Invalid(problems) = self { Some(problems) } else { None }
    }

    fn fault(&self) -> Option<&Fault> {
        if let Self::Fault(fault) = self { Some(fault) } else { None }
    }
}

/// Suspends the workflow, unless it is a deletion that can't wait, or an earlier container has suspended it already.
pub(super) fn hold(
    environment: &Environment,
    left: &Texts,
    stop: Stop,
    why: Why,
    told: Told,
) -> Result<Outcome, Error> {
    let Stop { message, retry_after_seconds, mut status } = stop;
    let goes_on = !why.holds(environment);
    let mut warnings = Vec::new();
    status.entry(MESSAGE).or_insert_with(|| message.clone().into());
    let theirs = held_by_others(environment, left)?;
    let (problems, fault, is_others) = (why.problems(), why.fault(), theirs.is_some());
    let said = Said { status, problems, fault, inputs: told.inputs.as_ref(), is_others };
    let status = said.merged(environment, left, &mut warnings)?;
    let mut texts = Texts { status: status_text(&status)?, ..Texts::default() };
    let Told { generators, inputs } = told;
    if goes_on {
        warnings.push(match theirs {
            None => format!("a deletion is not held up for this; it goes on in spite of: {message}"),
            Some(_) => format!("an earlier container holds the deletion up; for this it would go on: {message}"),
        });
        let met = match why {
            Why::Waits { .. } => None,
            Why::Invalid(problems) => Some(Met::Invalid(problems)),
            Why::Fault(fault) => Some(Met::Fault(fault)),
        };
        return Ok(Outcome { end: End::Deleted(met), generators, inputs, status, texts, warnings });
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
        Why::Waits { .. } => End::Suspended(hold),
        Why::Invalid(problems) => End::Invalid(problems, hold),
        Why::Fault(fault) => End::Fault(fault, hold),
    };
    Ok(Outcome { end, generators, inputs, status, texts, warnings })
}
