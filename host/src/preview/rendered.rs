//! What a preview has to say, whoever prints it: repositories, Promises and requests, and what deserves a notice.

use std::collections::BTreeMap;

use serde_json::Value;

use super::destination::StoreRef;
use super::difference::{Change, difference};
use super::placement::Placement;
use super::platform::{Key, Live, Platform, State, Unscheduled, Unwritten, Why};
use super::store::{Commit, Tree};
use super::work::{Of, WorkId};
use super::workflow::End;
use crate::exit::Exit;
use crate::step::{End as StepEnd, Problems};

/// The Kratix that is modelled.
pub const KRATIX: &str = "ae170e2 (2026-08-21)";

/// All that a preview has to say.
#[derive(Debug)]
pub struct Rendered {
    /// Each repository, by its state store.
    pub repositories: Vec<Repository>,
    /// Each Promise.
    pub promises: Vec<Told>,
    /// Each request.
    pub requests: Vec<Told>,
    /// What somebody should know.
    pub notices: Vec<String>,
}

/// A repository.
#[derive(Debug)]
pub struct Repository {
    /// Its state store.
    pub store: StoreRef,
    /// The files that differ from what was there.
    pub changes: Vec<Change>,
    /// What Kratix commits.
    pub commits: Vec<Commit>,
}

/// What came of an object.
#[derive(Debug)]
pub struct Told {
    /// Which.
    pub key: Key,
    /// In a word.
    pub outcome: Outcome,
    /// What is to be said of that.
    pub message: Option<String>,
    /// What is wrong with a request, field by field.
    pub problems: Vec<String>,
    /// What Kratix and its pipelines say of it.
    pub status: Option<Value>,
    /// Where its files are.
    pub placements: Vec<Placement>,
    /// Odd things that its steps met.
    pub warnings: Vec<String>,
}

/// What came of an object, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its workflow ends.
    Complete,
    /// Its workflow waits for something.
    Suspended,
    /// The requester has something to mend.
    Invalid,
    /// Somebody else has; this is how a step would end.
    Fault(Exit),
    /// Kratix doesn't run its workflow.
    Held,
    /// The API server doesn't take it.
    Refused,
    /// What comes of it can't be known here.
    Unknown,
}

impl Outcome {
    /// As programs know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Suspended => "suspended",
            Self::Invalid => "invalid",
            Self::Fault(_) => "fault",
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    /// How a command ends for it.
    #[must_use]
    pub fn exit(self) -> Exit {
        match self {
            Self::Complete | Self::Suspended | Self::Held => Exit::Ok,
            Self::Invalid | Self::Refused => Exit::Request,
            Self::Fault(exit) => exit,
            Self::Unknown => Exit::NotChecked,
        }
    }
}

impl Rendered {
    /// What a platform has to say beside what was in its repositories.
    #[must_use]
    pub fn of(platform: &Platform, before: &BTreeMap<StoreRef, Tree>) -> Self {
        let none = Tree::new();
        let repositories = platform.stores().map(|(name, store)| Repository {
            store: name.clone(),
            changes: difference(before.get(name).unwrap_or(&none), &store.tree),
            commits: store.commits.clone(),
        });
        let repositories = repositories.collect();
        let mut placements: BTreeMap<(String, String, String), Vec<Placement>> = BTreeMap::new();
        for placement in platform.placements() {
            if let Some(request) = request_of(&placement.id) {
                placements.entry(request).or_default().push(placement.clone());
            }
        }
        let promises = platform.promises().map(|(promise, live)| {
            let key = Key::of(&promise.value);
            let is_its = |placement: &&Placement| placement.id.promise == promise.name && !placement.id.is_of_request();
            Told::of(key, live, platform.placements().filter(is_its).cloned().collect())
        });
        let requests = platform.requests().map(|(key, live)| {
            let promise = live.object["metadata"]["labels"]["kratix.io/promise-name"].as_str().unwrap_or_default();
            let whose = (promise.to_owned(), key.namespace.clone().unwrap_or_default(), key.name.clone());
            Told::of(key.clone(), live, placements.remove(&whose).unwrap_or_default())
        });
        let notices = notices(platform);
        let (promises, requests) = (promises.collect(), requests.collect());
        Self { repositories, promises, requests, notices }
    }

    /// How a command ends: by the gravest of what came of anything.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let ends = self.promises.iter().chain(&self.requests).map(|told| told.outcome.exit());
        let gravity = |exit: &Exit| match exit {
            Exit::Ok => 0,
            Exit::NotChecked => 1,
            Exit::Request => 2,
            _ => 3,
        };
        // Of equals the first.
        ends.fold(Exit::Ok, |worst, exit| if gravity(&exit) > gravity(&worst) { exit } else { worst })
    }
}

