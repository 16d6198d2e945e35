//! The Team step in one process, with a clock between its parts: prints their names and nanoseconds, a line each.
//!
//! The host has no seams to measure at, so this makes the same calls in the same order as its `Step::run`; that both write
//! the same files is what the driver checks.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::Instant;

use kratix_wasm::author::Config;
use kratix_wasm::console::Console;
use kratix_wasm::contract::{self, Contents, Outcome};
use kratix_wasm::error::Error;
use kratix_wasm::kratix::{self, Environment};
use kratix_wasm::limits::Limits;
use kratix_wasm::pod::{Directories, input};
use kratix_wasm::sandbox::{Sandbox, Workspace};
use kratix_wasm::source;
use kratix_wasm_bench::{Answer, arguments, refused, to_yaml};

/// Times of parts, each from the end of the one before.
struct Clock {
    last: Instant,
    parts: Vec<(&'static str, u128)>,
}

impl Clock {
    fn part(&mut self, name: &'static str) {
        let now = Instant::now();
        self.parts.push((name, (now - self.last).as_nanos()));
        self.last = Instant::now();
    }
}

fn main() -> ExitCode {
    let mut clock = Clock { last: Instant::now(), parts: Vec::new() };
    match run(&mut clock) {
        Ok(()) => {
            for (name, nanoseconds) in clock.parts {
                println!("{nanoseconds} {name}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            Console::new(false).error(&error);
            error.exit().into()
        }
    }
}

fn run(clock: &mut Clock) -> Result<(), Error> {
    let [input, output, metadata, generator] = arguments()?;
    let limits = Limits::default();
    let environment = Environment::read(|name| Ok(std::env::var(name).ok()))?;
    let object = input::read_object(&input, &environment, &limits)?;
    clock.part("read the request");

    let shown = generator.display().to_string();
    let directories = Directories { output, metadata };
    let transaction = directories.open()?.begin(std::slice::from_ref(&shown))?;
    clock.part("open the directories, see that they can be written");

    let sandbox = Sandbox::new(limits.clone(), NonZeroU32::MIN)?;
    clock.part("make an engine");

    let never_below = [input.as_path(), &directories.output, &directories.metadata];
    let bytes = source::read_precompiled(&generator, environment.place(), &never_below, &limits)?;
    clock.part("read the generator, see who may write it");

    let generator = sandbox.load(&shown, &bytes)?;
    clock.part("load it: check its SHA-256, map, link");

    let description = generator.describe(&mut Vec::new())?;
    let request = contract::Request {
        action: kratix::Action::Configure,
        workflow: kratix::Workflow::Resource,
        promise: environment.promise,
        pipeline: environment.pipeline,
        object: object.value.to_string(),
        config: Config::empty(&limits).of(&shown, &description)?,
    };
    let outcome = generator.generate(sandbox.clock(), request, Workspace::new(), &mut Vec::new())?;
    clock.part("run it: instantiate, describe, generate");

    let Ok(Outcome::Complete(output)) = outcome else { return Err(refused(format!("{outcome:?}"))) };
    let checked = answer(output)?.check(&transaction, &limits)?;
    clock.part("check the answer, write YAML");

    transaction.commit(&checked.files, &checked.metadata, false)?;
    clock.part("put the files in their places");
    Ok(())
}

fn answer(output: contract::Output) -> Result<Answer, Error> {
    let files = output.files.into_iter().map(|file| {
        let bytes = match file.contents {
            Contents::Bytes(bytes) => bytes,
            Contents::Yaml(documents) => to_yaml(documents.iter().map(String::as_str))?,
        };
        Ok((file.path, bytes))
    });
    let destinations = output
        .destinations
        .into_iter()
        .map(|entry| (entry.directory.unwrap_or_default(), entry.match_labels))
        .collect();
    Ok(Answer {
        files: files.collect::<Result<_, Error>>()?,
        destinations,
        status: output.status.ok_or_else(|| refused("no status"))?,
    })
}
