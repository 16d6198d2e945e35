//! What the generators of a step have made so far, taken together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::Task;
use super::answer::Complete;
use super::error::{Refused, StepError, refused};
use super::outcome::{End, Outcome, Said, Told, held_by_others, left_status, of_others, status_text};
use crate::contract::{Destination, GeneratorName, Workspace};
use crate::error::Error;
use crate::kratix::metadata::Texts;
use crate::kratix::selectors::{self, Selectors};
use crate::kratix::status::{self, INPUTS, Status};
use crate::kratix::{Action, Files, OutputPath, etcd};
use crate::limits::{DIRECTORIES, FILES, Limits, OUTPUT_BYTES};

/// Files, destinations and status of all generators that completed.
#[derive(Debug)]
pub(super) struct Collected {
    files: Files,
    /// With the generator that asked for it.
    destinations: Vec<(GeneratorName, Destination)>,
    status: Status,
    empty_is_intended: bool,
    overwrite: bool,
    bytes: usize,
}

impl Collected {
    pub(super) fn new(overwrite: bool) -> Self {
        let (files, destinations, status) = (Files::new(), Vec::new(), Status::new());
        Self { files, destinations, status, empty_is_intended: false, overwrite, bytes: 0 }
    }

    /// What the next generator sees.
    pub(super) fn workspace(&self) -> Workspace {
        self.files.iter().map(|(path, bytes)| (path.to_string(), Arc::clone(bytes))).collect()
    }

    /// The status of the generators that completed, over what earlier containers left: a JSON object.
    pub(super) fn earlier(&self, left: &Texts) -> Result<String, Error> {
        let mut status = left_status(left)?;
        status::merge(&mut status, self.status.clone());
        Ok(Value::Object(status).to_string())
    }

    /// Adds what a generator made.
    pub(super) fn add(&mut self, generator: &GeneratorName, output: Complete, limits: &Limits) -> Result<(), Error> {
        for (path, bytes) in output.files {
            self.bytes += bytes.len();
            if self.files.contains_key(&path) && !self.overwrite {
                return Err(StepError::MadeTwice { generator, path: &path }.into());
            }
            self.files.insert(path, bytes);
        }
        let too_much = |what: String| format!("with generator {generator} the step has {what}");
        if self.bytes > limits.output_bytes {
            return Err(limits.reached(&OUTPUT_BYTES, too_much(format!("{} bytes of output", self.bytes))));
        }
        if self.files.len() > limits.files {
            return Err(limits.reached(&FILES, too_much(format!("{} files", self.files.len()))));
        }
        let directories: BTreeSet<&str> = self.files.keys().flat_map(OutputPath::parents).collect();
        if directories.len() > limits.directories {
            return Err(limits.reached(&DIRECTORIES, too_much(format!("{} directories", directories.len()))));
        }
        self.ensure_distinct(generator)?;
        self.destinations.extend(output.destinations.into_iter().map(|entry| (generator.clone(), entry)));
        status::merge(&mut self.status, output.status);
        self.empty_is_intended |= output.empty_is_intended;
        Ok(())
    }

    /// Refuses paths that some file system, or a person, would take for one another.
    fn ensure_distinct(&self, generator: &GeneratorName) -> Result<(), Error> {
        // By likeness: the name, and the file that has it in its path.
        let mut names: BTreeMap<String, (&str, &str)> = BTreeMap::new();
        for file in self.files.keys() {
            for (name, likeness) in file.likenesses() {
                let file = file.as_str();
                let Some((other, other_file)) = names.insert(likeness, (name, file)) else { continue };
                if other != name {
                    let what = "which some file systems take for the same name";
                    return Err(refused(Refused::Path, generator, format!("returned {other} and {name}, {what}")));
                }
                if (other == other_file) != (name == file) {
                    let what = format!("so {name} would be a file and a directory");
                    return Err(refused(Refused::Path, generator, format!("returned {other_file} and {file}, {what}")));
                }
            }
        }
        Ok(())
    }

    /// The outcome of a step whose generators all completed.
    pub(super) fn into_outcome(mut self, task: &Task, told: Told) -> Result<Outcome, Error> {
        let (environment, left) = (task.environment(), task.left());
        let mut warnings = Vec::new();
        let is_delete = environment.action == Action::Delete;
        if is_delete && !self.files.is_empty() {
            warnings.push(
                "files of a delete are not written: Kratix takes none, and removes the earlier ones itself".to_owned(),
            );
        }
        if !is_delete {
            self.ensure_meant()?;
        }
        if told.inputs.is_none() && task.had_inputs() && !left_status(left)?.contains_key(INPUTS) {
            // Kratix never removes a key, and this one is of a generator that had inputs, of no earlier container.
            self.status.entry(INPUTS).or_insert(Value::Null);
        }
        let is_others = held_by_others(environment, left)?.is_some();
        let said = Said {
            status: std::mem::take(&mut self.status),
            problems: None,
            fault: None,
            inputs: told.inputs.as_ref(),
            is_others,
        };
        let status = said.merged(environment, left, &mut warnings)?;
        let Told { generators, inputs } = told;
        let mut texts = Texts { status: status_text(&status)?, ..Texts::default() };
        if is_delete {
            if is_others {
                warnings.push("an earlier container holds the deletion up, and decides when it goes on".to_owned());
            }
            return Ok(Outcome { end: End::Deleted(None), generators, inputs, status, texts, warnings });
        }
        let selectors = self.selectors(left)?;
        if !self.destinations.is_empty() {
            texts.selectors =
                Some(selectors.write().map_err(|cause| StepError::MetadataTooLarge { file: selectors::FILE, cause })?);
        }
        if is_others {
            let warning = "an earlier container stopped the workflow: Kratix won't take the files yet";
            warnings.push(warning.to_owned());
        }
        warnings.extend(etcd::warning(&self.files));
        Ok(Outcome { end: End::Complete { files: self.files, selectors }, generators, inputs, status, texts, warnings })
    }

    /// Without a file Kratix would remove all that the request ever had.
    fn ensure_meant(&self) -> Result<(), Error> {
        if !self.files.is_empty() || self.empty_is_intended {
            return Ok(());
        }
        Err(StepError::Nothing.into())
    }

    /// The destinations of the step, added to what other containers left.
    fn selectors(&self, left: &Texts) -> Result<Selectors, Error> {
        let would = "fail the pipeline for it, or mishandle it";
        let theirs =
            of_others(left.selectors.as_deref(), selectors::FILE, would, |text| Selectors::read(text.as_bytes()))?;
        let mut selectors = theirs.unwrap_or_default();
        let directories: BTreeSet<&str> = self.files.keys().filter_map(OutputPath::top_directory).collect();
        for (generator, entry) in &self.destinations {
            selectors.add(entry.directory.as_deref(), entry.match_labels.clone()).map_err(|error| {
                refused(Refused::Destination, generator, format!("returned a destination that {error}"))
            })?;
            // Only what ours ask for, and only theirs: where files of others go is for others to say.
            let Some(directory) = entry.directory.as_deref().and_then(selectors::named_directory) else { continue };
            if !directories.contains(directory.as_str()) {
                let directory = crate::text::clean(&directory, 80);
                let said = format!("sends the directory {directory}, which has no file");
                return Err(refused(Refused::Destination, generator, said)
                    .because("Kratix fails when such a directory doesn't exist"));
            }
        }
        Ok(selectors)
    }
}
