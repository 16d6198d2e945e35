//! Makes the changes of a journal: staged beside their places, decided by one rename, then moved into place.

use std::io;
use std::path::Path;

use rustix::fs::FileType;

use super::Directories;
use super::journal::{CORNER, Changes, JOURNAL, JOURNAL_STAGED, Journal, MAX_JOURNAL, STAGE};
use crate::error::{Error, plain};
use crate::exit::Exit;
use crate::kratix::Volume;

/// Both directories.
#[derive(Debug)]
pub(super) struct Mounts {
    pub(super) output: Volume,
    pub(super) metadata: Volume,
}

/// What is written beside its place: a name in the stage, and contents.
pub(super) type Staged<'a> = Vec<(String, &'a [u8])>;

impl Mounts {
    /// Makes the changes of a journal. On an error everything is as it was, unless the error says that the step is
    /// half-way: then the journal stays.
    pub(super) fn commit(&self, journal: &Journal, output: &Staged<'_>, metadata: &Staged<'_>) -> Result<(), Error> {
        if let Err(error) = self.stage(journal, output, metadata) {
            self.give_up(journal);
            return Err(error);
        }
        let mut is_begun = false;
        self.apply(journal, &mut is_begun).map_err(|error| {
            if !is_begun && self.give_up(journal) {
                return Error::new(Exit::Directories, "cannot write what the step generated")
                    .because(plain(&error))
                    .hint("nothing was changed");
            }
            self.unfinished(&error)
        })
    }

    /// Writes everything beside its place, and last the journal. Until that has its name, nothing has happened.
    fn stage(&self, journal: &Journal, output: &Staged<'_>, metadata: &Staged<'_>) -> Result<(), Error> {
        let failed =
            |path: &Path, error: &io::Error| Error::directory("write", path, error).hint("nothing was changed");
        for (volume, staged) in [(&self.output, output), (&self.metadata, metadata)] {
            for (name, bytes) in staged {
                let path = format!("{STAGE}/{name}");
                volume.write_new(&path, bytes).map_err(|error| failed(&volume.show(&path), &error))?;
            }
        }
        let text = serde_json::to_vec(journal).expect("a journal is made of strings");
        if metadata.iter().map(|(_, text)| text.len()).chain([text.len()]).any(|bytes| bytes > MAX_JOURNAL) {
            return Err(Error::new(Exit::Directories, "the step has more files than a journal can list")
                .because(format!("a journal has at most {MAX_JOURNAL} bytes"))
                .hint("nothing was changed"));
        }
        self.metadata.write_new(JOURNAL_STAGED, &text).map_err(|e| failed(&self.metadata.show(JOURNAL), &e))?;
        for directory in &journal.make {
            self.output.make_directories(directory).map_err(|e| failed(&self.output.show(directory), &e))?;
        }
        self.metadata
            .rename(JOURNAL_STAGED, JOURNAL)
            .and_then(|()| self.metadata.sync(CORNER))
            .map_err(|error| failed(&self.metadata.show(JOURNAL), &error))
    }

    /// Takes back what [`stage`](Self::stage) did, the journal first: without what it lists, nobody could end it. Tells
    /// whether that worked.
    fn give_up(&self, journal: &Journal) -> bool {
        let given_up = self.metadata.remove(JOURNAL).is_ok();
        if given_up {
            self.unmake(journal);
            self.clear();
        }
        given_up
    }

    fn unmake(&self, journal: &Journal) {
        for directory in journal.make.iter().rev() {
            // One that somebody has put something into stays, as any that can't be removed: an empty directory is nothing
            // to Kratix.
            let _ = self.output.remove_empty(directory);
        }
    }

    /// Makes the changes, however many of them were made before; `is_begun` tells whether this made any.
    fn apply(&self, journal: &Journal, is_begun: &mut bool) -> io::Result<()> {
        for (volume, changes) in [(&self.output, &journal.output), (&self.metadata, &journal.metadata)] {
            apply(volume, changes, is_begun)?;
        }
        // A crash of the machine must not leave the journal gone and a rename in the other mount undone.
        self.output.sync(".")?;
        self.output.remove_flat(STAGE)?;
        self.output.remove_flat(CORNER)?;
        self.metadata.remove_flat(STAGE)?;
        self.metadata.remove(JOURNAL)
    }

