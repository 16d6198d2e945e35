//! Scalars without quotes.

use super::cursor::{Fault, Fold, is_blank, is_blank_or_end, is_break};
use super::scanner::Scanner;
use super::token::Kind;

impl Scanner<'_> {
    /// Whether a plain scalar can begin here.
    pub(super) fn is_at_plain(&self) -> bool {
        let (c, next) = (self.cursor.peek(), self.cursor.ahead(1));
        match c {
            '-' => !is_blank(next),
            '?' | ':' => !self.is_in_flow() && !is_blank_or_end(next),
            ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => false,
            c => !is_blank_or_end(c),
        }
    }

    pub(super) fn fetch_plain(&mut self) -> Result<(), Fault> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        let (mut text, mut blanks, mut fold) = (String::new(), String::new(), Fold::default());
        let mut is_new_line = false;
        while !self.cursor.is_at_indicator('-') && !self.cursor.is_at_indicator('.') && self.cursor.peek() != '#' {
            while !is_blank_or_end(self.cursor.peek()) && !self.ends_plain() {
                if is_new_line {
                    fold.join(&mut text);
                    is_new_line = false;
                } else {
                    text.push_str(&blanks);
                    blanks.clear();
                }
                self.cursor.take(&mut text);
            }
            if !is_blank(self.cursor.peek()) && !is_break(self.cursor.peek()) {
                break;
            }
            while is_blank(self.cursor.peek()) || is_break(self.cursor.peek()) {
                if is_break(self.cursor.peek()) {
                    blanks.clear();
                    self.cursor.take_break(if is_new_line { &mut fold.others } else { &mut fold.first });
                    is_new_line = true;
                } else if !is_new_line {
                    self.cursor.take(&mut blanks);
                } else if self.cursor.peek() == '\t' && self.cursor.mark.column < self.margin {
                    return Err(self
                        .cursor
                        .fault("a tab stands where a text goes on that is to be indented by spaces"));
                } else {
                    self.cursor.skip();
                }
            }
            if !self.is_in_flow() && self.cursor.mark.column < self.margin {
                break;
            }
        }
        if is_new_line {
            self.simple_key_allowed = true;
        }
        self.push(start, Kind::Scalar { text, is_plain: true });
        Ok(())
    }

    fn ends_plain(&self) -> bool {
        match self.cursor.peek() {
            ':' => is_blank_or_end(self.cursor.ahead(1)),
            ',' | '?' | '[' | ']' | '{' | '}' => self.is_in_flow(),
            _ => false,
        }
    }
}
