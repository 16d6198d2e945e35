//! What a description must be before anything is done with it.

use super::contract::Description;
use crate::error::Error;
use crate::exit::Exit;
use crate::text::clean;

/// Longest name of a generator, in bytes: a DNS label.
const MAX_NAME: usize = 63;
const MAX_SUMMARY: usize = 200;
const MAX_KINDS: usize = 50;
/// A kind with its API group.
const MAX_KIND: usize = 63 + 1 + 253;

pub(super) fn ensure_valid(shown: &str, description: &Description) -> Result<(), Error> {
    let Description { name, version, summary, kinds, .. } = description;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let wrong = if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
        Some(format!(
            "its name is \"{}\": 1 to {MAX_NAME} lower case letters, digits and hyphens are wanted",
            clean(name, 80)
        ))
    } else if version.is_empty() || version.len() > MAX_NAME || clean(version, MAX_NAME) != *version {
        Some(format!("its version is \"{}\": a semantic version is wanted", clean(version, 80)))
    } else if summary.chars().count() > MAX_SUMMARY || clean(summary, MAX_SUMMARY) != *summary {
        Some(format!("its summary is not one sentence of at most {MAX_SUMMARY} characters"))
    } else if kinds.is_empty() || kinds.len() > MAX_KINDS {
        Some(format!("it answers {} kinds: 1 to {MAX_KINDS} are wanted", kinds.len()))
    } else {
        let is_kind = |kind: &&String| !kind.is_empty() && kind.len() <= MAX_KIND && clean(kind, MAX_KIND) == **kind;
        kinds
            .iter()
            .find(|kind| !is_kind(kind))
            .map(|kind| format!("it answers \"{}\", which is no kind", clean(kind, 80)))
    };
    match wrong {
        None => Ok(()),
        Some(wrong) => Err(Error::new(Exit::Misbehaved, format!("generator {shown} describes itself wrongly"))
            .because(wrong)
            .hint("report it to the author of the generator")),
    }
}
