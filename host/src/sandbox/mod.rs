//! Runs a generator that nobody has to trust. The only room that knows wasmtime, and with `process` the only one with
//! unsafe code.
//!
//! A [`Sandbox`] compiles components, in a process of its own, or loads compiled ones; a [`Generator`] is one that fits the
//! contract; each call of it gets a fresh store with its own bounds, and nothing but what `wit/0.1/generator.wit` names.

mod charge;
mod compiler;
mod component;
mod engine;
mod error;
mod generator;
mod inert;
mod kind;
mod link;
mod log;
mod machine;
mod mapping;
mod meter;
mod pool;
mod precompiled;
mod settings;
mod state;
mod trap;
mod v0_1;
mod version;

pub use compiler::{Bounds, COMMAND as COMPILE_STDIN, Tier, Uncompiled, compile_here, compile_stdin};
pub use component::Imports;
pub use engine::Sandbox;
pub use generator::Generator;
pub use kind::{Kind, kind};
pub use precompiled::{Envelope, Maker};
pub use settings::{BUILD, TARGET, WASMTIME};
pub use version::CONTRACT;
