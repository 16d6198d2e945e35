//! A pipeline step as a value: asked with a [`Task`], it answers with an [`Outcome`].
//!
//! Nothing here reads or writes anything: a pod, a preview and a benchmark ask the same step. Whatever is found out about
//! generators, config and policy before any request is known, is found out once, when the step is made.

mod answer;
mod asked;
mod collected;
mod error;
mod fault;
mod hold;
mod inputs;
mod outcome;
pub mod render;
mod retry;
mod task;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

pub use answer::Problems;
pub use fault::{Blame, Fault, OnFault, Remedy};
pub use inputs::{Given, InputId, Wanted};
pub use outcome::{End, Hold, Met, Outcome, Ran};
pub use task::Task;

use crate::author::{Author, Policy};
use crate::contract::{Generator, Said, Seen};
use crate::error::Error;
use crate::kratix::status::INPUTS;
use crate::kratix::{Action, Kind};
use crate::limits::{Clock, Limits};
use answer::{Answer, Complete};
use asked::Asked;
use collected::Collected;
use error::{Refused, refused};
use hold::Why;
use inputs::{Gathered, gather, wanted};
use outcome::Told;

/// What becomes of a request that a generator finds invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnInvalid {
    /// The workflow is suspended and the status of the request names the problems: what its author sees.
    Suspend,
    /// The step fails: for CI.
    Fail,
}

/// What becomes of a step that fails for what no requester can mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// The workflow is suspended and tried again later, and the status says whose it is to mend.
    Suspend,
    /// The step fails.
    Fail,
}

/// What holds for every task of a step.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The kind of all objects, where it is known before them.
    pub kind: Option<Kind>,
    /// Whether all its tasks are deletions, for which no input needs to be bound.
    pub deletions_only: bool,
    /// What becomes of an invalid request.
    pub on_invalid: OnInvalid,
    /// Whether a generator's file may take the place of another's.
    pub overwrite: bool,
    /// Every bound.
    pub limits: Limits,
}

/// A step: its generators, and what the Promise author set. It never changes, and threads can share it.
#[derive(Debug)]
pub struct Step {
    generators: Vec<Asked>,
    policy: Policy,
    rules: Rules,
    identity: String,
    /// What its making left of the time of a step: each answer has it.
    time: Duration,
}

impl Step {
    /// Asks each generator what it is, and holds what the author sets against that. `clock` is the one by which the generators
    /// were loaded.
    ///
    /// # Errors
    ///
    /// What every request would meet: [`Exit::Config`](crate::exit::Exit::Config) for a config that a generator doesn't
    /// take, an input that is bound to nothing or wrongly, a deletion that may not wait, a kind that a generator doesn't
    /// answer, or two generators of one name;
    /// [`Exit::Misbehaved`](crate::exit::Exit::Misbehaved) or [`Exit::Limit`](crate::exit::Exit::Limit) for a generator that
    /// doesn't say what it is.
    pub fn new(
        generators: Vec<Box<dyn Generator>>,
        author: Author,
        rules: Rules,
        clock: Clock,
        said: Said<'_>,
    ) -> Result<Self, Error> {
        let mut asked: Vec<Asked> = Vec::new();
        for generator in generators {
            let next = Asked::new(generator, &asked, &author, &rules, said)?;
            asked.push(next);
        }
        let names: BTreeSet<&str> = asked.iter().map(|generator| generator.name().as_str()).collect();
        author.config.ensure_taken(&names)?;
        author.bindings.ensure_taken(&names)?;
        let identity = identity(&asked, &author, &rules);
        Ok(Self { generators: asked, policy: author.policy, rules, identity, time: clock.left() })
    }

    /// Whether its files may take the place of other containers'.
    #[must_use]
    pub fn overwrites(&self) -> bool {
        self.rules.overwrite
    }

    /// Its generators, in the order in which they are asked.
    #[must_use]
    pub fn generators(&self) -> Vec<Ran> {
        self.generators.iter().map(Asked::ran).collect()
    }

    /// Whether one of its generators has inputs.
    #[must_use]
    pub fn has_inputs(&self) -> bool {
        self.generators.iter().any(Asked::declares_inputs)
    }

    /// Whether one of its generators goes on from the status that earlier containers leave.
    #[must_use]
    pub fn sees_earlier(&self) -> bool {
        self.generators.iter().any(Asked::sees_earlier)
    }

