//! What changes a platform: manifests that are applied, objects that are deleted.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Installed, Key, Live, Platform, State};
use crate::kratix::{Action, DEFAULT_NAMESPACE, Kind, Workflow, promise};
use crate::preview::canary;
use crate::preview::destination::{Cleanup, Destination, StoreRef};
use crate::preview::promise::Promise;
use crate::preview::workflow::End;

/// By which Kratix tells whose request it is.
const PROMISE_LABEL: &str = "kratix.io/promise-name";
/// What keeps a request until Kratix has removed what it made of it (kratix-contract 5.4).
const FINALIZERS: [&str; 4] = [
    "kratix.io/work-cleanup",
    "kratix.io/workflows-cleanup",
    "kratix.io/delete-workflows",
    "kratix.io/resource-binding-cleanup",
];
/// When an object began to be deleted: the time that generators see on every clock.
const DELETED: &str = "2000-01-01T00:00:00Z";

/// What is to be there.
#[derive(Debug, Default)]
pub struct Manifests {
    /// State stores, each with its `spec.path`.
    pub stores: Vec<(StoreRef, String)>,
    /// Destinations.
    pub destinations: Vec<Destination>,
    /// Promises.
    pub promises: Vec<Promise>,
    /// Objects of all other kinds.
    pub objects: Vec<Value>,
}

impl Platform {
    /// Makes objects what the manifests say, and settles.
    pub fn apply(&mut self, manifests: Manifests) {
        for (name, root) in manifests.stores {
            self.stores.entry(name).or_default().0 = root;
        }
        for destination in manifests.destinations {
            self.look_again();
            self.destinations.insert(destination.name.clone(), destination.clone());
            if let Some((root, store)) = self.stores.get(&destination.store) {
                self.found.look(root, &destination, &store.tree);
            }
            self.write_canary(&destination);
        }
        for promise in manifests.promises {
            self.install(promise);
        }
        for object in manifests.objects {
            self.put(object);
        }
        self.settle();
    }

    /// Deletes objects, and settles. What isn't there needs none.
    pub fn delete(&mut self, objects: &[Value]) {
        for object in objects {
            let kind = Kind::of(object);
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            match (kind.group.as_str(), kind.name.as_str()) {
                ("platform.kratix.io", "Destination") => self.remove_destination(name),
                ("platform.kratix.io", "Promise") => self.remove_promise(name),
                _ => {
                    self.others.remove(&Key::of(object));
                    let key = Key::of(&placed(object.clone()));
                    if let Some(live) = self.requests.get_mut(&key) {
                        live.delete();
                    }
                }
            }
        }
        self.settle();
    }

    fn install(&mut self, promise: Promise) {
        let name = promise.name.clone();
        let pipelines = |promise: &Promise| {
            let pipelines = promise.pipelines(Workflow::Resource, Action::Configure);
            pipelines.iter().map(|pipeline| pipeline.name.clone()).collect::<Vec<_>>()
        };
        let before = self.promises.get(&name).map(|Installed { promise, .. }| Arc::clone(promise));
        let is_changed = before.as_ref().is_some_and(|before| before.value["spec"] != promise.value["spec"]);
        if before.is_some() && !is_changed {
            // What changes is metadata, such as a label that pauses it.
            let installed = self.promises.get_mut(&name).expect("it has just been found");
            installed.live.set(&promise.value);
            installed.promise = promise.into();
            return;
        }
        if let Some(before) = before.filter(|_| is_changed) {
            let renamed = pipelines(&before) != pipelines(&promise);
            for live in self.requests.values_mut().filter(|live| live.is_of(&name)) {
                live.run_again(renamed);
            }
        }
        let live = match self.promises.remove(&name) {
            Some(Installed { mut live, .. }) => {
                live.set(&promise.value);
                live.state = State::Due(0);
                live
            }
            None => Live::new(promise.value.clone()),
        };
        self.promises.insert(name, Installed { promise: promise.into(), live });
    }

