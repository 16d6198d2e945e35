//! One generator of the step: what it said of itself, and the config that it takes.

use std::fmt;

use super::error::StepError;
use super::outcome::Ran;
use super::{Rules, Task};
use crate::author::{Checked, Config};
use crate::contract::{self, Description, Generator, GeneratorName, Said, Workspace};
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
        config: &Config,
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
        let config = config.of(&description, &rules.limits)?;
        Ok(Self { generator, file, description, config })
    }

    pub(super) fn name(&self) -> &GeneratorName {
        &self.description.name
    }

    pub(super) fn labels(&self) -> &[Labels] {
        &self.config.labels
    }

    pub(super) fn ran(&self) -> Ran {
        Ran { name: self.description.name.clone(), version: self.description.version.clone() }
    }

    /// Asks for its answer to a task.
    pub(super) fn ask(
        &self,
        task: &Task,
        clock: Clock,
        workspace: Workspace,
        said: Said<'_>,
    ) -> Result<contract::Answer, Error> {
        ensure_answers(&self.description, task.kind())?;
        let mut lines = Vec::new();
        let answer = self.generator.generate(clock, task.request(self.config.json.clone()), workspace, &mut lines);
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
