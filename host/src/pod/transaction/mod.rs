//! All or nothing: how a step's files reach two directories that can't be swapped as a whole.
//!
//! Everything is checked and planned (`plan`), then written beside its place in each directory, then listed in a journal
//! (`journal`) that is synced to the disk. From then on the step is decided: files are renamed into place one by one
//! (`commit`), and whoever finds a journal later finishes it first. So at any moment every file is whole, and a killed run
//! leaves either the old tree, or a journal that leads to the new one.

mod change;
mod commit;
mod journal;
mod mounts;
mod obstacles;
mod plan;
mod record;

use super::error::PodError;
use super::{Directories, Volume};
use crate::digest::Digest;
use crate::error::Error;
use crate::kratix::Files;
use crate::kratix::metadata::{self, Texts};
use commit::Staged;
use journal::{Journal, MAX_JOURNAL};
use mounts::Mounts;
use obstacles::Ground;
use plan::Planner;
use record::{Mark, Merged, Record};

/// Both directories, locked, with what killed runs left brought to its end.
#[derive(Debug)]
pub struct Opened {
    mounts: Mounts,
}

/// Both directories, and what one step has in them.
#[derive(Debug)]
pub struct Transaction<'a> {
    mounts: &'a Mounts,
    record_name: String,
    record: Record,
}

/// What a commit did.
#[derive(Debug, Default)]
pub struct Committed {
    /// The step's files.
    pub written: Vec<Written>,
    /// Files of an earlier run of this step that are no more.
    pub removed: Vec<String>,
    /// Files of other containers that the step's took the place of.
    pub replaced: Vec<String>,
}

/// A file of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its path.
    pub path: String,
    /// Its length.
    pub bytes: usize,
    /// Its SHA-256.
    pub sha256: Digest,
}

impl Directories {
    /// Opens both directories, and sees that they can be written.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`](crate::exit::Exit::Directories) when one is missing or can't be written, when another run is at
    /// work, or when a killed run can't be finished.
    pub fn open(&self) -> Result<Opened, Error> {
        let output = Volume::open("output", &self.output)?;
        let metadata = Volume::open("metadata", &self.metadata)?;
        ensure_apart(self, &output, &metadata)?;
        if !metadata.lock().map_err(|error| mounts::unwritable(&self.metadata, &error))? {
            return Err(PodError::Locked { path: &self.metadata }.into());
        }
        let mounts = Mounts::new(self, output, metadata)?;
        mounts.finish_killed_run()?;
        mounts.ensure_writable(self)?;
        Ok(Opened { mounts })
    }
}

impl Opened {
    /// Begins the transaction of a step. `step` is all that tells it from other steps of the same pod, and is the same
    /// each time that it runs: what other steps wrote isn't touched.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`](crate::exit::Exit::Directories) when what the step wrote before can't be read.
    pub fn begin(&self, step: &str) -> Result<Transaction<'_>, Error> {
        let mounts = &self.mounts;
        let record_name = Record::file_name(step);
        let record = match mounts.corner.read_own(&record_name, MAX_JOURNAL) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => None,
            Err(cause) => {
                return Err(PodError::Unreadable { path: mounts.corner.show(&record_name), cause: &cause }.into());
            }
        };
        // One that isn't ours is as good as none: then everything belongs to others.
        let record = record.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Ok(Transaction { mounts, record_name, record })
    }
}

