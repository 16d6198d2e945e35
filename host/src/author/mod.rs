//! What the Promise author sets: the config of generators, held against their schemas, and a policy of what they may produce.

mod config;
mod error;
mod policy;
pub mod schema;

pub use config::{Checked, Config};
pub use policy::{Paths, Policy};
