//! From characters to tokens.

use std::collections::VecDeque;

use super::cursor::{Cursor, Fault, Mark, is_blank_or_end, is_break, is_line_end};
use super::key::SimpleKey;
use super::token::{Kind, Token};

/// Finds tokens, as many as are needed to know what the next one is.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    pub(super) cursor: Cursor<'a>,
    /// Found and not given out.
    pub(super) tokens: VecDeque<Token>,
    /// How many were given out.
    pub(super) given: usize,
    /// One more than the column of the block that is open, or 0: where its content goes on at least.
    pub(super) margin: usize,
    /// Those of the blocks around it.
    pub(super) margins: Vec<usize>,
    /// Whether a key may begin here.
    pub(super) simple_key_allowed: bool,
    /// What may be a key: outside of all brackets, and in each that is open.
    pub(super) simple_keys: Vec<Option<SimpleKey>>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, Fault> {
        Ok(Self {
            cursor: Cursor::new(text)?,
            tokens: VecDeque::new(),
            given: 0,
            margin: 0,
            margins: Vec::new(),
            simple_key_allowed: true,
            simple_keys: vec![None],
        })
    }

    pub(super) fn peek(&mut self) -> Result<&mut Token, Fault> {
        while self.tokens.is_empty() || self.is_head_undecided()? {
            self.fetch()?;
        }
        Ok(&mut self.tokens[0])
    }

    /// Takes the token that [`Self::peek`] showed.
    pub(super) fn take(&mut self) -> Token {
        self.given += 1;
        self.tokens.pop_front().expect("it was looked at")
    }

    pub(super) fn is_in_flow(&self) -> bool {
        self.simple_keys.len() > 1
    }

    pub(super) fn push(&mut self, mark: Mark, kind: Kind) {
        self.tokens.push_back(Token { kind, at: mark.offset });
    }

    /// Takes a token that consists of so many signs.
    pub(super) fn push_sign(&mut self, length: usize, kind: Kind) {
        self.push(self.cursor.mark, kind);
        (0..length).for_each(|_| self.cursor.skip());
    }

    fn fetch(&mut self) -> Result<(), Fault> {
        self.skip_to_token();
        self.unroll(self.cursor.mark.column + 1);
        let (c, next) = (self.cursor.peek(), self.cursor.ahead(1));
        let is_alone = is_blank_or_end(next);
        match c {
            '\0' => self.fetch_end(),
            '%' if self.cursor.mark.column == 0 => self.fetch_directive(),
            '-' if self.cursor.is_at_indicator('-') => self.fetch_indicator(Kind::DocumentStart),
            '.' if self.cursor.is_at_indicator('.') => self.fetch_indicator(Kind::DocumentEnd),
            '[' => self.fetch_flow_start(Kind::FlowSequenceStart),
            '{' => self.fetch_flow_start(Kind::FlowMappingStart),
            ']' => self.fetch_flow_end(Kind::FlowSequenceEnd),
            '}' => self.fetch_flow_end(Kind::FlowMappingEnd),
            ',' => self.fetch_flow_entry(),
            '-' if is_alone => self.fetch_block_entry(),
            '?' if is_alone || self.is_in_flow() => self.fetch_key(),
            ':' if is_alone || self.is_in_flow() => self.fetch_value(),
            '*' => self.fetch_anchor(Kind::Alias),
            '&' => self.fetch_anchor(Kind::Anchor),
            '!' => self.fetch_tag(),
            '|' if !self.is_in_flow() => self.fetch_block(true),
            '>' if !self.is_in_flow() => self.fetch_block(false),
            '\'' | '"' => self.fetch_quoted(c),
            _ if self.is_at_plain() => self.fetch_plain(),
            '\t' => Err(self.cursor.fault("a tab stands where only spaces may")),
            _ => Err(self.cursor.fault("no value begins like this; such a text needs quotes")),
        }
    }

    /// A tab is no indentation: where a key may begin, it is an error to come.
    fn skip_to_token(&mut self) {
        loop {
            let is_tab_allowed = self.is_in_flow() || !self.simple_key_allowed;
            self.cursor.skip_while(|c| c == ' ' || c == '\t' && is_tab_allowed);
            if self.cursor.peek() == '#' {
                self.cursor.skip_while(|c| !is_line_end(c));
            }
            if !is_break(self.cursor.peek()) {
                return;
            }
            self.cursor.skip_break();
            if !self.is_in_flow() {
                self.simple_key_allowed = true;
            }
        }
    }

    fn fetch_end(&mut self) -> Result<(), Fault> {
        // The last line ends, too: no key goes on.
        self.cursor.mark.line += 1;
        self.cursor.mark.column = 0;
        self.unroll(0);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(self.cursor.mark, Kind::StreamEnd);
        Ok(())
    }

    /// Takes `---` or `...`.
    fn fetch_indicator(&mut self, kind: Kind) -> Result<(), Fault> {
        self.unroll(0);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_sign(3, kind);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: Kind) -> Result<(), Fault> {
        self.save_simple_key()?;
        self.simple_keys.push(None);
        self.simple_key_allowed = true;
        self.push_sign(1, kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: Kind) -> Result<(), Fault> {
        self.remove_simple_key()?;
        if self.is_in_flow() {
            self.simple_keys.pop();
        }
        self.simple_key_allowed = false;
        self.push_sign(1, kind);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Fault> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_sign(1, Kind::FlowEntry);
        Ok(())
    }

    /// Takes `-`. In brackets it is the parser that refuses it.
    fn fetch_block_entry(&mut self) -> Result<(), Fault> {
        if !self.is_in_flow() {
            if !self.simple_key_allowed {
                return Err(self.cursor.fault("no list entry is allowed here"));
            }
            self.roll(self.cursor.mark, None, Kind::BlockSequenceStart);
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_sign(1, Kind::BlockEntry);
        Ok(())
    }

    /// Takes `?`.
    fn fetch_key(&mut self) -> Result<(), Fault> {
        if !self.is_in_flow() {
            if !self.simple_key_allowed {
                return Err(self.cursor.fault("no key is allowed here"));
            }
            self.roll(self.cursor.mark, None, Kind::BlockMappingStart);
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = !self.is_in_flow();
        self.push_sign(1, Kind::Key);
        Ok(())
    }
}
