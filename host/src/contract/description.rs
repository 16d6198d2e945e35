//! What a generator says of itself, and what that must be before anything is done with it.

use std::fmt;

use super::Declarations;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::Kind;
use crate::text::clean;

/// Longest name of a generator, in bytes: a DNS label.
const MAX_NAME: usize = 63;
const MAX_SUMMARY: usize = 200;
const MAX_KINDS: usize = 50;
/// A kind with its API group.
const MAX_KIND: usize = 63 + 1 + 253;

/// What a generator is called: a DNS label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GeneratorName(String);

/// What a generator is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its name.
    pub name: GeneratorName,
    /// Its own version.
    pub version: String,
    /// One sentence.
    pub summary: String,
    /// Kinds that it answers, each with its API group or without.
    pub kinds: Vec<String>,
    /// A JSON schema of its config.
    pub config_schema: Option<String>,
    /// What it declares beside.
    pub declarations: Declarations,
}

impl GeneratorName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a sentence.
    pub fn parse(name: String) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
            let name = clean(&name, 80);
            return Err(format!(
                "its name is \"{name}\": 1 to {MAX_NAME} lower case letters, digits and hyphens are wanted"
            ));
        }
        Ok(Self(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GeneratorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Description {
    /// Refuses one that breaks the contract; `shown` is what the generator is called until it has a name.
    ///
    /// # Errors
    ///
    /// [`Exit::Misbehaved`].
    pub fn ensure_valid(&self, shown: &str) -> Result<(), Error> {
        let Self { version, summary, kinds, .. } = self;
        let is_kind = |kind: &&String| !kind.is_empty() && kind.len() <= MAX_KIND && clean(kind, MAX_KIND) == **kind;
        let wrong = if version.is_empty() || version.len() > MAX_NAME || clean(version, MAX_NAME) != *version {
            Some(format!("its version is \"{}\": a semantic version is wanted", clean(version, 80)))
        } else if summary.chars().count() > MAX_SUMMARY || clean(summary, MAX_SUMMARY) != *summary {
            Some(format!("its summary is not one sentence of at most {MAX_SUMMARY} characters"))
        } else if kinds.is_empty() || kinds.len() > MAX_KINDS {
            Some(format!("it answers {} kinds: 1 to {MAX_KINDS} are wanted", kinds.len()))
        } else {
            let odd = kinds.iter().find(|kind| !is_kind(kind));
            let odd = odd.map(|kind| format!("it answers \"{}\", which is no kind", clean(kind, 80)));
            odd.or_else(|| self.declarations.wrong())
        };
        wrong.map_or(Ok(()), |wrong| Err(misdescribed(shown, &wrong)))
    }

    /// Whether it answers objects of a kind, which it may name with the API group or without.
    #[must_use]
    pub fn answers(&self, kind: &Kind) -> bool {
        self.kinds.iter().any(|answered| kind.is_called(answered))
    }
}

/// The error for a generator that describes itself wrongly.
pub(crate) fn misdescribed(shown: &str, wrong: &str) -> Error {
    Error::new("description", Exit::Misbehaved, format!("generator {shown} describes itself wrongly"))
        .because(wrong)
        .hint("report it to the author of the generator")
}
