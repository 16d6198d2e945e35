//! Runs all workflows that Kratix would run, until none is due any more.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use super::schedule::Moved;
use super::{Hold, Installed, Key, Live, Platform, State};
use crate::kratix::{Action, Workflow};
use crate::preview::promise::Promise;
use crate::preview::workflow::{Ran, Run};

/// How often a request is tried again for what it waits for. Each time something else has come about, so that more are needed
/// only where requests wait for one another in a row.
const ROUNDS: usize = 16;
/// Requests that a thread takes at once.
const BATCH: usize = 64;

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
            let ran = self.run(&due);
            let mut changed = false;
            for ((key, promise), ran) in due.into_iter().zip(ran) {
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
        let moved = self.schedule();
        self.write(&Moved { gone: gone.into_iter().chain(moved.gone).collect(), due: moved.due });
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

    /// Runs workflows of requests on all cores; what comes of each doesn't depend on how many there are.
    fn run(&self, due: &[(Key, Arc<Promise>)]) -> Vec<Ran> {
        let find = |wanted: &_| self.find(wanted);
        let run = |(key, promise): &(Key, Arc<Promise>)| {
            let live = &self.requests[key];
            let from = if let State::Due(from) = live.state { from } else { 0 };
            let action = if live.is_deleting() { Action::Delete } else { Action::Configure };
            let (object, status) = (&live.object, &live.status);
            Run { promise, workflow: Workflow::Resource, action, object, status, from }.run(&find)
        };
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        if due.len() <= BATCH || cores == 1 {
            return due.iter().map(run).collect();
        }
        let next = AtomicUsize::new(0);
        let batches: Vec<&[_]> = due.chunks(BATCH).collect();
        let mut done: Vec<(usize, Vec<Ran>)> = thread::scope(|scope| {
            let work = || {
                let mut done = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(batch) = batches.get(at) else { return done };
                    done.push((at, batch.iter().map(run).collect()));
                }
            };
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("a step doesn't panic")).collect()
        });
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().flat_map(|(_, ran)| ran).collect()
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
