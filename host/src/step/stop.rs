//! A step that doesn't complete: no files, only status and control.

use super::answer::{self, Problems, Stop};
use super::report::{self, Report};
use super::{OnInvalid, Step};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::status::MESSAGE;
use crate::kratix::{Action, Environment, Files, Workflow, control};
use crate::pod::Pod;
use crate::pod::transaction::Transaction;

impl Step {
    /// Ends a step with a generator that didn't complete.
    pub(super) fn stop(
        self,
        generator: &str,
        transaction: Transaction,
        stop: Stop,
        invalid: Option<Problems>,
        mut report: Report,
    ) -> Result<Report, Error> {
        let Environment { action, workflow, dry_run, .. } = self.pod.environment;
        match invalid {
            // Kratix' dry run waits for a suspended workflow for ever (kratix-contract 2.3).
            Some(problems) if workflow == Workflow::Promise || dry_run || self.on_invalid == OnInvalid::Fail => {
                return Err(problems.into_error(Exit::Request, "the request is invalid"));
            }
            None if workflow == Workflow::Promise => {
                return Err(answer::refused(
                    generator,
                    "suspends a promise workflow, which would make the Promise unavailable",
                )
                .because(stop.message));
            }
            None if dry_run && action == Action::Configure && stop.retry_after_seconds.is_none() => {
                return Err(Error::new(
                    Exit::Request,
                    "the request would be suspended, for which a dry run can't wait",
                )
                .because(stop.message));
            }
            invalid => report.invalid = invalid,
        }
        hold(&self.pod, transaction, stop, report)
    }
}

/// Suspends the workflow, unless it is a deletion or an earlier container has done so already.
pub(super) fn hold(pod: &Pod, transaction: Transaction, stop: Stop, mut report: Report) -> Result<Report, Error> {
    let Stop { message, retry_after_seconds, mut status } = stop;
    let Environment { action, workflow, .. } = pod.environment;
    status.entry(MESSAGE).or_insert_with(|| message.clone().into());
    let stopped = report::stopped_by_others(&transaction, action)?;
    let mut metadata = report.status(&transaction, workflow, status, stopped.is_some())?;
    if action == Action::Delete {
        report.warn(&format!("a deletion is never held up; it goes on in spite of: {message}"));
    } else if let Some(theirs) = stopped {
        report.warn(&format!(
            "an earlier container stopped the workflow already, and decides when it goes on: {message}"
        ));
        report.suspended = Some((theirs, None));
    } else {
        metadata.insert(control::FILE, control::suspend(&message, retry_after_seconds));
        report.suspended = Some((message, retry_after_seconds));
    }
    // There are no files that could take another's place.
    report.committed(transaction.commit(&Files::new(), &metadata, false)?);
    Ok(report)
}
