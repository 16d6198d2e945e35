//! What differs in a file, in the form of `diff -u`, for people: what Secrets hold is hidden, and what can't be seen has a sign.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::difference::{Change, Kind};
use super::mask::Masks;
use crate::text::{is_blank, is_unseen};

/// Lines around what differs.
const CONTEXT: usize = 3;
/// Most bytes that are compared, of a file or of what lies in it between what is equal at both ends: nobody reads more, and
/// comparing takes more than the length of both.
const MAX_BYTES: usize = 1 << 20;
/// Most lines, likewise.
const MAX_LINES: usize = 20_000;

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub part: Part,
    /// All of it, with its sign.
    pub text: String,
}

/// What a line of a diff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Which file it is.
    Head,
    /// Where in it.
    Place,
    /// What both have.
    Same,
    /// What is new.
    Added,
    /// What is gone.
    Removed,
    /// What is to be said of it.
    Note,
}

/// The diff of a file.
#[must_use]
pub fn unified(change: &Change, masks: &mut Masks) -> Vec<Line> {
    let Change { path, kind, before, after } = change;
    let mut lines = Vec::new();
    if let Kind::Renamed(from) = kind {
        lines.push(line(Part::Head, format!("rename from {}", visible(from))));
        lines.push(line(Part::Head, format!("rename to {}", visible(path))));
        return lines;
    }
    let name =
        |side: char, there: bool| if there { format!("{side}/{}", visible(path)) } else { "/dev/null".to_owned() };
    let (old, new) = (name('a', before.is_some()), name('b', after.is_some()));
    let (Some(before), Some(after)) = (text(before.as_deref(), masks), text(after.as_deref(), masks)) else {
        lines.push(line(Part::Note, format!("Binary files {old} and {new} differ")));
        return lines;
    };
    lines.push(line(Part::Head, format!("--- {old}")));
    lines.push(line(Part::Head, format!("+++ {new}")));
    hunks(&before, &after, &mut lines);
    lines
}

/// Text as it may be seen, nothing of what isn't there; none of what is no text.
fn text(bytes: Option<&[u8]>, masks: &mut Masks) -> Option<String> {
    let text = std::str::from_utf8(bytes.unwrap_or_default()).ok().filter(|text| !text.contains('\0'))?;
    Some(masks.hide(text).unwrap_or_else(|| text.to_owned()))
}

fn hunks(before: &str, after: &str, lines: &mut Vec<Line>) {
    let split = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old, new) = (split(before), split(after));
    if old == new {
        let note = match before {
            "" => "(it is empty)",
            _ => "(no value differs, only how the file is written: not shown, since it has a Secret)",
        };
        lines.push(line(Part::Note, note.to_owned()));
        return;
    }
    let (old_middle, new_middle) = middles(&old, &new);
    for (middle, word) in [(&old[old_middle], "before"), (&new[new_middle], "after")] {
        let bytes: usize = middle.iter().map(|line| line.len()).sum();
        if middle.len() > MAX_LINES || bytes > MAX_BYTES {
            let count = middle.len();
            let note =
                format!("(not shown: what differs are {count} lines of {bytes} bytes {word}, too much to compare)");
            lines.push(line(Part::Note, note));
            return;
        }
    }
    for hunk in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let olds = range(&(first.old_range().start..last.old_range().end));
        let news = range(&(first.new_range().start..last.new_range().end));
        lines.push(line(Part::Place, format!("@@ -{olds} +{news} @@")));
        for op in &hunk {
            if let DiffOp::Equal { .. } = op {
                signed(Part::Same, ' ', &old[op.old_range()], lines);
            } else {
                signed(Part::Removed, '-', &old[op.old_range()], lines);
                signed(Part::Added, '+', &new[op.new_range()], lines);
            }
        }
    }
}

/// What lies between the lines that are equal at both ends.
fn middles(old: &[&str], new: &[&str]) -> (Range<usize>, Range<usize>) {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let ends = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = ends.take_while(|(old, new)| old == new).count();
    (start..old.len() - end, start..new.len() - end)
}

