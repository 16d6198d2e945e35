//! How a string is written: bare, in single or double quotes, or as a block of lines.

use std::fmt::Write as _;

use super::Sign;
use super::out::Out;
use super::time::is_time;
use crate::yaml::scalar::is_text;

/// A string, and what of it decides how it is written.
#[derive(Debug)]
pub(super) struct Scalar<'a> {
    text: &'a str,
    style: Style,
    has_breaks: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Block,
}

impl<'a> Scalar<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let has_breaks = text.contains(is_break);
        let is_raw = text.chars().all(is_printable) && !has_pair(text, |a, b| a == ' ' && is_break(b));
        let fits_single = is_raw && !has_pair(text, |a, b| is_break(a) && b == ' ');
        let style = if text.contains('\n') {
            if is_raw && !text.ends_with(' ') { Style::Block } else { Style::Double }
        } else if !fits_single || !is_text(text) || is_time(text) || is_sexagesimal(text) {
            Style::Double
        } else if has_breaks || text.starts_with(' ') || text.ends_with(' ') || has_signs(text) {
            Style::Single
        } else {
            Style::Plain
        };
        Self { text, style, has_breaks }
    }

    pub(super) fn is_one_line(&self) -> bool {
        !self.has_breaks
    }

    /// Writes it as a value, in lines of this indentation where it is long.
    pub(super) fn write_value(&self, out: &mut Out, indent: usize) {
        match self.style {
            Style::Plain => out.plain(self.text, Some(indent)),
            Style::Single => self.single(out, Some(indent)),
            Style::Double => self.double(out, Some(indent)),
            Style::Block => self.block(out, indent),
        }
    }

    /// Writes it as a key, which is one line.
    pub(super) fn write_key(&self, out: &mut Out) {
        match self.style {
            Style::Plain => out.plain(self.text, None),
            Style::Single => self.single(out, None),
            Style::Double | Style::Block => self.double(out, None),
        }
    }

    fn single(&self, out: &mut Out, indent: Option<usize>) {
        out.sign("'", Sign::Word);
        let (mut was_space, mut was_break) = (false, false);
        let mut characters = self.text.chars().peekable();
        let mut is_first = true;
        while let Some(c) = characters.next() {
            if c == ' ' {
                let may_break = !was_space && !is_first && characters.peek().is_some_and(|next| *next != ' ');
                match indent.filter(|_| may_break && out.is_wide()) {
                    Some(indent) => out.line(indent),
                    None => out.put(c),
                }
                was_space = true;
            } else if is_break(c) {
                out.put_break(c);
                was_break = true;
            } else {
                if was_break {
                    out.line(indent.unwrap_or_default());
                }
                if c == '\'' {
                    out.put(c);
                }
                out.put(c);
                out.leave_indent();
                (was_space, was_break) = (false, false);
            }
            is_first = false;
        }
        out.close("'");
    }

    fn double(&self, out: &mut Out, indent: Option<usize>) {
        out.sign("\"", Sign::Word);
        // Go looks for a byte order mark at the beginning of the text, whichever character it is about to write.
        let has_mark = self.text.starts_with('\u{FEFF}');
        let mut was_space = false;
        let mut characters = self.text.chars().peekable();
        let mut is_first = true;
        while let Some(c) = characters.next() {
            if has_mark || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                out.put_all(&escaped(c));
            } else if c == ' ' {
                let may_break = !was_space && !is_first && characters.peek().is_some();
                match indent.filter(|_| may_break && out.is_wide()) {
                    Some(indent) => {
                        out.line(indent);
                        // A space at the beginning of a line would be lost.
                        if characters.peek() == Some(&' ') {
                            out.put('\\');
                        }
                    }
                    None => out.put(c),
                }
            } else {
                out.put(c);
            }
            was_space = c == ' ' && !has_mark;
            is_first = false;
        }
        out.close("\"");
    }

    fn block(&self, out: &mut Out, indent: usize) {
        out.sign("|", Sign::Word);
        // White space at its beginning would be taken for indentation.
        if self.text.starts_with(|c| c == ' ' || is_break(c)) {
            out.put('2');
        }
        let mut ends = self.text.chars().rev();
        match (ends.next().is_some_and(is_break), ends.next().is_none_or(is_break)) {
            (false, _) => out.put('-'),
            (true, true) => out.put('+'),
            (true, false) => {}
        }
        out.open_block();
        let mut was_break = true;
        for c in self.text.chars() {
            if is_break(c) {
                out.put_break(c);
            } else {
                if was_break {
                    out.line(indent);
                }
                out.put(c);
                out.leave_indent();
            }
            was_break = is_break(c);
        }
    }
}

fn has_pair(text: &str, is_it: impl Fn(char, char) -> bool) -> bool {
    text.chars().zip(text.chars().skip(1)).any(|(a, b)| is_it(a, b))
}

/// What YAML 1.1 takes for the end of a line.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether Go writes a character as it is; of those that UTF-8 writes with four bytes none.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}') && c != '\u{FEFF}'
}

fn escaped(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{B}' => 'v',
        '\u{C}' => 'f',
        '\r' => 'r',
        '\u{1B}' => 'e',
        '"' | '\\' => c,
        '\u{85}' => 'N',
        '\u{A0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let mut escaped = String::from("\\");
            let written = match u32::from(c) {
                number @ ..=0xFF => write!(escaped, "x{number:02X}"),
                number @ ..=0xFFFF => write!(escaped, "u{number:04X}"),
                number => write!(escaped, "U{number:08X}"),
            };
            written.expect("a string takes all that is written");
            return escaped;
        }
    };
    format!("\\{short}")
}

/// Whether a text has something that means something else outside of quotes.
fn has_signs(text: &str) -> bool {
    let is_sign_alone = |text: &str| text.is_empty() || text.starts_with(' ');
    text.starts_with("---")
        || text.starts_with("...")
        || text.starts_with(['#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`'])
        || text.strip_prefix(['?', '-']).is_some_and(is_sign_alone)
        || text.ends_with(':')
        || text.contains(": ")
        || text.contains(" #")
}

/// Whether YAML 1.1 takes a text for a number to the base of 60: `1:30`, `190:20:30.15`.
fn is_sexagesimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut places = whole.split(':');
    let first = places.next().unwrap_or_default();
    let is_place = |place: &str| match place.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    };
    first.starts_with(|c: char| c.is_ascii_digit())
        && is_number(first)
        && whole.contains(':')
        && places.all(is_place)
        && is_number(fraction)
}
