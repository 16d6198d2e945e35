//! What keeps a directory from being changed, found out before anything is.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rustix::fs::FileType;
use rustix::thread::CapabilitySet;

use crate::error::Error;
use crate::pod::Volume;
use crate::pod::error::PodError;
use crate::pod::volume::{Entry, split};

/// One of the directories as it is.
pub(super) struct Ground<'a> {
    volume: &'a Volume,
    /// Directories that were found fit for changes.
    usable: BTreeSet<String>,
    /// What the paths of directories have: many files lie in one.
    seen: BTreeMap<String, Option<FileType>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(volume: &'a Volume) -> Self {
        Self { volume, usable: BTreeSet::new(), seen: BTreeMap::new() }
    }

    /// What has a path now; below a file, nothing has.
    pub(super) fn look(&self, path: &str) -> Result<Option<Entry>, Error> {
        match self.volume.entry(path) {
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
            seen => seen.map_err(|error| self.unreadable(path, &error)),
        }
    }

    /// The kind of what has the path of a directory now; it is looked at once.
    pub(super) fn kind(&mut self, directory: &str) -> Result<Option<FileType>, Error> {
        if let Some(kind) = self.seen.get(directory) {
            return Ok(*kind);
        }
        let kind = self.look(directory)?.map(|entry| entry.kind);
        self.seen.insert(directory.to_owned(), kind);
        Ok(kind)
    }

    /// Refuses a directory in which nothing can be made or removed, or into which nothing can be moved.
    pub(super) fn ensure_usable(&mut self, directory: &str) -> Result<(), Error> {
        if self.usable.contains(directory) {
            return Ok(());
        }
        let mount = |path| self.look(path).map(|entry| entry.map(|entry| entry.mount));
        if mount(directory)? != mount(".")? {
            return Err(self.in_the_way(directory, "a mount of its own, into which nothing can be moved"));
        }
        self.volume.ensure_writable(directory).map_err(|cause| {
            Error::from(PodError::Unwritable { path: &self.volume.show(directory), cause: &cause })
                .hint("an earlier container made it; the user of this process must be able to create files there")
        })?;
        self.usable.insert(directory.to_owned());
        Ok(())
    }

    /// Refuses a file that can't be renamed over or removed.
    pub(super) fn ensure_replaceable(&mut self, path: &str) -> Result<(), Error> {
        let (parent, _) = split(path);
        self.ensure_usable(parent)?;
        let Some((file, directory)) = self.look(path)?.zip(self.look(parent)?) else { return Ok(()) };
        if file.mount != directory.mount {
            return Err(self.in_the_way(path, "a mount"));
        }
        let us = rustix::process::geteuid().as_raw();
        if directory.is_sticky && us != file.owner && us != directory.owner && !owns_all() {
            return Err(self.in_the_way(path, &format!("a file that only the user {} may remove", file.owner)));
        }
        Ok(())
    }

    pub(super) fn in_the_way(&self, path: &str, what: &str) -> Error {
        PodError::InTheWay { path: self.volume.show(path), what: what.to_owned() }.into()
    }

    pub(super) fn unreadable(&self, path: &str, cause: &io::Error) -> Error {
        PodError::Unreadable { path: self.volume.show(path), cause }.into()
    }
}

/// Whether this process may do what only an owner may: root can, unless the container dropped that capability.
fn owns_all() -> bool {
    rustix::thread::capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::FOWNER))
}
