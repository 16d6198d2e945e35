//! What a generator is asked.

use crate::kratix::{Action, Workflow};

/// A request as a generator gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done with the object.
    pub action: Action,
    /// What the object is.
    pub workflow: Workflow,
    /// Name of the Promise; empty where nobody says it.
    pub promise: String,
    /// Name of the pipeline; empty outside Kratix.
    pub pipeline: String,
    /// The object as JSON text.
    pub object: String,
    /// What the Promise author set for this generator: a JSON object.
    pub config: String,
}
