//! A platform with Kratix: what is installed and asked for there, what came of it, and what its repositories have.
//!
//! It goes from one settled state to the next: manifests are applied or deleted, all workflows run that Kratix would run, and
//! what they wrote is scheduled and committed.

mod change;
mod conclude;
mod objects;
mod promises;
mod record;
mod schedule;
mod settle;
mod strangers;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use objects::{Hold, Key, Live, State};
pub use schedule::Unscheduled;
pub use write::{Unwritten, Why};

use super::admission::{Destination, StoreRef};
use super::api::NotChecked;
use super::assumed::Assumed;
use super::cores::Cores;
use super::found::Found;
use super::name::Names;
use super::placement::Placement;
use super::promise::Promise;
use super::store::Store;
use super::work::{Group, WorkId};
use crate::error::Error;

/// A platform.
#[derive(Debug, Default)]
pub struct Platform {
    cores: Cores,
    /// By name.
    destinations: BTreeMap<String, Destination>,
    /// By kind and name, each with the path in it that is Kratix' root.
    stores: BTreeMap<StoreRef, (String, Store)>,
    /// By name.
    promises: BTreeMap<String, Installed>,
    /// Requests.
    requests: BTreeMap<Key, Live>,
    /// Objects of other kinds, which inputs may be bound to.
    others: BTreeMap<Key, serde_json::Value>,
    works: BTreeMap<WorkId, Work>,
    /// The names of Works, by namespace.
    names: BTreeMap<String, Names>,
    /// Statuses that are assumed of what is suspended.
    assumed: Assumed,
    /// What the repositories told of earlier runs before there was this platform.
    found: Found,
    /// Which Works have to be scheduled again, and whether a pipeline has just written them.
    pending: BTreeMap<WorkId, bool>,
    /// What isn't taken as it is, and why.
    refused: BTreeMap<Key, Error>,
    /// Fields that an API server drops.
    dropped: BTreeMap<Key, Vec<String>>,
    /// Rules of APIs that can't be evaluated here.
    not_checked: BTreeMap<Key, Vec<NotChecked>>,
    /// The version of its Promise that a request follows, by namespace, Promise and request.
    bindings: BTreeMap<(String, String, String), String>,
    /// Promises by name and version, as they were last applied.
    revisions: BTreeMap<(String, String), Arc<Promise>>,
    /// What couldn't be scheduled when it was last tried.
    unscheduled: BTreeMap<WorkId, Vec<Unscheduled>>,
    /// What couldn't be written when it was last tried, by the placement's namespace and name.
    unwritten: BTreeMap<(String, String), Unwritten>,
}

/// A Promise that is installed.
#[derive(Debug)]
struct Installed {
    promise: Arc<Promise>,
    live: Live,
}

/// A Work with where its groups are.
#[derive(Debug, Default)]
struct Work {
    name: String,
    groups: Vec<Group>,
    /// By the directory of their group.
    placements: BTreeMap<String, Vec<Placement>>,
}

impl Platform {
    /// An empty one that works on so many cores.
    #[must_use]
    pub fn on(cores: Cores) -> Self {
        Self { cores, ..Self::default() }
    }

    /// From now on, what is suspended goes on with these statuses.
    pub fn assume(&mut self, assumed: Assumed) {
        self.assumed = assumed;
    }

    /// The statuses that are assumed.
    #[must_use]
    pub fn assumed(&self) -> &Assumed {
        &self.assumed
    }

    /// The cores that it works on: as many tasks of a step are answered at one time.
    #[must_use]
    pub fn cores(&self) -> &Cores {
        &self.cores
    }

    /// The repositories, with what Kratix committed.
    pub fn stores(&self) -> impl Iterator<Item = (&StoreRef, &Store)> {
        self.stores.iter().map(|(name, (_, store))| (name, store))
    }

    /// Forgets what was committed so far; the files stay.
    pub fn forget_commits(&mut self) {
        for (_, store) in self.stores.values_mut() {
            store.commits.clear();
        }
    }

    /// Puts files into a repository that somebody else commits there.
    pub fn put_files(&mut self, store: StoreRef, files: impl IntoIterator<Item = (String, Arc<[u8]>)>) {
        self.stores.entry(store).or_default().1.tree.extend(files);
    }

    /// The requests, each with what came of it.
    pub fn requests(&self) -> impl Iterator<Item = (&Key, &Live)> {
        self.requests.iter()
    }

    /// The Promises, each with what came of it.
    pub fn promises(&self) -> impl Iterator<Item = (&Arc<Promise>, &Live)> {
        self.promises.values().map(|Installed { promise, live }| (promise, live))
    }

    /// The Destinations.
    pub fn destinations(&self) -> impl Iterator<Item = &Destination> {
        self.destinations.values()
    }

    /// Where the files of Works are.
    pub fn placements(&self) -> impl Iterator<Item = &Placement> {
        self.works.values().flat_map(|work| work.placements.values().flatten())
    }

    /// The Works, each with the groups of its files.
    pub fn works(&self) -> impl Iterator<Item = (&WorkId, &[Group])> {
        self.works.iter().map(|(id, work)| (id, work.groups.as_slice()))
    }

    /// What an API server doesn't take.
    pub fn refused(&self) -> impl Iterator<Item = (&Key, &Error)> {
        self.refused.iter()
    }

    /// Why an API server doesn't take an object, where that is so.
    #[must_use]
    pub fn refusal(&self, key: &Key) -> Option<&Error> {
        self.refused.get(key)
    }

    /// Fields that an API server drops, by object.
    pub fn dropped(&self) -> impl Iterator<Item = (&Key, &Vec<String>)> {
        self.dropped.iter()
    }

    /// Rules that can't be evaluated here, by object.
    pub fn not_checked(&self) -> impl Iterator<Item = (&Key, &Vec<NotChecked>)> {
        self.not_checked.iter()
    }

    /// Objects that are no requests of a Promise.
    pub fn others(&self) -> impl Iterator<Item = &Key> {
        self.others.keys()
    }

    /// What is scheduled nowhere.
    pub fn unscheduled(&self) -> impl Iterator<Item = (&WorkId, &Unscheduled)> {
        self.unscheduled.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)))
    }

    /// What Kratix can't write.
    pub fn unwritten(&self) -> impl Iterator<Item = &Unwritten> {
        self.unwritten.values()
    }
}