impl Transaction<'_> {
    /// What other containers of the pod left in the metadata files.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`](crate::exit::Exit::Directories) when one is a link, no regular file, too large, or no text.
    pub fn left(&self) -> Result<Texts, Error> {
        let [status, selectors, control] = metadata::FILES.map(|name| self.foreign(name));
        Ok(Texts { status: status?, selectors: selectors?, control: control? })
    }

    fn foreign(&self, name: &str) -> Result<Option<String>, Error> {
        let wrong = |cause: &std::io::Error| {
            Error::from(PodError::MetadataUnusable { path: self.mounts.metadata.show(name), cause })
        };
        let now = self.mounts.metadata.read(name, metadata::MAX_BYTES).map_err(|error| wrong(&error))?;
        let now = now
            .map(String::from_utf8)
            .transpose()
            .map_err(|_| wrong(&std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8")))?;
        Ok(self.record.foreign(name, now))
    }

    /// Makes exactly this of the step's files: `files` below the output, and for each metadata file a text or nothing.
    /// What other containers wrote stays; with `overwrite`, their files give way to ours. `left` is what the step took
    /// into account of them.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`](crate::exit::Exit::Directories), with the old tree untouched, when something is in the way or
    /// can't be written, or when the others have written something else since.
    pub fn commit(self, files: &Files, texts: &Texts, left: &Texts, overwrite: bool) -> Result<Committed, Error> {
        let mut plan = Planner::new(&self.mounts.output, &self.record, overwrite).plan(files)?;
        let staged = self.plan_metadata(texts, left, &mut plan.journal, &mut plan.record)?;
        let output: Staged<'_> = files
            .iter()
            .enumerate()
            // Not recorded when another container wrote the same.
            .filter(|(_, (path, _))| plan.record.files.contains_key(path.as_str()))
            .map(|(index, (_, bytes))| (index.to_string(), &**bytes))
            .collect();
        let texts: Staged<'_> =
            staged.iter().enumerate().map(|(index, text)| (index.to_string(), text.as_bytes())).collect();
        self.mounts.commit(&plan.journal, &output, &texts)?;
        Ok(Committed { written: plan.written, removed: plan.journal.output.remove, replaced: plan.replaced })
    }

    /// Plans the three files and our record; gives what is to be staged, by index.
    fn plan_metadata(
        &self,
        texts: &Texts,
        left: &Texts,
        journal: &mut Journal,
        record: &mut Record,
    ) -> Result<Vec<String>, Error> {
        let mut staged = Vec::new();
        let changes = &mut journal.metadata;
        let mut ground = Ground::new(&self.mounts.metadata);
        for ((name, text), (_, left)) in texts.each().into_iter().zip(left.each()) {
            let before = self.foreign(name)?;
            if before.as_deref() != left {
                return Err(PodError::MetadataChanged { path: self.mounts.metadata.show(name) }.into());
            }
            match text {
                Some(text) if left != Some(text) => {
                    changes.rename.push((staged.len().to_string(), name.to_owned()));
                    let Mark { sha256, .. } = Mark::of(text.as_bytes());
                    record.metadata.insert(name.to_owned(), Merged { sha256, before });
                    staged.push(text.to_owned());
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
        journal.corner.rename.push((staged.len().to_string(), self.record_name.clone()));
        staged.push(serde_json::to_string(record).expect("a record is made of strings and numbers"));
        for name in changes.remove.iter().chain(changes.rename.iter().map(|(_, name)| name)) {
            ground.ensure_replaceable(name)?;
        }
        Ok(staged)
    }
}

/// Kratix takes all that is in the output, and only three files of the metadata: one in the other would mix them.
fn ensure_apart(directories: &Directories, output: &Volume, metadata: &Volume) -> Result<(), Error> {
    let unreadable = |cause| Error::from(PodError::Unreadable { path: directories.metadata.clone(), cause: &cause });
    let same = output.entry(".").map_err(unreadable)?.map(|entry| entry.identity)
        == metadata.entry(".").map_err(unreadable)?.map(|entry| entry.identity);
    let real = directories.output.canonicalize().ok().zip(directories.metadata.canonicalize().ok());
    if same || real.is_some_and(|(output, metadata)| output.starts_with(&metadata) || metadata.starts_with(&output)) {
        let Directories { output, metadata } = directories;
        return Err(PodError::NotApart { output, metadata }.into());
    }
    Ok(())
}
