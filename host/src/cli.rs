//! What can be typed.

use clap::{Parser, Subcommand};

use crate::commands::{check_promise, compile, compile_stdin, completions, inspect, run, version};
use crate::sandbox;

/// Runs generators of Kratix Promises: sandboxed WebAssembly components that turn a request into files.
///
/// In a Kratix pipeline, `run` is the whole step. On a laptop the same command runs against any directories.
#[derive(Debug, Parser)]
#[command(name = "kratix-wasm", version, propagate_version = true, max_term_width = 100)]
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
    CheckPromise(check_promise::Args),
    Compile(compile::Args),
    Inspect(inspect::Args),
    Version(version::Args),
    Completions(completions::Args),
    /// Compile what stdin holds: for this program itself
    #[command(hide = true, name = sandbox::COMPILE_STDIN)]
    CompileStdin(compile_stdin::Args),
}

/// Runs a command.
///
/// # Errors
///
/// What the command says.
pub fn execute(command: Command) -> Result<(), crate::error::Error> {
    match command {
        Command::Run(args) => args.run(),
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
