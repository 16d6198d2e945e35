//! What can be wrong with the directories of a pod.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::exit::Exit;

/// A directory that can't be used, or something in it.
#[derive(Debug)]
pub(super) enum PodError<'a> {
    /// There is no such directory, or it can't be opened; `option` names it.
    NoDirectory { option: &'a str, path: &'a Path, cause: Option<io::Error> },
    /// One of the two directories lies in the other.
    NotApart { output: &'a Path, metadata: &'a Path },
    /// Another run holds the lock.
    Locked { path: &'a Path },
    /// Whatever has this path keeps the step's files from theirs; `what` says what it is.
    InTheWay { path: PathBuf, what: String },
    /// The name that is our own is taken by others; `what` says by what.
    CornerTaken { path: PathBuf, what: String },
    /// Nothing can be made there.
    Unwritable { path: &'a Path, cause: &'a io::Error },
    /// What is there can't be seen or read.
    Unreadable { path: PathBuf, cause: &'a io::Error },
    /// A metadata file of another container that is none.
    MetadataUnusable { path: PathBuf, cause: &'a io::Error },
    /// A metadata file that is another than the step took into account.
    MetadataChanged { path: PathBuf },
    /// Nothing was changed.
    NotWritten { path: PathBuf, cause: &'a io::Error },
    /// The step has more files than a journal has room for.
    JournalTooLarge { max_bytes: usize },
}

impl From<PodError<'_>> for Error {
    fn from(error: PodError<'_>) -> Self {
        let directory = |doing: &str, path: &Path, cause: &io::Error| {
            Self::new("directory", Exit::Directories, format!("cannot {doing} {}", path.display())).because_of(cause)
        };
        let in_the_way = |path: &Path, what: &str| {
            Self::new("in-the-way", Exit::Directories, format!("{} is in the way: {what}", path.display()))
        };
        match error {
            PodError::NoDirectory { option, path, cause } => match cause {
                None => Self::new(
                    "directory-missing",
                    Exit::Directories,
                    format!("there is no directory {}", path.display()),
                ),
                Some(cause) => directory("open the directory", path, &cause),
            }
            .hint(format!("make one and name it with --{option}"))
            .hint_in_pod(format!("Kratix mounts /kratix/{option}: leave out --{option}")),
            PodError::NotApart { output, metadata } => Self::new(
                "directories-overlap",
                Exit::Directories,
                "the output and the metadata directory lie in one another",
            )
            .because(format!("--output is {} and --metadata is {}", output.display(), metadata.display()))
            .hint("name two directories beside each other"),
            PodError::Locked { path } => {
                let what = format!("another run is at work in {}", path.display());
                Self::new("directory-locked", Exit::Directories, what)
                    .hint("wait for it, or give each run directories of its own")
            }
            PodError::InTheWay { path, what } => in_the_way(&path, &what)
                .hint("nothing was changed; an earlier container put it there: mend that one, or remove it"),
            PodError::CornerTaken { path, what } => {
                in_the_way(&path, &what).hint("an earlier container put something there; the name is kratix-wasm's own")
            }
            PodError::Unwritable { path, cause } => {
                directory("write to", path, cause).hint("the user of this process must be able to create files there")
            }
            PodError::Unreadable { path, cause } => directory("read", &path, cause),
            PodError::MetadataUnusable { path, cause } => {
                directory("use", &path, cause).hint("an earlier container left it; it must be a regular file of text")
            }
            PodError::MetadataChanged { path } => {
                let what = format!("{} was changed while the step ran", path.display());
                Self::new("metadata-changed", Exit::Directories, what)
                    .hint("nothing was changed; nothing else may write there while a step runs: run it again")
            }
            PodError::NotWritten { path, cause } => directory("write", &path, cause).hint("nothing was changed"),
            PodError::JournalTooLarge { max_bytes } => {
                Self::new("journal-too-large", Exit::Directories, "the step has more files than a journal can list")
                    .because(format!("a journal has at most {max_bytes} bytes"))
                    .hint("nothing was changed")
            }
        }
    }
}
