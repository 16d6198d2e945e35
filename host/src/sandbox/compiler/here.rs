//! The compiler itself.

#[cfg(feature = "compile")]
use wasmtime::{Engine, OutOfMemory};

use super::tier::Tier;
#[cfg(feature = "compile")]
use crate::sandbox::{settings, trap};

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uncompiled {
    /// The bytes are no component, and why, in wasmtime's words.
    Refused(String),
    /// There is no memory to compile it with.
    OutOfMemory,
}

/// Compiles in this very process, with no bound on what that takes.
///
/// # Errors
///
/// [`Uncompiled`].
#[cfg(feature = "compile")]
pub fn compile_here(bytes: &[u8], tier: Tier) -> Result<Vec<u8>, Uncompiled> {
    Ok(Engine::new(&settings::compiling(tier)).and_then(|engine| engine.precompile_component(bytes))?)
}

#[cfg(feature = "compile")]
impl From<wasmtime::Error> for Uncompiled {
    fn from(error: wasmtime::Error) -> Self {
        if error.is::<OutOfMemory>() { Self::OutOfMemory } else { Self::Refused(trap::words(&error)) }
    }
}

/// Compiles nothing.
///
/// # Errors
///
/// That this build has no compiler.
#[cfg(not(feature = "compile"))]
pub fn compile_here(_: &[u8], _: Tier) -> Result<Vec<u8>, Uncompiled> {
    Err(Uncompiled::Refused("this build has no compiler".into()))
}

#[cfg(all(test, feature = "compile"))]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_without_memory_is_told_from_a_component_that_is_none() {
        let error = wasmtime::Error::from(OutOfMemory::new(1000)).context("within something");
        assert_eq!(Uncompiled::from(error), Uncompiled::OutOfMemory);
        let error = compile_here(b"\0asm\x0d\0\x01\0\xff", Tier::Quick).unwrap_err();
        assert!(matches!(error, Uncompiled::Refused(words) if !words.is_empty()));
        assert!(!compile_here(b"\0asm\x0d\0\x01\0", Tier::Quick).unwrap().is_empty());
    }
}
