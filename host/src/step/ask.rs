//! One generator of the step: loaded, and asked with the config that it takes.

use std::path::Path;

use super::Step;
use super::collected::Collected;
use crate::contract::{self, Description, Line, Request};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{self, Environment, Object};
use crate::sandbox::{Clock, Generator, Sandbox};
use crate::source;

impl Step {
    pub(super) fn load(&self, sandbox: &Sandbox, path: &Path) -> Result<Generator, Error> {
        let shown = path.display().to_string();
        if self.precompiled {
            let shared = self.pod.shared();
            let bytes = source::read_precompiled(path, self.pod.environment.place(), &shared, &self.limits)?;
            sandbox.load(&shown, &bytes)
        } else {
            sandbox.compile(&shown, source::read_component(path, &self.limits)?)
        }
    }

    /// Asks a generator what it is, and then for its answer, with the config that it takes. Its code is gone when it has
    /// answered, as its memory is.
    pub(super) fn ask(
        &mut self,
        generator: Generator,
        object: &Object,
        text: &str,
        collected: &Collected,
        clock: Clock,
        said: &mut dyn FnMut(&str, &Line),
    ) -> Result<(Description, contract::Answer), Error> {
        let description = describe(&generator, said)?;
        ensure_answers(&description, &object.kind, &object.group)?;
        let config = self.config.of(generator.shown(), &description)?;
        let request = request(&self.pod.environment, object, text, config);
        let mut lines = Vec::new();
        let answer = generator.generate(clock, request, collected.workspace(), &mut lines);
        for line in &lines {
            said(&description.name, line);
        }
        Ok((description, answer?))
    }
}

/// Asks a generator what it is. What it says on the way goes to `said`, by its name once it has one.
pub(super) fn describe(generator: &Generator, said: &mut dyn FnMut(&str, &Line)) -> Result<Description, Error> {
    let mut lines = Vec::new();
    let description = generator.describe(&mut lines);
    let name = description.as_ref().map_or(generator.shown(), |description| &description.name);
    for line in &lines {
        said(name, line);
    }
    description
}

/// The request; `text` is the object as JSON.
fn request(environment: &Environment, object: &Object, text: &str, config: String) -> Request {
    let promise = match environment.promise.as_str() {
        "" => object.promise_label().unwrap_or_default(),
        promise => promise,
    };
    Request {
        action: environment.action,
        workflow: environment.workflow,
        promise: promise.to_owned(),
        pipeline: environment.pipeline.clone(),
        object: text.to_owned(),
        config,
    }
}

/// Refuses a kind that the generator isn't for.
pub(super) fn ensure_answers(description: &Description, kind: &str, group: &str) -> Result<(), Error> {
    let full = kratix::full_kind(kind, group);
    if description.kinds.iter().any(|answered| *answered == kind || *answered == full) {
        return Ok(());
    }
    let shown = crate::text::clean(&full, 200);
    Err(Error::new(Exit::Config, format!("generator {} doesn't answer a {shown}", description.name))
        .because(format!("it answers {}", description.kinds.join(", ")))
        .hint("use it in a Promise of that kind, or another generator here"))
}
