//! Works on their way to Destinations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Platform, Work};
use crate::kratix::Labels;
use crate::preview::admission::Destination;
use crate::preview::placement::Placement;
use crate::preview::schedule::{Candidates, pick};
use crate::preview::work::{Group, WorkId};

/// A group of files that goes nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unscheduled {
    /// The directory of the group.
    pub directory: String,
    /// What a Destination would have to have.
    pub labels: Labels,
    /// What is wrong with these, where something is: then nothing of the Work is scheduled from there on.
    pub wrong: Option<String>,
}

/// What scheduling changed.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Placements that have to be written again.
    pub(super) due: Vec<Placement>,
    /// Placements that have to be written for the first time.
    pub(super) new: Vec<Placement>,
    /// Placements that are gone, whose files are to be removed.
    pub(super) gone: Vec<Placement>,
}

impl Platform {
    /// Schedules the Works that are due.
    pub(super) fn schedule(&mut self) -> Moved {
        let mut moved = Moved::default();
        let mut candidates = Candidates::of(&self.destinations);
        for (id, is_new) in std::mem::take(&mut self.pending) {
            let Some(work) = self.works.get_mut(&id) else { continue };
            let unscheduled = work.schedule(&id, is_new, &mut candidates, &self.destinations, &mut moved);
            if unscheduled.is_empty() {
                self.unscheduled.remove(&id);
            } else {
                self.unscheduled.insert(id.clone(), unscheduled);
            }
        }
        moved
    }
}

impl Work {
    fn schedule(
        &mut self,
        id: &WorkId,
        is_new: bool,
        candidates: &mut Candidates<'_>,
        destinations: &BTreeMap<String, Destination>,
        moved: &mut Moved,
    ) -> Vec<Unscheduled> {
        let mut unscheduled = Vec::new();
        for group in &self.groups {
            let found = match candidates.find(&group.labels) {
                Ok(found) => found,
                Err(wrong) => {
                    unscheduled.push(Unscheduled { wrong: Some(wrong.clone()), ..nowhere(group) });
                    return unscheduled;
                }
            };
            let there = self.placements.entry(group.directory.clone()).or_default();
            let files: Arc<[_]> = group.files.clone().into();
            let placement = |destination: &str| Placement {
                name: Placement::name(&self.name, destination, &group.short_id()),
                id: id.clone(),
                directory: group.directory.clone(),
                short: group.short_id(),
                destination: destination.to_owned(),
                misplaced: false,
                fits: true,
                files: Arc::clone(&files),
            };
            for placement in there.iter_mut() {
                // What is there stays there, whatever it may go to by now.
                placement.fits = found.contains(&placement.destination.as_str());
                placement.misplaced = !placement.fits || placement.misplaced && id.is_of_request();
                placement.files = Arc::clone(&files);
            }
            let old = there.len();
            let wanted: Vec<&str> = match id.is_of_request() {
                true if !there.is_empty() => Vec::new(),
                true => pick(id, group, found).into_iter().collect(),
                false => found.clone(),
            };
            for destination in wanted {
                if !there.iter().any(|placement| placement.destination == destination) {
                    there.push(placement(destination));
                }
            }
            if there.is_empty() {
                unscheduled.push(nowhere(group));
            }
            // What is only looked at again is as it was, and Kratix doesn't write it again.
            moved.due.extend(there[..old].iter().filter(|_| is_new).cloned());
            moved.new.extend(there[old..].iter().cloned());
        }
        let kept: BTreeSet<&str> = self.groups.iter().map(|group| group.directory.as_str()).collect();
        let (placements, rest) =
            std::mem::take(&mut self.placements).into_iter().partition(|(directory, _)| kept.contains(&**directory));
        self.placements = placements;
        // Of a Destination that is gone, Kratix forgets the placement and leaves its files.
        let is_there = |placement: &Placement| destinations.contains_key(&placement.destination);
        moved.gone.extend(rest.into_values().flatten().filter(is_there));
        unscheduled
    }
}

fn nowhere(group: &Group) -> Unscheduled {
    Unscheduled { directory: group.directory.clone(), labels: group.labels.clone(), wrong: None }
}
