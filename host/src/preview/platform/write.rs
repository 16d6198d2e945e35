//! Placements on their way into repositories.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Platform;
use super::schedule::Moved;
use crate::preview::admission::{Mode, StoreRef};
use crate::preview::git;
use crate::preview::path::{below_root, join};
use crate::preview::placement::{NotWritten, Place, Placement, aggregated};
use crate::preview::store::{Blocked, Change, Tree};

/// A placement that Kratix can't write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// The placement.
    pub placement: Placement,
    /// Why.
    pub why: Why,
}

/// Why a placement isn't written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Its own paths or its state file.
    Placement(NotWritten),
    /// Files of others.
    Blocked(Blocked),
    /// Its Destination is not there.
    NoDestination,
    /// The state store of its Destination is not there.
    NoStore,
    /// The repository's `.gitignore` has the path of a file: then none of them is written, and Kratix tries again for ever.
    Ignored(String),
    /// It can't be known: git couldn't be asked.
    Unknown(String),
}

impl Platform {
    /// Commits what scheduling changed. What is gone goes after what is there is written again, and mostly before what is new is
    /// written: with that Kratix waits.
    pub(super) fn write(&mut self, Moved { due, gone, new }: Moved) {
        let shared = self.shared(due.iter().chain(&gone).chain(&new));
        let mut once: BTreeSet<String> = BTreeSet::new();
        // Where all placements share one file, whoever writes first writes for all.
        let mut is_first = |placement: &Placement| {
            !shared.contains_key(&placement.destination) || once.insert(placement.destination.clone())
        };
        let mut placements: Vec<(Placement, bool)> = Vec::new();
        placements.extend(due.into_iter().filter(&mut is_first).map(|due| (due, false)));
        placements.extend(gone.into_iter().map(|gone| (gone, true)));
        placements.extend(new.into_iter().filter(&mut is_first).map(|new| (new, false)));
        let mut stores: BTreeMap<Option<StoreRef>, Vec<(Placement, bool)>> = BTreeMap::new();
        for (placement, is_gone) in placements {
            let destination = self.destinations.get(&placement.destination);
            stores.entry(destination.map(|one| one.store.clone())).or_default().push((placement, is_gone));
        }
        for (store, placements) in stores {
            self.commit_all(store.as_ref(), placements, &shared);
        }
    }

    /// Commits the changes of placements in one repository.
    fn commit_all(
        &mut self,
        store: Option<&StoreRef>,
        placements: Vec<(Placement, bool)>,
        shared: &BTreeMap<String, Arc<[u8]>>,
    ) {
        let Some((root, store)) = store.and_then(|store| self.stores.get_mut(store)) else {
            let why = if store.is_none() { Why::NoDestination } else { Why::NoStore };
            for (placement, _) in placements {
                note(&mut self.unwritten, placement, Err(why.clone()));
            }
            return;
        };
        let none: Arc<[u8]> = [].into();
        // Each depends on what is its own in the repository, and on nothing of the others.
        let change = |placement: &Placement, is_gone: bool| {
            let destination = &self.destinations[&placement.destination];
            let place = Place { root, destination, tree: &store.tree };
            let all = shared.get(&placement.destination).unwrap_or(&none);
            let change = if is_gone { placement.removed(&place, all) } else { placement.written(&place, all) };
            change.map_err(Why::Placement)
        };
        let changes = placements.into_iter().map(|(placement, is_gone)| {
            let change = change(&placement, is_gone);
            (placement, change)
        });
        let mut changes: Vec<_> = changes.collect();
        if git::rules(&store.tree).next().is_some() {
            as_git_adds(&store.tree, &mut changes);
        }
        for (placement, change) in changes {
            let done = change.and_then(|change| store.change(change).map_err(Why::Blocked));
            note(&mut self.unwritten, placement, done);
        }
    }

    /// Files that Kratix has removed though a placement still has them: of mode none, where another had the same path. They are
    /// written again only when the output changes, or after hours.
    pub fn lost(&self) -> impl Iterator<Item = (&Placement, &String)> {
        let lost = |placement: &Placement, path: &String| {
            let destination = self.destinations.get(&placement.destination);
            let destination = destination.filter(|destination| matches!(destination.mode, Mode::None))?;
            let (root, store) = self.stores.get(&destination.store)?;
            let is_written = !self.unwritten.contains_key(&key(placement));
            let path = below_root(&[&join(&[root]), &join(&[&destination.path, path])])?;
            (is_written && !store.tree.contains_key(&path)).then_some(())
        };
        self.placements().flat_map(move |placement| {
            let lost = placement.files.iter().map(|(path, _)| path).filter(move |path| lost(placement, path).is_some());
            lost.map(move |path| (placement, path))
        })
    }

    /// The contents of the files that all placements of a Destination share, where that is one of these.
    fn shared<'a>(&self, touched: impl Iterator<Item = &'a Placement>) -> BTreeMap<String, Arc<[u8]>> {
        let is_shared = |name: &String| {
            let mode = self.destinations.get(name).map(|destination| &destination.mode);
            matches!(mode, Some(Mode::AggregatedYaml { .. }))
        };
        let touched: BTreeSet<&String> =
            touched.map(|placement| &placement.destination).filter(|name| is_shared(name)).collect();
        let mut by_name: BTreeMap<&String, Vec<&Placement>> = BTreeMap::new();
        for placement in self.placements().filter(|placement| touched.contains(&placement.destination)) {
            by_name.entry(&placement.destination).or_default().push(placement);
        }
        let content = |name: &String| {
            let mut all = by_name.remove(name).unwrap_or_default();
            all.sort_by(|one, other| (&one.name, &one.id.namespace).cmp(&(&other.name, &other.id.namespace)));
            (name.clone(), aggregated(all.into_iter()).into())
        };
        touched.into_iter().map(content).collect()
    }
}

fn key(placement: &Placement) -> (String, String) {
    (placement.id.namespace.clone(), placement.name.clone())
}

/// Notes whether a placement is written.
fn note(unwritten: &mut BTreeMap<(String, String), Unwritten>, placement: Placement, done: Result<(), Why>) {
    match done {
        Ok(()) => drop(unwritten.remove(&key(&placement))),
        Err(why) => drop(unwritten.insert(key(&placement), Unwritten { placement, why })),
    }
}

/// Gives the files of changes the bytes that git keeps of them, all at once.
fn as_git_adds(tree: &Tree, changes: &mut [(Placement, Result<Change, Why>)]) {
    let files = changes.iter().filter_map(|(_, change)| change.as_ref().ok()).flat_map(|change| &change.written);
    let files: Vec<_> = files.map(|(path, bytes)| (path, bytes)).collect();
    let added = git::add(tree, &files);
    let mut added = added.map(Vec::into_iter);
    for (_, made) in changes {
        let Ok(change) = made else { continue };
        match &mut added {
            Err(error) => *made = Err(Why::Unknown(error.in_one_line())),
            Ok(added) => {
                let mut ignored = None;
                for (path, bytes) in &mut change.written {
                    match added.next().expect("git says something of each file") {
                        Some(kept) => *bytes = kept,
                        None => drop(ignored.get_or_insert_with(|| path.clone())),
                    }
                }
                if let Some(path) = ignored {
                    *made = Err(Why::Ignored(path));
                }
            }
        }
    }
}
