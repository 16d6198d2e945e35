//! The syntax of YAML 1.1, exactly as Go's YAML has it: from a text to events.
//!
//! Kratix and kubectl read with `go.yaml.in/yaml/v2`, whose scanner and parser are libyaml's, line by line. Where libyaml
//! differs from YAML 1.1 and 1.2 (and it does: `[a:]`, a tab before a key, U+2028, the end of a text without a line end),
//! another parser would read another value without a word. So this is the same algorithm (`scannerc.go`, `parserc.go`),
//! with the same names; libyaml's licence is beside it.

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
