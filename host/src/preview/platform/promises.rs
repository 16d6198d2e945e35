//! Promises: their dependencies and their own workflows, and whether they answer requests (kratix-contract 6.2 and 6.5).

use std::sync::Arc;

use serde_json::Value;

use super::objects::without_nulls;
use super::settle::is_paused;
use super::{Installed, Placement, Platform, State};
use crate::kratix::selectors::ROOT;
use crate::kratix::{Action, Workflow};
use crate::preview::promise::Promise;
use crate::preview::work::{Group, Of, SYSTEM_NAMESPACE, WorkId};
use crate::preview::workflow::{End, Run};
use crate::yaml;

impl Platform {
    /// Dependencies and promise workflows. A Promise whose requirements aren't there is only kept from answering requests.
    pub(super) fn settle_promises(&mut self, gone: &mut Vec<Placement>) {
        let names: Vec<String> = self.promises.keys().cloned().collect();
        for name in names {
            let Installed { promise, live } = &self.promises[&name];
            let promise = Arc::clone(promise);
            if is_paused(&promise.value) {
                continue;
            }
            let from = match live.state {
                State::Due(from) => from,
                _ => match live.retried() {
                    Some(from) => from,
                    None => continue,
                },
            };
            let action = if live.is_deleting() { Action::Delete } else { Action::Configure };
            let run = Run {
                promise: &promise,
                workflow: Workflow::Promise,
                action,
                object: &live.object,
                status: &live.status,
                from,
                assumed: self.assumed.of(&promise.value),
            };
            let ran = run.run(&|wanted| self.find(wanted));
            if action == Action::Configure {
                self.set_dependencies(&promise, gone);
            }
            let is_complete = matches!(ran.end, End::Complete);
            let id = |pipeline: String| WorkId {
                namespace: promise.namespace(Workflow::Promise, &promise.value).to_owned(),
                promise: name.clone(),
                of: Of::Promise { pipeline },
            };
            for (pipeline, groups) in ran.written {
                self.set_work(id(pipeline), groups);
            }
            let pipelines = promise.pipelines(Workflow::Promise, Action::Configure);
            let stale = |work: &WorkId| {
                let is_listed = pipelines.iter().any(|pipeline| Some(pipeline.name.as_str()) == work.pipeline());
                let is_removed = matches!(work.of, Of::Promise { .. }) && !pipelines.is_empty() && !is_listed;
                let is_deleted = action == Action::Delete && !work.is_of_request();
                work.promise == name && is_complete && (is_removed || is_deleted)
            };
            let earlier = self.found.nested().filter(|work| work.promise == name && !work.is_of_request());
            let stale: Vec<WorkId> = self.works.keys().chain(earlier).filter(|work| stale(work)).cloned().collect();
            for id in stale {
                self.remove_work(&id, gone);
            }
            let live = &mut self.promises.get_mut(&name).expect("nothing removes it meanwhile").live;
            live.status = ran.status;
            (live.state, live.warnings, live.lifted) = (State::Ended(ran.end), ran.warnings, ran.lifted);
        }
    }

    fn set_dependencies(&mut self, promise: &Promise, gone: &mut Vec<Placement>) {
        let id = WorkId { namespace: SYSTEM_NAMESPACE.into(), promise: promise.name.clone(), of: Of::Dependencies };
        let dependencies = promise.value["spec"]["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
        if dependencies.is_empty() {
            self.remove_work(&id, gone);
            return;
        }
        let dependencies: Vec<Value> = dependencies.iter().cloned().map(without_nulls).collect();
        let text = yaml::go::write(&dependencies).into_bytes();
        let files = vec![(format!("static/{}-dependencies.yaml", promise.name), text.into())];
        self.set_work(id, vec![Group { directory: ROOT.into(), labels: promise.selectors.clone(), files }]);
    }

    /// Why a Promise answers no requests.
    pub(super) fn unavailable(&self, installed: &Installed) -> Option<String> {
        let Installed { promise, live } = installed;
        let name = &promise.name;
        if live.is_deleting() {
            return Some(format!("the Promise {name} is being deleted"));
        }
        let required = promise.value["spec"]["requiredPromises"].as_array().into_iter().flatten();
        let missing = required.filter_map(|required| {
            let wanted = required["name"].as_str().unwrap_or_default();
            let version = required["version"].as_str().filter(|version| !version.is_empty());
            let there = self.promises.get(wanted);
            match there {
                None => Some(format!("{wanted} is not installed")),
                Some(there) if version.is_some_and(|version| there.promise.version() != version) => {
                    Some(format!("{wanted} is not installed at version {}", version.unwrap_or_default()))
                }
                Some(there) => unavailable_itself(there).map(|_| format!("{wanted} is not available")),
            }
        });
        let missing: Vec<String> = missing.collect();
        if !missing.is_empty() {
            return Some(format!("the Promise {name} requires what isn't there: {}", missing.join("; ")));
        }
        unavailable_itself(installed)
    }
}

/// Why a Promise answers no requests, whatever it requires.
fn unavailable_itself(Installed { promise, live }: &Installed) -> Option<String> {
    match &live.state {
        State::Ended(End::Complete) => None,
        _ => Some(format!("the Promise {} is not available: its own workflow hasn't ended", promise.name)),
    }
}
