//! The one error type: what happened, why, what to do about it, and with which code the process ends.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;

use crate::exit::Exit;

/// An error as a person reads it.
#[derive(Debug)]
pub struct Error {
    exit: Exit,
    message: String,
    cause: Option<String>,
    hint: Option<String>,
}

impl Error {
    /// What happened, in the user's terms: lower case, no full stop, with the name of the thing.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), cause: None, hint: None }
    }

    /// The same error with what caused it; the message doesn't repeat it.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// The same error with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A directory of Kratix, or a file in it, that can't be used.
    pub fn directory(doing: &str, path: &Path, cause: &std::io::Error) -> Self {
        Self::new(Exit::Directories, format!("cannot {doing} {}", path.display())).because(plain(cause))
    }

    /// With which code the process ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// What caused it.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// What to do about it.
    #[must_use]
    pub fn what_to_do(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {}

/// The words of an I/O error without its number.
pub(crate) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}
