//! Text from outside in Markdown: it is code wherever it stands, so it makes no structure, and names and numbers in it call nobody
//! and link to nothing.

use std::fmt::Write as _;

use crate::text::{clean, one_line};

/// Code within a line of Markdown (<https://spec.commonmark.org/0.31.2/#code-spans>), cut to so many characters.
pub(super) fn code(text: &str, limit: usize) -> String {
    let text = clean(text, limit);
    let fence = "`".repeat(longest_run(&text) + 1);
    match text.as_str() {
        "" => "` `".to_owned(),
        // What a fence touches would be part of it.
        text if text.starts_with('`') || text.ends_with('`') => format!("{fence} {text} {fence}"),
        text => format!("{fence}{text}{fence}"),
    }
}

/// Code within HTML or a table. All signs are written by their numbers: Markdown takes none of these for its own.
pub(super) fn html_code(text: &str, limit: usize) -> String {
    let mut escaped = String::from("<code>");
    for c in clean(text, limit).chars() {
        if c.is_ascii_punctuation() && !matches!(c, '/' | '-' | ',' | '.') {
            let _ = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    // What begins so becomes a link, without a sign that would be escaped.
    escaped.replace("www.", "www&#46;") + "</code>"
}

/// A block of code, whose fence is longer than any in it.
pub(super) fn block<'a>(language: &str, lines: impl Iterator<Item = &'a str> + Clone) -> String {
    let longest = lines.clone().map(longest_run).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let mut block = format!("{fence}{language}\n");
    for line in lines {
        block.push_str(&one_line(line));
        block.push('\n');
    }
    block + &fence + "\n"
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_ends_where_we_end_it() {
        for (text, expected) in [
            ("a", "`a`"),
            ("@all #1 <b> **x**", "`@all #1 <b> **x**`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("```x", "```` ```x ````"),
            ("a\n\n# b\u{202E}", "`a  # b`"),
            ("", "` `"),
        ] {
            assert_eq!(code(text, 99), expected);
        }
        assert_eq!(code("abcdef", 4), "`abc…`");
    }

    #[test]
    fn html_has_no_sign_of_others() {
        assert_eq!(html_code("a/b-c.yaml", 99), "<code>a/b-c.yaml</code>");
        let odd = html_code("</code></details>|*_`@x&amp;\n\n#1 www.x.y https://z", 99);
        let inner = odd.strip_prefix("<code>").unwrap().strip_suffix("</code>").unwrap();
        let unnumbered = inner.replace("&#", "").replace(';', "");
        assert!(!unnumbered.contains(|c: char| "<>|*_`@&#:\n".contains(c)), "{odd}");
        assert!(!inner.contains("www."), "{odd}");
    }

    #[test]
    fn a_block_ends_where_we_end_it() {
        let lines = ["+```", "a````b", "c\r\n```"];
        assert_eq!(block("diff", lines.into_iter()), "`````diff\n+```\na````b\nc  ```\n`````\n");
    }
}
