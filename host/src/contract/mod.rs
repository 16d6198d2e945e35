//! What a host asks a generator and what it answers, in types of our own: `wit/` says what each means.
//!
//! The sandbox converts each version of the contract to these, so nothing that wasmtime generates is known beyond it. All
//! of it comes from outside: who takes an answer checks it, but for a [`Description`], which checks itself.

mod answer;
mod declarations;
mod description;
mod generator;
mod log;
mod request;
mod seen;

pub use answer::{Answer, Contents, Destination, Failure, File, Outcome, Output, Problem, Suspension};
pub use declarations::{Declarations, Input, Quantity};
pub(crate) use description::misdescribed;
pub use description::{Description, GeneratorName};
pub use generator::{Generator, Said};
pub use log::{Level, Line};
pub use request::Request;
pub use seen::{Inputs, Seen, Workspace};
