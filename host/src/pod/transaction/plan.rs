//! What has to change below the output, and whether anything is in the way: all of it found out before the first change.

mod names;

use std::collections::BTreeSet;
use std::io;
use std::io::ErrorKind::{FileTooLarge, InvalidInput, NotADirectory, PermissionDenied};

use rustix::fs::FileType;

use super::Written;
use super::journal::Journal;
use super::obstacles::Ground;
use super::record::{Mark, Record};
use crate::error::Error;
use crate::kratix::{Files, OutputPath};
use crate::pod::Volume;

/// Bytes of a file: the most that a step can be allowed. A record may say anything.
const MAX_FILE: usize = 1 << 30;

/// The plan for the output.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) journal: Journal,
    /// Of what is ours afterwards.
    pub(super) record: Record,
    /// All files of the step, also one that another container had written just so.
    pub(super) written: Vec<Written>,
    /// Files that ours take the place of, though others wrote or changed them.
    pub(super) replaced: Vec<String>,
}

/// Looks at the output as it is.
pub(super) struct Planner<'a> {
    output: &'a Volume,
    ground: Ground<'a>,
    /// Of what is ours now.
    before: &'a Record,
    overwrite: bool,
    removed: BTreeSet<&'a str>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    pub(super) fn new(output: &'a Volume, before: &'a Record, overwrite: bool) -> Self {
        let (ground, removed, plan) = (Ground::new(output), BTreeSet::new(), Plan::default());
        Self { output, ground, before, overwrite, removed, plan }
    }

    /// Plans to make exactly these of the step's files.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`](crate::exit::Exit::Directories) when something is in the way or can't be read.
    pub(super) fn plan(mut self, files: &Files) -> Result<Plan, Error> {
        for (path, mark) in &self.before.files {
            let is_stale = OutputPath::parse(path).is_ok_and(|path| !files.contains_key(&path));
            if is_stale && self.holds(path, mark)? {
                self.ground.ensure_replaceable(path)?;
                self.removed.insert(path);
                self.plan.journal.output.remove.push(path.clone());
            }
        }
        for (index, (path, bytes)) in files.iter().enumerate() {
            self.place(index, path, Mark::of(bytes))?;
        }
        self.ensure_distinct()?;
        // In reverse, what lies in a directory comes before it.
        for directory in self.before.directories.iter().rev() {
            if !self.plan.record.directories.contains(directory) && OutputPath::parse(directory).is_ok() {
                self.plan.journal.output.remove_directories.push(directory.clone());
            }
        }
        Ok(self.plan)
    }

    fn place(&mut self, index: usize, path: &OutputPath, mark: Mark) -> Result<(), Error> {
        let Mark { bytes, sha256 } = mark.clone();
        self.plan.written.push(Written { path: path.to_string(), bytes, sha256 });
        let written = self.before.files.get(path.as_str());
        let ours = written.map_or(Ok(false), |written| self.holds(path.as_str(), written))?;
        if !ours && self.is_same(path.as_str(), &mark)? {
            // Another container wrote the same; it stays that one's.
            return Ok(());
        }
        if self.prepare_parents(path)? {
            self.ensure_free(path.as_str(), ours, written.is_some())?;
        }
        self.plan.journal.output.rename.push((index.to_string(), path.to_string()));
        self.plan.record.files.insert(path.to_string(), mark);
        Ok(())
    }

    /// Sees that the directories above a path are there or can be made; tells whether they are all there.
    fn prepare_parents(&mut self, path: &OutputPath) -> Result<bool, Error> {
        let parents: Vec<&str> = path.parents().collect();
        let mut nearest = ".";
        let mut replaces = false;
        for parent in parents.iter().rev() {
            let kind = if replaces { None } else { self.ground.kind(parent)? };
            match kind {
                Some(FileType::Directory) => {
                    nearest = parent;
                    // One of another container stays that one's.
                    if self.before.directories.contains(*parent) {
                        self.plan.record.directories.insert((*parent).to_owned());
                    }
                    continue;
                }
                Some(FileType::RegularFile) if self.removed.contains(parent) => replaces = true,
                Some(_) => return Err(self.ground.in_the_way(parent, "a link or a file where a directory is needed")),
                None => {}
            }
            if self.plan.record.directories.insert((*parent).to_owned()) && !replaces {
                self.plan.journal.make.push((*parent).to_owned());
            }
        }
        self.ground.ensure_usable(nearest)?;
        Ok(parents.first().is_none_or(|parent| *parent == nearest))
    }

    /// Refuses a path where something of another container is in the way.
    fn ensure_free(&mut self, path: &str, ours: bool, was_ours: bool) -> Result<(), Error> {
        match self.ground.look(path)?.map(|entry| entry.kind) {
            None => Ok(()),
            Some(FileType::RegularFile) if ours => self.ground.ensure_replaceable(path),
            // Whoever changed what we wrote comes after us, and again when the pod begins anew.
            Some(FileType::RegularFile) if self.overwrite || was_ours => {
                self.plan.replaced.push(path.to_owned());
                self.ground.ensure_replaceable(path)
            }
            Some(FileType::RegularFile) => {
                let what = "a file that this step didn't write";
                let hint = "a step with other generators, config or options is another step; empty the directories to \
                            start anew, or let generators replace files of other steps with --overwrite";
                let hint_in_pod = "another container of the pipeline wrote it: let one of the two leave it out, or let generators \
                                   replace files of other steps with --overwrite in args";
                Err(self.ground.in_the_way(path, what).hint(hint).hint_in_pod(hint_in_pod))
            }
            Some(FileType::Directory) if self.is_emptied(path)? => Ok(()),
            Some(FileType::Directory) => Err(self.ground.in_the_way(path, "a directory where a file is needed")),
            Some(_) => {
                Err(self.ground.in_the_way(path, "a link or a special file, and those are never followed or replaced"))
            }
        }
    }

    /// Whether a directory is ours and holds nothing but what is about to be removed.
    fn is_emptied(&self, directory: &str) -> Result<bool, Error> {
        if !self.before.directories.contains(directory) {
            return Ok(false);
        }
        let unreadable = |error| self.ground.unreadable(directory, &error);
        for name in self.output.names(directory).map_err(unreadable)? {
            let name = name.map_err(unreadable)?;
            let Some(name) = name.to_str() else { return Ok(false) };
            let path = format!("{directory}/{name}");
            let is_gone = match self.ground.look(&path)?.map(|entry| entry.kind) {
                Some(FileType::Directory) => self.is_emptied(&path)?,
                _ => self.removed.contains(path.as_str()),
            };
            if !is_gone {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a path has the very file that the mark is of.
    fn holds(&self, path: &str, mark: &Mark) -> Result<bool, Error> {
        self.compare(path, mark).map_err(|error| self.ground.unreadable(path, &error))
    }

    /// The same of a file of another container. One that we may not read is another.
    fn is_same(&self, path: &str, mark: &Mark) -> Result<bool, Error> {
        match self.compare(path, mark) {
            Err(error) if error.kind() == PermissionDenied => Ok(false),
            compared => compared.map_err(|error| self.ground.unreadable(path, &error)),
        }
    }

    fn compare(&self, path: &str, mark: &Mark) -> io::Result<bool> {
        match self.output.read(path, mark.bytes.min(MAX_FILE)) {
            Ok(bytes) => Ok(bytes.is_some_and(|bytes| Mark::of(&bytes) == *mark)),
            Err(error) if matches!(error.kind(), FileTooLarge | InvalidInput | NotADirectory) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
