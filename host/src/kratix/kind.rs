//! The kind of an object, with its API group.

use std::fmt;

/// What an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// `Team`.
    pub name: String,
    /// `platform.example.org`; empty for the core group.
    pub group: String,
}

impl fmt::Display for Kind {
    /// As kubectl has it: `Team.platform.example.org`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group.as_str() {
            "" => f.write_str(&self.name),
            group => write!(f, "{}.{group}", self.name),
        }
    }
}
