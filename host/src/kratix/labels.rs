//! The syntax of Kubernetes labels: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>.
//!
//! Kratix checks neither; a label that breaks it makes scheduling fail much later (kratix-contract 7.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::name::is_subdomain;
use crate::text::clean;

/// Labels that a Destination or an input must have, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// Each with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first that an object doesn't have; `carried` is what its metadata has of labels.
    #[must_use]
    pub fn lacking(&self, carried: &Value) -> Option<(&String, &String)> {
        self.iter().find(|(key, value)| carried[key.as_str()] != **value)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&String> {
        self.0.get(key)
    }

    /// Adds one; gives the value that the key had before.
    pub fn insert(&mut self, key: String, value: String) -> Option<String> {
        self.0.insert(key, value)
    }
}

impl FromIterator<(String, String)> for Labels {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(labels: I) -> Self {
        Self(labels.into_iter().collect())
    }
}

/// Why a label is refused, or nothing.
#[must_use]
pub fn problem(key: &str, value: &str) -> Option<String> {
    if !is_key(key) {
        return Some(format!("\"{}\" is no key of a Kubernetes label", clean(key, 80)));
    }
    if !is_value(value) {
        return Some(format!("\"{}\" is no value of a Kubernetes label", clean(value, 80)));
    }
    None
}

/// Whether a text can be the key of a label (`IsQualifiedName` of Kubernetes).
#[must_use]
pub fn is_key(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    is_name(name) && prefix.is_none_or(is_subdomain)
}

/// Whether a text can be the value of a label (`IsValidLabelValue` of Kubernetes).
#[must_use]
pub fn is_value(value: &str) -> bool {
    value.is_empty() || is_name(value)
}

fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    bytes.len() <= 63
        && ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_taken_as_kubernetes_takes_them() {
        for (key, value) in [("env", "prod"), ("a.b/c_d", ""), ("A", "1.2-x_Y"), ("kratix.io/dry-run", "true")] {
            assert_eq!(problem(key, value), None, "{key}={value}");
        }
        let long = "x".repeat(64);
        for (key, value) in [
            ("", "x"),
            ("a b", "x"),
            ("-a", "x"),
            ("a/", "x"),
            ("/a", "x"),
            ("A.B/c", "x"),
            ("a/b/c", "x"),
            ("a..b/c", "x"),
            (&*long, "x"),
            ("a", "x y"),
            ("a", "-x"),
            ("a", "x/y"),
            ("a", &long),
            ("a", "ü"),
        ] {
            assert!(problem(key, value).is_some(), "{key}={value}");
        }
    }
}
