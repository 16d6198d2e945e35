//! A place in a text, and what a character means to a scanner.

/// Why a text is not YAML, and where.
#[derive(Debug)]
pub(in crate::yaml) struct Fault {
    /// In bytes.
    pub(in crate::yaml) at: usize,
    pub(in crate::yaml) what: String,
}

impl Fault {
    pub(super) fn new(at: usize, what: &str) -> Self {
        Self { at, what: what.to_owned() }
    }
}

/// A place, as a scanner counts: line and column from zero, by YAML 1.1's line breaks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    /// In bytes.
    pub(super) offset: usize,
    /// In characters.
    pub(super) index: usize,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Reads a text character by character. Its end looks like a NUL, which no text has.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    pub(super) mark: Mark,
}

impl<'a> Cursor<'a> {
    /// # Errors
    ///
    /// A character that YAML doesn't allow unescaped.
    pub(super) fn new(text: &'a str) -> Result<Self, Fault> {
        match text.char_indices().find(|(_, c)| !is_allowed(*c)) {
            Some((at, c)) => Err(Fault { at, what: format!("the character U+{:04X} is not allowed", u32::from(c)) }),
            None => Ok(Self { text, mark: Mark::default() }),
        }
    }

    pub(super) fn peek(&self) -> char {
        self.ahead(0)
    }

    /// The character that so many others stand before.
    pub(super) fn ahead(&self, count: usize) -> char {
        let rest = &self.text.as_bytes()[self.mark.offset..];
        match rest.get(..=count) {
            // Most of what is ever read is ASCII, of which a byte is a character.
            Some(near) if near.is_ascii() => char::from(near[count]),
            _ => self.text[self.mark.offset..].chars().nth(count).unwrap_or('\0'),
        }
    }

    /// Passes over a character that is no line break.
    pub(super) fn skip(&mut self) {
        if self.mark.offset < self.text.len() {
            self.mark.offset += self.peek().len_utf8();
            self.mark.index += 1;
            self.mark.column += 1;
        }
    }

    pub(super) fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        while wanted(self.peek()) {
            self.skip();
        }
    }

    /// Copies a character that is no line break.
    pub(super) fn take(&mut self, into: &mut String) {
        into.push(self.peek());
        self.skip();
    }

    pub(super) fn take_while(&mut self, into: &mut String, wanted: impl Fn(char) -> bool) {
        while wanted(self.peek()) {
            self.take(into);
        }
    }

    /// Copies a line break, if there is one: U+2028 and U+2029 stay what they are.
    pub(super) fn take_break(&mut self, into: &mut String) {
        let c = self.peek();
        if !is_break(c) {
            return;
        }
        into.push(if matches!(c, '\u{2028}' | '\u{2029}') { c } else { '\n' });
        let is_pair = c == '\r' && self.ahead(1) == '\n';
        self.skip();
        if is_pair {
            self.skip();
        }
        self.mark.column = 0;
        self.mark.line += 1;
    }

    pub(super) fn skip_break(&mut self) {
        self.take_break(&mut String::new());
    }

    /// Whether `---` or `...` stands here, alone at the beginning of a line.
    pub(super) fn is_at_indicator(&self, sign: char) -> bool {
        self.mark.column == 0 && (0..3).all(|count| self.ahead(count) == sign) && is_blank_or_end(self.ahead(3))
    }

    /// Passes over blanks and a comment, to the end of the line.
    pub(super) fn skip_comment(&mut self) {
        self.skip_while(is_blank);
        if self.peek() == '#' {
            self.skip_while(|c| !is_line_end(c));
        }
    }

    pub(super) fn fault(&self, what: &str) -> Fault {
        Fault::new(self.mark.offset, what)
    }
}

/// Without U+FEFF, which Go takes for part of the text; but where it lies at the beginning of a buffer, Go passes over the
/// first character of every line to come.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..) && c != '\u{FEFF}'
}

/// YAML 1.1's line breaks.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A line break, or the end of the text.
pub(super) fn is_line_end(c: char) -> bool {
    is_break(c) || c == '\0'
}

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

pub(super) fn is_blank_or_end(c: char) -> bool {
    is_blank(c) || is_line_end(c)
}

/// What names of anchors, handles and directives consist of.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Line breaks between two pieces of a flow scalar.
#[derive(Debug, Default)]
pub(super) struct Fold {
    pub(super) first: String,
    pub(super) others: String,
}

impl Fold {
    /// One line break is a space, of several the first is dropped. U+2028 and U+2029 are kept.
    pub(super) fn join(&mut self, into: &mut String) {
        match (self.first.as_str(), self.others.as_str()) {
            ("\n", "") => into.push(' '),
            ("\n", others) => into.push_str(others),
            (first, others) => into.extend([first, others]),
        }
        self.first.clear();
        self.others.clear();
    }
}
