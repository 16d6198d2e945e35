//! How a step ends, and what it says of that to Kratix.

use serde_json::{Map, Value, json};

use super::answer::Problems;
use super::error::StepError;
use super::fault::Fault;
use crate::contract::GeneratorName;
use crate::error::Error;
use crate::kratix::metadata::Texts;
use crate::kratix::selectors::Selectors;
use crate::kratix::status::{self, FAULT, INPUTS, MESSAGE, PROBLEMS, Status};
use crate::kratix::{Action, Environment, Files, Workflow, control};

/// What a step answers a task with.
#[derive(Debug)]
pub struct Outcome {
    /// How it ends.
    pub end: End,
    /// The generators that were asked.
    pub generators: Vec<Ran>,
    /// What was read for their inputs, as the status says it; none where no generator declares any.
    pub inputs: Option<Map<String, Value>>,
    /// What `status.yaml` says, with what earlier containers left in it.
    pub status: Status,
    /// The files of the metadata directory; one that is none stays as earlier containers left it.
    pub texts: Texts,
    /// Odd things.
    pub warnings: Vec<String>,
}

/// The ways in which a step ends.
#[derive(Debug)]
pub enum End {
    /// All generators completed.
    Complete {
        /// All files.
        files: Files,
        /// Where they go, with what earlier containers left.
        selectors: Selectors,
    },
    /// A generator waits for something.
    Suspended(Hold),
    /// The requester has something to mend.
    Invalid(Problems, Hold),
    /// The author of the Promise or of a generator has.
    Fault(Fault, Hold),
    /// The object goes, whatever the step met, as far as this step is concerned; Kratix takes no files of a deletion.
    Deleted(Option<Met>),
}

/// What a deletion goes on in spite of.
#[derive(Debug)]
pub enum Met {
    /// A request that a generator finds wrong.
    Invalid(Problems),
    /// An error.
    Fault(Fault),
}

/// A workflow that is suspended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Why. Where an earlier container suspended it already, that one's message.
    pub message: String,
    /// Seconds until Kratix tries again; none for only when something changes, or when another container decides that.
    pub retry_after_seconds: Option<u32>,
}

/// A generator that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its name.
    pub name: GeneratorName,
    /// Its own version.
    pub version: String,
}

impl Ran {
    /// As a program reads it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"name": self.name.as_str(), "version": self.version})
    }
}

impl End {
    /// The word for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Complete { .. } | Self::Deleted(None) => "complete",
            Self::Suspended(_) => "suspended",
            Self::Invalid(..) | Self::Deleted(Some(Met::Invalid(_))) => "invalid",
            Self::Fault(..) | Self::Deleted(Some(Met::Fault(_))) => "fault",
        }
    }

    /// What the requester has to mend.
    #[must_use]
    pub fn problems(&self) -> Option<&Problems> {
        match self {
            Self::Invalid(problems, _) | Self::Deleted(Some(Met::Invalid(problems))) => Some(problems),
            Self::Complete { .. } | Self::Suspended(_) | Self::Fault(..) | Self::Deleted(_) => None,
        }
    }

    /// What somebody else has to mend.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault, _) | Self::Deleted(Some(Met::Fault(fault))) => Some(fault),
            Self::Complete { .. } | Self::Suspended(_) | Self::Invalid(..) | Self::Deleted(_) => None,
        }
    }

    /// Why the workflow is suspended, if it is.
    #[must_use]
    pub fn hold(&self) -> Option<&Hold> {
        match self {
            Self::Suspended(hold) | Self::Invalid(_, hold) | Self::Fault(_, hold) => Some(hold),
            Self::Complete { .. } | Self::Deleted(_) => None,
        }
    }

    /// The files that belong below the output.
    #[must_use]
    pub fn files(&self) -> &Files {
        static NONE: Files = Files::new();
        match self {
            Self::Complete { files, .. } => files,
            Self::Suspended(_) | Self::Invalid(..) | Self::Fault(..) | Self::Deleted(_) => &NONE,
        }
    }
}

