//! `kratix-wasm run`: the pipeline step itself.

mod recording;
mod settings;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::inputs::Objects;
use super::limits::{LimitArgs, VARIABLE as LIMITS};
use super::variables::{Variables, variable};
use super::{Format, tell};
use crate::console::{Console, print_json};
use crate::contract::Said;
use crate::error::{Error, Place};
use crate::exit::Exit;
use crate::kratix::{Action, Environment, Kind};
use crate::limits::Clock;
use crate::pod::{Directories, Pod, Report, Span, Spans};
use crate::step::{OnError, OnFault, OnInvalid, Task, Wanted};
use crate::text::clean;
use recording::{Beside, Recording};
pub(super) use settings::Making;

/// Run a pipeline step: read the request, run the generators, write what Kratix reads
///
/// Reads object.yaml from the input directory, runs the generators one after another, and writes their files into the
/// output directory and status.yaml, destination-selectors.yaml and workflow-control.yaml into the metadata directory:
/// all of it or nothing. What Kratix says in KRATIX_WORKFLOW_ACTION, KRATIX_WORKFLOW_TYPE and the like is respected;
/// without it, the step configures a resource.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Components to run, in this order [env: KRATIX_WASM_GENERATOR, one a line]
    #[arg(value_name = "GENERATOR")]
    generators: Vec<PathBuf>,
    /// The generators are precompiled code of `kratix-wasm compile`. Such code is not sandboxed by anything but who could
    /// write it: root or this user [env: KRATIX_WASM_PRECOMPILED, true or false]
    #[arg(long)]
    precompiled: bool,
    /// What the Promise author sets, as YAML; with several generators, a map by their names [env: KRATIX_WASM_CONFIG]
    #[arg(long, value_name = "YAML", conflicts_with = "config_file", allow_hyphen_values = true)]
    config: Option<String>,
    /// The same from a file [env: KRATIX_WASM_CONFIG_FILE]
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// What the inputs are that the generator declares, as YAML by their keys; with several generators, a map of these by their
    /// names [env: KRATIX_WASM_INPUTS]
    #[arg(long, value_name = "YAML", conflicts_with = "inputs_file", allow_hyphen_values = true)]
    inputs: Option<String>,
    /// The same from a file [env: KRATIX_WASM_INPUTS_FILE]
    #[arg(long, value_name = "FILE")]
    inputs_file: Option<PathBuf>,
    #[command(flatten)]
    objects: Objects,
    /// Where generators may put files and to which Destinations they may send them, as YAML; without it, anywhere and to
    /// those whose labels the config has [env: KRATIX_WASM_POLICY]
    #[arg(long, value_name = "YAML", conflicts_with = "policy_file", allow_hyphen_values = true)]
    policy: Option<String>,
    /// The same from a file [env: KRATIX_WASM_POLICY_FILE]
    #[arg(long, value_name = "FILE")]
    policy_file: Option<PathBuf>,
    /// Where Kratix puts the request
    #[arg(long, value_name = "DIR", default_value = "/kratix/input")]
    input: PathBuf,
    /// Where Kratix takes the files from
    #[arg(long, value_name = "DIR", default_value = "/kratix/output")]
    output: PathBuf,
    /// Where Kratix takes status, destinations and control from
    #[arg(long, value_name = "DIR", default_value = "/kratix/metadata")]
    metadata: PathBuf,
    /// What becomes of an invalid request: suspend the workflow and tell its author in the status, or fail
    #[arg(long, value_name = "WHAT", default_value = "suspend")]
    on_invalid: OnInvalidArg,
    /// What becomes of an error that the requester can't mend: suspend the workflow, say so in the status and try again
    /// later, or fail. Where it suspends, a deletion goes on in spite of any error, unless the policy
    /// lets deletions wait [env: KRATIX_WASM_ON_ERROR] [default: fail]
    #[arg(long, value_name = "WHAT")]
    on_error: Option<OnErrorArg>,
    /// Record the run in this new directory, as a case that can be run again: the request, what is set, the objects of its
    /// inputs and what came of it, all as they are. Where the same would not come of it again, a warning says so instead
    #[arg(long, value_name = "DIR", conflicts_with_all = ["overwrite", "on_invalid"])]
    record: Option<PathBuf>,
    /// Let a generator replace files of earlier generators and containers
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    limits: LimitArgs,
    /// Show debug messages of generators, and how long each part of the step took
    #[arg(long, short)]
    verbose: bool,
    /// Print what was done to stdout, for programs; for people it goes to stderr
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum OnInvalidArg {
    Suspend,
    Fail,
}

/// What a step takes its settings from, beside its options.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) variables: Variables<'a>,
    /// Where a file lies that the container knows by this path.
    pub(super) locate: &'a dyn Fn(&Path) -> Result<PathBuf, Error>,
}

impl From<OnInvalidArg> for OnInvalid {
    fn from(arg: OnInvalidArg) -> Self {
        match arg {
            OnInvalidArg::Suspend => Self::Suspend,
            OnInvalidArg::Fail => Self::Fail,
        }
    }
}

