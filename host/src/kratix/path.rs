//! A path that a generator may write to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use icu_normalizer::DecomposingNormalizer;

use crate::text::{clean, has_unseen, is_blank, is_unseen};

/// A path relative to `/kratix/output` that leaves it in no way and hides nothing. Made only by [`OutputPath::parse`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(String);

/// Files of a step, below the output. Who looks at one has no copy of it.
pub type Files = BTreeMap<OutputPath, Arc<[u8]>>;

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
    /// Nothing but white space between two slashes.
    #[error("has a part that shows nothing")]
    Blank,
    /// `.`, `..`, `.git`, `.kratix`, `.github`, …
    #[error("has a part that begins with a dot; such names are never a generator's to write")]
    Dot,
    /// A backslash, a control character, or one that can't be seen.
    #[error("has a backslash, or a character that can't be seen")]
    Character,
    /// Kratix hands the paths of files to be removed to `git rm`, for which `v?.yaml` is also somebody else's `v1.yaml`.
    #[error("has a *, ? or [, which git takes for a pattern")]
    Pattern,
    /// `git~1` and its like.
    #[error("has a part that Windows takes for .git")]
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
                _ if part.contains(['*', '?', '[']) => return Err(PathError::Pattern),
                _ if part.chars().all(is_blank) => return Err(PathError::Blank),
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
        parents(&self.0)
    }

    /// The path and the directories above it, nearest first, each with what it looks like: the same for two names that
    /// the most forgiving file system takes for one another, or a person who only looks at them. They may differ in letter
    /// case, in how characters are composed, in kinds of white space, in what an emoji is spelled with, and in dots and
    /// spaces at the end of a part.
    #[must_use]
    pub fn likenesses(&self) -> Vec<(&str, String)> {
        let likeness = likeness(&self.0);
        let names = std::iter::once(self.as_str()).chain(self.parents());
        names.zip(std::iter::once(&*likeness).chain(parents(&likeness)).map(str::to_owned)).collect()
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

/// What a path, or a name, looks like: see [`OutputPath::likenesses`].
#[must_use]
pub fn likeness(path: &str) -> String {
    let seen = path.chars().filter(|c| !is_unseen(*c)).map(|c| if is_blank(c) { ' ' } else { c });
    let nfd = DecomposingNormalizer::new_nfd();
    let decomposed: String = nfd.normalize_iter(seen).collect();
    // Down, up and down again is Unicode's case folding but for ı, which it takes for i as well.
    let folded = decomposed.to_lowercase().to_uppercase().to_lowercase();
    let parts: Vec<&str> = folded.split('/').map(|part| part.trim_end_matches([' ', '.'])).collect();
    nfd.normalize(&parts.join("/")).into_owned()
}

fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| &path[..end])
}

/// NTFS has a second name for `.git`: `git~1`, or with another number where that is taken. Windows drops dots and spaces
/// at the end of a name and reads what follows a colon as the name of a stream. Git refuses to add the first of these on
/// any system (`core.protectNTFS`), and Kratix commits with git. All else that would lead to `.git` begins with a dot or has what can't be seen.
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
            "c:/nul|<a>{b,c}]",
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
            ("a/ \u{2800}/b", PathError::Blank),
            ("a/v?.yaml", PathError::Pattern),
            ("*", PathError::Pattern),
            ("[id]/page", PathError::Pattern),
            ("a/git~1", PathError::ShortDotGit),
            ("GiT~22/b", PathError::ShortDotGit),
            ("git~1. .", PathError::ShortDotGit),
            ("git~1 :x/b", PathError::ShortDotGit),
        ] {
            assert_eq!(OutputPath::parse(path), Err(why), "{path:?}");
        }
    }

    #[test]
    fn what_looks_alike_is_alike() {
        let likeness = |path| OutputPath::parse(path).unwrap().likenesses().swap_remove(0).1;
        for (one, other) in [
            ("Read.ME", "read.me"),
            ("\u{E9}", "e\u{301}"),
            ("E\u{301}/a", "é/A"),
            ("straße", "STRASSE"),
            ("STRA\u{1E9E}E", "strasse"),
            ("\u{FB01}x", "FIX"),
            ("ΟΔΟΣ", "οδος"),
            ("\u{3B1}\u{345}", "\u{1FBC}"),
            ("\u{212A}\u{212B}", "kå"),
            ("a\u{A0}b", "a b"),
            ("❤\u{FE0F}", "❤"),
            ("a. /b", "a/b. ."),
        ] {
            assert_eq!(likeness(one), likeness(other), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("é", "e"), ("a.b", "ab"), ("a/b", "ab"), ("a b", "ab"), ("ſt", "t")] {
            assert_ne!(likeness(one), likeness(other), "{one} {other}");
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
        let path = OutputPath::parse("A./B/C").unwrap();
        let likenesses = path.likenesses();
        let likenesses: Vec<_> = likenesses.iter().map(|(name, likeness)| (*name, likeness.as_str())).collect();
        assert_eq!(likenesses, [("A./B/C", "a/b/c"), ("A./B", "a/b"), ("A.", "a")]);
        assert_eq!(OutputPath::parse("c").unwrap().top_directory(), None);
    }
}
