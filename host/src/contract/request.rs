//! What a generator is asked.

/// `KRATIX_WORKFLOW_ACTION` (kratix-contract 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The object was created or changed, or is looked at again.
    Configure,
    /// The object is being deleted.
    Delete,
}

/// `KRATIX_WORKFLOW_TYPE` (kratix-contract 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workflow {
    /// The object is a request of the Promise.
    Resource,
    /// The object is the Promise itself.
    Promise,
}

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
