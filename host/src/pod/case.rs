//! A case: a step as files, what it is asked and what is expected of it, in the form that promises/*/cases has.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Pod;
use crate::error::Error;
use crate::exit::Exit;
use crate::files;
use crate::kratix::OBJECT_FILE;
use crate::limits::Limits;

/// The files of a case, by path.
pub type Case = BTreeMap<String, Vec<u8>>;

impl Pod {
    /// Refuses a directory that has something, or that Kratix would take for output.
    ///
    /// # Errors
    ///
    /// [`Exit::Usage`].
    pub fn ensure_recordable(&self, directory: &Path) -> Result<(), Error> {
        let refused = |why: &str| {
            Err(Error::new(
                "record-refused",
                Exit::Usage,
                format!("a case can't be written to {}", directory.display()),
            )
            .because(why)
            .hint("name a directory that isn't there yet"))
        };
        // Where that leads depends on links and on what isn't there yet.
        if directory.components().any(|part| part == Component::ParentDir) {
            return refused("it has .. in it");
        }
        let place = real(directory);
        if self.shared().into_iter().any(|shared| place.starts_with(real(shared))) {
            return refused("it lies in a directory of Kratix");
        }
        match fs::read_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Ok(mut entries) => entries.next().map_or(Ok(()), |_| refused("it isn't empty")),
            Err(_) => refused("it is no directory that can be read"),
        }
    }

    /// The text of the object, as it came.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`] when it can't be read.
    pub fn object_text(&self, limits: &Limits) -> Result<Vec<u8>, Error> {
        let path = self.input.join(OBJECT_FILE);
        let text = files::open(&path).and_then(|file| files::read(file, limits.object_bytes));
        text.map_err(|error| {
            Error::new(
                "request-unreadable",
                Exit::Directories,
                format!("cannot read the request at {}", path.display()),
            )
            .because_of(&error)
        })
    }

    /// Writes a case.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`] when it can't be written.
    pub fn record(&self, directory: &Path, case: &Case) -> Result<(), Error> {
        for (path, bytes) in case {
            let path = directory.join(path);
            let parent = path.parent().map_or(PathBuf::new(), Path::to_owned);
            let written = fs::create_dir_all(parent).and_then(|()| write_new(&path, bytes));
            written.map_err(|error| {
                Error::new("record-unwritable", Exit::Directories, format!("cannot write {}", path.display()))
                    .because_of(&error)
            })?;
        }
        Ok(())
    }
}

/// Where a path leads, as far as anything is there yet.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    match there {
        Some((above, real)) => path.strip_prefix(above).map_or_else(|_| path.clone(), |rest| real.join(rest)),
        None => path,
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::options().write(true).create_new(true).open(path)?;
    io::Write::write_all(&mut file, bytes)
}
