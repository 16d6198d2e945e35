//! A pattern as Go's `regexp` reads and matches it, which follows RE2: read by our own reader of that syntax, and run by an
//! engine whose time is linear in the text.

mod class;
mod escape;
mod reader;

use std::fmt;

use regex_automata::meta::{Config, Regex};

/// What a compiled pattern may take: far more than any of people, and less than a repeated class of all letters does.
const MAX_SIZE: usize = 16 << 20;
/// Bytes of a pattern that are read at all.
const MAX_LENGTH: usize = 64 << 10;

/// A pattern that is ready to be matched.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Go refuses it.
    Invalid(String),
    /// Go may take it; it isn't known here what it would match, or it is too large.
    Unknown(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(reason) => write!(out, "error parsing regexp: {reason}"),
            Self::Unknown(reason) => out.write_str(reason),
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    pub(super) fn new(pattern: &str) -> Result<Self, Refusal> {
        if pattern.len() > MAX_LENGTH {
            return Err(Refusal::Unknown(format!("the pattern is longer than {MAX_LENGTH} bytes")));
        }
        let syntax = reader::read(pattern)?;
        let limits = Config::new()
            .nfa_size_limit(Some(MAX_SIZE))
            .onepass_size_limit(Some(1 << 20))
            .hybrid_cache_capacity(2 << 20)
            .utf8_empty(true);
        let built = Regex::builder().configure(limits).build_from_hir(&syntax);
        built.map(Self).map_err(|error| Refusal::Unknown(format!("the pattern is too large: {error}")))
    }

    /// Whether a part of the text matches.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The parts that match, one behind the other.
    pub(super) fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.0.find_iter(text).map(|found| &text[found.range()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_re2() {
        for (pattern, matching, other) in [
            (r"^\d$", "7", "٧"),
            (r"^\w$", "a", "é"),
            (r"^\s$", "\u{c}", "\u{b}"),
            (r"^[a&&b]$", "&", "c"),
            (r"^[a[b]$", "[", "]"),
            (r"^[^a]$", "\n", "a"),
            (r"^.$", "é", "\n"),
            (r"^(?s:.)$", "\n", ""),
            (r"^a$", "a", "a\n"),
            (r"(?m)^a$", "b\na", "ba"),
            (r"\bé", "aé", "é"),
            (r"^\Q.*\E*$", ".**", ".a"),
            (r"^\x{e9}\101\a$", "éA\u{7}", ""),
            (r"^(?i)k$", "\u{212a}", "j"),
            (r"^(?i)\w$", "\u{17f}", "é"),
            (r"^[[:^alpha:]]$", "1", "a"),
            (r"^\p{^Greek}$", "a", "α"),
            (r"^a{,2}$", "a{,2}", "aa"),
            (r"^[\]a-]$", "-", "b"),
        ] {
            let pattern = Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            assert!(pattern.is_match(matching), "{pattern:?} {matching:?}");
            assert!(!pattern.is_match(other), "{pattern:?} {other:?}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            "(?=a)",
            "(?<!a)b",
            r"(a)\1",
            "a**",
            "a{1001}",
            "(a{100}){11}",
            "a{2,1}",
            "*",
            "(",
            ")",
            "[",
            "[]",
            "[b-a]",
            r"\C",
            r"\Z",
            r"\E",
            r"[\Q]",
            r"\é",
            r"\",
            "(?x)a",
            "(?-)",
            "(?P<a>b",
            "(?<>a)",
            "[[:foo:]]",
            r"\p{Foo",
            r"[a-\d]",
            "a++",
            "a???",
            r"\x{110000}",
            r"\x4",
            "(?i",
            r"\8",
        ] {
            assert!(
                matches!(Pattern::new(pattern), Err(Refusal::Invalid(_))),
                "{pattern}: {:?}",
                Pattern::new(pattern)
            );
        }
    }

    #[test]
    fn a_pattern_that_would_take_all_memory_is_not_built() {
        assert!(matches!(Pattern::new(r"\pL{1000}"), Err(Refusal::Unknown(_))));
        assert!(Pattern::new(&"(".repeat(100_000)).is_err());
        assert!(Pattern::new(&format!("{}a{}", "(".repeat(900), ")".repeat(900))).is_ok());
    }
}
