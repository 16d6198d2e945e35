//! The generated bindings have one door.

mod generated {
    #![allow(missing_docs, unreachable_pub, clippy::pedantic, reason = "generated from wit/")]

    wasmtime::component::bindgen!({
        path: "../wit",
        world: "generator",
        exports: { default: async },
    });
}

pub(super) use generated::GeneratorPre;
pub(super) use generated::kratix_wasm::generator::{log, workspace};

/// The records of the contract as Rust has them.
pub use generated::exports::kratix_wasm::generator::generation as contract;
