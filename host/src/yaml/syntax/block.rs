//! Literal and folded scalars: `|` and `>`.

use super::cursor::{Fault, is_blank, is_line_end};
use super::scanner::Scanner;
use super::token::Kind;

/// What becomes of the line breaks at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn fetch_block(&mut self, is_literal: bool) -> Result<(), Fault> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let start = self.cursor.mark;
        self.cursor.skip();
        let (chomping, increment) = self.take_block_header()?;
        self.cursor.skip_comment();
        if !is_line_end(self.cursor.peek()) {
            return Err(self.cursor.fault("a comment or the end of the line is missing"));
        }
        self.cursor.skip_break();

        let mut indent = increment.map(|increment| self.margin.saturating_sub(1) + increment);
        let (mut text, mut line_break, mut empty_lines) = (String::new(), String::new(), String::new());
        let mut is_indented = false;
        let column = self.take_block_breaks(&mut indent, &mut empty_lines)?;
        while self.cursor.mark.column == column && self.cursor.peek() != '\0' {
            let was_indented = is_indented;
            is_indented = is_blank(self.cursor.peek());
            if !is_literal && !was_indented && !is_indented && line_break == "\n" {
                if empty_lines.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&line_break);
            }
            text.push_str(&empty_lines);
            line_break.clear();
            empty_lines.clear();
            self.cursor.take_while(&mut text, |c| !is_line_end(c));
            self.cursor.take_break(&mut line_break);
            self.take_block_breaks(&mut indent, &mut empty_lines)?;
        }
        if chomping != Chomping::Strip {
            text.push_str(&line_break);
        }
        if chomping == Chomping::Keep {
            text.push_str(&empty_lines);
        }
        self.push(start, Kind::Scalar { text, is_plain: false });
        Ok(())
    }

    /// Takes `+` or `-` and a digit, in any order.
    fn take_block_header(&mut self) -> Result<(Chomping, Option<usize>), Fault> {
        let (mut chomping, mut increment) = (None, None);
        for _ in 0..2 {
            match self.cursor.peek() {
                '+' if chomping.is_none() => chomping = Some(Chomping::Keep),
                '-' if chomping.is_none() => chomping = Some(Chomping::Strip),
                '0' if increment.is_none() => return Err(self.cursor.fault("an indentation of 0 is none")),
                c @ '1'..='9' if increment.is_none() => increment = Some(usize::from(c as u8 - b'0')),
                _ => break,
            }
            self.cursor.skip();
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    /// Takes empty lines and the indentation of the next one, and finds how much that is where nobody said it.
    fn take_block_breaks(&mut self, indent: &mut Option<usize>, breaks: &mut String) -> Result<usize, Fault> {
        let mut deepest = 0;
        loop {
            let is_before = |column: usize| indent.is_none_or(|indent| column < indent);
            while is_before(self.cursor.mark.column) && self.cursor.peek() == ' ' {
                self.cursor.skip();
            }
            deepest = deepest.max(self.cursor.mark.column);
            if is_before(self.cursor.mark.column) && self.cursor.peek() == '\t' {
                return Err(self.cursor.fault("a tab stands where a text is to be indented by spaces"));
            }
            let length = breaks.len();
            self.cursor.take_break(breaks);
            if breaks.len() == length {
                return Ok(*indent.get_or_insert(deepest.max(self.margin).max(1)));
            }
        }
    }
}
