//! What the Promise author lets generators produce: in which places, and for which Destinations.
//!
//! A generator may be somebody else's. Whatever it is asked, it can put a file only where the policy has a pattern for it,
//! and send it only where the policy, or else the config, has the labels.

use std::collections::BTreeSet;

use glob::{MatchOptions, Pattern};
use serde::Deserialize;
use serde_json::Value;

use super::error::{AllowedBy, AuthorError};
use crate::contract::{Description, GeneratorName};
use crate::error::Error;
use crate::kratix::labels::Labels;
use crate::kratix::{DEFAULT_NAMESPACE, OutputPath};
use crate::text::clean;
use crate::yaml;

/// What generators of a step may produce.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Patterns of paths below the output; none at all allows any path.
    paths: Option<Vec<String>>,
    /// Sets of labels; none at all allows those of the config.
    destinations: Option<Vec<Labels>>,
    /// Whether a generator may hold up the deletion of a request.
    #[serde(default)]
    deletion: Deletion,
}

/// What becomes of a deletion that a generator wants to wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Deletion {
    /// It goes on.
    #[default]
    NeverWaits,
    /// It waits.
    MayWait,
}

/// Most of `*` in a part of a pattern, and of `**` in the whole. For each more, the matcher may have to look at a path, which a
/// generator chooses, as many times more as it has characters.
const MAX_STARS: usize = 2;

/// `*` is for one part of a path, `**` for any number of them.
const MATCH: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// Most patterns, sets or labels that an error shows.
const MAX_SHOWN: usize = 20;

impl Policy {
    /// Reads a policy from YAML text; `shown` is where it came from.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config) when it is not one.
    pub fn read(shown: &str, text: &[u8]) -> Result<Self, Error> {
        let wrong = |cause: String| AuthorError::PolicyUnusable { shown, cause }.into();
        let policy = match yaml::read(text) {
            Err(yaml::ReadError::Empty) => Self::default(),
            // A value that a template left out must not allow everything.
            Ok(Value::Object(value)) if value.values().any(Value::is_null) => {
                return Err(wrong("it has a key with nothing behind it".into()));
            }
            Ok(value @ Value::Object(_)) => Self::deserialize(value).map_err(|error| wrong(error.to_string()))?,
            Ok(_) => return Err(wrong("it is not a map".into())),
            Err(error) => return Err(wrong(error.to_string())),
        };
        for pattern in policy.paths.iter().flatten() {
            compile(pattern, "a", "a")
                .and_then(|_| ensure_cheap(pattern))
                .map_err(|cause| wrong(format!("the path \"{}\" {cause}", clean(pattern, 80))))?;
        }
        Ok(policy)
    }

    /// The patterns for a request, with its name and namespace in them.
    #[must_use]
    pub fn paths_for(&self, name: &str, namespace: Option<&str>) -> Paths<'_> {
        let Some(patterns) = &self.paths else { return Paths(None) };
        let namespace = namespace.unwrap_or(DEFAULT_NAMESPACE);
        let filled = patterns.iter().filter_map(|pattern| compile(pattern, name, namespace).ok());
        Paths(Some((patterns, filled.collect())))
    }

    /// Whether a deletion may wait.
    #[must_use]
    pub fn lets_deletions_wait(&self) -> bool {
        self.deletion == Deletion::MayWait
    }

    /// Refuses a generator that may hold up a deletion where no deletion may wait: not when one is held up, but before any
    /// request.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config).
    pub fn ensure_may_hold(&self, generator: &Description) -> Result<(), Error> {
        if !generator.declarations.may_hold_deletion || self.lets_deletions_wait() {
            return Ok(());
        }
        Err(AuthorError::DeletionMayNotWait { generator: &generator.name }.into())
    }

    /// Refuses labels that don't include all of an allowed set; `named` are those that the config names. With more labels
    /// than a set has, fewer Destinations match.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config).
    pub fn ensure_labels(
        &self,
        generator: &GeneratorName,
        labels: &[(String, String)],
        named: &[Labels],
    ) -> Result<(), Error> {
        let allowed = self.destinations.as_deref().unwrap_or(named);
        let given: BTreeSet<(&String, &String)> = labels.iter().map(|(key, value)| (key, value)).collect();
        let includes = |set: &Labels| set.iter().all(|label| given.contains(&label));
        if allowed.iter().any(includes) {
            return Ok(());
        }
        let labels = show(labels.iter().map(|(key, value)| (key, value)).take(MAX_SHOWN));
        let by = if self.destinations.is_some() { AllowedBy::Policy } else { AllowedBy::Config };
        let allowed = or_nothing(allowed.iter().map(|set| show(set.iter())));
        Err(AuthorError::LabelsNotAllowed { generator, labels, allowed, by }.into())
    }
}