    /// What tells it from other steps of a pod, and is the same each time that it runs: two of them may run the same
    /// generator with another config, and two images may have different generators at the same place.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Starts the clock of an answer, by which also its inputs are read.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::of(self.time)
    }

    /// What has to be read for a task, to be given [with](Task::with) it: nothing where no generator has inputs.
    #[must_use]
    pub fn wanted(&self, task: &Task) -> Vec<Wanted> {
        wanted(&self.generators, task)
    }

    /// Answers a task. What generators say goes to `said` when each has answered.
    ///
    /// # Errors
    ///
    /// Any [`Exit`](crate::exit::Exit) but `Ok`. A [`Blame`] makes an outcome of that, where a step is to suspend instead of
    /// to fail.
    pub fn answer(&self, task: &Task, said: Said<'_>) -> Result<Outcome, Error> {
        let clock = task.clock().unwrap_or_else(|| self.clock());
        let limits = &self.rules.limits;
        let (Gathered { inputs, read }, stop) = gather(&self.generators, task)?;
        let mut told = Told { generators: Vec::new(), inputs: read };
        if let Some((stop, why)) = stop {
            why.ensure_possible(None, &stop, task.environment(), self.rules.on_invalid)?;
            return hold::hold(task.environment(), task.left(), stop, why, told);
        }
        let mut collected = Collected::new(self.rules.overwrite);
        // What a deletion goes on in spite of, unless a later generator holds it up.
        let mut passed = None;
        for (at, generator) in self.generators.iter().enumerate() {
            let earlier = if generator.sees_earlier() { collected.earlier(task.left())? } else { String::new() };
            // A generator that is in the step twice sees them twice; what is copied is where the texts are.
            let inputs = inputs.get(generator.name()).cloned().unwrap_or_default();
            let seen = Seen { workspace: collected.workspace(), inputs, earlier };
            let answer = generator.ask(task, clock, seen, said)?;
            told.generators.push(generator.ran());
            let answer = answer::check(generator.name(), answer, limits)?;
            if told.inputs.is_some() && answer.status().is_some_and(|status| status.contains_key(INPUTS)) {
                let said = format!("returned a status with the key {INPUTS}, which the host keeps itself");
                return Err(refused(Refused::Status, generator.name(), said));
            }
            let (stop, why) = match answer {
                Answer::Complete(output) => {
                    self.ensure_allowed(clock, generator, &output, task)?;
                    collected.add(generator.name(), output, limits)?;
                    continue;
                }
                Answer::Suspended(stop) if generator.may_hold_deletion() => {
                    (task.tried_again(stop), Why::Waits { deletion: true })
                }
                Answer::Suspended(stop) => (stop, Why::Waits { deletion: false }),
                Answer::Invalid(problems) => (problems.as_stop(), Why::Invalid(problems)),
            };
            clock.ensure_running(limits, "write its files")?;
            why.ensure_possible(Some(generator.name()), &stop, task.environment(), self.rules.on_invalid)?;
            if why.holds(task.environment()) {
                return hold::hold(task.environment(), task.left(), stop, why, told);
            }
            passed.get_or_insert((stop, why));
            if !self.generators[at + 1..].iter().any(Asked::may_hold_deletion) {
                break;
            }
        }
        if let Some((stop, why)) = passed {
            return hold::hold(task.environment(), task.left(), stop, why, told);
        }
        clock.ensure_running(limits, "write its files")?;
        collected.into_outcome(task, told)
    }

    /// Refuses what the Promise author didn't mean. Of a delete nothing is written.
    fn ensure_allowed(&self, clock: Clock, generator: &Asked, output: &Complete, task: &Task) -> Result<(), Error> {
        if task.environment().action == Action::Delete {
            return Ok(());
        }
        // Patterns can be many, and files, too: the one bound on both together is time.
        let paths = self.policy.paths_for(task.name(), task.namespace());
        for path in output.files.keys() {
            clock.ensure_running(&self.rules.limits, "check where its files go")?;
            paths.ensure(generator.name(), path)?;
        }
        for entry in &output.destinations {
            self.policy.ensure_labels(generator.name(), &entry.match_labels, generator.labels())?;
        }
        Ok(())
    }
}

/// All that tells a step from another.
fn identity(generators: &[Asked], author: &Author, rules: &Rules) -> String {
    let on_invalid = match rules.on_invalid {
        OnInvalid::Suspend => "suspend",
        OnInvalid::Fail => "fail",
    };
    let generator = |asked: &Asked| json!([asked.name().as_str(), asked.ran().version, asked.file]);
    json!({
        "config": author.config.to_json(),
        "inputs": author.bindings.to_json(),
        "onInvalid": on_invalid,
        "overwrite": rules.overwrite,
        "generators": generators.iter().map(generator).collect::<Vec<_>>(),
    })
    .to_string()
}
