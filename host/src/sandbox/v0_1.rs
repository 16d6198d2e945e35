//! Version 0.1 of the contract, with all that its later patches add: what wasmtime generates from `wit/0.1`, and how it becomes
//! types of our own. Texts and bytes move, nothing is copied.

use crate::contract::{self, GeneratorName, misdescribed};
use crate::error::Error;
use crate::kratix::{Action, Workflow};

mod generated {
    #![allow(missing_docs, unreachable_pub, clippy::pedantic, reason = "generated from wit/")]

    wasmtime::component::bindgen!({
        path: "../wit/0.1",
        world: "generator-with-inputs",
        imports: { "kratix-wasm:generator/inputs.get": trappable },
        exports: { default: async },
    });
}

pub(super) use generated::exports::kratix_wasm::generator::{declarations, generation};
pub(super) use generated::kratix_wasm::generator::{earlier, inputs, log, workspace};

use generation as wit;

impl From<contract::Request> for wit::Request {
    fn from(request: contract::Request) -> Self {
        let contract::Request { action, workflow, promise, pipeline, object, config } = request;
        let action = match action {
            Action::Configure => wit::Action::Configure,
            Action::Delete => wit::Action::Delete,
        };
        let workflow = match workflow {
            Workflow::Resource => wit::Workflow::Resource,
            Workflow::Promise => wit::Workflow::Promise,
        };
        Self { action, workflow, promise, pipeline, object, config }
    }
}

impl wit::Description {
    /// The description that it is, with what the generator declares beside; `shown` is what the generator is called until it
    /// has a name.
    pub(super) fn checked(self, declared: contract::Declarations, shown: &str) -> Result<contract::Description, Error> {
        let Self { name, version, summary, kinds, config_schema } = self;
        let name = GeneratorName::parse(name).map_err(|wrong| misdescribed(shown, &wrong))?;
        let description =
            contract::Description { name, version, summary, kinds, config_schema, declarations: declared };
        description.ensure_valid(shown)?;
        Ok(description)
    }
}

impl From<declarations::Input> for contract::Input {
    fn from(input: declarations::Input) -> Self {
        let declarations::Input { key, kind, quantity, purpose } = input;
        let quantity = match quantity {
            declarations::Quantity::One => contract::Quantity::One,
            declarations::Quantity::Optional => contract::Quantity::Optional,
            declarations::Quantity::Many => contract::Quantity::Many,
        };
        Self { key, kind, quantity, purpose }
    }
}

impl From<wit::Outcome> for contract::Outcome {
    fn from(outcome: wit::Outcome) -> Self {
        match outcome {
            wit::Outcome::Complete(output) => Self::Complete(output.into()),
            wit::Outcome::Suspend(wit::Suspension { message, retry_after_seconds, status }) => {
                Self::Suspend(contract::Suspension { message, retry_after_seconds, status })
            }
        }
    }
}

impl From<wit::Output> for contract::Output {
    fn from(output: wit::Output) -> Self {
        let wit::Output { files, destinations, status, empty_is_intended } = output;
        let destination =
            |wit::Destination { directory, match_labels }| contract::Destination { directory, match_labels };
        Self {
            files: files.into_iter().map(Into::into).collect(),
            destinations: destinations.into_iter().map(destination).collect(),
            status,
            empty_is_intended,
        }
    }
}

impl From<wit::File> for contract::File {
    fn from(file: wit::File) -> Self {
        let contents = match file.contents {
            wit::Contents::Bytes(bytes) => contract::Contents::Bytes(bytes),
            wit::Contents::Yaml(documents) => contract::Contents::Yaml(documents),
        };
        Self { path: file.path, contents }
    }
}

impl From<wit::Failure> for contract::Failure {
    fn from(failure: wit::Failure) -> Self {
        let problem = |wit::Problem { field, message, hint }| contract::Problem { field, message, hint };
        let problems = |problems: Vec<_>| problems.into_iter().map(problem).collect();
        match failure {
            wit::Failure::Invalid(all) => Self::Invalid(problems(all)),
            wit::Failure::Misconfigured(all) => Self::Misconfigured(problems(all)),
            wit::Failure::Internal(message) => Self::Internal(message),
        }
    }
}

impl From<log::Level> for contract::Level {
    fn from(level: log::Level) -> Self {
        match level {
            log::Level::Debug => Self::Debug,
            log::Level::Info => Self::Info,
            log::Level::Warn => Self::Warn,
            log::Level::Error => Self::Error,
        }
    }
}
