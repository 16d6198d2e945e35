//! A path that a generator may write to.

use std::fmt;

use crate::text::{clean, is_unseen};

/// A path relative to `/kratix/output` that leaves it in no way and hides nothing. Made only by [`OutputPath::parse`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(String);

/// Longest path, in bytes.
const MAX_BYTES: usize = 512;
/// Longest part, in bytes: what Linux takes for a file name.
const MAX_PART_BYTES: usize = 255;
/// Most parts.
const MAX_PARTS: usize = 16;

/// Why a path is refused; reads on after `path "…"`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing, or nothing between two slashes, at the begin or at the end.
    #[error("has an empty part; paths are relative, without a slash at the end")]
    EmptyPart,
    /// `.`, `..`, `.git`, `.kratix`, `.github`, …
    #[error("has a part that begins with a dot; such names are never a generator's to write")]
    Dot,
    /// A backslash, a control character, or one that can't be seen.
    #[error("has a backslash, or a character that can't be seen")]
    Character,
    /// Over one of the bounds.
    #[error("is too long; at most {MAX_BYTES} bytes, {MAX_PART_BYTES} a part and {MAX_PARTS} parts are possible")]
    TooLong,
}

impl OutputPath {
    /// Checks a path.
    ///
    /// # Errors
    ///
    /// A [`PathError`].
    pub fn parse(path: &str) -> Result<Self, PathError> {
        if path.len() > MAX_BYTES || path.split('/').count() > MAX_PARTS {
            return Err(PathError::TooLong);
        }
        for part in path.split('/') {
            match part {
                "" => return Err(PathError::EmptyPart),
                _ if part.starts_with('.') => return Err(PathError::Dot),
                _ if part.len() > MAX_PART_BYTES => return Err(PathError::TooLong),
                _ if part.contains(|c: char| c == '\\' || is_unseen(c)) => return Err(PathError::Character),
                _ => {}
            }
        }
        Ok(Self(path.to_owned()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part, when it is a directory: what a destination selector can name.
    #[must_use]
    pub fn top_directory(&self) -> Option<&str> {
        self.0.split_once('/').map(|(top, _)| top)
    }

    /// The directories above it, nearest first.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        self.0.rmatch_indices('/').map(|(end, _)| &self.0[..end])
    }

    /// A path as an error shows it.
    #[must_use]
    pub fn show(path: &str) -> String {
        format!("\"{}\"", clean(path, 80))
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_are_taken() {
        for path in ["a", "a/b.yaml", "backstage/default.team.yaml", "ü/ name with spaces", "a..b/c.", "-"] {
            assert_eq!(OutputPath::parse(path).map(|path| path.to_string()), Ok(path.to_owned()));
        }
        for (path, why) in [
            ("", PathError::EmptyPart),
            ("/etc/passwd", PathError::EmptyPart),
            ("a//b", PathError::EmptyPart),
            ("a/", PathError::EmptyPart),
            ("..", PathError::Dot),
            ("a/../b", PathError::Dot),
            ("./a", PathError::Dot),
            (".git/config", PathError::Dot),
            ("a/.Kratix", PathError::Dot),
            ("a\\b", PathError::Character),
            ("a\0b", PathError::Character),
            ("a\nb", PathError::Character),
            ("a\u{202e}b", PathError::Character),
            ("a\u{200d}b", PathError::Character),
        ] {
            assert_eq!(OutputPath::parse(path), Err(why), "{path:?}");
        }
    }

    #[test]
    fn each_bound_holds_to_the_byte() {
        let part = |bytes| "x".repeat(bytes);
        assert!(OutputPath::parse(&part(255)).is_ok());
        assert_eq!(OutputPath::parse(&part(256)), Err(PathError::TooLong));
        assert!(OutputPath::parse(&format!("{}/{}/y", part(255), part(254))).is_ok());
        assert_eq!(OutputPath::parse(&format!("{}/{}/y", part(255), part(255))), Err(PathError::TooLong));
        assert!(OutputPath::parse(&["x"; 16].join("/")).is_ok());
        assert_eq!(OutputPath::parse(&["x"; 17].join("/")), Err(PathError::TooLong));
    }

    #[test]
    fn parents_come_nearest_first() {
        let path = OutputPath::parse("a/b/c").unwrap();
        assert_eq!(path.parents().collect::<Vec<_>>(), ["a/b", "a"]);
        assert_eq!(path.top_directory(), Some("a"));
        assert_eq!(OutputPath::parse("c").unwrap().top_directory(), None);
    }
}