/// Where a request's files may be: patterns as the author wrote them, and as they are for this request; none for anywhere.
#[derive(Debug)]
pub struct Paths<'a>(Option<(&'a [String], Vec<Pattern>)>);

impl Paths<'_> {
    /// Refuses a path that no pattern is for.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config).
    pub fn ensure(&self, generator: &GeneratorName, path: &OutputPath) -> Result<(), Error> {
        let Some((patterns, filled)) = &self.0 else { return Ok(()) };
        if filled.iter().any(|pattern| pattern.matches_with(path.as_str(), MATCH)) {
            return Ok(());
        }
        let allowed = or_nothing(patterns.iter().map(|pattern| clean(pattern, 80)));
        Err(AuthorError::PathNotAllowed { generator, path, allowed }.into())
    }
}

/// Refuses a pattern that some path can make slow.
///
/// # Errors
///
/// Why, to be read behind what the pattern is for.
pub(crate) fn ensure_cheap(pattern: &str) -> Result<(), String> {
    let (across, within): (Vec<_>, Vec<_>) = pattern.split('/').partition(|part| *part == "**");
    if across.len() > MAX_STARS || within.iter().any(|part| part.matches('*').count() > MAX_STARS) {
        return Err(format!("has more than {MAX_STARS} * in a part, or more than {MAX_STARS} **"));
    }
    Ok(())
}

/// What is put in is never looked at again: a request may be called like a placeholder or a pattern.
fn compile(pattern: &str, name: &str, namespace: &str) -> Result<Pattern, String> {
    let (mut filled, mut rest) = (String::new(), pattern);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, found) = rest.split_at(at);
        filled.push_str(before);
        let (value, after) = if let Some(after) = found.strip_prefix("{name}") {
            (name, after)
        } else if let Some(after) = found.strip_prefix("{namespace}") {
            (namespace, after)
        } else {
            return Err("has a brace, but neither {name} nor {namespace}".into());
        };
        if filled.rfind('[') > filled.rfind(']') {
            return Err("has a name in brackets, which stand for one character".into());
        }
        filled.push_str(&Pattern::escape(value));
        rest = after;
    }
    filled.push_str(rest);
    Pattern::new(&filled).map_err(|error| format!("is no pattern: {}", error.msg))
}

fn show<'a>(labels: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let labels = labels.into_iter().map(|(key, value)| format!("{}={}", clean(key, 80), clean(value, 80)));
    labels.collect::<Vec<_>>().join(",")
}

