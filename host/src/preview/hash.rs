//! The digest by which Kratix names things: MD5 in lower case hex (kratix-contract 1.6 and 3.1). It secures nothing.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};

/// Characters of a digest that paths and names have.
pub const SHORT: usize = 5;

/// The digest of a text.
#[must_use]
pub fn md5(text: &str) -> String {
    let mut hex = String::with_capacity(32);
    for byte in Md5::digest(text) {
        write!(hex, "{byte:02x}").expect("a string takes all that is written");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_have_the_digests_of_kratix() {
        for (directory, digest) in
            [(".", "5058f1af8388633f609cadb75a75dc9d"), ("dashboards", "126c4c3261a922d852dd22f709c392aa")]
        {
            assert_eq!(md5(directory), digest);
        }
    }
}
