//! What some bytes are, by the first of them.

use crate::error::Error;
use crate::exit::Exit;

/// What some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A WebAssembly component.
    Component,
    /// A core module, what a component is made of.
    Module,
    /// Precompiled code in an envelope of ours.
    Precompiled,
    /// None of these.
    Unknown,
}

/// Tells by the first bytes: <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>.
#[must_use]
pub fn kind(bytes: &[u8]) -> Kind {
    match bytes {
        [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => Kind::Component,
        [b'\0', b'a', b's', b'm', 1, 0, 0, 0, ..] => Kind::Module,
        _ if bytes.starts_with(super::precompiled::MARK) => Kind::Precompiled,
        _ => Kind::Unknown,
    }
}

pub(super) fn ensure_component(shown: &str, bytes: &[u8]) -> Result<(), Error> {
    let refused = |what: &str| Error::new(Exit::Generator, format!("{shown} {what}"));
    Err(match kind(bytes) {
        Kind::Component => return Ok(()),
        Kind::Module => refused("is a core module, not a component")
            .hint("build it for wasm32-wasip2, or make a component of it with `wasm-tools component new`"),
        Kind::Precompiled => refused("is precompiled code")
            .hint("only `kratix-wasm run --precompiled` takes that, from those whom you trust")
            .hint_in_pod("set KRATIX_WASM_PRECOMPILED to true where it comes with the image; trust no other"),
        Kind::Unknown => refused("is not WebAssembly")
            .hint("a generator is a component, for example target/dist/team.wasm after `./x build`")
            .hint_in_pod("a generator is a component; see what the image or the volume has there"),
    })
}
