//! `kratix-wasm completions`: for a shell.

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::console::print;
use crate::error::Error;

/// Print a completion script for a shell
///
/// For bash: `kratix-wasm completions bash > ~/.local/share/bash-completion/completions/kratix-wasm`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "kratix-wasm", &mut script);
        print(String::from_utf8_lossy(&script).trim_end().lines())
    }
}
