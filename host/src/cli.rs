//! What can be typed.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use clap::{Parser, Subcommand};

#[cfg(feature = "preview")]
use crate::commands::preview::{diff, impact, render};
use crate::commands::{Format, check_promise, compile, compile_stdin, completions, inspect, run, version};
use crate::console::Console;
use crate::error::Error;
use crate::exit::Exit;
use crate::pod::termination;
use crate::sandbox;
use crate::text::clean;

/// Runs generators of Kratix Promises: sandboxed WebAssembly components that turn a request into files.
///
/// In a Kratix pipeline, `run` is the whole step. On a laptop the same command runs against any directories.
#[derive(Debug, Parser)]
#[command(name = "kratix-wasm", bin_name = "kratix-wasm", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One command a file, in `commands/`, which also says what it does.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "`--help` would show these instead of what the commands say of themselves")]
pub enum Command {
    Run(run::Args),
    #[cfg(feature = "preview")]
    Render(render::Args),
    #[cfg(feature = "preview")]
    Diff(diff::Args),
    #[cfg(feature = "preview")]
    Impact(impact::Args),
    CheckPromise(check_promise::Args),
    Compile(compile::Args),
    Inspect(inspect::Args),
    Version(version::Args),
    Completions(completions::Args),
    /// Compile what stdin holds: for this program itself
    #[command(hide = true, name = sandbox::COMPILE_STDIN)]
    CompileStdin(compile_stdin::Args),
}

impl Command {
    /// In which form its result is printed, and what keeps it from one.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::Run(args) => args.format,
            #[cfg(feature = "preview")]
            Self::Render(args) => args.shown.format(),
            #[cfg(feature = "preview")]
            Self::Diff(args) => args.shown.format(),
            #[cfg(feature = "preview")]
            Self::Impact(args) => args.shown.format(),
            Self::CheckPromise(args) => args.format,
            Self::Inspect(args) => args.format,
            Self::Version(args) => args.format,
            Self::Compile(_) | Self::Completions(_) | Self::CompileStdin(_) => Format::Text,
        }
    }
}

/// Reads what was typed, or shows the help that was asked for, or what is wrong with it.
///
/// # Errors
///
/// How the process ends then.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Exit> {
    let wrong = match Cli::try_parse_from(arguments) {
        Ok(cli) => return Ok(cli.command),
        Err(wrong) => wrong,
    };
    if !wrong.use_stderr() {
        // Help and versions: not a word of it is from outside.
        wrong.exit();
    }
    let said = explain(wrong);
    Console::usage(&said);
    termination::leave(&Error::new("arguments", Exit::Usage, in_short(&said)));
    Err(Exit::Usage)
}

/// What is wrong with a command line, without what to do about it.
#[must_use]
pub fn in_short(said: &str) -> String {
    let first = said.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default();
    clean(&first.lines().map(str::trim).collect::<Vec<_>>().join(" "), 300)
}

/// What clap says of a command line. What it quotes of it stays within its line.
#[must_use]
pub fn explain(mut wrong: clap::Error) -> String {
    let quoted = |(kind, value): (ContextKind, &ContextValue)| match value {
        ContextValue::String(text) => Some((kind, ContextValue::String(clean(text, 200)))),
        ContextValue::Strings(texts) => {
            Some((kind, ContextValue::Strings(texts.iter().map(|text| clean(text, 200)).collect())))
        }
        ContextValue::StyledStrs(tips) => {
            let tips = tips.iter().map(|tip| clean(&tip.to_string(), 400).into());
            Some((kind, ContextValue::StyledStrs(tips.collect())))
        }
        _ => None,
    };
    let quoted: Vec<_> = wrong.context().filter_map(quoted).collect();
    for (kind, value) in quoted {
        wrong.insert(kind, value);
    }
    wrong.render().to_string()
}

/// Runs a command.
///
/// # Errors
///
/// What the command says.
pub fn execute(command: Command) -> Result<(), Error> {
    match command {
        Command::Run(args) => args.run(),
        #[cfg(feature = "preview")]
        Command::Render(args) => args.run(),
        #[cfg(feature = "preview")]
        Command::Diff(args) => args.run(),
        #[cfg(feature = "preview")]
        Command::Impact(args) => args.run(),
        Command::CheckPromise(args) => args.run(),
        Command::Compile(args) => args.run(),
        Command::Inspect(args) => args.run(),
        Command::Version(args) => args.run(),
        Command::Completions(args) => args.run(),
        Command::CompileStdin(args) => args.run(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
