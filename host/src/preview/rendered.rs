//! What a preview has to say, whoever prints it: repositories, Promises and requests, and what deserves a notice.

use std::collections::{BTreeMap, BTreeSet};

use super::admission::StoreRef;
use super::difference::{Change, difference};
use super::impact::Impact;
use super::notices::notices;
use super::placement::Placement;
use super::platform::{Key, Live, Platform, State, Why};
use super::status::Status;
use super::store::{Commit, Tree};
use super::work::{Of, WorkId};
use super::workflow::End;
use crate::error::Error;
use crate::exit::Exit;
use crate::step::{End as StepEnd, Problems};

/// The Kratix that is modelled.
pub const KRATIX: &str = "ae170e2 (2026-08-21)";

/// All that a preview has to say.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Each repository, by its state store.
    pub repositories: Vec<Repository>,
    /// Each Promise.
    pub promises: Vec<Told>,
    /// Each request.
    pub requests: Vec<Told>,
    /// What else an API server doesn't take.
    pub refused: Vec<Told>,
    /// What a change of a Promise does to its requests, by its name; of other previews nothing.
    pub impacts: Vec<(String, Impact)>,
    /// What somebody should know.
    pub notices: Vec<String>,
    /// Whether something couldn't be checked that an API server or Kratix would.
    pub is_unchecked: bool,
    /// How many changes are left out of it.
    pub ignored: usize,
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
    /// What it has then.
    pub tree: Tree,
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
    pub status: Status,
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
            tree: store.tree.clone(),
        });
        let repositories = repositories.collect();
        let mut placements: BTreeMap<Whose, Vec<Placement>> = BTreeMap::new();
        for placement in platform.placements() {
            placements.entry(whose(&placement.id)).or_default().push(placement.clone());
        }
        let mut placements = |whose: &Whose| placements.remove(whose).unwrap_or_default();
        let promises = platform
            .promises()
            .map(|(promise, live)| Told::of(Key::of(&promise.value), live, placements(&(promise.name.clone(), None))));
        let promises: Vec<Told> = promises.collect();
        let requests = platform.requests().map(|(key, live)| {
            let request = (key.namespace.clone().unwrap_or_default(), key.name.clone());
            Told::of(key.clone(), live, placements(&(live.promise().to_owned(), Some(request))))
        });
        let (mut promises, mut requests): (Vec<Told>, Vec<Told>) = (promises, requests.collect());
        // What is there already stays as it was.
        let mut there: BTreeSet<Key> = BTreeSet::new();
        for told in promises.iter_mut().chain(&mut requests) {
            if let Some(error) = platform.refusal(&told.key) {
                (told.outcome, told.problems) = (Outcome::Refused, refusals(error));
                there.insert(told.key.clone());
            }
        }
        let refused = platform.refused().filter(|(key, _)| !there.contains(key));
        let refused = refused.map(|(key, error)| Told::refused(key.clone(), refusals(error))).collect();
        Self {
            repositories,
            promises,
            requests,
            refused,
            impacts: Vec::new(),
            notices: notices(platform),
            is_unchecked: is_unchecked(platform),
            ignored: 0,
        }
    }

    /// How a command ends: by the gravest of what came of anything.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let told = self.promises.iter().chain(&self.requests).chain(&self.refused);
        let ends = told.map(|told| told.outcome.exit()).chain(self.is_unchecked.then_some(Exit::NotChecked));
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
    fn refused(key: Key, problems: Vec<String>) -> Self {
        Self {
            key,
            outcome: Outcome::Refused,
            message: None,
            problems,
            status: Status::default(),
            placements: Vec::new(),
            warnings: Vec::new(),
        }
    }

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
            State::Held(hold) => (Outcome::Held, Some(hold.why.clone()), Vec::new()),
            State::Wedged => (Outcome::Held, Some(WEDGED.to_owned()), Vec::new()),
            State::Due(_) => (Outcome::Suspended, Some(ENDLESS.to_owned()), Vec::new()),
        };
        let status = live.status.clone();
        Self { key, outcome, message, problems, status, placements, warnings: live.warnings.clone() }
    }
}

const WEDGED: &str = "it was suspended when pipelines of its Promise were renamed, added or removed: it stays so, whatever is changed, until \
                      somebody labels it kratix.io/manual-reconciliation=true";
const ENDLESS: &str = "it is tried again and again";

/// The Promise of a Work, and namespace and name of the request that it is of, where it is of one.
type Whose = (String, Option<(String, String)>);

fn whose(id: &WorkId) -> Whose {
    let request = match &id.of {
        Of::Request { name, namespace, .. } => {
            Some((namespace.clone().unwrap_or_else(|| id.namespace.clone()), name.clone()))
        }
        Of::Promise { .. } | Of::Dependencies => None,
    };
    (id.promise.clone(), request)
}

/// What an API server says of an object that it doesn't take.
fn refusals(error: &Error) -> Vec<String> {
    error.cause().unwrap_or_default().lines().map(ToOwned::to_owned).collect()
}

/// Whether something can't be known here that decides what comes of an object.
fn is_unchecked(platform: &Platform) -> bool {
    let unwritten = platform.unwritten().any(|one| matches!(one.why, Why::Unknown(_)));
    unwritten || platform.not_checked().next().is_some()
}
