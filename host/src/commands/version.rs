//! `kratix-wasm version`: what this program is and what it runs.

use serde_json::json;

use super::Format;
use crate::console::{print, print_json};
use crate::error::Error;
use crate::sandbox::{BUILD, CONTRACT, TARGET, WASMTIME};

/// Show versions: of this program, the contracts it runs, and wasmtime
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        let version = env!("CARGO_PKG_VERSION");
        match self.format {
            Format::Text => print([
                format!("kratix-wasm {version}"),
                format!("build       {BUILD}"),
                format!("contract    {}", CONTRACT.join(", ")),
                format!("wasmtime    {WASMTIME}"),
                format!("target      {TARGET}"),
            ]),
            Format::Json => print_json(&json!({
                "version": version, "build": BUILD, "contracts": CONTRACT, "wasmtime": WASMTIME, "target": TARGET,
            })),
        }
    }
}
