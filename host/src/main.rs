//! The program: parses, runs, reports, exits.

use std::process::ExitCode;

use kratix_wasm::cli::{self, execute};
use kratix_wasm::commands::Format;
use kratix_wasm::console::{Console, print_json};
use kratix_wasm::exit::Exit;
use kratix_wasm::pod::termination;
use kratix_wasm::process;
use serde_json::json;

fn main() -> ExitCode {
    process::settle();
    let command = match cli::read(std::env::args_os()) {
        Ok(command) => command,
        Err(exit) => return exit.into(),
    };
    let format = command.format();
    match execute(command) {
        Ok(()) => Exit::Ok.into(),
        // What differs has been shown, and is no error.
        Err(error) if error.exit() == Exit::Differs => Exit::Differs.into(),
        Err(error) => {
            Console::error(&error);
            if format == Format::Json && !error.is_printed() {
                // The error that counts is the one that has been said.
                let _ = print_json(&json!({ "error": error.to_json() }));
            }
            termination::leave(&error);
            error.exit().into()
        }
    }
}
