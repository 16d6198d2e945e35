//! The contract of a Kratix pipeline container: what Kratix hands in, and what it reads afterwards.
//!
//! In: the [`Environment`] and `/kratix/input/object.yaml` ([`Object`]). Out: files below `/kratix/output`, and three
//! files in `/kratix/metadata` ([`status`], [`selectors`], [`control`]). Everything is written by one [`transaction`].

pub mod control;
mod environment;
pub mod expansion;
pub mod labels;
pub mod name;
mod object;
mod path;
mod pod;
pub mod promise;
pub mod selectors;
pub mod status;
pub mod termination;
pub mod transaction;
pub mod volume;
pub mod work;

pub(crate) use environment::text;
pub use environment::{Action, Environment, Workflow, variable};
pub use object::{NotAnObject, Object, full_kind, read_object};
pub use path::{OutputPath, PathError};
pub use pod::Pod;
pub use transaction::{Directories, Files};
pub use volume::Volume;

/// A field of a metadata file. Kratix decodes these as Go decodes JSON, without a look at the case of keys.
fn field<'a>(entries: &'a serde_json::Map<String, serde_json::Value>, name: &str) -> Option<&'a serde_json::Value> {
    entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
