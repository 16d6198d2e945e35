//! All or nothing: how a step's files reach two directories that can't be swapped as a whole.
//!
//! Everything is checked, then written beside its place in each directory ([`STAGE`]), then listed in a journal that is
//! synced to the disk. From then on the step is decided: files are renamed into place one by one, and whoever finds a
//! journal later finishes it first. So at any moment every file is whole, and a killed run leaves either the old tree, or
//! a journal that leads to the new one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::FileType;
use serde::{Deserialize, Serialize};

use super::record::{Merged, Record};
use super::{OutputPath, Volume};
use crate::digest::sha256;
use crate::error::{Error, plain};
use crate::exit::Exit;

/// Files of a step, below the output.
pub type Files = BTreeMap<OutputPath, Vec<u8>>;

/// Our corner of both directories. In the output it exists only while a step is written.
const CORNER: &str = ".kratix-wasm";
const STAGE: &str = ".kratix-wasm/stage";
const JOURNAL: &str = ".kratix-wasm/journal.json";
const JOURNAL_STAGED: &str = ".kratix-wasm/journal.json.new";
const LOCK: &str = ".kratix-wasm/lock";
/// More than the journal of the largest step.
const MAX_JOURNAL: usize = 32 * 1024 * 1024;
/// More than any container may sensibly leave in a metadata file.
const MAX_METADATA: usize = 1024 * 1024;

/// Where Kratix's directories are.
#[derive(Debug, Clone)]
pub struct Directories {
    /// `/kratix/output`.
    pub output: PathBuf,
    /// `/kratix/metadata`.
    pub metadata: PathBuf,
}

/// The three files that Kratix reads from the metadata directory.
pub const METADATA_FILES: [&str; 3] = ["status.yaml", "destination-selectors.yaml", "workflow-control.yaml"];

/// Both directories, locked, with what killed runs left brought to its end.
#[derive(Debug)]
pub struct Transaction {
    output: Volume,
    metadata: Volume,
    record_path: String,
    record: Record,
    _lock: File,
}

/// What a commit did.
#[derive(Debug, Default)]
pub struct Committed {
    /// Files of an earlier run of this step that are no more.
    pub removed: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    output: Changes,
    metadata: Changes,
}

/// In the order in which they are made: a file may take the place of a removed directory.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Changes {
    remove: Vec<String>,
    /// From a name in the stage to a path.
    rename: Vec<(String, String)>,
}

impl Transaction {
    /// Opens both directories for the step that runs these generators.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`] when one is missing or can't be written, when another run is at work, or when a killed run
    /// can't be finished.
    pub fn begin(directories: &Directories, generators: &[String]) -> Result<Self, Error> {
        let output = Volume::open("output", &directories.output)?;
        let metadata = Volume::open("metadata", &directories.metadata)?;
        let lock =
            metadata.lock(LOCK).map_err(|error| unwritable(&directories.metadata, &error))?.ok_or_else(|| {
                Error::new(Exit::Directories, format!("another run is at work in {}", directories.metadata.display()))
                    .hint("wait for it, or give each run directories of its own")
            })?;
        let record_path = format!("{CORNER}/{}.json", Record::name(generators));
        let mut transaction = Self { output, metadata, record_path, record: Record::default(), _lock: lock };
        transaction.finish_killed_run()?;
        transaction.ensure_writable(directories)?;
        let record = transaction.metadata.read(&transaction.record_path, MAX_JOURNAL);
        transaction.record =
            record.ok().flatten().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Ok(transaction)
    }

    /// What other containers of the pod left in a metadata file.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`] when it is a link, no regular file, or too large.
    pub fn foreign(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let now = self.metadata.read(name, MAX_METADATA).map_err(|error| {
            let hint = "an earlier container left it; it must be a regular file";
            Error::directory("use", &self.metadata.show(name), &error).hint(hint)
        })?;
        Ok(self.record.foreign(name, now))
    }