/// As POSIX has it: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/diff.html>.
fn range(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn signed(part: Part, sign: char, texts: &[&str], lines: &mut Vec<Line>) {
    for text in texts {
        let ended = text.strip_suffix('\n');
        lines.push(line(part, format!("{sign}{}", visible(ended.unwrap_or(text)))));
        if ended.is_none() {
            lines.push(line(Part::Note, "\\ No newline at end of file".to_owned()));
        }
    }
}

fn line(part: Part, text: String) -> Line {
    Line { part, text }
}

/// A line in which two that differ never look the same: a tab is an arrow, and what else can't be seen is its number. The end of
/// a line of Windows is `^M`, as git shows it.
#[must_use]
pub fn visible(text: &str) -> String {
    let (text, end) = text.strip_suffix('\r').map_or((text, ""), |text| (text, "^M"));
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' => shown.push(' '),
            '\t' => shown.push('→'),
            c if is_unseen(c) || is_blank(c) => drop(write!(shown, "<U+{:04X}>", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown + end
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn change(kind: Kind, before: Option<&[u8]>, after: Option<&[u8]>) -> Change {
        Change { path: "a/b.yaml".into(), kind, before: before.map(Arc::from), after: after.map(Arc::from) }
    }

    fn shown(kind: Kind, before: Option<&str>, after: Option<&str>) -> String {
        let change = change(kind, before.map(str::as_bytes), after.map(str::as_bytes));
        unified(&change, &mut Masks::default()).into_iter().map(|line| line.text + "\n").collect()
    }

    fn changed(before: &str, after: &str) -> String {
        let shown = shown(Kind::Changed, Some(before), Some(after));
        let hunks = shown.strip_prefix("--- a/a/b.yaml\n+++ b/a/b.yaml\n");
        hunks.unwrap_or_else(|| panic!("{shown}")).to_owned()
    }

    #[test]
    fn a_diff_has_heads_places_and_three_lines_around() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
        let after = before.replace("2\n3", "2\nnew\n3").replace("11\n", "");
        let expected = "@@ -1,5 +1,6 @@\n 1\n 2\n+new\n 3\n 4\n 5\n@@ -8,5 +9,4 @@\n 8\n 9\n 10\n-11\n 12\n";
        assert_eq!(changed(before, &after), expected);
        assert_eq!(shown(Kind::New, None, Some("1\n2\n")), "--- /dev/null\n+++ b/a/b.yaml\n@@ -0,0 +1,2 @@\n+1\n+2\n");
        assert_eq!(shown(Kind::Removed, Some("1\n"), None), "--- a/a/b.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n");
        assert_eq!(shown(Kind::New, None, Some("")), "--- /dev/null\n+++ b/a/b.yaml\n(it is empty)\n");
        let renamed = shown(Kind::Renamed("c\n+++ b/x".into()), Some("1"), Some("1"));
        assert_eq!(renamed, "rename from c<U+000A>+++ b/x\nrename to a/b.yaml\n");
    }

    #[test]
    fn what_can_not_be_seen_is_shown() {
        assert_eq!(changed("a\n", "a"), "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n");
        assert_eq!(changed("a\r\n", "a\n"), "@@ -1 +1 @@\n-a^M\n+a\n");
        assert_eq!(changed("a\tb\n", "a b\n"), "@@ -1 +1 @@\n-a→b\n+a b\n");
        assert_eq!(
            changed("a\u{a0}b\n", "a\u{202E}\u{1b}[2Jb\n"),
            "@@ -1 +1 @@\n-a<U+00A0>b\n+a<U+202E><U+001B>[2Jb\n"
        );
    }

    #[test]
    fn what_is_no_text_is_not_shown() {
        let binary = |before: &[u8], after: Option<&[u8]>| {
            unified(&change(Kind::Changed, Some(before), after), &mut Masks::default())[0].text.clone()
        };
        assert_eq!(binary(b"\xff", Some(b"a")), "Binary files a/a/b.yaml and b/a/b.yaml differ");
        assert_eq!(binary(b"a\0b", None), "Binary files a/a/b.yaml and /dev/null differ");
    }

    #[test]
    fn what_is_too_much_is_said_and_equal_ends_cost_nothing() {
        let lines =
            |from: usize, to: usize| (from..to).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect::<String>();
        let many = lines(0, 100_000);
        let one = many.replace("\n70000\n", "\nchanged\n");
        assert_eq!(changed(&many, &one).lines().count(), 9);
        assert!(changed(&many, &lines(100_000, 130_000)).starts_with("(not shown: what differs are 100000 lines"));
        assert!(changed("a", &"x".repeat(MAX_BYTES + 1)).contains("1 lines of 1048577 bytes after"));
    }

    #[test]
    fn a_secret_is_hidden_before_it_is_compared() {
        let secret = |value: &str| format!("kind: Secret\ndata:\n  a: {value}\n  b: same\n");
        let diff = changed(&secret("before"), &secret("after"));
        assert!(!["before", "after", "same"].iter().any(|value| diff.contains(value)), "{diff}");
        assert!(diff.contains("-  a: \"*** (hidden value 1)\"\n+  a: \"*** (hidden value 3)\"\n   b:"), "{diff}");
        let rewritten = "# after all\n{kind: Secret, data: {a: before, b: same}}\n";
        assert_eq!(
            changed(&secret("before"), rewritten),
            "(no value differs, only how the file is written: not shown, since it has a Secret)\n"
        );
    }
}
