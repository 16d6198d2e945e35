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

/// One command a file, in `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a pipeline step: read the request, run the generators, write what Kratix reads
    Run(run::Args),
    /// Check what a Promise sets for its steps, before any request is touched
    CheckPromise(check_promise::Args),
    /// Compile a component ahead, for `run --precompiled`
    Compile(compile::Args),
    /// Show what a generator is and what it may do
    Inspect(inspect::Args),
    /// Show versions: of this program, the contracts it runs, and wasmtime
    Version(version::Args),
    /// Print a completion script for a shell
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
