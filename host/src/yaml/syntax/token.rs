//! What a scanner finds and a parser takes.

/// A piece of the text.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it begins, in bytes.
    pub(super) at: usize,
}

#[derive(Debug)]
pub(super) enum Kind {
    StreamEnd,
    /// `%YAML 1.1`
    Version {
        major: u32,
        minor: u32,
    },
    /// `%TAG !handle! prefix`
    TagDirective {
        handle: String,
        prefix: String,
    },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    /// The indentation of a block sequence or mapping has ended.
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(String),
    Anchor(String),
    Tag {
        /// Empty for a tag that stands in full.
        handle: String,
        suffix: String,
    },
    Scalar {
        text: String,
        is_plain: bool,
    },
}
