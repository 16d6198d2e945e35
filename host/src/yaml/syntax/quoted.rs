//! Scalars in quotes.

use super::cursor::{Fault, Fold, Mark, is_blank, is_blank_or_end, is_break};
use super::scanner::Scanner;
use super::token::Kind;

impl Scanner<'_> {
    /// Takes a scalar in single or double quotes.
    pub(super) fn fetch_quoted(&mut self, quote: char) -> Result<(), Fault> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        self.cursor.skip();
        let (mut text, mut blanks, mut fold) = (String::new(), String::new(), Fold::default());
        loop {
            if self.cursor.is_at_indicator('-') || self.cursor.is_at_indicator('.') {
                return Err(self.cursor.fault("a document ends within quotes"));
            }
            let mut is_new_line = self.take_quoted_word(quote, start, &mut text)?;
            match self.cursor.peek() {
                '\0' => return Err(Fault::new(start.offset, "the closing quote is missing")),
                c if c == quote => break,
                _ => {}
            }
            while is_blank(self.cursor.peek()) || is_break(self.cursor.peek()) {
                if is_break(self.cursor.peek()) {
                    blanks.clear();
                    self.cursor.take_break(if is_new_line { &mut fold.others } else { &mut fold.first });
                    is_new_line = true;
                } else if is_new_line {
                    self.cursor.skip();
                } else {
                    self.cursor.take(&mut blanks);
                }
            }
            if is_new_line {
                fold.join(&mut text);
            } else {
                text.push_str(&blanks);
                blanks.clear();
            }
        }
        self.cursor.skip();
        self.push(start, Kind::Scalar { text, is_plain: false });
        Ok(())
    }

    /// Takes characters up to a blank or the closing quote. True when an escaped line break ends them.
    fn take_quoted_word(&mut self, quote: char, start: Mark, text: &mut String) -> Result<bool, Fault> {
        loop {
            match (self.cursor.peek(), self.cursor.ahead(1)) {
                ('\'', '\'') if quote == '\'' => {
                    text.push('\'');
                    self.cursor.skip();
                    self.cursor.skip();
                }
                (c, _) if c == quote || is_blank_or_end(c) => return Ok(false),
                ('\\', next) if quote == '"' && is_break(next) => {
                    self.cursor.skip();
                    self.cursor.skip_break();
                    return Ok(true);
                }
                ('\\', '\0') if quote == '"' => return Err(Fault::new(start.offset, "the closing quote is missing")),
                ('\\', escape) if quote == '"' => self.take_escape(escape, text)?,
                _ => self.cursor.take(text),
            }
        }
    }

    fn take_escape(&mut self, escape: char, text: &mut String) -> Result<(), Fault> {
        let at = self.cursor.mark.offset;
        let (character, length) = match escape {
            '0' => ('\0', 0),
            'a' => ('\u{7}', 0),
            'b' => ('\u{8}', 0),
            't' | '\t' => ('\t', 0),
            'n' => ('\n', 0),
            'v' => ('\u{B}', 0),
            'f' => ('\u{C}', 0),
            'r' => ('\r', 0),
            'e' => ('\u{1B}', 0),
            ' ' | '"' | '\'' | '\\' => (escape, 0),
            'N' => ('\u{85}', 0),
            '_' => ('\u{A0}', 0),
            'L' => ('\u{2028}', 0),
            'P' => ('\u{2029}', 0),
            'x' => ('\0', 2),
            'u' => ('\0', 4),
            'U' => ('\0', 8),
            _ => return Err(Fault::new(at, "there is no such escape in double quotes")),
        };
        self.cursor.skip();
        self.cursor.skip();
        if length == 0 {
            text.push(character);
            return Ok(());
        }
        let mut code = 0_u32;
        for _ in 0..length {
            let digit = self.cursor.peek().to_digit(16).ok_or_else(|| Fault::new(at, "an escape lacks digits"))?;
            // At most eight digits, so none is lost.
            code = code << 4 | digit;
            self.cursor.skip();
        }
        text.push(char::from_u32(code).ok_or_else(|| Fault::new(at, "an escape stands for no character"))?);
        Ok(())
    }
}
