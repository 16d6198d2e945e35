//! Text from outside, made fit for a status, a log or a terminal.

/// Takes out what could move a cursor, reorder or hide text: control, bidirectional and zero-width characters. White
/// space of any kind becomes a space, so the result is one line. Longer than `limit` characters, it is cut with `…`.
#[must_use]
pub fn clean(text: &str, limit: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(limit * 4));
    let mut visible = text.chars().filter_map(|c| match c {
        c if c.is_whitespace() || is_line_end(c) => Some(' '),
        c if is_unseen(c) => None,
        c => Some(c),
    });
    clean.extend(visible.by_ref().take(limit));
    if visible.next().is_some() {
        clean.pop();
        clean.push('…');
    }
    clean.trim().to_owned()
}

/// Whether a character has no place in text that a person is to judge by its look.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
            '\u{AD}' | '\u{61C}' | '\u{180E}'
            // Zero-width space, non-joiner and joiner; directional marks.
            | '\u{200B}'..='\u{200F}'
            // Line and paragraph separator; embeddings and overrides.
            | '\u{2028}'..='\u{202E}'
            // Word joiner, invisible operators, isolates.
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            // Tags: a second, invisible alphabet.
            | '\u{E0000}'..='\u{E007F}')
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_invisible_is_left() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{200b}d", 99), "a[31mbcd");
        assert_eq!(clean("one\r\ntwo\u{2028}three\t", 99), "one  two three");
        assert_eq!(clean("Ünï 中文 🚀", 99), "Ünï 中文 🚀");
    }

    #[test]
    fn long_text_is_cut_visibly() {
        assert_eq!(clean("abcdef", 6), "abcdef");
        assert_eq!(clean("abcdefg", 6), "abcde…");
        assert_eq!(clean("ééééé", 3), "éé…");
    }
}
