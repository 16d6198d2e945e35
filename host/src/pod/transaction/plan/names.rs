//! Names of other containers that some file system, or a person, takes for one of the step's.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::ErrorKind::NotADirectory;

use rustix::fs::FileType;

use super::Planner;
use crate::error::Error;
use crate::kratix::likeness;
use crate::pod::volume::split;

/// Names of one directory that are ours, by what they look like.
type Names<'a> = BTreeMap<String, &'a str>;

impl Planner<'_> {
    /// Refuses new names that look like another that stays. Each directory that is there is read once, name by name: others may
    /// have put any number into it.
    pub(super) fn ensure_distinct(&self) -> Result<(), Error> {
        let files = self.plan.journal.output.rename.iter().map(|(_, path)| path);
        let mut directories: BTreeMap<&str, Names<'_>> = BTreeMap::new();
        for path in files.chain(&self.plan.record.directories) {
            let (directory, name) = split(path);
            directories.entry(directory).or_default().insert(likeness(name), name);
        }
        directories.into_iter().try_for_each(|(directory, names)| self.ensure_distinct_in(directory, names))
    }

    fn ensure_distinct_in(&self, directory: &str, mut ours: Names<'_>) -> Result<(), Error> {
        let unreadable = |error| self.ground.unreadable(directory, &error);
        let theirs = match self.output.names(directory) {
            // A file that is to be removed.
            Err(error) if error.kind() == NotADirectory => return Ok(()),
            names => names.map_err(unreadable)?,
        };
        // At most one for each of ours.
        let mut alike: BTreeMap<String, String> = BTreeMap::new();
        for name in theirs {
            let name = name.map_err(unreadable)?;
            let name = name.to_string_lossy();
            let likeness = likeness(&name);
            let Some(same) = ours.get(likeness.as_str()) else { continue };
            if *same == name {
                // It has been there before; whoever made another like it came after that.
                ours.remove(&likeness);
            } else if let Entry::Vacant(free) = alike.entry(likeness) {
                let path = if directory == "." { name.into_owned() } else { format!("{directory}/{name}") };
                if self.stays(&path)? {
                    free.insert(path);
                }
            }
        }
        let Some((path, name)) = alike.iter().find_map(|(likeness, path)| Some((path, ours.get(likeness.as_str())?)))
        else {
            return Ok(());
        };
        let what = format!("some file systems take it for {name}, which is to be written beside it");
        let hint = "nothing was changed; let one of the two be left out, or have the very same name for both";
        Err(self.ground.in_the_way(path, &what).hint(hint))
    }

    /// Whether what has a path is there still when the step has been written.
    fn stays(&self, path: &str) -> Result<bool, Error> {
        Ok(match self.ground.look(path)?.map(|entry| entry.kind) {
            None => false,
            Some(FileType::Directory) => !self.is_emptied(path)?,
            Some(_) => !self.removed.contains(path),
        })
    }
}
