//! stderr is for people: what generators say, what was done, what went wrong.

use std::io::{IsTerminal as _, Write as _};

use crate::error::Error;
use crate::sandbox::{Level, Line};

/// Writes to stderr; in colour on a terminal, unless `NO_COLOR` says otherwise (<https://no-color.org>).
#[derive(Debug, Clone, Copy)]
pub struct Console {
    verbose: bool,
    colour: bool,
}

const RED: &str = "31;1";
const YELLOW: &str = "33;1";
const CYAN: &str = "36";

impl Console {
    /// With `verbose`, debug messages of generators are shown.
    #[must_use]
    pub fn new(verbose: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { verbose, colour: !plain && std::io::stderr().is_terminal() }
    }

    /// Shows what a generator said.
    pub fn said(self, generator: &str, line: &Line) {
        if line.level > Level::Debug || self.verbose {
            write(&format!("{generator}: {}: {}", line.level.word(), line.text));
        }
    }

    /// Shows something odd.
    pub fn warning(self, text: &str) {
        write(&format!("{} {text}", self.paint(YELLOW, "warning:")));
    }

    /// Shows what was done.
    pub fn summary(lines: &[String]) {
        for line in lines {
            write(line);
        }
    }

    /// Shows an error: what happened, the cause, what to do.
    pub fn error(self, error: &Error) {
        write(&format!("{} {error}", self.paint(RED, "error:")));
        if let Some(cause) = error.cause() {
            write(&format!("  caused by: {}", cause.replace('\n', "\n    ")));
        }
        if let Some(hint) = error.what_to_do() {
            write(&format!("  {} {hint}", self.paint(CYAN, "hint:")));
        }
    }

    fn paint(self, colour: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

fn write(line: &str) {
    // When even stderr is gone, the exit code is all that is left to say.
    let _ = writeln!(std::io::stderr(), "{line}");
}
