//! The contract of a Kratix pipeline container: what Kratix hands in, and what it reads afterwards.
//!
//! In: the [`Environment`] and `/kratix/input/object.yaml` ([`Object`]). Out: files below `/kratix/output`, and three
//! files in `/kratix/metadata` ([`status`], [`selectors`], [`control`]). Here all of it is text and values; `pod` reads and
//! writes the directories.

mod address;
pub mod control;
mod environment;
pub mod etcd;
pub mod expansion;
mod kind;
pub mod labels;
pub mod metadata;
pub mod mount;
pub mod name;
mod object;
mod path;
pub mod promise;
pub mod selectors;
pub mod status;
mod variables;

pub use address::{Address, Found, Which};
pub use environment::{Action, Environment, Workflow};
pub use kind::{Kind, SECRET, SECRETS};
pub use labels::Labels;
pub use object::{DEFAULT_NAMESPACE, FILE as OBJECT_FILE, NotAnObject, Object};
pub use path::{Files, OutputPath, PathError, likeness};