fn or_nothing(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.take(MAX_SHOWN).collect();
    if parts.is_empty() { "none".into() } else { parts.join(" or ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generator() -> GeneratorName {
        GeneratorName::parse("g".into()).unwrap()
    }

    fn policy(yaml: &str) -> Policy {
        Policy::read("a test", yaml.as_bytes()).unwrap()
    }

    fn labels(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_path_needs_a_pattern() {
        let policy = policy("paths: ['backstage/{namespace}.{name}.yaml', 'any/**', 'one/*/x?']");
        for (path, allowed) in [
            ("backstage/default.a-b.yaml", true),
            ("backstage/other.a-b.yaml", false),
            ("backstage/default.b.yaml", false),
            ("backstage/x/default.a-b.yaml", false),
            ("any/a/b/c", true),
            ("any", false),
            ("one/a/x1", true),
            ("one/a/b/x1", false),
            ("one/a/x", false),
            ("One/a/x1", false),
        ] {
            let path = OutputPath::parse(path).unwrap();
            assert_eq!(policy.paths_for("a-b", Some("default")).ensure(&generator(), &path).is_ok(), allowed, "{path}");
            assert!(Policy::default().paths_for("a-b", Some("default")).ensure(&generator(), &path).is_ok());
        }
        // A request's name is neither a pattern nor a placeholder.
        for (name, path) in [
            ("a*", "backstage/default.a-b.yaml"),
            ("{namespace}", "backstage/default.default.yaml"),
            ("{name}", "backstage/default.a-b.yaml"),
            ("x].[b", "backstage/default.x.b.yaml"),
        ] {
            let parsed = OutputPath::parse(path).unwrap();
            assert!(policy.paths_for(name, Some("default")).ensure(&generator(), &parsed).is_err(), "{name} {path}");
        }
        let own = OutputPath::parse("backstage/default.{namespace}.yaml").unwrap();
        assert!(policy.paths_for("{namespace}", None).ensure(&generator(), &own).is_ok());
    }

    #[test]
    fn labels_need_a_set_of_the_policy_or_else_of_the_config() {
        let named = [Labels::from_iter([("repository".into(), "catalog".into())])];
        let (none, set, any) =
            (policy(""), policy("destinations: [{env: prod, tier: gold}]"), policy("destinations: [{}]"));
        for (given, by_config, by_set) in [
            (labels(&[("repository", "catalog")]), true, false),
            (labels(&[("repository", "catalog"), ("more", "x")]), true, false),
            (labels(&[("repository", "secrets")]), false, false),
            (labels(&[("env", "prod")]), false, false),
            (labels(&[("tier", "gold"), ("env", "prod")]), false, true),
        ] {
            assert_eq!(none.ensure_labels(&generator(), &given, &named).is_ok(), by_config, "{given:?}");
            assert_eq!(set.ensure_labels(&generator(), &given, &named).is_ok(), by_set, "{given:?}");
            assert!(any.ensure_labels(&generator(), &given, &named).is_ok());
            assert!(none.ensure_labels(&generator(), &given, &[]).is_err());
            assert!(policy("destinations: []").ensure_labels(&generator(), &given, &named).is_err());
        }
    }

    #[test]
    fn a_policy_that_can_not_be_used_is_refused() {
        for (text, says) in [
            ("- a", "it is not a map"),
            ("paths:\ndestinations: [{}]", "it has a key with nothing behind it"),
            ("path: [a]", "unknown field `path`"),
            ("paths: ['a/{team}']", "the path \"a/{team}\" has a brace, but neither {name} nor {namespace}"),
            ("paths: ['{name']", "has a brace, but neither"),
            ("paths: ['{{name}}']", "has a brace, but neither"),
            (
                "paths: ['a/[x{name}]']",
                "the path \"a/[x{name}]\" has a name in brackets, which stand for one character",
            ),
            // What only an empty name would make a pattern.
            ("paths: ['a/{name}**']", "the path \"a/{name}**\" is no pattern: recursive wildcards"),
            (
                "paths: ['a/***']",
                "the path \"a/***\" is no pattern: wildcards are either regular `*` or recursive `**`",
            ),
            ("paths: ['a/*-*-*.yaml']", "the path \"a/*-*-*.yaml\" has more than 2 * in a part, or more than 2 **"),
            ("paths: ['**/a/**/b/**']", "the path \"**/a/**/b/**\" has more than 2 * in a part, or more than 2 **"),
            ("destinations: [{a: 1}]", "invalid type: integer `1`, expected a string"),
        ] {
            let error = Policy::read("a test", text.as_bytes()).unwrap_err();
            assert!(error.cause().unwrap().contains(says), "{text}: {:?}", error.cause());
        }
    }
}
