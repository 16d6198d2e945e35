//! Runs all workflows that Kratix would run, until none is due any more.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::schedule::Moved;
use super::{Hold, Installed, Key, Live, Platform, State};
use crate::kratix::{Action, Workflow};
use crate::preview::promise::Promise;
use crate::preview::workflow::{Ran, Run};

/// How often a request is tried again for what it waits for. Each time something else has come about, so that more are needed
/// only where requests wait for one another in a row.
const ROUNDS: usize = 16;

impl Platform {
    pub(super) fn settle(&mut self) {
        let mut gone = Vec::new();
        self.settle_promises(&mut gone);
        // Time passes: what is tried again by itself, is.
        self.retry(|_| true);
        for _ in 0..ROUNDS {
            let due = self.due();
            if due.is_empty() {
                break;
            }
            let mut changed = false;
            for (key, promise, ran) in self.run(due) {
                changed |= self.record(&key, &promise, ran, &mut gone);
            }
            if !changed {
                break;
            }
            self.retry(|live| live.has_inputs);
        }
        self.promises.retain(|name, installed| {
            !installed.live.is_deleting() || self.requests.values().any(|live| live.is_of(name))
        });
        self.cores.progress().begin("files on their way to repositories", 0);
        let mut moved = self.schedule();
        gone.append(&mut moved.gone);
        self.write(Moved { gone, ..moved });
        self.conclude();
    }

    /// Those that wait go on.
    fn retry(&mut self, which: impl Fn(&Live) -> bool) {
        for live in self.requests.values_mut().filter(|live| which(live)) {
            if let Some(pipeline) = live.retried() {
                live.state = State::Due(pipeline);
            }
        }
    }

    /// The requests that are to run, each with its Promise; those that Kratix holds up are marked.
    fn due(&mut self) -> Vec<(Key, Arc<Promise>)> {
        let unavailable: BTreeMap<String, Option<String>> =
            self.promises.iter().map(|(name, installed)| (name.clone(), self.unavailable(installed))).collect();
        let mut due = Vec::new();
        for (key, live) in &mut self.requests {
            let from = match live.state {
                State::Due(from) => from,
                State::Held(_) => 0,
                State::Ended(_) | State::Wedged => continue,
            };
            let Some(Installed { promise, .. }) = self.promises.get(live.promise()) else { continue };
            let bound = bound(&self.bindings, &self.revisions, key, promise);
            let held = match bound {
                _ if is_paused(&promise.value) => {
                    Err(Hold { why: format!("the Promise {} is paused", promise.name), is_pause: true })
                }
                _ if is_paused(&live.object) => Err(Hold { why: "it is paused".to_owned(), is_pause: true }),
                Ok(promise) if live.is_deleting() => Ok(promise),
                bound => match &unavailable[&promise.name] {
                    Some(why) => Err(Hold { why: why.clone(), is_pause: false }),
                    None => bound.map_err(|why| Hold { why, is_pause: false }),
                },
            };
            match held {
                Err(why) => live.state = State::Held(why),
                Ok(promise) => {
                    live.state = State::Due(from);
                    due.push((key.clone(), promise));
                }
            }
        }
        due
    }

    /// Runs workflows of requests; what comes of each doesn't depend on the others.
    fn run(&self, due: Vec<(Key, Arc<Promise>)>) -> Vec<(Key, Arc<Promise>, Ran)> {
        let find = |wanted: &_| self.find(wanted);
        self.cores.map("requests answered", due, |(key, promise)| {
            let live = &self.requests[&key];
            let from = if let State::Due(from) = live.state { from } else { 0 };
            let action = if live.is_deleting() { Action::Delete } else { Action::Configure };
            let (object, status) = (&live.object, &live.status);
            let assumed = self.assumed.of(object);
            let run = Run { promise: &promise, workflow: Workflow::Resource, action, object, status, from, assumed };
            let ran = run.run(&find);
            (key, promise, ran)
        })
    }
}

/// The Promise as it is for a request (kratix-contract 5.7), or why it can't be known.
fn bound(
    bindings: &BTreeMap<(String, String, String), String>,
    revisions: &BTreeMap<(String, String), Arc<Promise>>,
    key: &Key,
    promise: &Arc<Promise>,
) -> Result<Arc<Promise>, String> {
    let request = (key.namespace.clone().unwrap_or_default(), promise.name.clone(), key.name.clone());
    match bindings.get(&request) {
        None => Ok(Arc::clone(promise)),
        Some(version) if version == "latest" || version == promise.version() => Ok(Arc::clone(promise)),
        Some(version) => revisions.get(&(promise.name.clone(), version.clone())).cloned().ok_or_else(|| {
            format!("it is bound to version {version} of the Promise {}, which is not given", promise.name)
        }),
    }
}

/// Whether Kratix leaves an object alone.
pub(super) fn is_paused(object: &Value) -> bool {
    object["metadata"]["labels"]["kratix.io/paused"] == "true"
}
