//! The program: parses, runs, reports, exits.

use std::process::ExitCode;

use kratix_wasm::cli::{self, execute};
use kratix_wasm::console::Console;
use kratix_wasm::exit::Exit;
use kratix_wasm::pod::termination;
use kratix_wasm::process;

fn main() -> ExitCode {
    process::settle();
    let command = match cli::read(std::env::args_os()) {
        Ok(command) => command,
        Err(exit) => return exit.into(),
    };
    match execute(command) {
        Ok(()) => Exit::Ok.into(),
        Err(error) => {
            Console::new(false).error(&error);
            termination::leave(&error);
            error.exit().into()
        }
    }
}
