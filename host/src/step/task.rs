//! What a step is asked.

use serde_json::Value;

use super::answer::Stop;
use super::inputs::Given;
use super::retry;
use crate::author::{BoundInput, Requested};
use crate::contract::Request;
use crate::kratix::metadata::Texts;
use crate::kratix::{Action, DEFAULT_NAMESPACE, Environment, Kind, Object, Workflow};
use crate::limits::Clock;

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
    /// How often its pipeline was tried again.
    attempts: u64,
    /// Whether its status says what was read for inputs.
    had_inputs: bool,
    left: Texts,
    given: Given,
    /// Runs since its inputs were looked for, where any were.
    clock: Option<Clock>,
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
        let attempts = object.attempts(&environment);
        let had_inputs = object.had_inputs(&environment);
        let Object { kind, name, namespace, value } = object;
        let (object, left, given) = (value.to_string(), Texts::default(), Given::new());
        Self { environment, kind, name, namespace, promise, object, attempts, had_inputs, left, given, clock: None }
    }

    /// The task after earlier containers of the pod, which left these texts in the metadata directory. Each is read only
    /// where it counts.
    #[must_use]
    pub fn after(self, left: Texts) -> Self {
        Self { left, ..self }
    }

    /// The task with what was found for the inputs that the step [wants](super::Step::wanted) for it, by the clock of its
    /// answer.
    #[must_use]
    pub fn with(self, given: Given, clock: Clock) -> Self {
        Self { given, clock: Some(clock), ..self }
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

    pub(super) fn clock(&self) -> Option<Clock> {
        self.clock
    }

    pub(super) fn given(&self) -> &Given {
        &self.given
    }

    pub(super) fn had_inputs(&self) -> bool {
        self.had_inputs
    }

    /// Seconds until its pipeline is to be tried again, when nobody knows better.
    pub(super) fn retry(&self) -> u32 {
        retry::after(self.attempts, self.namespace.as_deref(), &self.name)
    }

    /// A stop that is tried again in any case, and within a day: a deletion must not wait for what may never come.
    pub(super) fn tried_again(&self, stop: Stop) -> Stop {
        match self.environment.action {
            Action::Configure => stop,
            Action::Delete => {
                let seconds = stop.retry_after_seconds.unwrap_or_else(|| self.retry());
                Stop { retry_after_seconds: Some(seconds.min(retry::LONGEST)), ..stop }
            }
        }
    }

    /// The object as values, where one of the inputs needs a field of it.
    pub(super) fn spec_for<'a>(&self, mut inputs: impl Iterator<Item = &'a BoundInput>) -> Value {
        if !inputs.any(BoundInput::reads_spec) {
            return Value::Null;
        }
        serde_json::from_str(&self.object).expect("it was written from values")
    }

    /// What of it can be in an address; `object` is what [`spec_for`](Self::spec_for) gave.
    pub(super) fn requested<'a>(&'a self, object: &'a Value) -> Requested<'a> {
        Requested { name: &self.name, namespace: self.namespace(), object }
    }

    /// The namespace of the request, where kubectl puts it if it doesn't say; a Promise has none.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match self.environment.workflow {
            Workflow::Resource => Some(self.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)),
            Workflow::Promise => None,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
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
