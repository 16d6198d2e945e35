//! The program: parses, runs, reports, exits.

use std::process::ExitCode;

use clap::Parser as _;
use kratix_wasm::cli::{Cli, execute};
use kratix_wasm::console::Console;
use kratix_wasm::exit::Exit;
use kratix_wasm::kratix::termination;
use kratix_wasm::process;

fn main() -> ExitCode {
    process::settle();
    let cli = Cli::parse();
    match execute(cli.command) {
        Ok(()) => Exit::Ok.into(),
        Err(error) => {
            Console::new(false).error(&error);
            termination::leave(&error);
            error.exit().into()
        }
    }
}
