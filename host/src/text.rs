//! Text from outside, made fit for a status, a log or a terminal.

/// Takes out what could move a cursor, reorder or hide text: see [`is_unseen`]. White space of any kind becomes a space,
/// so the result is one line, and empty when there is nothing to be seen. Longer than `limit` characters, it is cut with
/// `…`. Emoji and scripts that are spelled with joiners fall apart into their characters: here nobody has to be able to
/// write everything, and nobody may hide anything.
#[must_use]
pub fn clean(text: &str, limit: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(limit * 4));
    let mut visible = seen(text);
    clean.extend(visible.by_ref().take(limit));
    if visible.next().is_some() {
        clean.pop();
        clean.push('…');
    }
    clean.trim().to_owned()
}

/// The same as a whole: nothing of it is cut, and what stands at its ends stays.
#[must_use]
pub fn one_line(text: &str) -> String {
    seen(text).collect()
}

/// JSON text that means the same, with `\u` and a number for what can't be seen: a program reads the same value, and a
/// terminal isn't told anything. The line ends of its layout stay.
#[must_use]
pub fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_unseen(c) {
            escaped.push(c);
        } else {
            // Only its strings can have such a character.
            escaped.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    escaped
}

fn seen(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(|c| match c {
        c if is_blank(c) => Some(' '),
        c if is_unseen(c) => None,
        c => Some(c),
    })
}

/// Whether a character shows nothing but a gap: white space, or the braille pattern without a dot.
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Whether a character has no place in text that a person is to judge by its look: Unicode's control and format
/// characters, line ends, and all that has the property `Default_Ignorable_Code_Point`, which shows nothing where a font
/// or a program doesn't know better (<https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt>). Format
/// characters that are signs of their own, such as U+06DD, stay, and private ones, which somebody's font shows. A test
/// compares the list with Unicode's data.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Soft hyphen, grapheme joiner, Arabic letter mark; Hangul fillers, Khmer vowels that aren't written.
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            // Mongolian variation selectors and vowel separator.
            | '\u{180B}'..='\u{180F}'
            // Zero-width space, non-joiner and joiner; directional marks.
            | '\u{200B}'..='\u{200F}'
            // Line and paragraph separator; embeddings and overrides.
            | '\u{2028}'..='\u{202E}'
            // Word joiner, invisible operators, isolates.
            | '\u{2060}'..='\u{206F}'
            // Hangul fillers; variation selectors; byte order mark; annotations.
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            // No characters, and Go's YAML can't write them: Kratix couldn't hand on an object that has one.
            | '\u{FFFE}' | '\u{FFFF}'
            // Formatting of hieroglyphs, shorthand and music.
            | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            // Tags, a second and invisible alphabet; more variation selectors.
            | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a text has a character that can't be seen. Those that emoji are spelled with don't count where they do that:
/// U+FE0F behind a symbol (❤️) or before the frame of a key (1️⃣), and U+200D between two symbols (👩‍🚀).
#[must_use]
pub fn has_unseen(text: &str) -> bool {
    // U+FE0F got this far only as the end of a symbol.
    let joins = |c| is_symbol(c) || c == '\u{FE0F}';
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match c {
            '\u{FE0F}' if before.is_some_and(is_symbol) || next == Some('\u{20E3}') => {}
            '\u{200D}' if before.is_some_and(joins) && next.is_some_and(is_symbol) => {}
            c if is_unseen(c) => return true,
            _ => {}
        }
        before = Some(c);
    }
    false
}

/// Blocks in which the symbols lie that emoji are made of.
fn is_symbol(c: char) -> bool {
    matches!(c, '©' | '®' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{27BF}'
        | '\u{2900}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GraphemeClusterBreak};
    use icu_properties::{CodePointMapData, CodePointSetData};

    use super::*;

    #[test]
    fn nothing_invisible_is_left() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{200b}d", 99), "a[31mbcd");
        assert_eq!(clean("one\r\ntwo\u{2028}three\t", 99), "one  two three");
        assert_eq!(clean("Ünï 中文 🚀", 99), "Ünï 中文 🚀");
        assert_eq!(clean("❤\u{FE0F} می\u{200C}خواهم", 99), "❤ میخواهم");
        assert_eq!(clean("\u{3164}\u{2800}\u{E0041}\u{2003}\u{FE0F}", 99), "");
        assert_eq!(clean("⠓\u{2800}⠊", 99), "⠓ ⠊");
    }

    #[test]
    fn a_line_stays_whole_and_one() {
        assert_eq!(one_line("  a\u{1b}[2J\r\nb\tc\u{2028}d\u{9b}e\u{2066} "), "  a[2J  b c de ");
    }

    #[test]
    fn json_keeps_its_value_and_shows_nothing_else() {
        let value =
            serde_json::json!({"a\u{202E}\u{9B}": ["\u{E0041}\u{2066}\n\u{1b}", "Ünï 中文 🚀\u{2800}"], "b": {}});
        let text = escaped(&serde_json::to_string_pretty(&value).unwrap());
        assert!(text.chars().all(|c| c == '\n' || !is_unseen(c)), "{text:?}");
        assert!(text.contains(r"a\u202e\u009b") && text.contains(r"\udb40\udc41\u2066\n\u001b") && text.contains("🚀"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn what_is_unseen_is_what_unicode_says() {
        use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator};
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        let categories = CodePointMapData::<GeneralCategory>::new();
        let breaks = CodePointMapData::<GraphemeClusterBreak>::new();
        for c in '\0'..=char::MAX {
            let category = matches!(categories.get(c), Control | Format | LineSeparator | ParagraphSeparator);
            let is_sign = breaks.get(c) == GraphemeClusterBreak::Prepend;
            let expected = ignorable.contains(c) || category && !is_sign || matches!(c, '\u{FFFE}' | '\u{FFFF}');
            assert_eq!(is_unseen(c), expected, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn only_what_emoji_are_spelled_with_may_hide_in_them() {
        for emoji in ["🚀", "❤\u{FE0F}", "1\u{FE0F}\u{20E3}", "👩🏽\u{200D}🚀", "🏳\u{FE0F}\u{200D}🌈", "🇫🇷"]
        {
            assert!(!has_unseen(&format!("a {emoji}.md")), "{emoji}");
        }
        for hidden in [
            "\u{FE0F}",
            "a\u{FE0F}",
            "\u{FE0F}\u{20E3}\u{FE0F}",
            "🚀\u{FE0F}\u{FE0F}",
            "🚀\u{FE0E}",
            "🚀\u{200D}",
            "🚀\u{200D}\u{200D}🚀",
            "\u{200D}🚀",
            "a\u{200D}b",
            "\u{2800}\u{FE0F}",
            "🏴\u{E0067}\u{E007F}",
        ] {
            assert!(has_unseen(hidden), "{hidden:?}");
        }
    }

    #[test]
    fn long_text_is_cut_visibly() {
        assert_eq!(clean("abcdef", 6), "abcdef");
        assert_eq!(clean("abcdefg", 6), "abcde…");
        assert_eq!(clean("ééééé", 3), "éé…");
    }
}
