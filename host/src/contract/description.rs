//! What a generator says of itself, and what that must be before anything is done with it.

use crate::error::Error;
use crate::exit::Exit;
use crate::text::clean;

/// Longest name of a generator, in bytes: a DNS label.
const MAX_NAME: usize = 63;
const MAX_SUMMARY: usize = 200;
const MAX_KINDS: usize = 50;
/// A kind with its API group.
const MAX_KIND: usize = 63 + 1 + 253;

/// What a generator is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its name: a DNS label.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// One sentence.
    pub summary: String,
    /// Kinds that it answers, each with its API group or without.
    pub kinds: Vec<String>,
    /// A JSON schema of its config.
    pub config_schema: Option<String>,
}

impl Description {
    /// Refuses one that breaks the contract; `shown` is what the generator is called until it has a name.
    ///
    /// # Errors
    ///
    /// [`Exit::Misbehaved`].
    pub fn ensure_valid(&self, shown: &str) -> Result<(), Error> {
        let Self { name, version, summary, kinds, .. } = self;
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
            let is_kind =
                |kind: &&String| !kind.is_empty() && kind.len() <= MAX_KIND && clean(kind, MAX_KIND) == **kind;
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
}
