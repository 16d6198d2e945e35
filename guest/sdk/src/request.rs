//! What a generator is asked.

use serde_json::{Value, json};

use crate::bindings::exports::kratix_wasm::generator::generation as wit;

/// What happens to the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It was created or changed, or Kratix looks at it again.
    Configure,
    /// It is being deleted: only the status of the answer counts.
    Delete,
}

/// What the object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workflow {
    /// A request of the Promise.
    Resource,
    /// The Promise itself.
    Promise,
}

/// One request; the same request always gets the same answer.
#[derive(Debug, Clone)]
pub struct Request<Object, Config> {
    /// What happens to the object.
    pub action: Action,
    /// What the object is.
    pub workflow: Workflow,
    /// Name of the Promise; may be empty outside Kratix.
    pub promise: String,
    /// Name of the pipeline; empty outside Kratix.
    pub pipeline: String,
    /// The object, with its `metadata` and perhaps its `status`.
    pub object: Object,
    /// What the Promise author set for this generator.
    pub config: Config,
}

impl Request<Value, Value> {
    /// A request for tests: configure this object of a resource workflow, with nothing set.
    #[must_use]
    pub fn configure(object: Value) -> Self {
        Self {
            action: Action::Configure,
            workflow: Workflow::Resource,
            promise: String::new(),
            pipeline: String::new(),
            object,
            config: json!({}),
        }
    }

    /// A request for tests: delete this object of a resource workflow, with nothing set.
    #[must_use]
    pub fn delete(object: Value) -> Self {
        Self { action: Action::Delete, ..Self::configure(object) }
    }

    /// The same request with this config.
    #[must_use]
    pub fn config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// The same request as it crosses the border.
    pub(crate) fn to_wit(&self) -> wit::Request {
        wit::Request {
            action: match self.action {
                Action::Configure => wit::Action::Configure,
                Action::Delete => wit::Action::Delete,
            },
            workflow: match self.workflow {
                Workflow::Resource => wit::Workflow::Resource,
                Workflow::Promise => wit::Workflow::Promise,
            },
            promise: self.promise.clone(),
            pipeline: self.pipeline.clone(),
            object: self.object.to_string(),
            config: self.config.to_string(),
        }
    }
}

impl From<wit::Action> for Action {
    fn from(action: wit::Action) -> Self {
        match action {
            wit::Action::Configure => Self::Configure,
            wit::Action::Delete => Self::Delete,
        }
    }
}

impl From<wit::Workflow> for Workflow {
    fn from(workflow: wit::Workflow) -> Self {
        match workflow {
            wit::Workflow::Resource => Self::Resource,
            wit::Workflow::Promise => Self::Promise,
        }
    }
}