impl Told {
    fn of(key: Key, live: &Live, placements: Vec<Placement>) -> Self {
        let problems = |problems: &Problems| problems.lines();
        let (outcome, message, problems) = match &live.state {
            State::Ended(End::Complete) => (Outcome::Complete, None, Vec::new()),
            State::Ended(End::Suspended { control, by, .. }) => {
                let message = Some(control.message.clone()).filter(|message| !message.is_empty());
                match by.as_deref() {
                    Some(StepEnd::Invalid(wrong, _)) => (Outcome::Invalid, message, problems(wrong)),
                    Some(StepEnd::Fault(fault, _)) => (Outcome::Fault(fault.error().exit()), message, Vec::new()),
                    _ => (Outcome::Suspended, message, Vec::new()),
                }
            }
            State::Ended(End::Failed { error, .. }) => {
                let outcome =
                    if error.exit() == Exit::Request { Outcome::Invalid } else { Outcome::Fault(error.exit()) };
                (outcome, Some(error.in_one_line()), Vec::new())
            }
            State::Ended(End::Unknown { container, .. }) => {
                (Outcome::Unknown, Some(format!("what {container} does isn't known here")), Vec::new())
            }
            State::Held(why) => (Outcome::Held, Some(why.clone()), Vec::new()),
            State::Wedged => (Outcome::Held, Some(WEDGED.to_owned()), Vec::new()),
            State::Refused(error) => (Outcome::Refused, Some(error.in_one_line()), Vec::new()),
            State::Due(_) => (Outcome::Suspended, Some(ENDLESS.to_owned()), Vec::new()),
        };
        let status = live.status.to_value();
        Self { key, outcome, message, problems, status, placements, warnings: live.warnings.clone() }
    }
}

const WEDGED: &str = "it was suspended when pipelines of its Promise were renamed, added or removed: it stays so, whatever is changed, until \
                      somebody labels it kratix.io/manual-reconciliation=true";
const ENDLESS: &str = "it is tried again and again";

/// Promise, namespace and name of the request that a Work is of.
fn request_of(id: &WorkId) -> Option<(String, String, String)> {
    match &id.of {
        Of::Request { name, namespace, .. } => {
            Some((id.promise.clone(), namespace.clone().unwrap_or_else(|| id.namespace.clone()), name.clone()))
        }
        Of::Promise { .. } | Of::Dependencies => None,
    }
}

fn notices(platform: &Platform) -> Vec<String> {
    let unscheduled = platform.unscheduled().map(|(id, Unscheduled { directory, labels, wrong })| {
        let whose = whose(id);
        let files = if directory == "." { "the files".to_owned() } else { format!("the files of {directory}/") };
        match wrong {
            Some(wrong) => format!("{files} of {whose} are scheduled nowhere: {wrong}"),
            None if labels.is_empty() => format!(
                "{files} of {whose} are scheduled nowhere: there is no Destination for what selects by no label"
            ),
            None => {
                let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                format!("{files} of {whose} are scheduled nowhere: no Destination has {}", labels.join(","))
            }
        }
    });
    let unwritten = platform.unwritten().map(|Unwritten { placement, why }| {
        let why = match why {
            Why::Placement(why) => why.to_string(),
            Why::Blocked(why) => format!("{why}; Kratix tries again for ever"),
            Why::NoDestination => "that Destination isn't there".to_owned(),
            Why::NoStore => "the state store of that Destination isn't there".to_owned(),
            Why::Ignored(path) => format!("the repository's .gitignore has {path}; Kratix tries again for ever"),
            Why::Unknown(why) => format!("not checked: {why}"),
        };
        format!("the files of {} are not written to {}: {why}", whose(&placement.id), placement.destination)
    });
    let misplaced = platform.placements().filter(|placement| placement.misplaced).map(|placement| {
        let destination = &placement.destination;
        format!(
            "{} stays at {destination}, which no longer fits: Kratix says Misplaced, and writes on",
            whose(&placement.id)
        )
    });
    unscheduled.chain(unwritten).chain(misplaced).collect()
}

fn whose(id: &WorkId) -> String {
    let promise = &id.promise;
    match &id.of {
        Of::Dependencies => format!("the Promise {promise}, its dependencies,"),
        Of::Promise { pipeline } => format!("the Promise {promise}, pipeline {pipeline},"),
        Of::Request { name, pipeline, namespace } => {
            let namespace = namespace.as_ref().unwrap_or(&id.namespace);
            format!("{namespace}/{name} of {promise}, pipeline {pipeline},")
        }
    }
}