    /// Whether a top-level directory of the output holds a file of another container.
    #[must_use]
    pub fn has_foreign_files(&self, directory: &str) -> bool {
        self.any_foreign(directory, 0)
    }

    fn any_foreign(&self, directory: &str, depth: usize) -> bool {
        let names = self.output.names(directory).unwrap_or_default();
        depth < 64
            && names.iter().any(|name| {
                let path = format!("{directory}/{name}");
                match self.output.kind(&path) {
                    Ok(Some(FileType::Directory)) => self.any_foreign(&path, depth + 1),
                    Ok(Some(_)) => !self.record.files.contains_key(&path),
                    _ => false,
                }
            })
    }

    /// Makes exactly this of the step's files: `files` below the output, and for each of [`METADATA_FILES`] a text or
    /// nothing. What other containers wrote stays; with `overwrite`, their files give way to ours.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`], with the old tree untouched, when something is in the way or can't be written.
    pub fn commit(
        self,
        files: &Files,
        metadata: &BTreeMap<&'static str, String>,
        overwrite: bool,
    ) -> Result<Committed, Error> {
        let mut journal = Journal { output: Changes::default(), metadata: Changes::default() };
        let mut record = Record::default();
        self.plan_output(files, overwrite, &mut journal.output, &mut record)?;
        let staged = self.plan_metadata(metadata, &mut journal.metadata, &mut record)?;
        let removed = journal.output.remove.clone();
        self.stage(files, &staged, &journal).inspect_err(|_| self.clear_stages())?;
        self.apply(&journal).map_err(|error| self.unfinished(&error))?;
        Ok(Committed { removed })
    }

    fn plan_output(
        &self,
        files: &Files,
        overwrite: bool,
        changes: &mut Changes,
        record: &mut Record,
    ) -> Result<(), Error> {
        for (path, hash) in &self.record.files {
            let stale = OutputPath::parse(path).is_ok_and(|path| !files.contains_key(&path));
            if stale && self.holds(path, hash) {
                changes.remove.push(path.clone());
            }
        }
        for (index, (path, bytes)) in files.iter().enumerate() {
            let hash = sha256(bytes);
            let ours = self.record.files.get(path.as_str()).is_some_and(|written| self.holds(path.as_str(), written));
            if !ours && self.holds(path.as_str(), &hash) {
                // Another container wrote the same; it stays that one's.
                continue;
            }
            if !ours {
                self.ensure_free(path, overwrite, &changes.remove)?;
            }
            changes.rename.push((index.to_string(), path.to_string()));
            record.files.insert(path.to_string(), hash);
        }
        Ok(())
    }