/// What a step did, whatever comes of it.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The generators that were asked.
    pub(super) generators: Vec<Ran>,
    /// What was read for their inputs.
    pub(super) inputs: Option<Map<String, Value>>,
}

/// What a step has to say in `status.yaml`.
pub(super) struct Said<'a> {
    pub(super) status: Status,
    pub(super) problems: Option<&'a Problems>,
    pub(super) fault: Option<&'a Fault>,
    pub(super) inputs: Option<&'a Map<String, Value>>,
    /// Whether an earlier container stopped the workflow: then what it says of that stays.
    pub(super) is_others: bool,
}

impl Said<'_> {
    /// Lays it over what earlier containers left. Of a Promise, Kratix keeps only the message.
    pub(super) fn merged(
        self,
        environment: &Environment,
        left: &Texts,
        warnings: &mut Vec<String>,
    ) -> Result<Status, Error> {
        let Self { status: mut ours, problems, fault, inputs, is_others } = self;
        let mut status = left_status(left)?;
        if is_others {
            ours.remove(MESSAGE);
        }
        match environment.workflow {
            Workflow::Resource if is_others => {}
            // Written whenever a status is, since Kratix never removes a key.
            Workflow::Resource => {
                ours.insert(PROBLEMS.into(), problems.map_or(Value::Null, Problems::to_json));
                ours.insert(FAULT.into(), fault.map_or(Value::Null, Fault::to_json));
                if let Some(inputs) = inputs {
                    // With what an earlier container of the pod has read.
                    let mut all = status.get(INPUTS).and_then(Value::as_object).cloned().unwrap_or_default();
                    all.extend(inputs.clone());
                    ours.insert(INPUTS.into(), Value::Object(all));
                }
            }
            Workflow::Promise => {
                let dropped: Vec<String> = ours.keys().filter(|key| *key != MESSAGE).cloned().collect();
                if !dropped.is_empty() {
                    let dropped = dropped.join(", ");
                    warnings.push(format!("of a Promise's status Kratix keeps only {MESSAGE}; left out: {dropped}"));
                }
                ours.retain(|key, _| key == MESSAGE);
            }
        }
        status::merge(&mut status, ours);
        Ok(status)
    }
}

/// The status that earlier containers left.
pub(super) fn left_status(left: &Texts) -> Result<Status, Error> {
    let theirs = of_others(left.status.as_deref(), status::FILE, FAILS, |text| status::read(text.as_bytes()))?;
    Ok(theirs.unwrap_or_default())
}

/// The text of `status.yaml`; none when there is nothing to say.
pub(super) fn status_text(status: &Status) -> Result<Option<String>, Error> {
    let text = (!status.is_empty()).then(|| status::write(status)).transpose();
    text.map_err(|cause| StepError::MetadataTooLarge { file: status::FILE, cause }.into())
}

/// Whether another container stops the workflow, and why. Its control stays then, over ours. One that doesn't stop gives
/// way: with it, a stopped step would look complete without files, and Kratix would remove all that the request had.
///
/// # Errors
///
/// For a control that Kratix would fail for; of a deletion, which nothing of that kind is to hold up, Kratix says so itself.
pub(super) fn held_by_others(environment: &Environment, left: &Texts) -> Result<Option<String>, Error> {
    let theirs = of_others(left.control.as_deref(), control::FILE, FAILS, control::read)
        .map(|control| control.flatten().map(|control| control.message));
    match environment.action {
        Action::Configure => theirs,
        Action::Delete => Ok(theirs.unwrap_or_default()),
    }
}

/// What Kratix would do for a metadata file that it can't read.
const FAILS: &str = "fail the pipeline for it";

/// Reads what other containers of the pod left in a metadata file; `would` is what Kratix would do when that is wrong.
pub(super) fn of_others<T>(
    text: Option<&str>,
    file: &str,
    would: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, Error> {
    let read = text.map(read).transpose();
    read.map_err(|cause| StepError::LeftWrong { file, cause, would }.into())
}
