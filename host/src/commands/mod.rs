//! The commands: arguments on top, `run` below. No logic that a test couldn't reach without a process.

pub mod check_promise;
pub mod compile;
pub mod compile_stdin;
pub mod completions;
pub mod inspect;
mod limits;
pub mod run;
mod setting;
pub mod version;

use std::io::Write as _;

use crate::console::Console;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::termination;
use crate::step::Report;

/// Where settings are looked up: the environment of this process, or what a Promise gives a container.
type Variables<'a> = &'a dyn Fn(&str) -> Result<Option<String>, Error>;

/// Says what went wrong or is odd although the process doesn't fail for it.
fn tell(console: Console, report: &Report) {
    if let Some(fault) = &report.fault {
        console.error(fault.error());
        termination::leave(fault.error());
    }
    for warning in &report.warnings {
        console.warning(warning);
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

/// Prints a result to stdout, where nothing else goes.
fn print(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        // Whoever was reading has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|error| Error::new(Exit::Directories, "cannot write to stdout").because_of(&error)),
    }
}

fn print_json(value: &serde_json::Value) -> Result<(), Error> {
    print(&serde_json::to_string_pretty(value).expect("a JSON value is JSON"))
}
