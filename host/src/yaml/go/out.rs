//! The text so far, and what the next sign depends on: the column, and what the line has had.

use super::Sign;

/// Beyond this column a line is broken at the next space, in characters.
pub(super) const WIDTH: usize = 80;

/// A text that grows.
#[derive(Debug)]
pub(super) struct Out {
    text: String,
    /// Characters of the line.
    column: usize,
    /// Whether what comes next needs no space before it.
    is_open: bool,
    /// Whether the line has nothing but what indents.
    is_at_indent: bool,
}

impl Out {
    pub(super) fn new() -> Self {
        Self { text: String::new(), column: 0, is_open: true, is_at_indent: true }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn is_at_indent(&self) -> bool {
        self.is_at_indent
    }

    pub(super) fn is_wide(&self) -> bool {
        self.column > WIDTH
    }

    /// Goes to an indented column, on a new line where the line has had more.
    pub(super) fn line(&mut self, indent: usize) {
        if !self.is_at_indent || self.column > indent || (self.column == indent && !self.is_open) {
            self.end_line();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.is_open = true;
        self.is_at_indent = true;
    }

    /// Ends the line.
    pub(super) fn end_line(&mut self) {
        self.text.push('\n');
        self.column = 0;
    }

    /// Adds a character of the line.
    pub(super) fn put(&mut self, c: char) {
        self.text.push(c);
        self.column += 1;
    }

    /// Adds text of the line.
    pub(super) fn put_all(&mut self, text: &str) {
        text.chars().for_each(|c| self.put(c));
    }

    /// Adds a line break of a text.
    pub(super) fn put_break(&mut self, c: char) {
        self.text.push(c);
        self.column = 0;
        self.is_at_indent = true;
    }

    /// Adds a sign, apart from what is before it.
    pub(super) fn sign(&mut self, sign: &str, after: Sign) {
        self.space();
        self.put_all(sign);
        self.is_open = after == Sign::Opens;
        self.is_at_indent = self.is_at_indent && after == Sign::Indents;
    }

    /// Adds a sign right behind what is before it.
    pub(super) fn close(&mut self, sign: &str) {
        self.put_all(sign);
        self.end_word();
    }

    pub(super) fn space(&mut self) {
        if !self.is_open {
            self.put(' ');
        }
    }

    /// What comes next is no part of it.
    pub(super) fn end_word(&mut self) {
        self.is_open = false;
        self.is_at_indent = false;
    }

    /// Something of a line has been put, and its word may go on.
    pub(super) fn leave_indent(&mut self) {
        self.is_at_indent = false;
    }

    /// The next line is a block's.
    pub(super) fn open_block(&mut self) {
        self.end_line();
        self.is_open = true;
        self.is_at_indent = true;
    }

    /// Adds a text without quotes, broken into lines of this indentation; a key isn't.
    pub(super) fn plain(&mut self, text: &str, indent: Option<usize>) {
        self.space();
        let mut was_space = false;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            match indent {
                Some(indent) if c == ' ' && !was_space && self.is_wide() && characters.peek() != Some(&' ') => {
                    self.line(indent);
                }
                _ => self.put(c),
            }
            was_space = c == ' ';
            if !was_space {
                self.is_at_indent = false;
            }
        }
        self.end_word();
    }
}
