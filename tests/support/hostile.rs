//! The component that misbehaves on request, told what to say of itself.

use std::fs;

use crate::root;

/// Its bytes with this word for `describe` and `declarations` (guest/hostile has them).
///
/// # Panics
///
/// When it isn't built, or the word is too long.
#[must_use]
pub fn hostile(word: &str) -> Vec<u8> {
    let path = root().join("target/components/hostile.wasm");
    let mut bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mark = b"<describe:";
    let at = bytes.windows(mark.len()).position(|window| window == mark).expect("it has the mark") + mark.len();
    let padded = format!("{word:21}");
    assert_eq!(padded.len(), 21, "{word} is too long");
    bytes[at..at + padded.len()].copy_from_slice(padded.as_bytes());
    bytes
}
