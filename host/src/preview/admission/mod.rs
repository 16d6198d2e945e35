//! What an API server with Kratix takes of Kratix' own kinds, and what it says to the rest: its schemas, Kratix' webhooks, and
//! Kubernetes' checks of what Kratix makes of them (kratix-contract 1.8, 6.4, 7.3, 7.6, 7.7).
//!
//! What only a cluster knows isn't asked: whether a name is taken, whether a namespace is there, what other webhooks say.

mod container;
mod decode;
mod duration;
mod errors;
mod fields;
mod job;
mod kinds;
mod pipeline;
pub mod promise;
mod quantity;
mod rfc3339;
mod schema;
mod types;
mod volume;

pub use kinds::{Admitted, Binding, Destination, Mode, StateStore, StateStoreKind, StoreRef};
pub use types::table;

/// Why something isn't taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In the words of who refuses it, so that it can be found again in a cluster's log. From outside: to be cleaned before
    /// a person sees it.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}
