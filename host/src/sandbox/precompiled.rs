//! Precompiled code in an envelope of ours.
//!
//! wasmtime checks its own serialised code only lightly, and loading it runs it. So nothing reaches it but bytes that an
//! envelope announces by length and SHA-256. That is integrity, not trust: who may make an envelope is decided by where
//! the file lies and who owns it (`source::precompiled`).

use std::fmt;
#[cfg(feature = "compile")]
use std::hash::{Hash as _, Hasher as _};

use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::compiler::Tier;
use super::error::SandboxError;
use super::settings::{BUILD, TARGET, WASMTIME};
use super::{Sandbox, trap};
use crate::digest::Digest;
use crate::error::Error;
use crate::text::clean;

/// How a file of any version of the format begins.
pub(super) const MARK: &[u8] = b"kratix-wasm precompiled ";
/// How one of this version begins.
const MAGIC: &[u8] = b"kratix-wasm precompiled 2\n";
/// Longest header, in bytes; it follows the magic as a line of JSON, and the code follows that.
const MAX_HEADER: usize = 4096;

/// What an envelope says of the code in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Who made it, and how.
    pub made: Maker,
    /// SHA-256 of the component.
    pub component: Digest,
    /// SHA-256 of the code.
    pub code: Digest,
    /// Bytes of the code.
    pub length: usize,
}

/// What made code, and how. It has to be the same where the code is to run: wasmtime itself compares its major version
/// and some of its settings alone, and code of a release that was found to compile wrongly must not outlive it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// Version of the host.
    pub host: String,
    /// Id of its source.
    pub build: String,
    /// Version of wasmtime, in full.
    pub wasmtime: String,
    /// How much the compiler took on. What is kept is optimised.
    pub tier: String,
    /// What wasmtime's settings were, as a hash.
    pub settings: String,
    /// What the code was compiled for.
    pub target: String,
}

impl Maker {
    /// This host, with an engine of its own.
    fn own(engine: &Engine) -> Self {
        Self {
            host: env!("CARGO_PKG_VERSION").into(),
            build: BUILD.into(),
            wasmtime: WASMTIME.into(),
            tier: Tier::Optimised.to_string(),
            settings: settings(engine),
            target: TARGET.into(),
        }
    }
}

impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, build, wasmtime, tier, settings, target } = self;
        let [host, build, wasmtime, tier, settings, target] =
            [host, build, wasmtime, tier, settings, target].map(|text| clean(text, 40));
        write!(f, "kratix-wasm {host} (build {build}, wasmtime {wasmtime}, {tier}, settings {settings}) for {target}")
    }
}

impl Envelope {
    pub(super) fn new(component: Digest, code: &[u8], engine: &Engine) -> Self {
        Self { made: Maker::own(engine), component, code: Digest::of(code), length: code.len() }
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
        if Digest::of(code) != envelope.code {
            return Err("its code has another SHA-256 than it says");
        }
        Ok((envelope, code))
    }
}

pub(super) fn open(sandbox: &Sandbox, shown: &str, bytes: &[u8]) -> Result<Component, Error> {
    let engine = &sandbox.engine;
    let damaged = |cause: &str| SandboxError::CodeDamaged { shown, cause: cause.to_owned() }.into();
    let foreign = |cause: &str| Error::from(SandboxError::CodeForeign { shown, cause: cause.to_owned() });
    if bytes.starts_with(MARK) && !bytes.starts_with(MAGIC) {
        return Err(foreign("its envelope is of another version"));
    }
    let (envelope, code) = Envelope::read(bytes).map_err(damaged)?;
    let mut own = Maker::own(engine);
    if cfg!(not(feature = "compile")) {
        // Only a compiler knows all settings. wasmtime checks most of them when it loads code.
        own.settings.clone_from(&envelope.made.settings);
    }
    if envelope.made != own {
        return Err(foreign(&format!("it was made by {}; this is {own}", envelope.made)));
    }
    // SAFETY: these are the very bytes whose digest and origin the envelope states, written by `seal` of this same
    // version with these same settings; that nobody else could have written the file is what the caller vouches for.
    #[expect(unsafe_code, reason = "the one way to load precompiled code")]
    let component = unsafe { Component::deserialize(engine, code) };
    component.map_err(|error| {
        trap::unloadable(shown, &error, &sandbox.limits).unwrap_or_else(|| damaged(&trap::words(&error)))
    })
}

#[cfg(not(feature = "compile"))]
fn settings(_: &Engine) -> String {
    String::new()
}

#[cfg(feature = "compile")]
fn settings(engine: &Engine) -> String {
    let mut hasher = crate::digest::Stable::default();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
