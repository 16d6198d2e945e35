//! An object of the platform that has workflows: what it is, and how far they came.

use std::fmt;

use serde_json::Value;

use super::Platform;
use crate::author::Place;
use crate::inputs::manifests;
use crate::kratix::{DEFAULT_NAMESPACE, Found, Kind, Which};
use crate::preview::assumed::Lifted;
use crate::preview::status::Status;
use crate::preview::workflow::End;
use crate::step::Wanted;

/// By which Kratix tells whose request it is.
pub(super) const PROMISE_LABEL: &str = "kratix.io/promise-name";

/// What tells an object from others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The API group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// None for what is no namespace's.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// An object with workflows.
#[derive(Debug)]
pub struct Live {
    /// As the API server has it, without its status.
    pub object: Value,
    /// What Kratix and its pipelines say of it.
    pub status: Status,
    /// How far its workflow came.
    pub state: State,
    /// Odd things that its last workflow met.
    pub warnings: Vec<String>,
    /// The pipelines of its last workflow that went on although they were suspended, as is assumed.
    pub lifted: Vec<(String, Lifted)>,
    /// Whether a step of it has inputs.
    pub(super) has_inputs: bool,
}

/// How far the workflow of an object came.
#[derive(Debug)]
pub enum State {
    /// It has to run from this pipeline on.
    Due(usize),
    /// It ended.
    Ended(End),
    /// Kratix doesn't run it, for this reason.
    Held(Hold),
    /// It was suspended when pipelines of its Promise were renamed, added or removed: nothing but a label wakes it.
    Wedged,
}

/// Why Kratix leaves an object alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// As a sentence goes on.
    pub why: String,
    /// Whether somebody paused it.
    pub is_pause: bool,
}

impl Key {
    /// That of an object.
    #[must_use]
    pub fn of(object: &Value) -> Self {
        let Kind { name: kind, group } = Kind::of(object);
        let text = |field: &str| object["metadata"][field].as_str().map(ToOwned::to_owned);
        Self { group, kind, namespace: text("namespace"), name: text("name").unwrap_or_default() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

impl Live {
    /// One that is new.
    pub(super) fn new(mut object: Value) -> Self {
        let status = Status::of(&object);
        object.as_object_mut().map(|map| map.shift_remove("status"));
        Self { object, status, state: State::Due(0), warnings: Vec::new(), lifted: Vec::new(), has_inputs: false }
    }

    /// Whether it is being deleted.
    #[must_use]
    pub fn is_deleting(&self) -> bool {
        !self.object["metadata"]["deletionTimestamp"].is_null()
    }

    /// The Promise whose request it is, by the label that Kratix gives it.
    #[must_use]
    pub fn promise(&self) -> &str {
        self.object["metadata"]["labels"][PROMISE_LABEL].as_str().unwrap_or_default()
    }

    /// All of it, as the API server gives it.
    #[must_use]
    pub fn whole(&self) -> Value {
        let mut object = self.object.clone();
        if let (Some(map), Some(status)) = (object.as_object_mut(), self.status.to_value()) {
            map.insert("status".into(), status);
        }
        object
    }

    /// The pipeline that it is to go on with, where it is tried again by itself.
    pub(super) fn retried(&self) -> Option<usize> {
        match &self.state {
            State::Ended(End::Suspended { pipeline, control, .. }) if control.retry_after.is_some() => Some(*pipeline),
            _ => None,
        }
    }
}

/// An object as a cluster keeps what is applied: what is null in a map is gone, and keys are in order.
pub(super) fn kept(object: Value) -> Value {
    let mut object = without_nulls(object);
    object.sort_all_objects();
    object
}

/// A value without what is null in a map.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key, without_nulls(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        scalar => scalar,
    }
}

impl Platform {
    /// What is bound to an input, as an API server has it.
    pub(super) fn find(&self, wanted: &Wanted) -> Found {
        let address = match &wanted.place {
            Place::Cluster { address, .. } => address,
            Place::File(path) => return manifests::in_place_of(self.others.values(), path, &wanted.kind),
        };
        // What doesn't say its namespace may be in the one where kubectl puts it, or be no namespace's.
        let namespaces = [address.namespace.clone(), None];
        let said = if address.namespace.as_deref() == Some(DEFAULT_NAMESPACE) { 2 } else { 1 };
        let mut there: Vec<Value> = Vec::new();
        for namespace in &namespaces[..said] {
            let key = |name: &str| Key {
                group: address.kind.group.clone(),
                kind: address.kind.name.clone(),
                namespace: namespace.clone(),
                name: name.to_owned(),
            };
            if let Which::Named(name) = &address.which {
                let key = key(name);
                there.extend(self.requests.get(&key).map(Live::whole).or_else(|| self.others.get(&key).cloned()));
                continue;
            }
            let first = key("");
            let is_near = |other: &Key| {
                (&other.group, &other.kind, &other.namespace) == (&first.group, &first.kind, &first.namespace)
            };
            let requests = self.requests.range(&first..).take_while(|(key, _)| is_near(key));
            there.extend(requests.map(|(_, live)| live.whole()));
            let others = self.others.range(&first..).take_while(|(key, _)| is_near(key));
            there.extend(others.map(|(_, object)| object.clone()));
        }
        manifests::read(&there, address)
    }
}
