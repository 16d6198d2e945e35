//! One generator of the step: loaded, and asked with the config that it takes.

use std::path::Path;

use super::Step;
use super::collected::Collected;
use crate::contract::{self, Line};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{self, Action, Environment, Object, Workflow};
use crate::sandbox::{Asked, Generator, Sandbox};
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

    /// Asks a generator for its answer. Its code is gone when it has answered, as its memory is.
    pub(super) fn ask(
        &mut self,
        generator: Generator,
        object: &Object,
        text: &str,
        collected: &Collected,
        said: &mut dyn FnMut(&str, &Line),
    ) -> Result<(contract::Description, contract::Answer), Error> {
        let config = &mut self.config;
        let shown = generator.shown();
        let mut name = shown.to_owned();
        let mut take = |description: &contract::Description| {
            name.clone_from(&description.name);
            ensure_answers(description, &object.kind, &object.group)?;
            config.of(shown, description)
        };
        let mut lines = Vec::new();
        let request = request(&self.pod.environment, object, text);
        let asked = Asked { request, workspace: collected.workspace(), config: &mut take };
        let answer = generator.generate(asked, &mut lines);
        for line in &lines {
            said(&name, line);
        }
        answer
    }
}

/// The request but for its config; `text` is the object as JSON.
fn request(environment: &Environment, object: &Object, text: &str) -> contract::Request {
    let promise = match environment.promise.as_str() {
        "" => object.promise_label().unwrap_or_default(),
        promise => promise,
    };
    contract::Request {
        action: match environment.action {
            Action::Configure => contract::Action::Configure,
            Action::Delete => contract::Action::Delete,
        },
        workflow: match environment.workflow {
            Workflow::Resource => contract::Workflow::Resource,
            Workflow::Promise => contract::Workflow::Promise,
        },
        promise: promise.to_owned(),
        pipeline: environment.pipeline.clone(),
        object: text.to_owned(),
        config: String::new(),
    }
}

/// Refuses a kind that the generator isn't for.
pub(super) fn ensure_answers(description: &contract::Description, kind: &str, group: &str) -> Result<(), Error> {
    let full = kratix::full_kind(kind, group);
    if description.kinds.iter().any(|answered| *answered == kind || *answered == full) {
        return Ok(());
    }
    let shown = crate::text::clean(&full, 200);
    Err(Error::new(Exit::Config, format!("generator {} doesn't answer a {shown}", description.name))
        .because(format!("it answers {}", description.kinds.join(", ")))
        .hint("use it in a Promise of that kind, or another generator here"))
}
