//! Which Destinations a group of files goes to (kratix-contract 7.1).

use std::collections::BTreeMap;

use super::admission::Destination;
use super::hash::md5;
use super::work::{Group, WorkId};
use crate::kratix::{Labels, labels};

/// By which Works of Kratix' dry run are kept apart from all others.
const DRY_RUN: &str = "kratix.io/dry-run";

/// Destinations by name, as they are looked at for one group after another: most groups select by the same labels.
#[derive(Debug)]
pub struct Candidates<'a> {
    destinations: &'a BTreeMap<String, Destination>,
    found: BTreeMap<Labels, Result<Vec<&'a str>, String>>,
}

impl<'a> Candidates<'a> {
    /// Looks at these.
    #[must_use]
    pub fn of(destinations: &'a BTreeMap<String, Destination>) -> Self {
        Self { destinations, found: BTreeMap::new() }
    }

    /// The names of those that a group may go to, in order.
    ///
    /// # Errors
    ///
    /// A label that is none, for which Kratix schedules nothing of the whole Work.
    pub fn find(&mut self, wanted: &Labels) -> &Result<Vec<&'a str>, String> {
        if !self.found.contains_key(wanted) {
            let wrong = wanted.iter().find_map(|(key, value)| labels::problem(key, value));
            let fits = self.destinations.values().filter(|destination| may_go(wanted, destination));
            let found = wrong.map_or_else(|| Ok(fits.map(|destination| destination.name.as_str()).collect()), Err);
            self.found.insert(wanted.clone(), found);
        }
        &self.found[wanted]
    }
}

/// Whether what selects by these labels may go to a Destination; whether that is ready doesn't count.
fn may_go(wanted: &Labels, destination: &Destination) -> bool {
    let has = |key: &String, value: &String| destination.labels.get(key) == Some(value);
    let is_shut = wanted.is_empty() && destination.strict && !destination.labels.is_empty();
    let is_for_dry_runs = destination.labels.get(DRY_RUN).is_some_and(|value| value == "true");
    let is_dry_run = wanted.get(DRY_RUN).is_some_and(|value| value == "true");
    !destination.is_deleting
        && !is_shut
        && (is_dry_run || !is_for_dry_runs)
        && wanted.iter().all(|(key, value)| has(key, value))
}

/// The one candidate that stands for the one that Kratix draws: the same for the same group, and spread over all of them.
#[must_use]
pub fn pick<'a>(id: &WorkId, group: &Group, candidates: &[&'a str]) -> Option<&'a str> {
    let drawn = md5(&format!("{}/{}/{}", id.namespace, id.stem(), group.directory));
    let number = u32::from_str_radix(&drawn[..8], 16).expect("a digest is hex digits") as usize;
    candidates.get(number.checked_rem(candidates.len())?).copied()
}

#[cfg(test)]
mod tests {
    use super::super::admission::{Mode, StateStoreKind, StoreRef};
    use super::*;

    fn destination(name: &str, labels: &str, strict: bool) -> (String, Destination) {
        let store = StoreRef { kind: StateStoreKind::Git, name: "s".into() };
        let destination = Destination {
            name: name.into(),
            labels: read(labels),
            path: name.into(),
            store,
            strict,
            mode: Mode::None,
            cleanup: false,
            init_workloads: false,
            is_deleting: name == "going",
        };
        (name.into(), destination)
    }

    fn read(labels: &str) -> Labels {
        labels.split_whitespace().filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect()
    }

    #[test]
    fn labels_are_compared_as_the_scheduler_does() {
        let all = BTreeMap::from([
            destination("bare", "", false),
            destination("bare-strict", "", true),
            destination("dry", "kratix.io/dry-run=true a=1", false),
            destination("going", "a=1", false),
            destination("open", "a=1 b=2", false),
            destination("strict", "a=1", true),
        ]);
        let mut candidates = Candidates::of(&all);
        for (wanted, expected) in [
            ("", &["bare", "bare-strict", "open"][..]),
            ("a=1", &["open", "strict"]),
            ("a=1 b=2", &["open"]),
            ("a=2", &[]),
            ("kratix.io/dry-run=true", &["dry"]),
        ] {
            assert_eq!(candidates.find(&read(wanted)).as_deref(), Ok(expected), "{wanted}");
        }
        assert!(candidates.find(&Labels::from_iter([("a".into(), "x y".into())])).is_err());
    }

    #[test]
    fn a_pick_is_kept_and_spread() {
        use super::super::work::Of;
        let group = Group { directory: ".".into(), labels: Labels::default(), files: Vec::new() };
        let id = |name: &str| WorkId {
            namespace: "default".into(),
            promise: "p".into(),
            of: Of::Request { name: name.into(), namespace: None, pipeline: "c".into() },
        };
        assert_eq!(pick(&id("a"), &group, &[]), None);
        let picks: Vec<_> = (0..40).map(|n| pick(&id(&n.to_string()), &group, &["x", "y", "z"]).unwrap()).collect();
        assert!(["x", "y", "z"].iter().all(|name| picks.iter().filter(|pick| *pick == name).count() > 5), "{picks:?}");
        assert_eq!(pick(&id("0"), &group, &["x", "y", "z"]), Some(picks[0]));
    }
}
