//! SHA-256 as the field writes it.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// 64 lower case hex digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes any text");
        hex
    })
}
