//! Makes the changes of a journal: staged beside their places, decided by one rename, then moved into place.

use std::io;

use super::change::{Failed, Side};
use super::journal::{JOURNAL, JOURNAL_STAGED, Journal, MAX_JOURNAL, STAGE, corner};
use super::mounts::Mounts;
use crate::error::Error;
use crate::exit::Exit;
use crate::machine;
use crate::pod::Volume;
use crate::pod::error::PodError;

/// What is written beside its place: a name in the stage, and contents.
pub(super) type Staged<'a> = Vec<(String, &'a [u8])>;

/// Up to so many files are written through to the disk one by one. That takes a millisecond or more for each; to write through
/// all that waits to be written to a file system takes one wait, but for the files of everybody on the node, too.
const FEW: usize = 200;

/// The stages of both directories.
#[derive(Debug)]
struct Stages {
    output: Option<Volume>,
    metadata: Option<Volume>,
}

impl Stages {
    fn sides<'a>(&'a self, mounts: &'a Mounts, journal: &'a Journal) -> [Side<'a>; 3] {
        let [output, metadata] = [self.output.as_ref(), self.metadata.as_ref()];
        [
            Side { volume: &mounts.output, stage: output, changes: &journal.output },
            Side { volume: &mounts.metadata, stage: metadata, changes: &journal.metadata },
            Side { volume: &mounts.corner, stage: metadata, changes: &journal.corner },
        ]
    }
}

impl Mounts {
    /// Makes the changes of a journal. On an error everything is as it was, unless the error says that the step is
    /// half-way: then the journal stays.
    pub(super) fn commit(&self, journal: &Journal, output: &Staged<'_>, metadata: &Staged<'_>) -> Result<(), Error> {
        if let Err(error) = self.stage(journal, output, metadata) {
            return Err(self.give_up(journal).map_or_else(|failed| self.unfinished(&failed), |()| error));
        }
        let mut is_begun = false;
        self.apply(journal, &mut is_begun).map_err(|failed| {
            if !is_begun && self.give_up(journal).is_ok() {
                let error = Error::new("directory", Exit::Directories, "cannot write what the step generated");
                return failed.cause(error).hint("nothing was changed");
            }
            self.unfinished(&failed)
        })
    }

    /// Writes everything beside its place, the journal, and then whatever takes room on the disk: directories and new names.
    /// Until the journal has its name, nothing has happened that isn't taken back.
    fn stage(&self, journal: &Journal, output: &Staged<'_>, metadata: &Staged<'_>) -> Result<(), Error> {
        let failed = |volume: &Volume, path: &str, cause: &io::Error| {
            Error::from(PodError::NotWritten { path: volume.show(path), cause })
        };
        let make = |corner: &Volume| corner.make_own(STAGE).map_err(|error| failed(corner, STAGE, &error));
        let corner = self.output.make_own(&corner()).map_err(|error| failed(&self.output, &corner(), &error))?;
        let stages = (make(&corner)?, make(&self.corner)?);
        for (stage, staged) in [(&stages.0, output), (&stages.1, metadata)] {
            let is_one_by_one = staged.len() <= FEW || !stage.syncs_as_a_whole();
            for (name, bytes) in staged {
                let written = stage.write_new(name, bytes);
                let synced = written.and_then(|file| if is_one_by_one { file.sync_data() } else { Ok(()) });
                synced.map_err(|error| failed(stage, name, &error))?;
            }
            if !is_one_by_one {
                stage.sync_whole().map_err(|error| failed(stage, ".", &error))?;
            }
        }
        let text = serde_json::to_vec(journal).expect("a journal is made of strings");
        if metadata.iter().map(|(_, text)| text.len()).chain([text.len()]).any(|bytes| bytes > MAX_JOURNAL) {
            return Err(PodError::JournalTooLarge { max_bytes: MAX_JOURNAL }.into());
        }
        let written = self.corner.write_new(JOURNAL_STAGED, &text).and_then(|file| file.sync_data());
        written.map_err(|error| failed(&self.corner, JOURNAL, &error))?;
        for directory in &journal.make {
            self.output.make_directories(directory).map_err(|error| failed(&self.output, directory, &error))?;
        }
        let stages = Stages { output: Some(stages.0), metadata: Some(stages.1) };
        for side in stages.sides(self, journal) {
            side.link().map_err(|failed| {
                let error = Error::new("directory", Exit::Directories, "cannot write what the step generated");
                failed.cause(error).hint("nothing was changed")
            })?;
        }
        self.corner
            .take(&self.corner, JOURNAL_STAGED, JOURNAL)
            .and_then(|()| self.corner.sync("."))
            .map_err(|error| failed(&self.corner, JOURNAL, &error))
    }

