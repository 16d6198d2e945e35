//! An engine with its bounds, and the two ways to a generator: compiled, or loaded as it was compiled before.

use std::fs::File;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wasmtime::Engine;
use wasmtime::component::Component;

use super::compiler::{self, Code, Tier};
use super::error::SandboxError;
use super::generator::Generator;
use super::precompiled::{self, Envelope};
use super::{kind, machine, settings, trap};
use crate::digest::Digest;
use crate::error::Error;
use crate::limits::{Clock, Limits, STEP_CODE_BYTES};

/// An engine with its bounds. Clones share it, and threads can.
#[derive(Clone)]
pub struct Sandbox {
    pub(super) engine: Engine,
    pub(super) limits: Limits,
    pub(super) clock: Clock,
    /// Bytes of all code that was loaded.
    loaded: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Makes an engine with room for so many calls at one time: for a step in a pod, which asks one generator after
    /// another, that is one. A call for which there is no room fails as if the machine had none. The clock of building
    /// starts.
    ///
    /// # Errors
    ///
    /// [`Exit::Machine`](crate::exit::Exit::Machine) when the machine can't give the address space.
    pub fn new(limits: Limits, calls: NonZeroU32) -> Result<Self, Error> {
        let engine = Engine::new(&settings::running(&limits, calls))
            .map_err(|error| machine::explain("run a generator", &trap::words(&error)))?;
        let clock = Clock::start(&limits);
        Ok(Self { engine, limits, clock, loaded: Arc::default() })
    }

    /// The clock of building, by which components are compiled and loaded and say what they are. What is left of it is the
    /// time of an answer.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Refuses to go on when that time is over; `doing` is what would come next.
    ///
    /// # Errors
    ///
    /// [`Exit::Limit`](crate::exit::Exit::Limit).
    pub fn ensure_in_time(&self, doing: &str) -> Result<(), Error> {
        self.clock.ensure_running(&self.limits, doing)
    }

    /// Compiles a component on the quick tier; `shown` is its name in messages. It starts the program that it runs in once more
    /// to do so, which works in `kratix-wasm` alone.
    ///
    /// # Errors
    ///
    /// [`Exit::Generator`](crate::exit::Exit::Generator) when the bytes are no component of a contract that this host knows,
    /// [`Exit::Limit`](crate::exit::Exit::Limit) when compiling them takes too much.
    pub fn compile(&self, shown: &str, bytes: Vec<u8>) -> Result<Generator, Error> {
        self.link(shown, &self.code(shown, bytes, Tier::Quick)?)
    }

    /// Compiles a component to what [`load`](Self::load) takes, optimised, in its envelope.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile).
    pub fn precompile(&self, shown: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
        let component = Digest::of(&bytes);
        let code = self.code(shown, bytes, Tier::Optimised)?;
        // What can't be run is not worth keeping.
        self.link(shown, &code)?;
        let code =
            code.read().map_err(|error| Error::from(SandboxError::CodeLost { shown, cause: error.to_string() }))?;
        Ok(Envelope::new(component, &code, &self.engine).seal(&code))
    }

    /// Loads precompiled code, which stays mapped from the file. **Loading it runs it with the rights of this process**: the
    /// caller vouches for who could have written the file and can, as `source::precompiled` does.
    ///
    /// # Errors
    ///
    /// [`Exit::Generator`](crate::exit::Exit::Generator) when the envelope is damaged or another host's.
    pub fn load(&self, shown: &str, file: &File) -> Result<Generator, Error> {
        let component = precompiled::open(self, shown, file)?;
        Generator::link(self, shown, &component)
    }

    /// Counts code that is loaded: it stays for as long as its generator.
    pub(super) fn count(&self, shown: &str, component: &Component) -> Result<(), Error> {
        let image = component.image_range();
        let bytes = image.end.addr() - image.start.addr();
        let before = self.loaded.fetch_add(bytes, Ordering::Relaxed);
        // What one may have alone is bounded by itself.
        if before > 0 && before + bytes > self.limits.step_code_bytes {
            let what = format!("with the code of {shown} the step reached the bound {}", STEP_CODE_BYTES.name());
            return Err(self.limits.reached(&STEP_CODE_BYTES, what));
        }
        Ok(())
    }

    fn code(&self, shown: &str, bytes: Vec<u8>, tier: Tier) -> Result<Code, Error> {
        kind::ensure_component(shown, &bytes)?;
        if cfg!(not(feature = "compile")) {
            return Err(SandboxError::NoCompiler { shown }.into());
        }
        compiler::compile(shown, bytes, tier, &self.limits, self.clock)
    }

    fn link(&self, shown: &str, code: &Code) -> Result<Generator, Error> {
        // SAFETY: the code comes from `compiler::compile`, that is from this same program with these same settings, in
        // memory that nobody else has and that is sealed now. What was not to be trusted is the component, and that went
        // through wasmtime's own validation and compiler there. Whoever could make that process lie would have a bug in
        // wasmtime's compiler at hand, and with it could as well have had their way in a process that compiles for itself.
        #[expect(unsafe_code, reason = "code crosses from the compiling process as bytes")]
        let component = unsafe { Component::deserialize_file(&self.engine, code.path()) };
        let component = component.map_err(|error| {
            trap::unloadable(shown, &error, &self.limits)
                .unwrap_or_else(|| SandboxError::CodeUnloadable { shown, cause: trap::words(&error) }.into())
        })?;
        Generator::link(self, shown, &component)
    }
}

#[cfg(all(test, not(feature = "compile")))]
mod tests {
    use super::*;

    #[test]
    fn a_build_without_a_compiler_says_what_to_do_with_a_component() {
        let error = Sandbox::new(Limits::default(), NonZeroU32::MIN)
            .unwrap()
            .compile("x.wasm", b"\0asm\x0d\0\x01\0".to_vec())
            .unwrap_err();
        assert_eq!(error.to_string(), "x.wasm has to be compiled, and this build has no compiler");
        assert!(error.what_to_do().unwrap().contains("--precompiled"));
    }
}
