//! Reads the manifests that are given, each with where it stands.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::Error;
use crate::exit::Exit;
use crate::files;
use crate::inputs::manifests;
use crate::preview::assumed::Assumed;
use crate::preview::git;
use crate::yaml;

/// Bytes of a file of manifests.
const MAX_BYTES: usize = 1 << 30;
/// Bytes of a file of statuses that are assumed.
const MAX_ASSUMED: usize = 16 << 20;

/// An object of a manifest.
#[derive(Debug)]
pub(in crate::commands) struct Manifest {
    /// The file that has it; none for stdin.
    pub(in crate::commands) file: Option<PathBuf>,
    /// The object.
    pub(in crate::commands) object: Value,
}

/// Reads all of them, in the order in which they are given.
///
/// # Errors
///
/// [`Exit::Usage`] for a path that can't be read or has no manifests, [`Exit::Request`] for what is none.
pub(in crate::commands) fn read(paths: &[PathBuf]) -> Result<Vec<Manifest>, Error> {
    let mut all = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut text = Vec::new();
            let read = io::stdin().lock().take(MAX_BYTES as u64 + 1).read_to_end(&mut text);
            read.map_err(|error| unreadable(path, &error))?;
            all.extend(objects(path, &text)?.into_iter().map(|object| Manifest { file: None, object }));
        } else if path.is_dir() {
            let files = files::manifests(path).map_err(|error| unreadable(path, &error))?;
            if files.is_empty() {
                let what = format!("the folder {} has no manifests", path.display());
                return Err(Error::new("manifests-none", Exit::Usage, what)
                    .hint("they end in .yaml, .yml or .json; folders below it are to be given themselves"));
            }
            for file in files {
                read_file(file, &mut all)?;
            }
        } else {
            read_file(path.clone(), &mut all)?;
        }
    }
    Ok(all)
}

/// Reads them as another commit has them. What isn't there yet is none.
///
/// # Errors
///
/// What git says, and as [`read`].
pub(in crate::commands) fn read_at(paths: &[PathBuf], commit: &str) -> Result<Vec<Manifest>, Error> {
    let mut all = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let what = "stdin is the same in every commit";
            return Err(Error::new("manifests-base", Exit::Usage, what).hint("name files and folders of a repository"));
        }
        for (file, text) in git::manifests_at(path, commit)? {
            all.extend(objects(&file, &text)?.into_iter().map(|object| Manifest { file: Some(file.clone()), object }));
        }
    }
    Ok(all)
}

fn read_file(path: PathBuf, all: &mut Vec<Manifest>) -> Result<(), Error> {
    let text = files::open(&path).and_then(|file| files::read(file, MAX_BYTES));
    let text = text.map_err(|error| unreadable(&path, &error))?;
    all.extend(objects(&path, &text)?.into_iter().map(|object| Manifest { file: Some(path.clone()), object }));
    Ok(())
}

/// Reads statuses that are assumed.
///
/// # Errors
///
/// As [`read`].
pub(super) fn assumed(path: &Path) -> Result<Assumed, Error> {
    let text = files::open(path).and_then(|file| files::read(file, MAX_ASSUMED));
    let text = text.map_err(|error| {
        Error::new("assume-unreadable", Exit::Usage, format!("cannot read the statuses of {}", path.display()))
            .because_of(&error)
    })?;
    let wrong = |cause: String| {
        Error::new("assume-invalid", Exit::Usage, format!("{} has something else than statuses", path.display()))
            .because(cause)
            .hint("it has what status.yaml would have, or objects with their status")
    };
    let documents = yaml::read_manifests(&text).map_err(|error| wrong(error.to_string()))?;
    Assumed::new(documents).map_err(wrong)
}

fn objects(path: &Path, text: &[u8]) -> Result<Vec<Value>, Error> {
    if text.len() > MAX_BYTES {
        let what = format!("{} has more than {} MiB of manifests", path.display(), MAX_BYTES >> 20);
        return Err(Error::new("manifests-large", Exit::Limit, what).hint("give them in several files"));
    }
    manifests::all(text).map_err(|cause| {
        let what = format!("{} has something else than manifests", path.display());
        Error::new("manifests-syntax", Exit::Request, what).because(cause)
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let what = format!("cannot read the manifests {}", path.display());
    Error::new("manifests-unreadable", Exit::Usage, what).because_of(error)
}
