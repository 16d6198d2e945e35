//! `kratix-wasm check-promise`: what every request of a Promise would meet, found before any request is touched.

mod container;
mod inputs;

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::run::OnErrorArg;
use super::variables::variable;
use super::{Format, tell};
use crate::console::{Console, print, print_json};
use crate::error::Error;
use crate::exit::Exit;
use crate::files;
use crate::kratix::promise::{self, Container};
use crate::kratix::{Action, Environment, Object, Workflow};
use crate::limits::{Limits, OBJECT_BYTES};
use crate::pod::input::read_object;
use crate::pod::{Directories, Pod};
use crate::step::{OnError, OnFault, OnInvalid};
use crate::text::clean;
pub(super) use container::Files;
use container::{Checked, Verdict};

/// Check what a Promise sets for its steps, before any request is touched
///
/// Reads what each container of kratix-wasm is given in the Promise (arguments and KRATIX_WASM_* variables), loads its
/// generators, and checks kinds, config, policy and bounds. Without a file it is a step of a promise workflow
/// (workflows.promise.configure): the Promise is then in the input directory, and what is wrong suspends the workflow, so
/// that `kubectl get promises` shows it and no request is run.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The Promise, as one YAML document
    #[arg(value_name = "PROMISE")]
    promise: Option<PathBuf>,
    /// The file that a container has at PATH, such as /generators/team.cwasm: for a generator always the component itself,
    /// also where the container's is precompiled
    #[arg(long = "file", value_name = "PATH=FILE", value_parser = pair, requires = "promise")]
    files: Vec<(PathBuf, PathBuf)>,
    /// Where Kratix puts the Promise
    #[arg(long, value_name = "DIR", default_value = "/kratix/input")]
    input: PathBuf,
    /// Where Kratix takes files from; none are written
    #[arg(long, value_name = "DIR", default_value = "/kratix/output")]
    output: PathBuf,
    /// Where Kratix takes status and control from
    #[arg(long, value_name = "DIR", default_value = "/kratix/metadata")]
    metadata: PathBuf,
    /// In a promise workflow, what becomes of a Promise that is wrong: suspend the workflow and say so in its status, or
    /// fail [env: KRATIX_WASM_ON_ERROR] [default: suspend]
    #[arg(long, value_name = "WHAT", conflicts_with = "promise")]
    on_error: Option<OnErrorArg>,
    /// How to print what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// Reads `PATH=FILE`.
pub(super) fn pair(text: &str) -> Result<(PathBuf, PathBuf), String> {
    match text.split_once('=') {
        Some((path, file)) if !path.is_empty() && !file.is_empty() => Ok((path.into(), file.into())),
        _ => Err("PATH=FILE is wanted, for example /generators/team.cwasm=team.wasm".into()),
    }
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        let pod = Pod {
            environment: Environment::read(variable)?,
            input: self.input,
            directories: Directories { output: self.output, metadata: self.metadata },
        };
        if let Some(file) = self.promise {
            return Promise::read(&file)?.check(&Files::Given(self.files), &pod, self.format);
        }
        let Environment { workflow, action, ref pipeline, .. } = pod.environment;
        if workflow != Workflow::Promise {
            return Err(Error::new("promise-unnamed", Exit::Usage, "there is no Promise to check")
                .hint("name its file, or let a pipeline of workflows.promise.configure run this"));
        }
        // What is wrong with a Promise never keeps it from being deleted.
        if action == Action::Delete {
            return Ok(());
        }
        let on_error = OnErrorArg::read(self.on_error, &variable)?.map_or(OnError::Suspend, OnError::from);
        let checked = read_object(&pod.input, &pod.environment, &Limits::default()).and_then(|object| {
            let promise = Promise::of(object)?;
            promise.check(&Files::here(&promise.containers, pipeline)?, &pod, self.format)
        });
        let Err(error) = checked else { return Ok(()) };
        let is_printed = error.is_printed();
        let report = pod.fail(error, OnFault { on_error, on_invalid: OnInvalid::Suspend, deletion_may_wait: false });
        let report = report.map_err(|error| if is_printed { error.printed() } else { error })?;
        tell(&report);
        match report.outcome.end.fault() {
            Some(fault) if self.format == Format::Json && !is_printed => {
                print_json(&json!({ "error": fault.error().to_json() }))
            }
            _ => Ok(()),
        }
    }
}