    /// Refuses a path where something of another container is in the way.
    fn ensure_free(&self, path: &OutputPath, overwrite: bool, removed: &[String]) -> Result<(), Error> {
        let in_the_way = |path: &str, what: &str| {
            Error::new(Exit::Directories, format!("{} is in the way: {what}", self.output.show(path).display()))
        };
        let is_removed = |path: &str| removed.iter().any(|gone| gone == path);
        for parent in path.parents() {
            match self.output.kind(parent) {
                Ok(Some(FileType::RegularFile)) if is_removed(parent) => {}
                // An error means that something further up is at fault; its turn comes.
                Ok(None | Some(FileType::Directory)) | Err(_) => {}
                Ok(Some(_)) => return Err(in_the_way(parent, "a link or a file where a directory is needed")),
            }
        }
        let path = path.as_str();
        match self.output.kind(path) {
            Ok(Some(FileType::RegularFile)) if overwrite => Ok(()),
            Ok(Some(FileType::RegularFile)) => {
                Err(in_the_way(path, "a file that this step didn't write, or that was changed since")
                    .hint("remove it, or let generators replace files of other steps with --overwrite"))
            }
            Ok(Some(FileType::Directory)) if self.is_emptied(path, removed) => Ok(()),
            Ok(Some(FileType::Directory)) => Err(in_the_way(path, "a directory where a file is needed")),
            Ok(Some(_)) => Err(in_the_way(path, "a link or a special file, and those are never followed or replaced")),
            // No such entry, or one below a file that is about to be removed.
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// Whether a directory holds nothing but files that are about to be removed.
    fn is_emptied(&self, directory: &str, removed: &[String]) -> bool {
        let names = self.output.names(directory).unwrap_or_default();
        !names.is_empty()
            && names.iter().all(|name| {
                let path = format!("{directory}/{name}");
                match self.output.kind(&path) {
                    Ok(Some(FileType::Directory)) => self.is_emptied(&path, removed),
                    _ => removed.contains(&path),
                }
            })
    }

    fn holds(&self, path: &str, hash: &str) -> bool {
        matches!(self.output.read(path, MAX_JOURNAL), Ok(Some(bytes)) if sha256(&bytes) == hash)
    }

    /// Plans the three files and our record; gives what is to be staged, by index.
    fn plan_metadata(
        &self,
        metadata: &BTreeMap<&'static str, String>,
        changes: &mut Changes,
        record: &mut Record,
    ) -> Result<Vec<String>, Error> {
        let mut staged = Vec::new();
        for name in METADATA_FILES {
            let before = self.foreign(name)?.map(|before| String::from_utf8_lossy(&before).into_owned());
            match metadata.get(name) {
                Some(text) if before.as_ref() != Some(text) => {
                    changes.rename.push((staged.len().to_string(), name.to_owned()));
                    record.metadata.insert(name.to_owned(), Merged { sha256: sha256(text.as_bytes()), before });
                    staged.push(text.clone());
                }
                // As another container left it.
                Some(_) | None => match (before, self.record.metadata.get(name)) {
                    (Some(before), Some(_)) => {
                        changes.rename.push((staged.len().to_string(), name.to_owned()));
                        staged.push(before);
                    }
                    (None, Some(_)) => changes.remove.push(name.to_owned()),
                    (_, None) => {}
                },
            }
        }
        changes.rename.push((staged.len().to_string(), self.record_path.clone()));
        staged.push(serde_json::to_string(record).expect("a record is made of strings"));
        Ok(staged)
    }

    /// Writes everything beside its place, and last the journal. Until that has its name, nothing has happened.
    fn stage(&self, files: &Files, metadata: &[String], journal: &Journal) -> Result<(), Error> {
        let failed = |volume: &Volume, path: &str, error: io::Error| {
            Error::directory("write", &volume.show(path), &error).hint("nothing was changed")
        };
        let planned: BTreeMap<&str, &str> =
            journal.output.rename.iter().map(|(staged, path)| (path.as_str(), staged.as_str())).collect();
        for (path, bytes) in files {
            // Not planned when another container wrote the same.
            if let Some(staged) = planned.get(path.as_str()) {
                let staged = format!("{STAGE}/{staged}");
                self.output.write_new(&staged, bytes).map_err(|error| failed(&self.output, path.as_str(), error))?;
            }
        }
        for (index, text) in metadata.iter().enumerate() {
            let staged = format!("{STAGE}/{index}");
            self.metadata
                .write_new(&staged, text.as_bytes())
                .map_err(|error| failed(&self.metadata, &staged, error))?;
        }
        let text = serde_json::to_vec(journal).expect("a journal is made of strings");
        self.metadata
            .write_new(JOURNAL_STAGED, &text)
            .and_then(|()| self.metadata.rename(JOURNAL_STAGED, JOURNAL))
            .and_then(|()| self.metadata.sync(CORNER))
            .map_err(|error| failed(&self.metadata, JOURNAL, error))
    }

    /// Makes the changes of a journal, however many of them were made before.
    fn apply(&self, journal: &Journal) -> io::Result<()> {
        for (volume, changes) in [(&self.output, &journal.output), (&self.metadata, &journal.metadata)] {
            for path in &changes.remove {
                // After an earlier attempt, what has the name now may be new: a directory, or a file above it.
                if matches!(volume.kind(path), Ok(Some(FileType::RegularFile))) {
                    volume.remove(path)?;
                }
                for (end, _) in path.rmatch_indices('/') {
                    volume.remove_empty(&path[..end])?;
                }
            }
            for (staged, path) in &changes.rename {
                let staged = format!("{STAGE}/{staged}");
                match volume.kind(&staged)? {
                    Some(_) => volume.rename(&staged, path)?,
                    // An earlier attempt got this far.
                    None if volume.kind(path)? == Some(FileType::RegularFile) => {}
                    None => return Err(io::Error::new(io::ErrorKind::NotFound, format!("{path} was never staged"))),
                }
            }
        }
        // A crash of the machine must not leave the journal gone and a rename in the other mount undone.
        self.output.sync(".")?;
        self.output.remove_flat(STAGE)?;
        self.output.remove_flat(CORNER)?;
        self.metadata.remove_flat(STAGE)?;
        self.metadata.remove(JOURNAL)
    }

    fn finish_killed_run(&self) -> Result<(), Error> {
        let journal = match self.metadata.read(JOURNAL, MAX_JOURNAL) {
            Ok(None) => None,
            Ok(Some(text)) => {
                Some(serde_json::from_slice::<Journal>(&text).ok().filter(Journal::is_plain).ok_or_else(|| {
                    self.unfinished(&io::Error::new(io::ErrorKind::InvalidData, "its journal is not one of ours"))
                })?)
            }
            Err(error) => return Err(self.unfinished(&error)),
        };
        if let Some(journal) = journal {
            self.apply(&journal).map_err(|error| self.unfinished(&error))?;
        }
        self.clear_stages();
        Ok(())
    }

    /// Removes what a run staged and didn't decide. What is left over is met again, and named, when staging.
    fn clear_stages(&self) {
        let _ = self.metadata.remove(JOURNAL_STAGED);
        let _ = self.metadata.remove_flat(STAGE);
        let _ = self.output.remove_flat(STAGE);
        let _ = self.output.remove_flat(CORNER);
    }

    /// Says early and plainly what would otherwise fail somewhere in the middle.
    fn ensure_writable(&self, directories: &Directories) -> Result<(), Error> {
        for (volume, path) in [(&self.output, &directories.output), (&self.metadata, &directories.metadata)] {
            let probe = format!("{STAGE}/probe");
            volume.probe(&probe).map_err(|error| unwritable(path, &error))?;
        }
        // Generators run now, and a step that fails leaves nothing behind.
        self.clear_stages();
        Ok(())
    }

    fn unfinished(&self, cause: &io::Error) -> Error {
        let corner = self.metadata.show(CORNER);
        Error::new(Exit::Directories, "a run that was ended half-way can't be brought to its end")
            .because(plain(cause))
            .hint(format!("mend the cause and run again; or give the run up: remove {}", corner.display()))
    }
}

impl Journal {
    /// The journal lies where other containers write. Nothing in it may lead out of what a step writes anyway.
    fn is_plain(&self) -> bool {
        let is_stage = |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        let is_output = |path: &String| OutputPath::parse(path).is_ok();
        let is_record = |name: &str| {
            name.strip_prefix(CORNER)
                .and_then(|name| name.strip_prefix('/'))
                .and_then(|name| name.strip_suffix(".json"))
                .is_some_and(|name| name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        let is_metadata = |name: &String| METADATA_FILES.contains(&name.as_str()) || is_record(name);
        let Changes { remove, rename } = &self.output;
        let output = remove.iter().all(is_output) && rename.iter().all(|(from, to)| is_stage(from) && is_output(to));
        let Changes { remove, rename } = &self.metadata;
        output && remove.iter().all(is_metadata) && rename.iter().all(|(from, to)| is_stage(from) && is_metadata(to))
    }
}

fn unwritable(path: &Path, cause: &io::Error) -> Error {
    Error::directory("write to", path, cause).hint("the user of this process must be able to create files there")
}
