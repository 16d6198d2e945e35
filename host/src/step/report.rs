//! What a step did, for people and programs, and the metadata files that say it to Kratix.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Problems;
use super::suspend::Fault;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::selectors::Selectors;
use crate::kratix::status::{self, FAULT, MESSAGE, PROBLEMS, Status};
use crate::kratix::{Action, Workflow, control, selectors};
use crate::pod::transaction::{Committed, Transaction, Written};

/// What a step did.
#[derive(Debug, Default)]
pub struct Report {
    /// Name and version of each generator that ran.
    pub generators: Vec<(String, String)>,
    /// What was written below the output.
    pub files: Vec<Written>,
    /// Files of an earlier run of the step that are no more.
    pub removed: Vec<String>,
    /// Where directories go.
    pub selectors: Selectors,
    /// What the status says, with what other containers left.
    pub status: Status,
    /// Set when the workflow was suspended: why, and when to try again.
    pub suspended: Option<(String, Option<u32>)>,
    /// Set when the request is invalid.
    pub invalid: Option<Problems>,
    /// Set when the workflow was suspended, or a deletion went on, in spite of what no requester can mend.
    pub fault: Option<Fault>,
    /// Odd things.
    pub warnings: Vec<String>,
}

/// Texts of metadata files, by name; one that is not here stays as other containers left it.
pub(super) type Metadata = BTreeMap<&'static str, String>;

impl Report {
    /// As a program reads it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let outcome = match (&self.fault, &self.invalid, &self.suspended) {
            (Some(_), _, _) => "fault",
            (None, Some(_), _) => "invalid",
            (None, None, Some(_)) => "suspended",
            (None, None, None) => "complete",
        };
        json!({
            "outcome": outcome,
            "generators": self.generators.iter().map(|(name, version)| json!({"name": name, "version": version}))
                .collect::<Vec<_>>(),
            "files": self.files.iter().map(|file| json!({"path": file.path, "bytes": file.bytes, "sha256": file.sha256}))
                .collect::<Vec<_>>(),
            "removed": self.removed,
            "destinations": self.selectors.to_json(),
            "status": self.status,
            "suspended": self.suspended.as_ref().map(|(message, retry)| json!({"message": message, "retryAfterSeconds": retry})),
            "problems": self.invalid.as_ref().map(Problems::to_json),
            "fault": self.fault.as_ref().map(Fault::to_json),
            "warnings": self.warnings,
        })
    }

    pub(super) fn warn(&mut self, warning: &str) {
        self.warnings.push(warning.to_owned());
    }

    /// Makes `status.yaml`: ours over what other containers left. Of a Promise, Kratix keeps only the message. Where
    /// another container stopped the workflow, what it says of that stays.
    pub(super) fn status(
        &mut self,
        transaction: &Transaction,
        workflow: Workflow,
        mut ours: Status,
        stopped_by_others: bool,
    ) -> Result<Metadata, Error> {
        if stopped_by_others {
            ours.remove(MESSAGE);
        }
        match workflow {
            Workflow::Resource if stopped_by_others => {}
            // Written whenever a status is, since Kratix never removes a key.
            Workflow::Resource => {
                ours.insert(PROBLEMS.into(), self.invalid.as_ref().map_or(Value::Null, Problems::to_json));
                ours.insert(FAULT.into(), self.fault.as_ref().map_or(Value::Null, Fault::to_json));
            }
            Workflow::Promise => {
                let dropped: Vec<String> = ours.keys().filter(|key| *key != MESSAGE).cloned().collect();
                if !dropped.is_empty() {
                    self.warn(&format!(
                        "of a Promise's status Kratix keeps only {MESSAGE}; left out: {}",
                        dropped.join(", ")
                    ));
                }
                ours.retain(|key, _| key == MESSAGE);
            }
        }
        let theirs = of_others(transaction, status::FILE, FAILS, |text| status::read(text.as_bytes()))?;
        let mut status = theirs.unwrap_or_default();
        status::merge(&mut status, ours);
        self.status = status;
        let mut metadata = Metadata::new();
        if !self.status.is_empty() {
            let text = status::write(&self.status).map_err(|cause| too_much(status::FILE, cause))?;
            metadata.insert(status::FILE, text);
        }
        Ok(metadata)
    }

    /// Makes `destination-selectors.yaml`.
    pub(super) fn written_selectors(&self) -> Result<String, Error> {
        self.selectors.write().map_err(|cause| too_much(selectors::FILE, cause))
    }

    /// Tells what a commit did.
    pub(super) fn committed(&mut self, committed: Committed) {
        let Committed { written, removed, replaced } = committed;
        (self.files, self.removed) = (written, removed);
        for path in replaced {
            self.warn(&format!("{path}, which others wrote or changed, was replaced; their version doesn't come back"));
        }
    }
}

fn too_much(file: &str, cause: String) -> Error {
    Error::new(Exit::Limit, format!("{file} would be more than a later run can read"))
        .because(cause)
        .hint("what earlier containers left counts too: one of them, or this step, has to say less")
}

/// Whether another container stops the workflow, and why. Its control stays then, over ours. One that doesn't stop gives
/// way: with it, a stopped step would look complete without files, and Kratix would remove all that the request had. A
/// deletion is never held up.
pub(super) fn stopped_by_others(transaction: &Transaction, action: Action) -> Result<Option<String>, Error> {
    if action == Action::Delete {
        return Ok(None);
    }
    Ok(of_others(transaction, control::FILE, FAILS, control::read)?.flatten())
}

/// What Kratix would do for a metadata file that it can't read.
const FAILS: &str = "fail the pipeline for it";

/// Reads what other containers of the pod left in a metadata file; `would` is what Kratix would do when that is wrong.
pub(super) fn of_others<T>(
    transaction: &Transaction,
    file: &str,
    would: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, Error> {
    transaction.foreign(file)?.map(|text| read(&text)).transpose().map_err(|cause| {
        Error::new(Exit::Directories, format!("{file} of an earlier container is wrong"))
            .because(cause)
            .hint(format!("Kratix would {would}: mend that container"))
    })
}
