//! Precompiled code in an envelope of ours.
//!
//! wasmtime checks its own serialised code only lightly, and loading it runs it. So nothing reaches it but bytes that an
//! envelope announces by length and SHA-256. That is integrity, not trust: who may make an envelope is decided by where
//! the file lies and who owns it (`source::precompiled`).

#[cfg(feature = "compile")]
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::settings::TARGET;
use super::{Sandbox, trap};
use crate::digest::Digest;
use crate::error::Error;
use crate::exit::Exit;

/// The first bytes of a file, the version of the format included.
pub(super) const MAGIC: &[u8] = b"kratix-wasm precompiled 1\n";
/// Longest header, in bytes; it follows the magic as a line of JSON, and the code follows that.
const MAX_HEADER: usize = 4096;

/// What an envelope says of the code in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Version of the host that made it.
    pub host: String,
    /// What wasmtime's settings were, as a hash: code made with others can't be run.
    pub settings: String,
    /// What the code was compiled for.
    pub target: String,
    /// SHA-256 of the component.
    pub component: String,
    /// SHA-256 of the code.
    pub code: String,
    /// Bytes of the code.
    pub length: usize,
}

impl Envelope {
    pub(super) fn new(component: String, code: &[u8], engine: &Engine) -> Self {
        Self {
            host: env!("CARGO_PKG_VERSION").into(),
            settings: settings(engine),
            target: TARGET.into(),
            component,
            code: Digest::of(code).to_string(),
            length: code.len(),
        }
    }

    pub(super) fn seal(&self, code: &[u8]) -> Vec<u8> {
        let header = serde_json::to_vec(self).expect("a header is strings and a number");
        [MAGIC, &header, b"\n", code].concat()
    }

    /// Reads the envelope of a file and gives it with the code.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), &'static str> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or("it doesn't begin as one of this version's")?;
        let header = bytes.get(..MAX_HEADER.min(bytes.len())).unwrap_or_default();
        let end = header.iter().position(|byte| *byte == b'\n').ok_or("its header has no end")?;
        let envelope: Self = serde_json::from_slice(&bytes[..end]).map_err(|_| "its header can't be read")?;
        let code = &bytes[end + 1..];
        if code.len() != envelope.length {
            return Err("it has another length than it says");
        }
        if Digest::of(code).to_string() != envelope.code {
            return Err("its code has another SHA-256 than it says");
        }
        Ok((envelope, code))
    }
}

pub(super) fn open(sandbox: &Sandbox, shown: &str, bytes: &[u8]) -> Result<Component, Error> {
    let engine = &sandbox.engine;
    let damaged = |cause: &str| {
        Error::new(Exit::Generator, format!("{shown} is not precompiled code, or is damaged"))
            .because(cause)
            .hint("make it again with `kratix-wasm compile`")
            .hint_in_pod("build the image again, or see whether KRATIX_WASM_GENERATOR names another file")
    };
    let (envelope, code) = Envelope::read(bytes).map_err(damaged)?;
    let host = env!("CARGO_PKG_VERSION");
    // A build without a compiler leaves it to wasmtime, which checks most settings when it loads code.
    let other_settings = cfg!(feature = "compile") && envelope.settings != settings(engine);
    if envelope.host != host || other_settings || envelope.target != TARGET {
        return Err(Error::new(Exit::Generator, format!("{shown} was precompiled by another host"))
            .because(format!(
                "it was made by kratix-wasm {} for {}; this is {host} for {TARGET}",
                crate::text::clean(&envelope.host, 40),
                crate::text::clean(&envelope.target, 40),
            ))
            .hint("make it again with this one's `kratix-wasm compile`, or run the .wasm")
            .hint_in_pod("build the image with code that its own host has compiled, or run the .wasm"));
    }
    // SAFETY: these are the very bytes whose digest and origin the envelope states, written by `seal` of this same
    // version with these same settings; that nobody else could have written the file is what the caller vouches for.
    #[expect(unsafe_code, reason = "the one way to load precompiled code")]
    let component = unsafe { Component::deserialize(engine, code) };
    component.map_err(|error| {
        trap::unloadable(shown, &error, &sandbox.limits).unwrap_or_else(|| damaged(&trap::words(&error)))
    })
}

/// Only a compiler knows them in full.
#[cfg(not(feature = "compile"))]
fn settings(_: &Engine) -> String {
    String::new()
}

#[cfg(feature = "compile")]
fn settings(engine: &Engine) -> String {
    // Not Rust's default hasher, whose result may change with the toolchain.
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        fn finish(&self) -> u64 {
            self.0
        }
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
