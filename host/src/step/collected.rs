//! What the generators of a step have made so far, taken together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::answer::{Complete, refused};
use super::report::of_others;
use crate::contract::Destination;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::selectors::{self, Selectors};
use crate::kratix::status::{self, Status};
use crate::kratix::{Files, OutputPath};
use crate::limits::{DIRECTORIES, FILES, Limits, OUTPUT_BYTES};
use crate::pod::transaction::Transaction;
use crate::sandbox::Workspace;

/// Files, destinations and status of all generators that completed.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) files: Files,
    /// With the generator that asked for it.
    destinations: Vec<(String, Destination)>,
    pub(super) status: Status,
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

    /// Adds what a generator made.
    pub(super) fn add(&mut self, generator: &str, output: Complete, limits: &Limits) -> Result<(), Error> {
        for (path, bytes) in output.files {
            self.bytes += bytes.len();
            if self.files.contains_key(&path) && !self.overwrite {
                return Err(Error::new(
                    Exit::Config,
                    format!("generator {generator} returned {path}, which an earlier one made"),
                )
                .hint("let later generators replace files with --overwrite, or use only one of them"));
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
        self.destinations.extend(output.destinations.into_iter().map(|entry| (generator.to_owned(), entry)));
        status::merge(&mut self.status, output.status);
        self.empty_is_intended |= output.empty_is_intended;
        Ok(())
    }

    /// Refuses paths that some file system, or a person, would take for one another.
    fn ensure_distinct(&self, generator: &str) -> Result<(), Error> {
        // By likeness: the name, and the file that has it in its path.
        let mut names: BTreeMap<String, (&str, &str)> = BTreeMap::new();
        for file in self.files.keys() {
            for (name, likeness) in file.likenesses() {
                let file = file.as_str();
                let Some((other, other_file)) = names.insert(likeness, (name, file)) else { continue };
                if other != name {
                    let what = "which some file systems take for the same name";
                    return Err(refused(generator, &format!("returned {other} and {name}, {what}")));
                }
                if (other == other_file) != (name == file) {
                    let what = format!("so {name} would be a file and a directory");
                    return Err(refused(generator, &format!("returned {other_file} and {file}, {what}")));
                }
            }
        }
        Ok(())
    }

    /// Without a file Kratix would remove all that the request ever had.
    pub(super) fn ensure_meant(&self) -> Result<(), Error> {
        if !self.files.is_empty() || self.empty_is_intended {
            return Ok(());
        }
        Err(Error::new(Exit::Misbehaved, "the step generated nothing")
            .because("Kratix would take that for the wish to remove every file of the request")
            .hint("a generator that means it says so: empty-is-intended"))
    }

    /// Whether any generator asked for a destination.
    pub(super) fn sends(&self) -> bool {
        !self.destinations.is_empty()
    }

    /// The destinations of the step, added to what other containers left.
    pub(super) fn selectors(&self, transaction: &Transaction) -> Result<Selectors, Error> {
        let would = "fail the pipeline for it, or mishandle it";
        let theirs = of_others(transaction, selectors::FILE, would, |text| Selectors::read(text.as_bytes()))?;
        let mut selectors = theirs.unwrap_or_default();
        let directories: BTreeSet<&str> = self.files.keys().filter_map(OutputPath::top_directory).collect();
        for (generator, entry) in &self.destinations {
            selectors
                .add(entry.directory.as_deref(), entry.match_labels.clone())
                .map_err(|error| refused(generator, &format!("returned a destination that {error}")))?;
            // Only what ours ask for, and only theirs: where files of others go is for others to say.
            let Some(directory) = entry.directory.as_deref().and_then(selectors::named_directory) else { continue };
            if !directories.contains(directory.as_str()) {
                let directory = crate::text::clean(&directory, 80);
                return Err(refused(generator, &format!("sends the directory {directory}, which has no file"))
                    .because("Kratix fails when such a directory doesn't exist"));
            }
        }
        Ok(selectors)
    }
}
