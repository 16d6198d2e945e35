//! What changes a platform: manifests that are applied, objects that are deleted.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::objects::{PROMISE_LABEL, kept};
use super::{Installed, Key, Live, Platform, State};
use crate::kratix::{Action, DEFAULT_NAMESPACE, Kind, Workflow};
use crate::preview::admission::{Binding, Destination, StateStore};
use crate::preview::api::Admitted;
use crate::preview::canary;
use crate::preview::manifests::{Manifests, refused};
use crate::preview::promise::Promise;
use crate::preview::workflow::End;

/// What keeps a request until Kratix has removed what it made of it (kratix-contract 5.4).
const FINALIZERS: [&str; 4] = [
    "kratix.io/work-cleanup",
    "kratix.io/workflows-cleanup",
    "kratix.io/delete-workflows",
    "kratix.io/resource-binding-cleanup",
];
/// What only a cluster gives an object, which is kept where it is given.
const OF_A_CLUSTER: [&str; 6] =
    ["creationTimestamp", "deletionTimestamp", "finalizers", "generation", "resourceVersion", "uid"];
/// The label by which somebody makes a request run again, whatever it waits for.
const MANUAL: &str = "kratix.io/manual-reconciliation";
/// When an object began to be deleted: the time that generators see on every clock.
const DELETED: &str = "2000-01-01T00:00:00Z";

impl Platform {
    /// Makes objects what the manifests say, and settles.
    pub fn apply(&mut self, manifests: Manifests) {
        for StateStore { id, path, .. } in manifests.stores {
            self.stores.entry(id).or_default().0 = path;
        }
        self.refused.extend(manifests.refused);
        self.dropped.extend(manifests.dropped);
        for binding in manifests.bindings {
            self.bind(binding);
        }
        for destination in manifests.destinations {
            if let Some(other) = self.clash(&destination) {
                let key = Key {
                    group: "platform.kratix.io".into(),
                    kind: "Destination".into(),
                    namespace: None,
                    name: destination.name.clone(),
                };
                let why = format!(
                    "destination path '{}' already exists for state store '{}'",
                    destination.path, destination.store.name
                );
                let hint = format!("the Destination {other} has it; give one of them another path");
                self.refused.insert(key.clone(), refused(&key, [why.as_str()].into_iter(), Some(hint)));
                continue;
            }
            self.look_again();
            self.destinations.insert(destination.name.clone(), destination.clone());
            if let Some((root, store)) = self.stores.get(&destination.store) {
                self.found.look(root, &destination, &store.tree);
            }
            self.write_canary(&destination);
        }
        for promise in manifests.promises {
            self.install(promise, false);
        }
        self.put(manifests.objects);
        self.settle();
    }

    /// Notes the version that a request is bound to. Where it is another than before, Kratix labels the request so that it runs
    /// again (kratix-contract 5.7).
    fn bind(&mut self, Binding { namespace, promise, resource, version }: Binding) {
        let api = self.promises.get(&promise).and_then(|installed| installed.promise.api.as_ref());
        let key = api.map(|api| Key {
            group: api.group().to_owned(),
            kind: api.kind().to_owned(),
            namespace: Some(namespace.clone()),
            name: resource.clone(),
        });
        let before = self.bindings.insert((namespace, promise, resource), version.clone());
        if before.as_deref().unwrap_or("latest") != version
            && let Some(live) = key.and_then(|key| self.requests.get_mut(&key))
        {
            live.state = State::Due(0);
        }
    }

    /// Makes a Promise this one, and settles. Its requests run again also where only their generators are others.
    ///
    /// # Errors
    ///
    /// Why Kratix' webhook doesn't take the change (kratix-contract 6.4).
    pub fn replace(&mut self, promise: Promise) -> Result<(), String> {
        if let Some(Installed { promise: before, .. }) = self.promises.get(&promise.name) {
            ensure_same_api(&before.value["spec"]["api"], &promise.value["spec"]["api"])?;
        }
        self.install(promise, true);
        self.settle();
        Ok(())
    }

