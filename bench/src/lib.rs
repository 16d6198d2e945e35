//! What the programs of the benchmark share: how a process is measured, and the Team generator in native Rust, its own code
//! without a sandbox, behind the same border.
//!
//! A step asks that as it asks a component, in JSON text, so what it lacks is just what WebAssembly costs.

pub mod child;
pub mod figures;

use std::process::ExitCode;

use kratix_wasm::console::Console;
use kratix_wasm::contract::{Answer, Contents, Description, Destination, File, Line, Outcome};
use kratix_wasm::contract::{Declarations, Generator, GeneratorName, Request, Seen};
use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::kratix::{Action, Workflow};
use kratix_wasm::limits::Clock;
use kratix_wasm_sdk::Output;
use team::Teams;

/// The generator.
#[derive(Debug)]
pub struct NativeTeam;

impl Generator for NativeTeam {
    fn shown(&self) -> &'static str {
        "native Team"
    }

    fn rename(&mut self, _: &str) {}

    fn describe(&self, _: &mut Vec<Line>) -> Result<Description, Error> {
        Ok(Description {
            name: GeneratorName::parse("team".into()).map_err(refused)?,
            version: "1".into(),
            summary: String::new(),
            kinds: vec!["Team".into()],
            config_schema: None,
            declarations: Declarations::default(),
        })
    }

    fn sees_earlier(&self) -> bool {
        false
    }

    fn generate(&self, _: Clock, request: Request, _: Seen, _: &mut Vec<Line>) -> Result<Answer, Error> {
        let json = |text: &str| serde_json::from_str(text).map_err(|error| refused(error.to_string()));
        let request = kratix_wasm_sdk::Request {
            action: match request.action {
                Action::Configure => kratix_wasm_sdk::Action::Configure,
                Action::Delete => kratix_wasm_sdk::Action::Delete,
            },
            workflow: match request.workflow {
                Workflow::Resource => kratix_wasm_sdk::Workflow::Resource,
                Workflow::Promise => kratix_wasm_sdk::Workflow::Promise,
            },
            object: json(&request.object)?,
            config: json(&request.config)?,
            promise: request.promise,
            pipeline: request.pipeline,
        };
        let output = kratix_wasm_sdk::call::<Teams>(&request).map_err(|stop| refused(format!("{stop:?}")))?;
        Ok(Ok(Outcome::Complete(answer(&output))))
    }
}

/// Its files ending in `.yaml` are documents, a line each, and every top directory is sent somewhere.
fn answer(output: &Output) -> kratix_wasm::contract::Output {
    let mut answer = kratix_wasm::contract::Output {
        status: output.reported().map(ToString::to_string),
        ..kratix_wasm::contract::Output::default()
    };
    for path in output.paths() {
        let text = output.read(path).unwrap_or_default();
        let is_yaml = std::path::Path::new(path).extension().is_some_and(|extension| extension == "yaml");
        let contents = if is_yaml {
            Contents::Yaml(text.lines().map(ToOwned::to_owned).collect())
        } else {
            Contents::Bytes(text.into_bytes())
        };
        answer.files.push(File { path: path.to_owned(), contents });
        let directory = path.split('/').next().unwrap_or_default();
        if let Some(labels) = output.sent_to(directory) {
            let match_labels = labels.to_vec();
            answer.destinations.push(Destination { directory: Some(directory.to_owned()), match_labels });
        }
    }
    answer
}

/// How a program of the benchmark ends; what went wrong is said.
#[must_use]
pub fn ended(run: Result<(), Error>) -> ExitCode {
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            Console::error(&error);
            error.exit().into()
        }
    }
}

fn refused(cause: String) -> Error {
    Error::new("benchmark", Exit::Misbehaved, "the generator's answer is wrong").because(cause)
}
