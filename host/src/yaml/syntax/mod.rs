//! The syntax of YAML as Go has it: from a text to events.
//!
//! Kratix and kubectl read with `go.yaml.in/yaml/v2`, which finds tokens and events as libyaml does
//! (<https://github.com/yaml/libyaml>). That is neither YAML 1.1 nor 1.2: `[a:]`, a tab before a key, U+2028, the end of a text
//! without a line end. A parser that follows either would read another value without a word. So this one is written to
//! the same algorithm, and the contract tests compare the two (docs/design/0002).

mod block;
mod cursor;
mod document;
mod entries;
mod key;
mod parser;
mod plain;
mod property;
mod quoted;
mod scanner;
mod token;

pub(super) use cursor::Fault;
pub(super) use parser::{Event, Parser, Properties};
