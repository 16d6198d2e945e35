//! The one error type: what happened, why, what to do about it, and with which code the process ends.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;

use crate::exit::Exit;
use crate::machine;
use crate::text::one_line;

/// An error as a person reads it.
#[derive(Debug)]
pub struct Error {
    exit: Exit,
    message: String,
    cause: Option<String>,
    hint: Option<String>,
    hint_in_pod: Option<String>,
    /// The hint is final: the machine is at fault, and what else could be done would not help.
    is_machines: bool,
}

/// Where whoever meets an error can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a Promise and its image: a pod of Kratix ran into it.
    Pod,
    /// At a command line: on a laptop or in CI.
    CommandLine,
}

impl Error {
    /// What happened, in the user's terms: lower case, no full stop, with the name of the thing.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), cause: None, hint: None, hint_in_pod: None, is_machines: false }
    }

    /// The same error with what caused it, in one line; the message doesn't repeat it.
    #[must_use]
    pub fn because(self, cause: impl fmt::Display) -> Self {
        self.because_each([cause.to_string()])
    }

    /// The same error with several causes, a line each. A line end within one would pass for the begin of another.
    #[must_use]
    pub fn because_each(mut self, causes: impl IntoIterator<Item = String>) -> Self {
        let causes: Vec<String> = causes.into_iter().map(|cause| one_line(&cause)).collect();
        self.cause = Some(causes.join("\n"));
        self
    }

    /// The same error, caused by an I/O error. Where that says that the machine is at fault, this error does, too, whatever
    /// it was met at: it ends with [`Exit::Directories`], after which another try may succeed, and keeps the hint for that.
    #[must_use]
    pub fn because_of(mut self, cause: &std::io::Error) -> Self {
        self.cause = Some(plain(cause));
        if let Some(remedy) = machine::remedy(cause) {
            (self.exit, self.hint, self.hint_in_pod) = (Exit::Directories, Some(remedy), None);
            self.is_machines = true;
        }
        self
    }

    /// The same error with what to do about it, unless the machine is at fault.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if !self.is_machines {
            self.hint = Some(hint.into());
        }
        self
    }

    /// The same error with what to do about it in a pod of Kratix, where that is another thing than at a command line.
    #[must_use]
    pub fn hint_in_pod(mut self, hint: impl Into<String>) -> Self {
        if !self.is_machines {
            self.hint_in_pod = Some(hint.into());
        }
        self
    }

    /// The same error with the hint of this place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        if place == Place::Pod && self.hint_in_pod.is_some() {
            self.hint = self.hint_in_pod.take();
        }
        self
    }

    /// A directory of Kratix, or a file in it, that can't be used.
    pub fn directory(doing: &str, path: &Path, cause: &std::io::Error) -> Self {
        Self::new(Exit::Directories, format!("cannot {doing} {}", path.display())).because_of(cause)
    }

    /// With which code the process ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// What caused it: a line, or several.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Line by line as a person reads it: each with the word before it. No value makes a line of its own.
    #[must_use]
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let causes = self.cause().unwrap_or_default().lines().enumerate();
        let causes = causes.map(|(at, cause)| (if at == 0 { "  caused by:" } else { "   " }, cause));
        let hint = self.what_to_do().map(|hint| ("  hint:", hint));
        let lines = std::iter::once(("error:", self.message.as_str())).chain(causes).chain(hint);
        lines.map(|(word, text)| (word, one_line(text))).collect()
    }

    /// What happened and what caused it, in one line.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        match self.cause() {
            Some(cause) => format!("{self}: {}", cause.replace('\n', "; ")),
            None => self.to_string(),
        }
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
