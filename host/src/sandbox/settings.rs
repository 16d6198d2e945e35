//! How WebAssembly is compiled and run: the same on every machine, whatever the limits.

use std::num::NonZeroU32;

#[cfg(feature = "compile")]
use wasmtime::OptLevel;
use wasmtime::{Config, InstanceAllocationStrategy, WasmBacktraceDetails};

#[cfg(feature = "compile")]
use super::compiler::Tier;
use super::pool;
use crate::limits::Limits;

/// What code is compiled for: a baseline of the architecture, never the CPU that happens to compile.
pub const TARGET: &str = concat!(env!("KRATIX_WASM_ARCH"), "-unknown-linux-gnu");

/// An id of the sandbox's source and of what it depends on: the same wherever and whenever it is built. The version of this
/// program stays for many commits.
pub const BUILD: &str = env!("KRATIX_WASM_BUILD");

/// The version of wasmtime, as the lock file has it.
pub const WASMTIME: &str = env!("KRATIX_WASM_WASMTIME");

/// How much stack the host's own functions have, on top of what a generator may use.
const HOST_STACK: usize = 512 * 1024;

/// For an engine that runs code, with room for so many calls at one time.
pub(super) fn running(limits: &Limits, calls: NonZeroU32) -> Config {
    let mut config = common();
    config.max_wasm_stack(limits.stack_bytes);
    config.async_stack_size(limits.stack_bytes + HOST_STACK);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool::pool(limits, calls)));
    config
}

/// For an engine that compiles on this tier. Nothing runs in it, so it has no pool: the address space of a compiling process
/// is bounded.
///
/// wasmtime's allocator of registers that works in a single pass would be quicker yet, but isn't ready for production by
/// its own words. Cranelift can check what it did, and then it is the slowest of all.
#[cfg(feature = "compile")]
pub(super) fn compiling(tier: Tier) -> Config {
    let mut config = common();
    config.cranelift_opt_level(match tier {
        Tier::Quick => OptLevel::None,
        Tier::Optimised => OptLevel::Speed,
    });
    config
}

/// What all engines have in common. wasmtime loads code in an engine whose tunables (fuel, the reservation of memories and
/// their guards, copy-on-write and the like) are those that it was compiled with. So these are the same for all limits and
/// any number of calls: code that was compiled once runs wherever this program does.
fn common() -> Config {
    let mut config = Config::new();
    config.target(TARGET).expect("the target is one that wasmtime supports");

    // Deterministic: the same bits everywhere.
    #[cfg(feature = "compile")]
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

    // Bounded: fuel for what computes; after each fuel interval its time is looked at.
    config.consume_fuel(true);

    // A step in a pod runs each component twice: nothing here pays for more instances, nor for a debugger.
    config.memory_init_cow(false);
    config.wasm_backtrace_max_frames(None);
    // By default a variable of the environment decides, and code made without it is then another host's.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config.generate_address_map(false);
    config.native_unwind_info(false);
    config
}