/// Reads a Promise from a file.
fn read(path: &Path) -> Result<Object, Error> {
    let limits = Limits::default();
    let shown = path.display();
    let text = files::open(path).and_then(|file| files::read(file, limits.object_bytes));
    let text = text.map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => limits.reached(&OBJECT_BYTES, format!("the Promise {shown} is too large")),
        _ => {
            Error::new("promise-unreadable", Exit::Usage, format!("cannot read the Promise {shown}")).because_of(&error)
        }
    })?;
    let no_promise = Error::new("promise-none", Exit::Config, format!("{shown} is no Promise"));
    let object = match Object::read(&text) {
        Ok(object) => object,
        Err(error) => return Err(no_promise.because(error)),
    };
    match (object.kind.name.as_str(), object.kind.group.as_str()) {
        ("Promise", "platform.kratix.io") => Ok(object),
        (kind, _) => Err(no_promise.because(format!("it is a {}", clean(kind, 80)))),
    }
}

/// A Promise by its containers.
pub(super) struct Promise {
    pub(super) name: String,
    pub(super) containers: Vec<Container>,
    /// All of it.
    value: Value,
}

impl Promise {
    /// Reads one from a file.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        Self::of(read(path)?)
    }

    fn of(object: Object) -> Result<Self, Error> {
        let name = clean(&object.name, 253);
        match promise::containers(&object.value) {
            Ok(containers) => Ok(Self { name, containers, value: object.value }),
            Err(cause) => {
                Err(Error::new("promise-invalid", Exit::Config, format!("the Promise {name} can't be read"))
                    .because(cause))
            }
        }
    }

    /// Where the pods of all its pipelines run, where it says so.
    pub(super) fn pipeline_namespace(&self) -> Option<&str> {
        promise::pipeline_namespace(&self.value)
    }

    /// Checks each container of kratix-wasm, and prints what was found.
    fn check(&self, files: &Files, pod: &Pod, format: Format) -> Result<(), Error> {
        let Self { name, containers, .. } = self;
        let checked: Vec<Checked<'_>> =
            containers.iter().filter_map(|container| files.check(self, container, pod)).collect();
        for (container, reason) in checked.iter().filter_map(Checked::not_checked) {
            Console::warning(&format!("not checked: {container}: {reason}"));
        }
        match format {
            Format::Json => print_json(&json!({
                "promise": name,
                "containers": checked.iter().map(Checked::to_json).collect::<Vec<_>>(),
            }))?,
            Format::Text => print(checked.iter().filter_map(Checked::in_order))?,
        }
        // What is printed for programs says it already.
        let told = |error: Error| if format == Format::Json { error.printed() } else { error };
        if checked.is_empty() {
            let what = format!("the Promise {name} has no container of kratix-wasm to check");
            return Err(told(
                Error::new("promise-without-step", Exit::Config, what)
                    .because("such a container starts kratix-wasm, or has KRATIX_WASM_ variables"),
            ));
        }
        let wrong: Vec<(&Container, &Error)> = checked
            .iter()
            .filter_map(|Checked { container, verdict }| match verdict {
                Verdict::Wrong(error) => Some((*container, error)),
                Verdict::InOrder(_) | Verdict::NotChecked(_) => None,
            })
            .collect();
        let Some((_, first)) = wrong.first() else { return Ok(()) };
        let lines: Vec<String> =
            wrong.iter().map(|(container, error)| format!("{container}: {}", error.in_one_line())).collect();
        let error = Error::new("promise", first.exit(), format!("the Promise {name} can't work as it is"));
        let error = error.because_each(lines);
        Err(told(match first.what_to_do() {
            Some(hint) => error.hint(hint),
            None => error,
        }))
    }
}
