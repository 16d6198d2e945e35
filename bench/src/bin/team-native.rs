//! The Team step in native Rust: the generator's own code without a sandbox, and the host's own reader, rules and writer.
//!
//! So what it lacks, beside the command line, is just what WebAssembly costs.

use std::process::ExitCode;

use kratix_wasm::console::Console;
use kratix_wasm::error::Error;
use kratix_wasm::kratix::{Action, Environment, Workflow};
use kratix_wasm::limits::Limits;
use kratix_wasm::pod::{Directories, input};
use kratix_wasm_bench::{Answer, arguments, refused, to_yaml};
use kratix_wasm_sdk::{Output, Request};
use serde_json::json;
use team::Teams;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            Console::new(false).error(&error);
            error.exit().into()
        }
    }
}

fn run() -> Result<(), Error> {
    let [input, output, metadata] = arguments()?;
    let limits = Limits::default();
    let environment = Environment::read(|name| Ok(std::env::var(name).ok()))?;
    let object = input::read_object(&input, &environment, &limits)?;
    let transaction = Directories { output, metadata }.open()?.begin(&["team-native".to_owned()])?;
    let request = Request {
        action: match environment.action {
            Action::Configure => kratix_wasm_sdk::Action::Configure,
            Action::Delete => kratix_wasm_sdk::Action::Delete,
        },
        workflow: match environment.workflow {
            Workflow::Resource => kratix_wasm_sdk::Workflow::Resource,
            Workflow::Promise => kratix_wasm_sdk::Workflow::Promise,
        },
        promise: environment.promise,
        pipeline: environment.pipeline,
        object: object.value,
        config: json!({}),
    };
    let output = kratix_wasm_sdk::call::<Teams>(&request).map_err(|stop| refused(format!("{stop:?}")))?;
    let checked = answer(&output)?.check(&transaction, &limits)?;
    transaction.commit(&checked.files, &checked.metadata, false)?;
    for path in checked.files.keys() {
        eprintln!("wrote {path}");
    }
    Ok(())
}

fn answer(output: &Output) -> Result<Answer, Error> {
    let mut answer =
        Answer { status: output.reported().ok_or_else(|| refused("no status"))?.to_string(), ..Answer::default() };
    for path in output.paths() {
        let text = output.read(path).unwrap_or_default();
        let is_yaml = std::path::Path::new(path).extension().is_some_and(|extension| extension == "yaml");
        let bytes = if is_yaml { to_yaml(text.lines())? } else { text.into_bytes() };
        answer.files.push((path.to_owned(), bytes));
        let directory = path.split('/').next().unwrap_or_default();
        if let Some(labels) = output.sent_to(directory) {
            answer.destinations.push((directory.to_owned(), labels.to_vec()));
        }
    }
    Ok(answer)
}
