//! From tokens to events: what stands in sequences and mappings.

use super::cursor::Fault;
use super::parser::{Event, Parser, Properties, State, nothing};
use super::token::Kind;

type Found = Result<(usize, Event), Fault>;

impl Parser<'_> {
    pub(super) fn sequence_entry(&mut self, at: usize) -> Found {
        match self.kind()? {
            Kind::BlockEntry => self.scanner.take(),
            Kind::BlockEnd => return Ok(self.end(at)),
            _ => return Err(self.fault("a list goes on with -, or what stands here is indented wrongly")),
        };
        match self.kind()? {
            Kind::BlockEntry | Kind::BlockEnd => self.nothing_before(State::SequenceEntry),
            _ => self.node_before(State::SequenceEntry, true, false),
        }
    }

    pub(super) fn indentless_entry(&mut self, at: usize) -> Found {
        if !matches!(self.kind()?, Kind::BlockEntry) {
            self.leave();
            return Ok((at, Event::End));
        }
        self.scanner.take();
        match self.kind()? {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => self.nothing_before(State::IndentlessEntry),
            _ => self.node_before(State::IndentlessEntry, true, false),
        }
    }

    pub(super) fn mapping_key(&mut self, at: usize) -> Found {
        match self.kind()? {
            Kind::Key => self.scanner.take(),
            Kind::BlockEnd => return Ok(self.end(at)),
            _ => return Err(self.fault("a key is missing here, or what stands here is indented wrongly")),
        };
        self.block_value(State::MappingValue)
    }

    pub(super) fn mapping_value(&mut self, at: usize) -> Found {
        if !matches!(self.kind()?, Kind::Value) {
            self.state = State::MappingKey;
            return Ok(nothing(at));
        }
        self.scanner.take();
        self.block_value(State::MappingKey)
    }

    fn block_value(&mut self, next: State) -> Found {
        match self.kind()? {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.nothing_before(next),
            _ => self.node_before(next, true, true),
        }
    }

    pub(super) fn flow_sequence_entry(&mut self, at: usize, is_first: bool) -> Found {
        let next = State::FlowSequenceEntry { is_first: false };
        if !is_first && !matches!(self.kind()?, Kind::FlowSequenceEnd) {
            match self.kind()? {
                Kind::FlowEntry => self.scanner.take(),
                _ => return Err(self.fault("a list in brackets goes on with , or ends with ]")),
            };
        }
        match self.kind()? {
            Kind::FlowSequenceEnd => Ok(self.end(at)),
            Kind::Key => {
                self.scanner.take();
                self.state = State::FlowPairKey;
                Ok((at, Event::MappingStart(Properties::default())))
            }
            _ => self.node_before(next, false, false),
        }
    }

    pub(super) fn flow_pair_key(&mut self) -> Found {
        match self.kind()? {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => self.nothing_before(State::FlowPairValue),
            _ => self.node_before(State::FlowPairValue, false, false),
        }
    }

    pub(super) fn flow_mapping_key(&mut self, at: usize, is_first: bool) -> Found {
        if !is_first && !matches!(self.kind()?, Kind::FlowMappingEnd) {
            match self.kind()? {
                Kind::FlowEntry => self.scanner.take(),
                _ => return Err(self.fault("a map in braces goes on with , or ends with }")),
            };
        }
        match self.kind()? {
            Kind::FlowMappingEnd => Ok(self.end(at)),
            Kind::Key => {
                self.scanner.take();
                match self.kind()? {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => {
                        self.nothing_before(State::FlowMappingValue)
                    }
                    _ => self.node_before(State::FlowMappingValue, false, false),
                }
            }
            _ => self.node_before(State::FlowMappingNoValue, false, false),
        }
    }

    /// The value of an entry in brackets or braces.
    pub(super) fn flow_value(&mut self, at: usize, next: State) -> Found {
        if matches!(self.kind()?, Kind::Value) {
            self.scanner.take();
            if !matches!(self.kind()?, Kind::FlowEntry | Kind::FlowSequenceEnd | Kind::FlowMappingEnd) {
                return self.node_before(next, false, false);
            }
            return self.nothing_before(next);
        }
        self.state = next;
        Ok(nothing(at))
    }

    fn node_before(&mut self, next: State, is_block: bool, is_indentless_allowed: bool) -> Found {
        self.states.push(next);
        self.node(is_block, is_indentless_allowed)
    }

    fn nothing_before(&mut self, next: State) -> Found {
        self.state = next;
        Ok(nothing(self.scanner.peek()?.at))
    }

    /// Takes the end of a sequence or mapping.
    fn end(&mut self, at: usize) -> (usize, Event) {
        self.scanner.take();
        self.leave();
        (at, Event::End)
    }
}