impl From<OnErrorArg> for OnError {
    fn from(arg: OnErrorArg) -> Self {
        match arg {
            OnErrorArg::Suspend => Self::Suspend,
            OnErrorArg::Fail => Self::Fail,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OnErrorArg {
    Suspend,
    Fail,
}

impl OnErrorArg {
    const VARIABLE: &str = "KRATIX_WASM_ON_ERROR";

    /// As the variable has it.
    fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Fail => "fail",
        }
    }

    /// What is set: an option counts for more than the environment.
    pub(super) fn read(option: Option<Self>, variables: Variables<'_>) -> Result<Option<Self>, Error> {
        let variable = Self::VARIABLE;
        match (option, variables(variable)?.as_deref().map(str::trim)) {
            (Some(option), _) => Ok(Some(option)),
            (None, None) => Ok(None),
            (None, Some("suspend")) => Ok(Some(Self::Suspend)),
            (None, Some("fail")) => Ok(Some(Self::Fail)),
            (None, Some(other)) => {
                Err(Error::new("variable", Exit::Usage, format!("{variable} is \"{}\"", clean(other, 40)))
                    .hint("set it to suspend or fail"))
            }
        }
    }
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        let console = Console::new(self.verbose);
        let format = self.format;
        let pod = Pod {
            environment: Environment::read(variable)?,
            input: self.input.clone(),
            directories: Directories { output: self.output.clone(), metadata: self.metadata.clone() },
        };
        let here = Surroundings { variables: &variable, locate: &|file| Ok(file.to_owned()) };
        let on_fault = self.on_fault(pod.environment.action, &here)?;
        let mut recording = self.recording(&pod)?;
        let done = self.step(&pod, on_fault, console, recording.as_mut());
        if let Some(recording) = recording
            && let Err(error) = recording.end(&pod, done.as_ref())
        {
            Console::warning(&format!("the step is not recorded: {}", error.in_one_line()));
        }
        let report = done?;
        tell(&report);
        for Span { what, took } in &report.spans {
            console.took(what, *took);
        }
        match format {
            Format::Text => Console::summary(&report.lines()),
            // What the step has written stays, and a container that fails would be run again.
            Format::Json => {
                if let Err(error) = print_json(&report.to_json()) {
                    Console::warning(&format!("the step is done, but can't be reported: {}", error.in_one_line()));
                }
            }
        }
        Ok(())
    }

    /// Runs the step in the pod.
    fn step(
        self,
        pod: &Pod,
        on_fault: OnFault,
        console: Console,
        recording: Option<&mut Recording>,
    ) -> Result<Report, Error> {
        let here = Surroundings { variables: &variable, locate: &|file| Ok(file.to_owned()) };
        let objects = self.objects.clone();
        let settings = match self.settings(&here) {
            Ok(settings) => settings,
            Err(error) => {
                if let Some(recording) = recording {
                    recording.is_unlike(&format!("what is set can't be used: {}", error.in_one_line()));
                }
                return pod.fail(error, on_fault);
            }
        };
        // Two of the closures below fill it in.
        let recording = RefCell::new(recording);
        if let Some(recording) = &mut *recording.borrow_mut() {
            recording.set(settings.written());
        }
        let limits = settings.limits.clone();
        let build = |kind: &Kind, spans: &mut Spans, said: Said<'_>| {
            let shared = pod.shared();
            let making = Making { kind: Some(kind.clone()), ..Making::in_pod(pod, &shared) };
            settings.build(making, &mut |part| spans.end(part), said)
        };
        let read = |wanted: &[Wanted], task: &Task, clock: Clock| {
            let given = objects.read(pod, &limits, clock, wanted, task);
            if let Some(recording) = &mut *recording.borrow_mut() {
                recording.read(wanted, &given);
            }
            given
        };
        pod.run(&limits, on_fault, build, read, &mut |name, line| {
            console.said(name, line);
            if let Some(recording) = &mut *recording.borrow_mut() {
                recording.said(name, line);
            }
        })
    }

    /// Begins to record the step, where that is wanted. In a pod a directory that can't be used, as one that was recorded to
    /// before the container was restarted, keeps no step from running.
    fn recording(&self, pod: &Pod) -> Result<Option<Recording>, Error> {
        let Some(directory) = &self.record else { return Ok(None) };
        let on_error = self.on_error(&variable)?.map(|on_error| on_error.name().to_owned());
        let beside = Beside {
            // The step says what is wrong with them.
            limits: self.limits.read(&variable).unwrap_or_default(),
            variables: [(LIMITS, self.limits.written(&variable)?), (OnErrorArg::VARIABLE, on_error)],
        };
        match Recording::begin(directory, pod, beside) {
            Ok(recording) => Ok(Some(recording)),
            Err(error) if pod.environment.place() == Place::Pod => {
                Console::warning(&format!("the step is not recorded: {}", error.in_one_line()));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What becomes of any error.
    pub(super) fn on_fault(&self, action: Action, surroundings: &Surroundings<'_>) -> Result<OnFault, Error> {
        let on_error = self.on_error(surroundings.variables)?.map_or(OnError::Fail, OnError::from);
        let deletion_may_wait = action == Action::Delete && self.lets_deletions_wait(surroundings);
        Ok(OnFault { on_error, on_invalid: self.on_invalid.into(), deletion_may_wait })
    }

    /// What becomes of an error that the requester can't mend, where that is set.
    pub(super) fn on_error(&self, variables: Variables<'_>) -> Result<Option<OnErrorArg>, Error> {
        OnErrorArg::read(self.on_error, variables)
    }
}
