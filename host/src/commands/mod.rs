//! The commands: arguments on top, `run` below. No logic that a test couldn't reach without a process.

pub mod check_promise;
pub mod compile;
pub mod compile_stdin;
pub mod completions;
mod container;
mod inputs;
pub mod inspect;
mod limits;
#[cfg(feature = "preview")]
pub mod preview;
pub mod run;
mod setting;
mod variables;
pub mod version;

use crate::console::Console;
use crate::pod::Report;
use crate::pod::termination;

/// Says what went wrong or is odd although the process doesn't fail for it.
fn tell(report: &Report) {
    if let Some(fault) = report.outcome.end.fault() {
        Console::error(fault.error());
        termination::leave(fault.error());
    }
    for warning in report.warnings() {
        Console::warning(&warning);
    }
}

/// In which form results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}
