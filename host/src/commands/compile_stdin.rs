//! `kratix-wasm compile-stdin`: what `run`, `compile` and `inspect` start to compile in a process of its own.

use crate::error::Error;
use crate::sandbox::{Bounds, Tier, compile_stdin};

/// Compile the component that stdin holds, within bounds; this program starts itself like that
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How much the compiler takes on: quick or optimised
    tier: Tier,
    /// Bytes of the component
    length: usize,
    /// Bytes of address space
    memory_bytes: u64,
    /// Seconds of computing
    cpu_seconds: u64,
    /// Descriptor of the memory that the code goes to
    code: i32,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        let Self { tier, length, memory_bytes, cpu_seconds, code } = self;
        compile_stdin(tier, Bounds { length, memory_bytes, cpu_seconds, code })
    }
}
