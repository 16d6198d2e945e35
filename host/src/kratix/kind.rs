//! The kind of an object, with its API group.

use std::fmt;

use serde_json::Value;

use super::name::{is_label, is_subdomain};

/// A kind that is never an input, of whatever group: what a generator sees ends in Git, in a log or in a status.
pub const SECRET: &str = "Secret";
/// Its plural, as addresses have it.
pub const SECRETS: &str = "secrets";

/// What an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// `Team`.
    pub name: String,
    /// `platform.example.org`; empty for the core group.
    pub group: String,
}

impl Kind {
    /// Reads what [`Display`](fmt::Display) writes: `Team.platform.example.org`, or `ConfigMap`. None when an API server has no
    /// such kind (<https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions>).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, group) = text.split_once('.').unwrap_or((text, ""));
        let is_kind = is_label(&name.to_ascii_lowercase()) && !text.ends_with('.');
        let kind = Self { name: name.to_owned(), group: group.to_owned() };
        (is_kind && (group.is_empty() || is_subdomain(group))).then_some(kind)
    }

    /// What an object says that it is; empty where it doesn't say.
    #[must_use]
    pub fn of(object: &Value) -> Self {
        let text = |field: &str| object[field].as_str().unwrap_or_default();
        let group = text("apiVersion").rsplit_once('/').map_or("", |(group, _)| group);
        Self { name: text("kind").to_owned(), group: group.to_owned() }
    }

    /// Whether a name, with the API group or without, is this kind's.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        match name.strip_prefix(&*self.name) {
            Some("") => true,
            Some(group) => group.strip_prefix('.') == Some(&self.group),
            None => false,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read() {
        for text in ["ConfigMap", "Team.platform.kratix.io", "A.b"] {
            assert_eq!(Kind::parse(text).unwrap().to_string(), text);
        }
        for text in ["", ".", "Team.", ".a", "Team/a", "Te am", "Team.A", "Team..a", "Té", "-a", "a\n"] {
            assert_eq!(Kind::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_kind_is_called_by_its_name_with_its_group_or_without() {
        let kind = Kind::parse("Team.platform.kratix.io").unwrap();
        for (name, is_called) in [
            ("Team", true),
            ("Team.platform.kratix.io", true),
            ("Team.platform", false),
            ("Team.", false),
            ("Teams", false),
            ("Tea", false),
            ("", false),
        ] {
            assert_eq!(kind.is_called(name), is_called, "{name}");
        }
        assert!(Kind::parse("Team").unwrap().is_called("Team"));
    }
}
