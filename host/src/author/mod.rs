//! What the Promise author sets: the config of generators, held against their schemas, what is bound to their
//! inputs, and a policy of what they may produce.

mod bindings;
mod config;
mod error;
mod policy;
pub mod schema;

pub use bindings::{Binding, Bindings, BoundInput, Permission, Place, Pods, Requested, Unfilled, WhenMissing};
pub use config::{Checked, Config};
#[cfg(feature = "preview")]
pub(crate) use policy::ensure_cheap;
pub use policy::{Paths, Policy};

/// What the Promise author sets for a step.
#[derive(Debug)]
pub struct Author {
    /// For each generator.
    pub config: Config,
    /// For the inputs that they declare.
    pub bindings: Bindings,
    /// What they may produce.
    pub policy: Policy,
}
