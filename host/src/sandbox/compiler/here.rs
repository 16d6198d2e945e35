//! The compiler itself.

#[cfg(feature = "compile")]
use wasmtime::Engine;

use super::tier::Tier;
#[cfg(feature = "compile")]
use crate::sandbox::{settings, trap};

/// Compiles in this very process, with no bound on what that takes.
///
/// # Errors
///
/// Why the bytes are no component, in wasmtime's words.
#[cfg(feature = "compile")]
pub fn compile_here(bytes: &[u8], tier: Tier) -> Result<Vec<u8>, String> {
    let engine = Engine::new(&settings::compiling(tier)).map_err(|error| trap::words(&error))?;
    engine.precompile_component(bytes).map_err(|error| trap::words(&error))
}

/// Compiles nothing.
///
/// # Errors
///
/// That this build has no compiler.
#[cfg(not(feature = "compile"))]
pub fn compile_here(_: &[u8], _: Tier) -> Result<Vec<u8>, String> {
    Err("this build has no compiler".into())
}
