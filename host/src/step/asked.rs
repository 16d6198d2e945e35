//! One generator of the step: what it said of itself, and what the Promise author gives it.

use std::fmt;

use super::error::StepError;
use super::outcome::Ran;
use super::{Author, Rules, Task};
use crate::author::{BoundInput, Checked};
use crate::contract::{self, Description, Generator, GeneratorName, Said, Seen};
use crate::error::Error;
use crate::kratix::{Kind, Labels};
use crate::limits::Clock;

/// A generator that described itself.
pub(super) struct Asked {
    generator: Box<dyn Generator>,
    /// What it was called before it had a name.
    pub(super) file: String,
    description: Description,
    config: Checked,
    inputs: Vec<BoundInput>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("file", &self.file)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

impl Asked {
    /// Asks a generator what it is, and holds that against the step. What it says on the way goes to `said`, by its name
    /// once it has one.
    pub(super) fn new(
        mut generator: Box<dyn Generator>,
        earlier: &[Self],
        author: &Author,
        rules: &Rules,
        said: Said<'_>,
    ) -> Result<Self, Error> {
        let file = generator.shown().to_owned();
        let mut lines = Vec::new();
        let description = generator.describe(&mut lines);
        let name = description.as_ref().map_or(&*file, |description| description.name.as_str());
        for line in &lines {
            said(name, line);
        }
        let description = description?;
        generator.rename(description.name.as_str());
        if let Some(kind) = &rules.kind {
            ensure_answers(&description, kind)?;
        }
        // Another one of that name would get the first one's config, and with it its Destinations.
        let is_another = |first: &&Self| *first.name() == description.name && first.file != file;
        if let Some(first) = earlier.iter().find(is_another) {
            return Err(StepError::SameName { name: &description.name, files: [&first.file, &file] }.into());
        }
        let config = author.config.of(&description, &rules.limits)?;
        let inputs = author.bindings.of(&description, rules.deletions_only)?;
        author.policy.ensure_may_hold(&description)?;
        Ok(Self { generator, file, description, config, inputs })
    }

    pub(super) fn name(&self) -> &GeneratorName {
        &self.description.name
    }

    pub(super) fn labels(&self) -> &[Labels] {
        &self.config.labels
    }

    /// What it declares, with what is bound to that.
    pub(super) fn inputs(&self) -> &[BoundInput] {
        &self.inputs
    }

    /// Whether it has inputs, be they bound or not.
    pub(super) fn declares_inputs(&self) -> bool {
        !self.inputs.is_empty()
    }

    pub(super) fn may_hold_deletion(&self) -> bool {
        self.description.declarations.may_hold_deletion
    }

    /// Whether it goes on from the status that others leave.
    pub(super) fn sees_earlier(&self) -> bool {
        self.generator.sees_earlier()
    }

    pub(super) fn ran(&self) -> Ran {
        Ran { name: self.description.name.clone(), version: self.description.version.clone() }
    }

    /// Asks for its answer to a task.
    pub(super) fn ask(&self, task: &Task, clock: Clock, seen: Seen, said: Said<'_>) -> Result<contract::Answer, Error> {
        ensure_answers(&self.description, task.kind())?;
        let mut lines = Vec::new();
        let answer = self.generator.generate(clock, task.request(self.config.json.clone()), seen, &mut lines);
        for line in &lines {
            said(self.name().as_str(), line);
        }
        answer
    }
}

/// Refuses a kind that the generator isn't for.
fn ensure_answers(description: &Description, kind: &Kind) -> Result<(), Error> {
    if description.answers(kind) {
        return Ok(());
    }
    Err(StepError::OtherKind { generator: description, kind }.into())
}
