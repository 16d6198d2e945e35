//! A pipeline step: from what Kratix hands in to what it reads afterwards.
//!
//! Nothing is written before every generator has answered and every byte was found in order.

mod answer;
mod ask;
mod check;
mod collected;
pub mod render;
mod report;
mod stop;
mod suspend;

use std::num::NonZeroU32;
use std::path::PathBuf;

pub use answer::Problems;
pub use report::Report;
pub use suspend::{Fault, suspend};

use crate::author::{Config, Policy};
use crate::contract::Line;
use crate::error::Error;
use crate::kratix::{self, Action, Files, Object, selectors};
use crate::limits::Limits;
use crate::pod::transaction::Transaction;
use crate::pod::{Pod, input};
use crate::sandbox::Sandbox;
use answer::{Answer, Complete};
use collected::Collected;

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

/// Everything that a step is given.
#[derive(Debug)]
pub struct Step {
    /// Files of generators, in the order in which they run.
    pub generators: Vec<PathBuf>,
    /// Whether they are precompiled, and so trusted.
    pub precompiled: bool,
    /// What the Promise author set.
    pub config: Config,
    /// What the Promise author lets generators produce.
    pub policy: Policy,
    /// Where it runs.
    pub pod: Pod,
    /// What becomes of an invalid request.
    pub on_invalid: OnInvalid,
    /// Whether a generator's file may take the place of another's.
    pub overwrite: bool,
    /// Every bound.
    pub limits: Limits,
}

impl Step {
    /// Runs the step. What generators say goes to `said`, with the generator's name, when each has answered.
    ///
    /// # Errors
    ///
    /// Any [`Exit`](crate::exit::Exit) but `Ok`; the directories are then as they were.
    pub fn run(mut self, said: &mut dyn FnMut(&str, &Line)) -> Result<Report, Error> {
        let mut object = input::read_object(&self.pod.input, &self.pod.environment, &self.limits)?;
        let text = std::mem::take(&mut object.value).to_string();
        let opened = self.pod.directories.open()?;
        let mut identity = self.identity();
        let sandbox = Sandbox::new(self.limits.clone(), NonZeroU32::MIN)?;
        let mut collected = Collected::new(self.overwrite);
        let mut report = Report::default();
        let mut stopped = None;
        for path in std::mem::take(&mut self.generators) {
            sandbox.ensure_in_time(&format!("load {}", path.display()))?;
            let generator = self.load(&sandbox, &path)?;
            let (description, answer) = self.ask(generator, &object, &text, &collected, sandbox.clock(), said)?;
            let name = description.name.clone();
            report.generators.push((description.name, description.version));
            match answer::check(&name, answer, &self.limits)? {
                Answer::Complete(output) => {
                    self.ensure_allowed(&sandbox, &name, &output, &object)?;
                    collected.add(&name, output, &self.limits)?;
                }
                Answer::Suspended(stop) => stopped = Some((name, stop, None)),
                Answer::Invalid(problems) => stopped = Some((name, problems.as_stop(), Some(problems))),
            }
            if stopped.is_some() {
                break;
            }
        }
        if stopped.is_none() {
            self.config.ensure_taken()?;
        }
        sandbox.ensure_in_time("write its files")?;
        // Two images may have different generators at the same place, so the first one's own name counts too.
        identity.extend(report.generators.first().map(|(name, version)| format!("{name} {version}")));
        let transaction = opened.begin(&identity)?;
        match stopped {
            Some((name, stop, invalid)) => self.stop(&name, transaction, stop, invalid, report),
            None => self.complete(transaction, collected, report),
        }
    }

    /// What tells this step from others of the pod, as far as it was told: two of them may run the same generator with
    /// another config.
    fn identity(&self) -> Vec<String> {
        let options = format!("{:?} overwrite={}", self.on_invalid, self.overwrite);
        let generators = self.generators.iter().map(|path| path.display().to_string());
        [self.config.identity(), options].into_iter().chain(generators).collect()
    }

    /// Refuses what the Promise author didn't mean. Of a delete nothing is written, and it is never held up.
    fn ensure_allowed(
        &self,
        sandbox: &Sandbox,
        generator: &str,
        output: &Complete,
        object: &Object,
    ) -> Result<(), Error> {
        if self.pod.environment.action == Action::Delete {
            return Ok(());
        }
        // Patterns can be many, and files, too: the one bound on both together is time.
        let paths = self.policy.paths_for(&object.name, object.namespace.as_deref());
        for path in output.files.keys() {
            sandbox.ensure_in_time("check where its files go")?;
            paths.ensure(generator, path)?;
        }
        let named = self.config.labels_for(generator);
        for entry in &output.destinations {
            self.policy.ensure_labels(generator, &entry.match_labels, &named)?;
        }
        Ok(())
    }

    /// Ends a step whose generators all completed.
    fn complete(self, transaction: Transaction, collected: Collected, mut report: Report) -> Result<Report, Error> {
        let deleting = self.pod.environment.action == Action::Delete;
        if deleting && !collected.files.is_empty() {
            report.warn("files of a delete are not written: Kratix takes none, and removes the earlier ones itself");
        }
        if !deleting {
            collected.ensure_meant()?;
        }
        let stopped = report::stopped_by_others(&transaction, self.pod.environment.action)?;
        let workflow = self.pod.environment.workflow;
        let mut metadata = report.status(&transaction, workflow, collected.status.clone(), stopped.is_some())?;
        let mut files = Files::new();
        if !deleting {
            report.selectors = collected.selectors(&transaction)?;
            if collected.sends() {
                metadata.insert(selectors::FILE, report.written_selectors()?);
            }
            if stopped.is_some() {
                report.warn("an earlier container stopped the workflow: Kratix won't take the files yet");
            }
            files = collected.files;
            report.warnings.extend(kratix::etcd::warning(&files));
        }
        report.committed(transaction.commit(&files, &metadata, self.overwrite)?);
        Ok(report)
    }
}
