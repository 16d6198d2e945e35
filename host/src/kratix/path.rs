//! A path that a generator may write to.

use std::fmt;

use crate::text::{clean, has_unseen};

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
    /// `git~1` and its like.
    #[error("has a part that Windows takes for .git, so that git refuses it")]
    ShortDotGit,
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
                _ if part.contains('\\') || has_unseen(part) => return Err(PathError::Character),
                _ if is_short_dotgit(part) => return Err(PathError::ShortDotGit),
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

/// NTFS has a second name for `.git`, usually `git~1`, and Windows drops dots and spaces at the end of a name and reads
/// what follows a colon as the name of a stream. Git adds no such path anywhere (`core.protectNTFS`), and Kratix commits
/// with git. All else that would lead to `.git` begins with a dot or has what can't be seen.
fn is_short_dotgit(part: &str) -> bool {
    let name = part.split(':').next().unwrap_or_default().trim_end_matches([' ', '.']);
    let Some((git, number)) = name.split_once('~') else { return false };
    git.eq_ignore_ascii_case("git") && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_are_taken() {
        for path in [
            "a",
            "a/b.yaml",
            "backstage/default.team.yaml",
            "ü/ name with spaces",
            "a..b/c.",
            "-",
            "❤\u{FE0F}/👩\u{200D}🚀.md",
            "git/git~/git~x/git1/~1/agit~1/git~1.yaml/git~1x",
            "c:/nul",
        ] {
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
            ("a\u{3164}b", PathError::Character),
            ("a/git~1", PathError::ShortDotGit),
            ("GiT~22/b", PathError::ShortDotGit),
            ("git~1. .", PathError::ShortDotGit),
            ("git~1 :x/b", PathError::ShortDotGit),
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
