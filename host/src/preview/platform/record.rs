//! What came of a workflow becomes Works, and Works go with what they were of.

use std::sync::Arc;

use super::{Key, Placement, Platform, State, Work};
use crate::kratix::{Action, Workflow};
use crate::preview::found::Spot;
use crate::preview::promise::Promise;
use crate::preview::work::{Group, Of, WorkId};
use crate::preview::workflow::{End, Ran};

impl Platform {
    /// Notes what came of a request; tells whether others may see something new.
    pub(super) fn record(&mut self, key: &Key, promise: &Promise, ran: Ran, gone: &mut Vec<Placement>) -> bool {
        let Some(live) = self.requests.get_mut(key) else { return false };
        let is_deleting = live.is_deleting();
        let namespace = promise.namespace(Workflow::Resource, &live.object).to_owned();
        let own = key.namespace.clone().filter(|_| promise.has_namespace());
        let id = |pipeline: String| WorkId {
            namespace: namespace.clone(),
            promise: promise.name.clone(),
            of: Of::Request { name: key.name.clone(), namespace: own.clone(), pipeline },
        };
        let is_complete = matches!(ran.end, End::Complete);
        let changed = live.status != ran.status;
        live.status = ran.status;
        (live.state, live.warnings) = (State::Ended(ran.end), ran.warnings);
        (live.has_inputs, live.lifted) = (ran.has_inputs, ran.lifted);
        for (pipeline, groups) in ran.written {
            self.set_work(id(pipeline), groups);
        }
        if !is_complete {
            return changed;
        }
        let pipelines = promise.pipelines(Workflow::Resource, Action::Configure);
        let known = pipelines.iter().map(|pipeline| pipeline.name.clone());
        let earlier = self.found.pipelines(&namespace, &promise.name, &key.name);
        for id in known.chain(earlier).map(id).collect::<Vec<_>>() {
            self.recall(&id, &[]);
        }
        let is_stale = |work: &&WorkId| {
            let Of::Request { namespace, pipeline, .. } = &work.of else { return false };
            // Of a deletion by labels that have no namespace: those of a namesake in another go, too.
            let is_removed = *namespace == own && !pipelines.iter().any(|one| one.name == *pipeline);
            is_deleting || is_removed && !pipelines.is_empty()
        };
        let stale: Vec<WorkId> =
            self.works_of(&namespace, &promise.name, &key.name).filter(is_stale).cloned().collect();
        for id in stale {
            self.remove_work(&id, gone);
        }
        if is_deleting {
            self.requests.remove(key);
            // Its namesakes of other namespaces lose their Jobs, too, and run again (kratix-contract 5.4).
            let namesakes =
                self.requests.iter_mut().filter(|(other, live)| other.name == key.name && live.is_of(&promise.name));
            for (_, live) in namesakes {
                if matches!(live.state, State::Ended(End::Complete | End::Failed { .. })) {
                    live.state = State::Due(0);
                }
            }
        }
        changed || is_deleting
    }

    /// The Works of requests of this name whose pods ran there.
    pub(super) fn works_of(&self, namespace: &str, promise: &str, name: &str) -> impl Iterator<Item = &WorkId> {
        let of = Of::Request { name: name.to_owned(), namespace: None, pipeline: String::new() };
        let first = WorkId { namespace: namespace.to_owned(), promise: promise.to_owned(), of };
        let name = name.to_owned();
        self.works.range(first.clone()..).map(|(id, _)| id).take_while(move |id| {
            let is_called = matches!(&id.of, Of::Request { name: called, .. } if *called == name);
            is_called && (&id.namespace, &id.promise) == (&first.namespace, &first.promise)
        })
    }

    /// A Work has these groups from now on.
    pub(super) fn set_work(&mut self, id: WorkId, groups: Vec<Group>) {
        self.recall(&id, &groups);
        let names = self.names.entry(id.namespace.clone()).or_default();
        let work =
            self.works.entry(id.clone()).or_insert_with(|| Work { name: names.make(&id.stem()), ..Work::default() });
        work.groups = groups;
        self.pending.insert(id, true);
    }

    /// A Work that isn't there has the placements that repositories tell of; those of a directory that no group has are to go.
    pub(super) fn recall(&mut self, id: &WorkId, groups: &[Group]) {
        let spots = self.found.of(id);
        if self.works.contains_key(id) || spots.is_empty() {
            return;
        }
        let names = self.names.entry(id.namespace.clone()).or_default();
        let name = spots.iter().find_map(|spot| spot.work.clone());
        let name = name.inspect(|known| names.take(known)).unwrap_or_else(|| names.make(&id.stem()));
        let mut work = Work { name, ..Work::default() };
        for Spot { destination, short, .. } in spots {
            let directory = groups.iter().find(|group| group.short_id() == short).map(|group| group.directory.clone());
            let placement = Placement {
                name: Placement::name(&work.name, &destination, &short),
                id: id.clone(),
                directory: directory.clone().unwrap_or_default(),
                short: short.clone(),
                destination,
                misplaced: false,
                fits: true,
                files: Arc::from([]),
            };
            // No directory is called like that.
            work.placements.entry(directory.unwrap_or_else(|| format!("/{short}"))).or_default().push(placement);
        }
        self.works.insert(id.clone(), work);
    }

    pub(super) fn remove_work(&mut self, id: &WorkId, gone: &mut Vec<Placement>) {
        self.recall(id, &[]);
        self.found.forget(id);
        let Some(work) = self.works.remove(id) else { return };
        if let Some(names) = self.names.get_mut(&id.namespace) {
            names.give_back(&work.name);
        }
        self.unscheduled.remove(id);
        let is_there = |placement: &Placement| self.destinations.contains_key(&placement.destination);
        gone.extend(work.placements.into_values().flatten().filter(is_there));
    }
}
