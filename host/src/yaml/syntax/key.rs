//! Keys without a question mark, and indentation: what is known only when a `:` or the next line comes.

use super::cursor::{Fault, Mark};
use super::scanner::Scanner;
use super::token::{Kind, Token};

/// Characters within which a `:` must follow such a key.
const MAX_KEY: usize = 1024;

/// Something that is a key if a `:` follows on its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct SimpleKey {
    /// Nothing else can stand here.
    is_required: bool,
    /// The number of its first token.
    number: usize,
    mark: Mark,
}

impl Scanner<'_> {
    /// Notes that what comes may be a key.
    pub(super) fn save_simple_key(&mut self) -> Result<(), Fault> {
        if self.simple_key_allowed {
            let mark = self.cursor.mark;
            let is_required = !self.is_in_flow() && self.margin == mark.column + 1;
            self.remove_simple_key()?;
            *self.simple_key() = Some(SimpleKey { is_required, number: self.given + self.tokens.len(), mark });
        }
        Ok(())
    }

    /// Notes that what came is no key.
    pub(super) fn remove_simple_key(&mut self) -> Result<(), Fault> {
        self.simple_key().take().map_or(Ok(()), SimpleKey::dropped)
    }

    /// Whether the next token may turn out to be the beginning of a key.
    pub(super) fn is_head_undecided(&mut self) -> Result<bool, Fault> {
        let (given, mark) = (self.given, self.cursor.mark);
        // That of an outer level begins before those of inner ones.
        let Some(slot) = self.simple_keys.iter_mut().find(|key| key.is_some()) else { return Ok(false) };
        match slot {
            Some(key) if key.number == given && key.is_past(mark) => {
                let key = *key;
                *slot = None;
                key.dropped().map(|()| false)
            }
            key => Ok(key.is_some_and(|key| key.number == given)),
        }
    }

    /// Takes `:`.
    pub(super) fn fetch_value(&mut self) -> Result<(), Fault> {
        let mark = self.cursor.mark;
        match self.simple_key().take() {
            Some(key) if !key.is_past(mark) => {
                let index = key.number - self.given;
                self.tokens.insert(index, Token { kind: Kind::Key, at: key.mark.offset });
                self.roll(key.mark, Some(index), Kind::BlockMappingStart);
                self.simple_key_allowed = false;
            }
            key => {
                key.map_or(Ok(()), SimpleKey::dropped)?;
                if !self.is_in_flow() {
                    if !self.simple_key_allowed {
                        return Err(self
                            .cursor
                            .fault("no value is allowed here; a text with \": \" in it needs quotes"));
                    }
                    self.roll(mark, None, Kind::BlockMappingStart);
                }
                self.simple_key_allowed = !self.is_in_flow();
            }
        }
        self.push_sign(1, Kind::Value);
        Ok(())
    }

    /// Begins a block sequence or mapping where something stands further right than before.
    pub(super) fn roll(&mut self, mark: Mark, index: Option<usize>, kind: Kind) {
        if !self.is_in_flow() && self.margin <= mark.column {
            self.margins.push(self.margin);
            self.margin = mark.column + 1;
            let index = index.unwrap_or(self.tokens.len());
            self.tokens.insert(index, Token { kind, at: mark.offset });
        }
    }

    /// Ends block sequences and mappings whose content begins further right than a margin.
    pub(super) fn unroll(&mut self, margin: usize) {
        while !self.is_in_flow() && self.margin > margin {
            self.push(self.cursor.mark, Kind::BlockEnd);
            self.margin = self.margins.pop().unwrap_or(0);
        }
    }

    fn simple_key(&mut self) -> &mut Option<SimpleKey> {
        self.simple_keys.last_mut().expect("there is one for each level, the outermost included")
    }
}

impl SimpleKey {
    /// Whether a `:` at this place comes too late.
    fn is_past(self, mark: Mark) -> bool {
        self.mark.line < mark.line || self.mark.index + MAX_KEY < mark.index
    }

    fn dropped(self) -> Result<(), Fault> {
        if self.is_required { Err(Fault::new(self.mark.offset, "a key lacks its \":\"")) } else { Ok(()) }
    }
}
