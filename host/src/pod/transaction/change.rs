//! Makes the changes of one directory, one by one; each can be made again without harm, or taken back before it counts.

use std::io;

use rustix::fs::FileType;

use super::journal::Changes;
use crate::error::{Error, plain};
use crate::machine;
use crate::pod::Volume;
use crate::pod::volume::Entry;

/// A change that could not be made, and where.
#[derive(Debug)]
pub(super) struct Failed {
    path: String,
    error: io::Error,
}

/// A directory to be changed, with where its new files wait.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) volume: &'a Volume,
    /// None when nothing waits any more.
    pub(super) stage: Option<&'a Volume>,
    pub(super) changes: &'a Changes,
}

impl Failed {
    pub(super) fn at(path: &str) -> impl FnOnce(io::Error) -> Self {
        |error| Self { path: path.to_owned(), error }
    }

    /// The error with this for its cause.
    pub(super) fn cause(&self, error: Error) -> Error {
        error.because_of(&self.error).because(format!("{}: {}", self.path, plain(&self.error)))
    }
}

impl Side<'_> {
    /// Gives new files their names beside those in the stage. When a disk is full of names, that is found out here, where
    /// it can be taken back; to rename a file later to a name that it has already takes no room. Where the name is taken, or
    /// the file system has no second names, renaming has to do.
    pub(super) fn link(&self) -> Result<(), Failed> {
        for (stage, staged, path) in self.renames() {
            match self.volume.link(stage, staged, path) {
                Err(error) if machine::remedy(&error).is_some() => return Err(Failed::at(path)(error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Takes back what [`link`](Self::link) did: removes those names that lead to the very file in the stage.
    pub(super) fn unlink(&self) -> Result<(), Failed> {
        for (stage, staged, path) in self.renames() {
            let staged = stage.entry(staged).map_err(Failed::at(path))?;
            if staged.is_some() && identity(self.look(path)?) == identity(staged) {
                self.volume.remove(path).map_err(Failed::at(path))?;
            }
        }
        Ok(())
    }

    /// Makes the changes, however many of them were made before; `is_begun` tells whether this made any.
    pub(super) fn apply(&self, is_begun: &mut bool) -> Result<(), Failed> {
        for path in &self.changes.remove {
            // After an earlier attempt, what has the name now may be new: a directory, or a file above it.
            if is_file(self.look(path)?) {
                self.volume.remove(path).map_err(Failed::at(path))?;
                *is_begun = true;
            }
        }
        for path in &self.changes.remove_directories {
            // One that can't be removed is nothing to Kratix, nor in anybody's way but of a file, which then says so.
            let _ = self.volume.remove_empty(path);
        }
        for (staged, path) in &self.changes.rename {
            let waiting = self.stage.map(|stage| stage.entry(staged)).transpose().map_err(Failed::at(path))?.flatten();
            let there = self.look(path)?;
            match self.stage {
                // It has its name already.
                _ if waiting.is_some() && identity(waiting) == identity(there) => {}
                Some(stage) if is_file(waiting) => {
                    self.volume.take(stage, staged, path).map_err(Failed::at(path))?;
                    *is_begun = true;
                }
                // An earlier attempt got this far.
                _ if is_file(there) => {}
                _ => {
                    let error = io::Error::new(io::ErrorKind::NotFound, "it was never staged");
                    return Err(Failed::at(path)(error));
                }
            }
        }
        Ok(())
    }

    fn renames(&self) -> impl Iterator<Item = (&Volume, &str, &str)> {
        let renames = self.changes.rename.iter().map(|(staged, path)| (staged.as_str(), path.as_str()));
        self.stage.into_iter().flat_map(move |stage| renames.clone().map(move |(staged, path)| (stage, staged, path)))
    }

    /// What has a path now; below a file, nothing has.
    fn look(&self, path: &str) -> Result<Option<Entry>, Failed> {
        match self.volume.entry(path) {
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
            seen => seen.map_err(Failed::at(path)),
        }
    }
}

fn is_file(entry: Option<Entry>) -> bool {
    entry.is_some_and(|entry| entry.kind == FileType::RegularFile)
}

fn identity(entry: Option<Entry>) -> Option<(u64, u64)> {
    entry.map(|entry| entry.identity)
}
