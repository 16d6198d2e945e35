//! From tokens to events.

use std::mem;

use super::cursor::Fault;
use super::scanner::Scanner;
use super::token::Kind;

/// What a value consists of, in the order of the text.
#[derive(Debug)]
pub(in crate::yaml) enum Event {
    DocumentStart,
    Alias(String),
    Scalar {
        text: String,
        is_plain: bool,
        properties: Properties,
    },
    SequenceStart(Properties),
    MappingStart(Properties),
    /// Of a sequence or mapping.
    End,
}

/// What stands before a value.
#[derive(Debug, Default)]
pub(in crate::yaml) struct Properties {
    pub(in crate::yaml) anchor: Option<String>,
    /// In full: `tag:yaml.org,2002:str` for `!!str`.
    pub(in crate::yaml) tag: Option<String>,
}

/// What is wanted next.
#[derive(Debug, Clone, Copy)]
pub(super) enum State {
    DocumentStart {
        is_first: bool,
    },
    DocumentContent,
    DocumentEnd,
    /// A value that isn't in brackets.
    Node,
    SequenceEntry,
    /// An entry of a list that is indented no further than the key before it.
    IndentlessEntry,
    MappingKey,
    MappingValue,
    FlowSequenceEntry {
        is_first: bool,
    },
    /// The pair `[a: b]` in a list.
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingKey {
        is_first: bool,
    },
    FlowMappingValue,
    FlowMappingNoValue,
}

/// Makes events of tokens. It doesn't call itself, so no text can exhaust the stack.
#[derive(Debug)]
pub(in crate::yaml) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) state: State,
    /// What goes on when the value that is read has ended.
    pub(super) states: Vec<State>,
    /// The prefixes of handles.
    pub(super) tags: Vec<(String, String)>,
}

impl<'a> Parser<'a> {
    /// # Errors
    ///
    /// The text has characters that YAML doesn't allow.
    pub(in crate::yaml) fn new(text: &'a str) -> Result<Self, Fault> {
        let state = State::DocumentStart { is_first: true };
        Ok(Self { scanner: Scanner::new(text)?, state, states: Vec::new(), tags: Vec::new() })
    }

    /// The next event, and where it begins in bytes; nothing at the end of the text.
    ///
    /// # Errors
    ///
    /// Why it is no YAML. Nothing can be read from then on.
    pub(in crate::yaml) fn event(&mut self) -> Result<Option<(usize, Event)>, Fault> {
        loop {
            let at = self.scanner.peek()?.at;
            let state = self.state;
            let found = match state {
                State::DocumentStart { is_first } if self.document_start(is_first)? => Ok((at, Event::DocumentStart)),
                State::DocumentStart { .. } => return Ok(None),
                State::DocumentContent if self.is_at_document_border()? => {
                    self.leave();
                    Ok(nothing(at))
                }
                State::DocumentContent | State::Node => self.node(true, false),
                State::DocumentEnd => {
                    self.document_end()?;
                    continue;
                }
                State::SequenceEntry => self.sequence_entry(at),
                State::IndentlessEntry => self.indentless_entry(at),
                State::MappingKey => self.mapping_key(at),
                State::MappingValue => self.mapping_value(at),
                State::FlowSequenceEntry { is_first } => self.flow_sequence_entry(at, is_first),
                State::FlowPairKey => self.flow_pair_key(),
                State::FlowPairValue => self.flow_value(at, State::FlowPairEnd),
                State::FlowPairEnd => {
                    self.state = State::FlowSequenceEntry { is_first: false };
                    Ok((at, Event::End))
                }
                State::FlowMappingKey { is_first } => self.flow_mapping_key(at, is_first),
                State::FlowMappingValue => self.flow_value(at, State::FlowMappingKey { is_first: false }),
                State::FlowMappingNoValue => {
                    self.state = State::FlowMappingKey { is_first: false };
                    Ok(nothing(at))
                }
            };
            return found.map(Some);
        }
    }

    pub(super) fn kind(&mut self) -> Result<&mut Kind, Fault> {
        Ok(&mut self.scanner.peek()?.kind)
    }

    /// Goes on with what the value that has ended is part of.
    pub(super) fn leave(&mut self) {
        self.state = self.states.pop().expect("every value is part of a document");
    }

    /// Takes a value, or the beginning of one.
    pub(super) fn node(&mut self, is_block: bool, is_indentless_allowed: bool) -> Result<(usize, Event), Fault> {
        let start = self.scanner.peek()?.at;
        if let Kind::Alias(name) = self.kind()? {
            let alias = Event::Alias(mem::take(name));
            self.scanner.take();
            self.leave();
            return Ok((start, alias));
        }
        let properties = self.properties()?;
        let (inside, is_mapping) = match self.kind()? {
            // Its first token is an entry's.
            Kind::BlockEntry if is_indentless_allowed => {
                self.state = State::IndentlessEntry;
                return Ok((start, Event::SequenceStart(properties)));
            }
            Kind::Scalar { text, is_plain } => {
                let scalar = Event::Scalar { text: mem::take(text), is_plain: *is_plain, properties };
                self.scanner.take();
                self.leave();
                return Ok((start, scalar));
            }
            Kind::FlowSequenceStart => (State::FlowSequenceEntry { is_first: true }, false),
            Kind::FlowMappingStart => (State::FlowMappingKey { is_first: true }, true),
            Kind::BlockSequenceStart if is_block => (State::SequenceEntry, false),
            Kind::BlockMappingStart if is_block => (State::MappingKey, true),
            _ if properties.anchor.is_some() || properties.tag.is_some() => {
                self.leave();
                return Ok((start, Event::Scalar { text: String::new(), is_plain: true, properties }));
            }
            _ => return Err(self.fault("a value is missing here, or this is none")),
        };
        self.scanner.take();
        self.state = inside;
        Ok((start, if is_mapping { Event::MappingStart(properties) } else { Event::SequenceStart(properties) }))
    }

    /// Takes an anchor and a tag, in any order.
    fn properties(&mut self) -> Result<Properties, Fault> {
        let mut properties = Properties::default();
        loop {
            match &mut self.scanner.peek()?.kind {
                Kind::Anchor(name) if properties.anchor.is_none() => properties.anchor = Some(mem::take(name)),
                Kind::Tag { handle, suffix } if properties.tag.is_none() => {
                    let prefix = match self.tags.iter().find(|(known, _)| known == handle) {
                        _ if handle.is_empty() => "",
                        Some((_, prefix)) => prefix,
                        None => return Err(self.fault("a tag begins with a handle that no %TAG explains")),
                    };
                    properties.tag = Some(format!("{prefix}{suffix}"));
                }
                _ => return Ok(properties),
            }
            self.scanner.take();
        }
    }

    /// At the next token.
    pub(super) fn fault(&mut self, what: &str) -> Fault {
        match self.scanner.peek() {
            Ok(token) => Fault::new(token.at, what),
            Err(fault) => fault,
        }
    }
}

/// A value that isn't there.
pub(super) fn nothing(at: usize) -> (usize, Event) {
    (at, Event::Scalar { text: String::new(), is_plain: true, properties: Properties::default() })
}
