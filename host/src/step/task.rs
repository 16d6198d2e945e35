//! What a step is asked.

use crate::contract::Request;
use crate::kratix::metadata::Texts;
use crate::kratix::{Environment, Kind, Object};

/// An object, and where it is met.
#[derive(Debug, Clone)]
pub struct Task {
    environment: Environment,
    kind: Kind,
    name: String,
    namespace: Option<String>,
    promise: String,
    /// The whole object as JSON.
    object: String,
    left: Texts,
}

impl Task {
    /// A task for which nobody was there before, as on a laptop.
    ///
    /// The object is kept as text: as values a large one takes twenty times the memory, which a generator needs.
    #[must_use]
    pub fn new(environment: Environment, object: Object) -> Self {
        let promise = match environment.promise.as_str() {
            "" => object.promise_label().unwrap_or_default().to_owned(),
            promise => promise.to_owned(),
        };
        let Object { kind, name, namespace, value } = object;
        let (object, left) = (value.to_string(), Texts::default());
        Self { environment, kind, name, namespace, promise, object, left }
    }

    /// The task after earlier containers of the pod, which left these texts in the metadata directory. Each is read only
    /// where it counts.
    #[must_use]
    pub fn after(self, left: Texts) -> Self {
        Self { left, ..self }
    }

    /// What its object is.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What Kratix says.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// What earlier containers left.
    #[must_use]
    pub fn left(&self) -> &Texts {
        &self.left
    }

    /// What a generator is asked.
    pub(super) fn request(&self, config: String) -> Request {
        Request {
            action: self.environment.action,
            workflow: self.environment.workflow,
            promise: self.promise.clone(),
            pipeline: self.environment.pipeline.clone(),
            object: self.object.clone(),
            config,
        }
    }
}
