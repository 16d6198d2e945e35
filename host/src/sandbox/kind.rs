//! What some bytes are, by the first or the last of them.

use super::error::SandboxError;
use crate::error::Error;

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

/// Tells by the first bytes, and precompiled code by the last: <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>.
#[must_use]
pub fn kind(bytes: &[u8]) -> Kind {
    match bytes {
        [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => Kind::Component,
        [b'\0', b'a', b's', b'm', 1, 0, 0, 0, ..] => Kind::Module,
        _ if super::precompiled::is_marked(bytes) => Kind::Precompiled,
        _ => Kind::Unknown,
    }
}

pub(super) fn ensure_component(shown: &str, bytes: &[u8]) -> Result<(), Error> {
    match kind(bytes) {
        Kind::Component => Ok(()),
        kind => Err(SandboxError::NoComponent { shown, kind }.into()),
    }
}
