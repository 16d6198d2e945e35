//! The one error type: what happened, why, what to do about it, and with which code the process ends.
//!
//! A room with more than one or two errors has an enum of them, with their data, in its own `error.rs`; how each is told is said
//! there in one place, by its way to an [`Error`].

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use serde_json::{Value, json};

use crate::exit::Exit;
use crate::machine;
use crate::text::one_line;

/// An error as a person reads it.
#[derive(Debug, Clone)]
pub struct Error {
    /// What programs know it by: stable, listed in `docs/exit-codes.md`.
    reason: Cow<'static, str>,
    exit: Exit,
    message: String,
    cause: Option<String>,
    hint: Option<Box<str>>,
    hint_in_pod: Option<Box<str>>,
    /// The hint is final: the machine is at fault, and what else could be done would not help.
    is_machines: bool,
    /// Whether a result for programs has it already.
    is_printed: bool,
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
    /// What happened, in the user's terms: lower case, no full stop, with the name of the thing. `reason` is what programs know
    /// it by.
    pub fn new(reason: impl Into<Cow<'static, str>>, exit: Exit, message: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            exit,
            message: message.into(),
            cause: None,
            hint: None,
            hint_in_pod: None,
            is_machines: false,
            is_printed: false,
        }
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
    /// it was met at: it ends with [`Exit::Machine`], after which another try may succeed, and keeps the hint for that.
    #[must_use]
    pub fn because_of(mut self, cause: &std::io::Error) -> Self {
        self.cause = Some(plain(cause));
        if let Some(machine::Remedy { reason, hint }) = machine::remedy(cause) {
            (self.reason, self.exit) = (reason.into(), Exit::Machine);
            (self.hint, self.hint_in_pod) = (Some(hint.into()), None);
            self.is_machines = true;
        }
        self
    }

    /// The same error with what to do about it, unless the machine is at fault.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if !self.is_machines {
            self.hint = Some(hint.into().into());
        }
        self
    }

    /// The same error with what to do about it in a pod of Kratix, where that is another thing than at a command line.
    #[must_use]
    pub fn hint_in_pod(mut self, hint: impl Into<String>) -> Self {
        if !self.is_machines {
            self.hint_in_pod = Some(hint.into().into());
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

    /// The same error, which a result for programs has already.
    #[must_use]
    pub fn printed(mut self) -> Self {
        self.is_printed = true;
        self
    }

    /// Whether a result for programs has it already.
    #[must_use]
    pub fn is_printed(&self) -> bool {
        self.is_printed
    }

    /// What programs know it by.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// As a program reads it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "code": self.exit as u8,
            "name": self.exit.name(),
            "reason": self.reason,
            "message": self.message,
            "cause": self.cause(),
            "hint": self.what_to_do(),
        })
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
