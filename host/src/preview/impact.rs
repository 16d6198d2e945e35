//! What a changed Promise, or a changed generator, does to every request.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::api::Api;
use super::platform::{Key, Platform, State};
use super::promise::Promise;
use super::rendered::{Outcome, Rendered};
use super::status::Status;
use super::workflow::End;

/// Requests by what the change does to them.
#[derive(Debug, Default)]
pub struct Impact {
    /// Their files become other ones.
    pub changed: Vec<Key>,
    /// Their files stay; only their status becomes another.
    pub status: Vec<Key>,
    /// Nothing becomes otherwise.
    pub unchanged: Vec<Key>,
    /// They were answered, and no longer are.
    pub failing: Vec<Key>,
    /// They are suspended, and a changed Promise wakes none: each stays as it is until it is changed itself, or labelled.
    pub asleep: Vec<Key>,
    /// They are suspended, and pipelines are renamed, added or removed: nothing but a label wakes them any more.
    pub wedged: Vec<Key>,
    /// They are bound to another version.
    pub pinned: Vec<Key>,
    /// The new API wouldn't take them as they are: nobody could change anything else of them.
    pub no_longer_taken: Vec<(Key, String)>,
}

/// What requests have before the change.
#[derive(Debug)]
pub struct Before(BTreeMap<Key, Had>);

#[derive(Debug, PartialEq, Eq)]
struct Had {
    outcome: Outcome,
    status: Status,
    files: Vec<File>,
}

/// A file where it lies: Destination, path below the output, contents.
type File = (String, String, Arc<[u8]>);

impl Before {
    /// Of a platform as it is.
    #[must_use]
    pub fn of(rendered: &Rendered) -> Self {
        Self(rendered.requests.iter().map(|told| (told.key.clone(), Had::of(told))).collect())
    }

    /// What is otherwise after the change to this Promise.
    #[must_use]
    pub fn compare(&self, promise: &Promise, platform: &Platform, after: &Rendered) -> Impact {
        let mut impact = Impact::default();
        let lives: BTreeMap<&Key, _> = platform.requests().collect();
        for told in &after.requests {
            let Some(live) = lives.get(&told.key).filter(|live| live.promise() == promise.name) else { continue };
            let key = told.key.clone();
            if let Some(why) = promise.api.as_ref().and_then(|api| no_longer_taken(api, &live.object)) {
                impact.no_longer_taken.push((key.clone(), why));
            }
            let (before, now) = (self.0.get(&key), Had::of(told));
            let list = match &live.state {
                State::Wedged => &mut impact.wedged,
                _ if platform.is_pinned(&key, promise) => &mut impact.pinned,
                State::Ended(End::Suspended { control, .. })
                    if control.retry_after.is_none() && before.is_some_and(|before| *before == now) =>
                {
                    &mut impact.asleep
                }
                _ if fails(now.outcome) && before.is_none_or(|before| !fails(before.outcome)) => &mut impact.failing,
                _ if before.is_none_or(|before| before.files != now.files) => &mut impact.changed,
                _ if before.is_some_and(|before| before.status != now.status) => &mut impact.status,
                _ => &mut impact.unchanged,
            };
            list.push(key);
        }
        impact
    }
}

impl Had {
    fn of(told: &super::rendered::Told) -> Self {
        let files = told.placements.iter().flat_map(|placement| {
            let file =
                |(path, bytes): &(String, Arc<[u8]>)| (placement.destination.clone(), path.clone(), Arc::clone(bytes));
            placement.files.iter().map(file)
        });
        Self { outcome: told.outcome, status: told.status.clone(), files: files.collect() }
    }
}

fn fails(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Complete | Outcome::Suspended | Outcome::Held => false,
        Outcome::Invalid | Outcome::Fault(_) | Outcome::Refused | Outcome::Unknown => true,
    }
}

/// Why an API wouldn't take an object any more.
fn no_longer_taken(api: &Api, object: &serde_json::Value) -> Option<String> {
    api.admit(object, None).refusals.into_iter().next()
}

impl Impact {
    /// The lists, each with the sentence that its number is read with.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[Key]); 7] {
        [
            ("change", &self.changed),
            ("change only their status", &self.status),
            ("don't change", &self.unchanged),
            ("fail", &self.failing),
            ("are suspended and stay as they are: a changed Promise wakes none", &self.asleep),
            (
                "are suspended and stuck: pipelines are renamed, added or removed, and only a label wakes them",
                &self.wedged,
            ),
            ("are bound to another version and don't change", &self.pinned),
        ]
    }
}
