//! Precompiled code in an envelope of ours.
//!
//! wasmtime checks its own serialised code only lightly, and loading it runs it. So nothing reaches it but bytes that an
//! envelope announces by length and SHA-256. That is integrity, not trust: who may make an envelope is decided by where
//! the file lies and who owns it (`source::precompiled`).
//!
//! The code comes first and the envelope behind it, so that the code begins where a page does and is mapped as it lies.

use std::fmt;
use std::fs::File;
#[cfg(feature = "compile")]
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::os::fd::AsRawFd as _;

use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::compiler::Tier;
use super::error::SandboxError;
use super::mapping::Mapping;
use super::settings::{BUILD, TARGET, WASMTIME};
use super::{Sandbox, machine, trap};
use crate::digest::Digest;
use crate::error::{Error, plain};
use crate::files;
use crate::machine::remedy;
use crate::text::clean;

/// How a file of versions 1 and 2 begins, and how the last line of any later one does.
const MARK: &[u8] = b"kratix-wasm precompiled ";
/// How a file of this version ends. Before it come the header, as JSON, and two bytes: the length of the header, the lower first.
const MAGIC: &[u8] = b"kratix-wasm precompiled 3\n";

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
    /// Id of its sandbox's source.
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
        let length = u16::try_from(header.len()).expect("the strings are short");
        [code, &header, &length.to_le_bytes(), MAGIC].concat()
    }

    /// Reads the envelope of a file and gives it with the code.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), &'static str> {
        let bytes = bytes.strip_suffix(MAGIC).ok_or("it doesn't end as one of this version's")?;
        let (bytes, length) = bytes.split_last_chunk().ok_or("its header has no length")?;
        let start = bytes.len().checked_sub(u16::from_le_bytes(*length).into()).ok_or("its header is cut off")?;
        let (code, header) = bytes.split_at(start);
        let envelope: Self = serde_json::from_slice(header).map_err(|_| "its header can't be read")?;
        if code.len() != envelope.length {
            return Err("it has another length than it says");
        }
        if Digest::of(code) != envelope.code {
            return Err("its code has another SHA-256 than it says");
        }
        Ok((envelope, code))
    }
}

/// Whether this is a file of any version of the format.
pub(super) fn is_marked(bytes: &[u8]) -> bool {
    let end = bytes.last_chunk::<{ MAGIC.len() }>();
    bytes.starts_with(MARK) || end.is_some_and(|end| end.starts_with(MARK))
}

pub(super) fn open(sandbox: &Sandbox, shown: &str, file: &File) -> Result<Component, Error> {
    let engine = &sandbox.engine;
    let failed = |error: &io::Error| machine::explain(&format!("load generator {shown}"), &plain(error));
    let (mapping, copy);
    let bytes = match Mapping::of(file) {
        Ok(mapped) => {
            mapping = mapped;
            mapping.bytes()
        }
        Err(error) if remedy(&error).is_some() => return Err(failed(&error)),
        // Not every file system can map its files.
        Err(_) => {
            let read = file.try_clone().and_then(|file| files::read(file, sandbox.limits.code_bytes));
            copy = read.map_err(|error| failed(&error))?;
            &copy
        }
    };
    let code = ensure_own(engine, shown, bytes)?;
    // SAFETY: these are the very bytes whose digest and origin the envelope states, written by `seal` of this same
    // version with these same settings. The caller vouches that nobody but root and our own user could have written the
    // file, or can while it is mapped; those can run what they like as us anyway. `compile` never writes into a file that is
    // there: it puts another in its place. wasmtime takes nothing behind the code for code: an ELF file says where each of
    // its parts is.
    #[expect(unsafe_code, reason = "the one way to load precompiled code")]
    let component = unsafe {
        match Component::deserialize_file(engine, format!("/proc/self/fd/{}", file.as_raw_fd())) {
            Err(error) if isnt_mapped_here(&error) => Component::deserialize(engine, code),
            done => done,
        }
    };
    component.map_err(|error| {
        trap::unloadable(shown, &error, &sandbox.limits)
            .unwrap_or_else(|| SandboxError::CodeDamaged { shown, cause: trap::words(&error) }.into())
    })
}

/// Gives the code of a file that this host has made as it is now.
fn ensure_own<'a>(engine: &Engine, shown: &str, bytes: &'a [u8]) -> Result<&'a [u8], Error> {
    let foreign = |cause: &str| Error::from(SandboxError::CodeForeign { shown, cause: cause.to_owned() });
    if is_marked(bytes) && !bytes.ends_with(MAGIC) {
        return Err(foreign("its envelope is of another version"));
    }
    let (envelope, code) = Envelope::read(bytes)
        .map_err(|cause| Error::from(SandboxError::CodeDamaged { shown, cause: cause.to_owned() }))?;
    let mut own = Maker::own(engine);
    if cfg!(not(feature = "compile")) {
        // Only a compiler knows all settings. wasmtime checks most of them when it loads code.
        own.settings.clone_from(&envelope.made.settings);
    }
    if envelope.made != own {
        return Err(foreign(&format!("it was made by {}; this is {own}", envelope.made)));
    }
    Ok(code)
}

/// Whether a file can't be mapped as code where it is, though what is in memory may run: its mount is `noexec`, which is of
/// programs and says nothing of who could have written it; its file system maps none; or `/proc` isn't there to open it by.
fn isnt_mapped_here(error: &wasmtime::Error) -> bool {
    let errno = error
        .downcast_ref::<Errno>()
        .copied()
        .or_else(|| error.downcast_ref::<io::Error>().and_then(Errno::from_io_error));
    matches!(errno, Some(Errno::ACCESS | Errno::PERM | Errno::NOENT | Errno::NODEV))
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

#[cfg(all(test, feature = "compile"))]
mod tests {
    use super::*;

    fn sealed(code: &[u8]) -> Vec<u8> {
        Envelope::new(Digest::of(b"component"), code, &Engine::default()).seal(code)
    }

    #[test]
    fn what_is_sealed_is_read_again() {
        for code in [&b""[..], b"code", MAGIC] {
            let bytes = sealed(code);
            let (envelope, read) = Envelope::read(&bytes).unwrap();
            assert_eq!((read, envelope.length, envelope.code), (code, code.len(), Digest::of(code)));
            assert!(is_marked(&bytes));
        }
    }

    #[test]
    fn no_part_of_it_is_read() {
        let bytes = sealed(b"code");
        for length in 1..bytes.len() {
            assert!(Envelope::read(&bytes[..length]).is_err(), "the first {length} bytes");
            assert!(Envelope::read(&bytes[length..]).is_err(), "without the first {length} bytes");
        }
    }
}
