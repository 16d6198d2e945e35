//! The contract of a Kratix pipeline container: what Kratix hands in, and what it reads afterwards.
//!
//! In: the [`Environment`] and `/kratix/input/object.yaml` ([`Object`]). Out: files below `/kratix/output`, and three
//! files in `/kratix/metadata` ([`status`], [`selectors`], [`control`]). Everything is written by one [`transaction`].

pub mod control;
mod environment;
pub mod labels;
mod object;
mod path;
mod record;
pub mod selectors;
pub mod status;
pub mod transaction;
mod volume;

pub use environment::{Action, Environment, Workflow};
pub use object::{Object, full_kind, read_object};
pub use path::{OutputPath, PathError};
pub use transaction::{Directories, Files};
pub use volume::Volume;