    /// Whether a request is bound to another version than this one of its Promise.
    #[must_use]
    pub fn is_pinned(&self, key: &Key, promise: &Promise) -> bool {
        let request = (key.namespace.clone().unwrap_or_default(), promise.name.clone(), key.name.clone());
        self.bindings.get(&request).is_some_and(|version| version != "latest" && version != promise.version())
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

    /// The Destination that has this one's place already, by the letters of its path.
    fn clash(&self, destination: &Destination) -> Option<&str> {
        let is_there = |other: &&Destination| {
            other.name != destination.name && (&other.store, &other.path) == (&destination.store, &destination.path)
        };
        self.destinations.values().find(is_there).map(|other| other.name.as_str())
    }

    fn install(&mut self, promise: Promise, is_other: bool) {
        let name = promise.name.clone();
        let pipelines = |promise: &Promise| {
            let pipelines = promise.pipelines(Workflow::Resource, Action::Configure);
            pipelines.iter().map(|pipeline| pipeline.name.clone()).collect::<Vec<_>>()
        };
        let promise = Arc::new(promise);
        self.revisions.insert((name.clone(), promise.version().to_owned()), Arc::clone(&promise));
        let before = self.promises.get(&name).map(|Installed { promise, .. }| Arc::clone(promise));
        let is_changed =
            before.as_ref().is_some_and(|before| is_other || before.value["spec"] != promise.value["spec"]);
        if before.is_some() && !is_changed {
            // What changes is metadata, such as a label that pauses it.
            let installed = self.promises.get_mut(&name).expect("it has just been found");
            installed.live.set(&promise.value);
            installed.promise = promise;
            return;
        }
        if let Some(before) = before.filter(|_| is_changed) {
            let renamed = pipelines(&before) != pipelines(&promise);
            // Those that are bound to another version stay with that.
            let follows: Vec<Key> =
                self.requests.keys().filter(|key| !self.is_pinned(key, &promise)).cloned().collect();
            for key in follows {
                if let Some(live) = self.requests.get_mut(&key).filter(|live| live.is_of(&name)) {
                    live.run_again(renamed, &pipelines(&promise));
                }
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
        self.promises.insert(name, Installed { promise, live });
    }

    /// Takes objects. Of each request an API server decides by itself, but for one that is given again: that changes the one
    /// before.
    fn put(&mut self, objects: Vec<Value>) {
        let (mut first, mut again) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for mut object in objects {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.shift_remove("managedFields");
            }
            let Some(promise) = self.promise_of(&object).map(Arc::clone) else {
                self.others.insert(Key::of(&object), object);
                continue;
            };
            let object = placed(object);
            let key = Key::of(&object);
            let asked = if seen.insert(key.clone()) { &mut first } else { &mut again };
            asked.push((key, promise, object));
        }
        for (key, decided) in self.cores.map("requests admitted", first, |asked| self.decide(asked)) {
            self.take(key, decided);
        }
        for asked in again {
            let (key, decided) = self.decide(asked);
            self.take(key, decided);
        }
    }

    /// The Promise of whose kind an object is.
    fn promise_of(&self, object: &Value) -> Option<&Arc<Promise>> {
        let kind = Kind::of(object);
        let is_its = |promise: &&Arc<Promise>| {
            let api = promise.api.as_ref();
            api.is_some_and(|api| (api.kind(), api.group()) == (&*kind.name, &*kind.group))
        };
        self.promises.values().map(|installed| &installed.promise).find(is_its)
    }

    /// What an API server, and then Kratix, makes of a request.
    fn decide(&self, (key, promise, mut object): (Key, Arc<Promise>, Value)) -> (Key, Admitted) {
        let api = promise.api.as_ref().expect("it is by its API that a Promise has a request");
        let status = object.as_object_mut().and_then(|object| object.shift_remove("status"));
        let object = kept(object);
        let there = self.requests.get(&key).map(|live| &live.object);
        // What a cluster gave, it has taken before.
        let is_given = object["metadata"]["uid"].is_string().then_some(&object);
        let mut admitted = api.admit(&object, there.or(is_given));
        if admitted.refusals.is_empty() {
            let taken = &mut admitted.object;
            for field in OF_A_CLUSTER {
                if let Some(value) = object["metadata"].get(field).filter(|value| !value.is_null()) {
                    taken["metadata"][field] = value.clone();
                }
            }
            if let (Some(status), Some(taken)) = (status, taken.as_object_mut()) {
                taken.insert("status".into(), status);
            }
            take_over(taken, &promise.name);
        }
        (key, admitted)
    }

    /// Makes a request what the API server has; where it doesn't take it, it stays what it was.
    fn take(&mut self, key: Key, Admitted { object, refusals, dropped, not_checked }: Admitted) {
        if dropped.is_empty() {
            self.dropped.remove(&key);
        } else {
            self.dropped.insert(key.clone(), dropped);
        }
        if not_checked.is_empty() {
            self.not_checked.remove(&key);
        } else {
            self.not_checked.insert(key.clone(), not_checked);
        }
        if !refusals.is_empty() {
            let refusals = refusals.iter().map(String::as_str);
            self.refused.insert(key.clone(), refused(&key, refusals, None));
            return;
        }
        self.refused.remove(&key);
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
        if destination.cleanup {
            let mut gone = Vec::new();
            for work in self.works.values_mut() {
                for placements in work.placements.values_mut() {
                    gone.extend(placements.extract_if(.., |placement| placement.destination == name));
                }
            }
            self.write(super::schedule::Moved { gone, ..Default::default() });
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
        self.promise() == promise
    }

    /// It is what a manifest says; only another spec makes its workflow run again, or the label that Kratix then takes away.
    /// Where it is wedged, only the label does (kratix-contract 5.3).
    fn change(&mut self, mut object: Value) {
        let labels = object["metadata"]["labels"].as_object_mut();
        let is_asked = labels.and_then(|labels| labels.shift_remove(MANUAL)).is_some_and(|value| value == "true");
        let is_changed = self.object["spec"] != object["spec"] && !matches!(self.state, State::Wedged);
        self.set(&object);
        if is_asked || is_changed {
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
            // What is wedged waits for a delete workflow that doesn't run (kratix-contract 5.3).
            if matches!(self.state, State::Wedged) {
                self.status.hold_deletion();
            } else {
                self.state = State::Due(0);
            }
        }
    }

    /// The Promise is another. A suspended request sleeps on, and where pipelines are called otherwise nothing but a label wakes
    /// it any more (kratix-contract 5.3).
    fn run_again(&mut self, renamed: bool, pipelines: &[String]) {
        match &self.state {
            State::Ended(End::Suspended { .. }) if renamed => {
                self.status.wedge(pipelines);
                self.state = State::Wedged;
            }
            State::Ended(End::Suspended { .. }) | State::Wedged => {}
            State::Ended(_) | State::Due(_) | State::Held(_) => self.state = State::Due(0),
        }
    }
}

/// Refuses a change that Kratix' webhook refuses.
fn ensure_same_api(before: &Value, after: &Value) -> Result<(), String> {
    if before.is_null() {
        return Ok(());
    }
    if after.is_null() {
        return Err("cannot remove API from existing promise".to_owned());
    }
    let fields = ["/metadata/name", "/kind", "/apiVersion", "/spec/names"];
    let changed = fields.iter().find(|field| before.pointer(field) != after.pointer(field));
    changed.map_or(Ok(()), |field| Err(format!("spec.api{}: field is immutable", field.replace('/', "."))))
}

/// An object where kubectl puts it. Of a kind that is no namespace's, nothing here is.
fn placed(mut object: Value) -> Value {
    if object["metadata"]["namespace"].is_null() {
        object["metadata"]["namespace"] = DEFAULT_NAMESPACE.into();
    }
    object
}

/// A request as Kratix marks it.
fn take_over(object: &mut Value, promise: &str) {
    let metadata = &mut object["metadata"];
    metadata["labels"][PROMISE_LABEL] = promise.into();
    let mut finalizers: Vec<Value> = metadata["finalizers"].as_array().cloned().unwrap_or_default();
    let missing: Vec<Value> =
        FINALIZERS.iter().map(|name| json!(name)).filter(|name| !finalizers.contains(name)).collect();
    finalizers.extend(missing);
    metadata["finalizers"] = finalizers.into();
}