    fn put(&mut self, mut object: Value) {
        if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.shift_remove("managedFields");
        }
        let kind = Kind::of(&object);
        let is_its = |installed: &&Installed| {
            let api = promise::api(&installed.promise.value);
            api.is_some_and(|[name, group, _]| name == kind.name && group == kind.group)
        };
        let Some(Installed { promise, .. }) = self.promises.values().find(is_its) else {
            self.others.insert(Key::of(&object), object);
            return;
        };
        let object = taken_over(placed(object), &promise.name);
        let key = Key::of(&object);
        match self.requests.get_mut(&key) {
            Some(live) => live.change(object),
            None => drop(self.requests.insert(key, Live::new(object))),
        }
    }

    fn write_canary(&mut self, destination: &Destination) {
        let Some((root, store)) = self.stores.get_mut(&destination.store) else { return };
        let change = if destination.init_workloads {
            canary::written(root, destination)
        } else {
            canary::removed(root, destination)
        };
        if let Some(change) = change {
            // What is in the way of them is in the way of all else, which says so.
            let _ = store.change(change);
        }
    }

    fn remove_destination(&mut self, name: &str) {
        let Some(destination) = self.destinations.get(name).cloned() else { return };
        if destination.cleanup == Cleanup::All {
            let mut gone = Vec::new();
            for work in self.works.values_mut() {
                for placements in work.placements.values_mut() {
                    gone.extend(placements.extract_if(.., |placement| placement.destination == name));
                }
            }
            self.write(&super::schedule::Moved { gone, ..Default::default() });
            if let Some((root, store)) = self.stores.get_mut(&destination.store)
                && let Some(change) = canary::removed(root, &destination)
            {
                let _ = store.change(change);
            }
        }
        self.destinations.remove(name);
        self.look_again();
    }

    /// All Works are looked at again, as at every change of a Destination.
    fn look_again(&mut self) {
        for id in self.works.keys() {
            self.pending.entry(id.clone()).or_insert(false);
        }
    }

    fn remove_promise(&mut self, name: &str) {
        let Some(installed) = self.promises.get_mut(name) else { return };
        installed.live.delete();
        for live in self.requests.values_mut().filter(|live| live.is_of(name)) {
            live.delete();
        }
    }
}

impl Live {
    /// Whether it is a request of this Promise.
    pub(super) fn is_of(&self, promise: &str) -> bool {
        self.object["metadata"]["labels"][PROMISE_LABEL] == promise
    }

    /// It is what a manifest says; only another spec makes its workflow run again.
    fn change(&mut self, object: Value) {
        let is_changed = self.object["spec"] != object["spec"];
        self.set(&object);
        if is_changed {
            self.state = State::Due(0);
        }
    }

    fn set(&mut self, object: &Value) {
        let deleted = self.object["metadata"]["deletionTimestamp"].take();
        self.object = object.clone();
        let map = self.object.as_object_mut().expect("it is an object of an API server");
        map.shift_remove("status");
        if !deleted.is_null() {
            self.object["metadata"]["deletionTimestamp"] = deleted;
        }
    }

    fn delete(&mut self) {
        if !self.is_deleting() {
            self.object["metadata"]["deletionTimestamp"] = DELETED.into();
            self.state = State::Due(0);
        }
    }

    /// The Promise is another. A suspended request sleeps on, and where pipelines are called otherwise nothing but a label wakes
    /// it any more (kratix-contract 5.3).
    fn run_again(&mut self, renamed: bool) {
        match &self.state {
            State::Ended(End::Suspended { .. }) if renamed => self.state = State::Wedged,
            State::Ended(End::Suspended { .. }) | State::Refused(_) | State::Wedged => {}
            State::Ended(_) | State::Due(_) | State::Held(_) => self.state = State::Due(0),
        }
    }
}

/// An object where kubectl puts it. Of a kind that is no namespace's, nothing here is.
fn placed(mut object: Value) -> Value {
    if object["metadata"]["namespace"].is_null() {
        object["metadata"]["namespace"] = DEFAULT_NAMESPACE.into();
    }
    object
}

/// A request as Kratix marks it.
fn taken_over(mut object: Value, promise: &str) -> Value {
    let metadata = &mut object["metadata"];
    metadata["labels"][PROMISE_LABEL] = promise.into();
    let mut finalizers: Vec<Value> = metadata["finalizers"].as_array().cloned().unwrap_or_default();
    let missing: Vec<Value> =
        FINALIZERS.iter().map(|name| json!(name)).filter(|name| !finalizers.contains(name)).collect();
    finalizers.extend(missing);
    metadata["finalizers"] = finalizers.into();
    object
}
