//! Runs a generator that nobody has to trust. The only room that knows wasmtime, and with `process` the only one with
//! unsafe code.
//!
//! A [`Sandbox`] compiles components, in a process of its own, or loads compiled ones; a [`Generator`] is one that fits the
//! contract; each call of it gets a fresh store with its own bounds, and nothing but what `wit/generator.wit` names.

mod bill;
mod compiler;
mod component;
mod engine;
mod generator;
mod inert;
mod log;
mod machine;
mod meter;
mod pool;
mod precompiled;
mod state;
mod trap;
mod v0_1;

pub use compiler::{Bounds, COMMAND as COMPILE_STDIN, compile_stdin};
pub use component::{CONTRACT, Imports, Kind, kind};
pub use engine::{Sandbox, TARGET, WASMTIME, compile_here};
pub use generator::Generator;
pub use precompiled::Envelope;