    /// Takes back what [`stage`](Self::stage) did. The journal goes first, and is kept aside until the end, so that a run
    /// that is killed meanwhile has been neither decided nor forgotten.
    fn give_up(&self, journal: &Journal) -> Result<(), Failed> {
        match self.corner.take(&self.corner, JOURNAL, JOURNAL_STAGED) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Failed::at(JOURNAL)(error)),
            Ok(()) | Err(_) => {}
        }
        self.unmake(journal)?;
        // What can't be removed is named before the next run writes anything.
        let _ = self.clear();
        Ok(())
    }

    fn unmake(&self, journal: &Journal) -> Result<(), Failed> {
        let stages = self.stages()?;
        stages.sides(self, journal).iter().try_for_each(Side::unlink)?;
        for directory in journal.make.iter().rev() {
            // One that somebody has put something into stays, as any that can't be removed: an empty directory is nothing
            // to Kratix.
            let _ = self.output.remove_empty(directory);
        }
        Ok(())
    }

    fn stages(&self) -> Result<Stages, Failed> {
        let corner = self.output.own(&corner()).map_err(Failed::at("the output"))?;
        let output = corner.map(|corner| corner.own(STAGE)).transpose().map_err(Failed::at(STAGE))?.flatten();
        Ok(Stages { output, metadata: self.corner.own(STAGE).map_err(Failed::at(STAGE))? })
    }

    /// Makes the changes, however many of them were made before; `is_begun` tells whether this made any.
    fn apply(&self, journal: &Journal, is_begun: &mut bool) -> Result<(), Failed> {
        // Closed before anything else is opened: what the machine has too little of shows before the step is decided.
        self.stages()?.sides(self, journal).iter().try_for_each(|side| side.apply(is_begun))?;
        self.clear_output().map_err(Failed::at("the output"))?;
        // A crash of the machine must not leave the journal gone and a rename in the other mount undone.
        self.output.sync(".").map_err(Failed::at("the output"))?;
        self.corner.remove_flat(STAGE).and_then(|()| self.corner.remove(JOURNAL)).map_err(Failed::at(JOURNAL))
    }

    /// Brings a run that was killed to its end, or takes back what it had not decided.
    pub(super) fn finish_killed_run(&self) -> Result<(), Error> {
        if let Some(text) = self.read(JOURNAL)? {
            let journal = Journal::read(&text).ok_or_else(|| {
                let error = io::Error::new(io::ErrorKind::InvalidData, "it is not one of ours");
                self.unfinished(&Failed::at(JOURNAL)(error))
            })?;
            self.apply(&journal, &mut false).map_err(|failed| self.unfinished(&failed))?;
        } else if let Some(journal) = self.read(JOURNAL_STAGED)?.and_then(|text| Journal::read(&text)) {
            // One that was cut off, and so isn't one, is older than anything that it lists.
            self.unmake(&journal).map_err(|failed| self.unfinished(&failed))?;
        }
        let _ = self.clear();
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.corner.read_own(name, MAX_JOURNAL).map_err(|error| match machine::remedy(&error) {
            Some(_) => PodError::Unreadable { path: self.corner.show(name), cause: &error }.into(),
            None => self.unfinished(&Failed::at(name)(error)),
        })
    }

    fn unfinished(&self, failed: &Failed) -> Error {
        let corner = self.metadata.show(&corner());
        failed
            .cause(Error::new(
                "half-way",
                Exit::Directories,
                "a run that was ended half-way can't be brought to its end",
            ))
            .hint(format!("mend the cause and run again; or give the run up: remove {}", corner.display()))
            .hint_in_pod("mend the cause; a new pod begins with empty directories")
    }
}
#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::Directories;
    use super::*;

    /// A journal that can't be applied would be met by every later run.
    #[test]
    fn a_commit_that_can_not_begin_leaves_no_journal() {
        let root = tempfile::tempdir().unwrap();
        let [output, metadata] = ["output", "metadata"].map(|name| root.path().join(name));
        let open = |name: &str| {
            fs::create_dir(root.path().join(name)).unwrap();
            Volume::open(name, &root.path().join(name)).unwrap()
        };
        let volumes = (open("output"), open("metadata"));
        let directories = Directories { output: output.clone(), metadata: metadata.clone() };
        let mounts = Mounts::new(&directories, volumes.0, volumes.1).unwrap();
        let mut journal = Journal { make: vec!["a".into(), "a/b".into()], ..Journal::default() };
        journal.output.rename = vec![("0".into(), "a/new".into()), ("7".into(), "a/b/c".into())];
        let error = mounts.commit(&journal, &vec![("0".into(), b"x")], &Vec::new()).unwrap_err();
        assert_eq!(error.what_to_do(), Some("nothing was changed"));
        assert_eq!(fs::read_dir(&output).unwrap().count(), 0);
        assert_eq!(fs::read_dir(metadata.join(corner())).unwrap().count(), 0);
        mounts.finish_killed_run().unwrap();
    }
}