    /// Brings a run that was killed to its end, or takes back what it had not decided.
    pub(super) fn finish_killed_run(&self) -> Result<(), Error> {
        let decided = self.metadata.read_own(JOURNAL, MAX_JOURNAL).map_err(|error| self.unfinished(&error))?;
        if let Some(text) = decided {
            let journal = Journal::read(&text).ok_or_else(|| {
                self.unfinished(&io::Error::new(io::ErrorKind::InvalidData, "its journal is not one of ours"))
            })?;
            self.apply(&journal, &mut false).map_err(|error| self.unfinished(&error))?;
        } else {
            let undecided = self.metadata.read_own(JOURNAL_STAGED, MAX_JOURNAL).ok().flatten();
            // One that was cut off is older than any directory that it lists.
            if let Some(journal) = undecided.and_then(|text| Journal::read(&text)) {
                self.unmake(&journal);
            }
        }
        self.clear();
        Ok(())
    }

    /// Removes what a run staged and didn't decide. What can't be removed is named before the next run writes anything.
    fn clear(&self) {
        let _ = self.metadata.remove(JOURNAL_STAGED);
        let _ = self.metadata.remove_flat(STAGE);
        let _ = self.output.remove_flat(STAGE);
        let _ = self.output.remove_flat(CORNER);
    }

    /// Says early and plainly what would otherwise fail somewhere in the middle.
    pub(super) fn ensure_writable(&self, directories: &Directories) -> Result<(), Error> {
        let probed =
            [(&self.output, &directories.output), (&self.metadata, &directories.metadata)].into_iter().try_for_each(
                |(volume, path)| volume.probe(&format!("{STAGE}/probe")).map_err(|error| unwritable(path, &error)),
            );
        // Generators run now, and a step that fails leaves nothing behind.
        self.clear();
        probed?;
        for (volume, path) in [(&self.output, STAGE), (&self.output, CORNER), (&self.metadata, STAGE)] {
            if !matches!(volume.entry(path), Ok(None)) {
                let what = format!("{} is in the way: it can't be emptied", volume.show(path).display());
                return Err(Error::new(Exit::Directories, what)
                    .hint("an earlier container put something there; the name is kratix-wasm's own"));
            }
        }
        Ok(())
    }

    fn unfinished(&self, cause: &io::Error) -> Error {
        let corner = self.metadata.show(CORNER);
        Error::new(Exit::Directories, "a run that was ended half-way can't be brought to its end")
            .because(plain(cause))
            .hint(format!("mend the cause and run again; or give the run up: remove {}", corner.display()))
            .hint_in_pod("mend the cause; a new pod begins with empty directories")
    }
}

pub(super) fn unwritable(path: &Path, cause: &io::Error) -> Error {
    Error::directory("write to", path, cause).hint("the user of this process must be able to create files there")
}

fn apply(volume: &Volume, changes: &Changes, is_begun: &mut bool) -> io::Result<()> {
    for path in &changes.remove {
        match volume.entry(path) {
            Ok(Some(entry)) if entry.kind == FileType::RegularFile => {
                volume.remove(path).map_err(|error| at(path, &error))?;
                *is_begun = true;
            }
            // After an earlier attempt, what has the name now may be new: a directory, or a file above it.
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {}
            Err(error) => return Err(at(path, &error)),
        }
    }
    for path in &changes.remove_directories {
        // One that can't be removed is nothing to Kratix, nor in anybody's way but of a file, which then says so.
        let _ = volume.remove_empty(path);
    }
    for (staged, path) in &changes.rename {
        let staged = format!("{STAGE}/{staged}");
        let regular = |path: &str| Ok(volume.entry(path)?.is_some_and(|entry| entry.kind == FileType::RegularFile));
        if regular(&staged).map_err(|error| at(&staged, &error))? {
            volume.rename(&staged, path).map_err(|error| at(path, &error))?;
            *is_begun = true;
        } else if !regular(path).map_err(|error: io::Error| at(path, &error))? {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("{path} was never staged")));
        }
        // Otherwise an earlier attempt got this far.
    }
    Ok(())
}

fn at(path: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{path}: {}", plain(error)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A journal that can't be applied would be met by every later run.
    #[test]
    fn a_commit_that_can_not_begin_leaves_no_journal() {
        let root = tempfile::tempdir().unwrap();
        let open = |name: &str| {
            fs::create_dir(root.path().join(name)).unwrap();
            Volume::open(name, &root.path().join(name)).unwrap()
        };
        let mounts = Mounts { output: open("output"), metadata: open("metadata") };
        let mut journal = Journal { make: vec!["a".into(), "a/b".into()], ..Journal::default() };
        journal.output.rename.push(("7".into(), "a/b/c".into()));
        let error = mounts.commit(&journal, &vec![("0".into(), b"x")], &Vec::new()).unwrap_err();
        assert_eq!(error.what_to_do(), Some("nothing was changed"));
        assert_eq!(fs::read_dir(root.path().join("output")).unwrap().count(), 0);
        assert_eq!(fs::read_dir(root.path().join("metadata/.kratix-wasm")).unwrap().count(), 0);
        mounts.finish_killed_run().unwrap();
    }
}
