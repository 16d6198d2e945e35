//! How WebAssembly is compiled and run: the same on every machine.

use wasmtime::component::Component;
use wasmtime::{Config, Engine};

use super::call::Generator;
use super::component;
use super::precompiled::{self, Envelope};
use crate::error::Error;
use crate::exit::Exit;
use crate::limits::Limits;

/// An engine with its bounds.
#[derive(Clone)]
pub struct Sandbox {
    pub(super) engine: Engine,
    pub(super) limits: Limits,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What code is compiled for: a baseline of the architecture, never the CPU that happens to compile.
pub const TARGET: &str = concat!(env!("KRATIX_WASM_ARCH"), "-unknown-linux-gnu");

/// The version of wasmtime, as the lock file has it.
pub const WASMTIME: &str = env!("KRATIX_WASM_WASMTIME");

impl Sandbox {
    /// Makes an engine.
    ///
    /// # Panics
    ///
    /// When wasmtime doesn't take the settings below, which the tests would show.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let engine = Engine::new(&settings(&limits)).expect("the settings are constant but for a stack size");
        Self { engine, limits }
    }

    /// Compiles a component; `shown` is its name in messages.
    ///
    /// # Errors
    ///
    /// [`Exit::Generator`] when the bytes are no component of a contract that this host knows.
    pub fn compile(&self, shown: &str, bytes: &[u8]) -> Result<Generator, Error> {
        Generator::link(self, shown, &self.component(shown, bytes)?)
    }

    /// Compiles a component to what [`load`](Self::load) takes, in its envelope.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile).
    pub fn precompile(&self, shown: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let component = self.component(shown, bytes)?;
        // What can't be run is not worth keeping.
        Generator::link(self, shown, &component)?;
        let code = component.serialize().map_err(|error| invalid(shown, &error))?;
        Ok(Envelope::new(bytes, &code, &self.engine).seal(&code))
    }

    /// Loads precompiled code. **Loading it runs it with the rights of this process**: the caller vouches for where
    /// the bytes came from, as `source::precompiled` does.
    ///
    /// # Errors
    ///
    /// [`Exit::Generator`] when the envelope is damaged or another host's.
    pub fn load(&self, shown: &str, bytes: &[u8]) -> Result<Generator, Error> {
        let component = precompiled::open(&self.engine, shown, bytes)?;
        Generator::link(self, shown, &component)
    }

    fn component(&self, shown: &str, bytes: &[u8]) -> Result<Component, Error> {
        component::ensure_component(shown, bytes)?;
        Component::new(&self.engine, bytes).map_err(|error| invalid(shown, &error))
    }
}

fn invalid(shown: &str, error: &wasmtime::Error) -> Error {
    Error::new(Exit::Generator, format!("{shown} is not a valid component")).because(format!("{error:#}"))
}

fn settings(limits: &Limits) -> Config {
    let mut config = Config::new();
    config.target(TARGET).expect("the target is one that wasmtime supports");

    // Deterministic: the same bits everywhere.
    config.cranelift_nan_canonicalization(true);
    config.relaxed_simd_deterministic(true);

    // The proposals that toolchains of today use, by name, so that a new wasmtime brings none by default.
    config.wasm_bulk_memory(true);
    config.wasm_extended_const(true);
    config.wasm_multi_memory(true);
    config.wasm_multi_value(true);
    config.wasm_relaxed_simd(true);
    config.wasm_simd(true);
    config.wasm_tail_call(true);
    config.wasm_custom_page_sizes(false);
    config.wasm_memory64(false);
    config.wasm_wide_arithmetic(false);
    config.shared_memory(false);

    // Bounded: fuel for what computes; each fuel interval gives the timer a chance.
    config.consume_fuel(true);
    config.max_wasm_stack(limits.stack_bytes);
    config.async_stack_size(limits.stack_bytes + 512 * 1024);

    // A step runs each component once: nothing here pays for a second instance, nor for a debugger.
    config.memory_init_cow(false);
    config.wasm_backtrace_max_frames(None);
    config.generate_address_map(false);
    config.native_unwind_info(false);
    config
}
