//! `kratix-wasm run`: the pipeline step itself.

use std::path::{Path, PathBuf};

use super::limits::LimitArgs;
use super::setting::Setting;
use super::variables::{Variables, variable};
use super::{Format, tell};
use crate::author::{Config, Policy};
use crate::console::{Console, print_json};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::Environment;
use crate::pod::{Directories, Pod};
use crate::step::{self, OnInvalid, Report, Step};
use crate::text::clean;

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
    /// later, or fail. Where it suspends, a deletion goes on in spite of any error [env: KRATIX_WASM_ON_ERROR] [default: fail]
    #[arg(long, value_name = "WHAT")]
    on_error: Option<OnErrorArg>,
    /// Let a generator replace files of earlier generators and containers
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    limits: LimitArgs,
    /// Show debug messages of generators
    #[arg(long, short)]
    verbose: bool,
    /// Print what was done to stdout, for programs; for people it goes to stderr
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OnErrorArg {
    Suspend,
    Fail,
}

impl OnErrorArg {
    /// What is set: an option counts for more than the environment.
    pub(super) fn read(option: Option<Self>, variables: Variables<'_>) -> Result<Option<Self>, Error> {
        const VARIABLE: &str = "KRATIX_WASM_ON_ERROR";
        match (option, variables(VARIABLE)?.as_deref().map(str::trim)) {
            (Some(option), _) => Ok(Some(option)),
            (None, None) => Ok(None),
            (None, Some("suspend")) => Ok(Some(Self::Suspend)),
            (None, Some("fail")) => Ok(Some(Self::Fail)),
            (None, Some(other)) => Err(Error::new(Exit::Usage, format!("{VARIABLE} is \"{}\"", clean(other, 40)))
                .hint("set it to suspend or fail")),
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
        let place = pod.environment.place();
        let on_error = self.on_error(&variable)?;
        let on_invalid = self.on_invalid.into();
        let here = Surroundings { variables: &variable, locate: &|file| Ok(file.to_owned()) };
        let step = self.step(pod.clone(), &here);
        let done = step.and_then(|step| step.run(&mut |generator, line| console.said(generator, line)));
        let done = done.map_err(|error| error.at(place));
        let report = match done {
            Err(error) if on_error == Some(OnErrorArg::Suspend) => step::suspend(error, &pod, on_invalid)?,
            done => done?,
        };
        tell(console, &report);
        match format {
            Format::Text => Console::summary(&summary(&report)),
            // What the step has written stays, and a container that fails would be run again.
            Format::Json => {
                if let Err(error) = print_json(&report.to_json()) {
                    console.warning(&format!("the step is done, but can't be reported: {}", error.in_one_line()));
                }
            }
        }
        Ok(())
    }

    /// What becomes of an error, where that is set.
    pub(super) fn on_error(&self, variables: Variables<'_>) -> Result<Option<OnErrorArg>, Error> {
        OnErrorArg::read(self.on_error, variables)
    }

    /// The step in this pod, with what options and its surroundings set.
    pub(super) fn step(self, pod: Pod, surroundings: &Surroundings<'_>) -> Result<Step, Error> {
        let Surroundings { variables, locate } = *surroundings;
        let limits = self.limits.read(variables)?;
        let generators = if self.generators.is_empty() { from_environment(variables)? } else { self.generators };
        if generators.is_empty() {
            return Err(Error::new(Exit::Usage, "no generator to run")
                .hint("name one, as in `kratix-wasm run team.wasm`, or set KRATIX_WASM_GENERATOR")
                .hint_in_pod("set KRATIX_WASM_GENERATOR in the container's env"));
        }
        let generators: Vec<PathBuf> = generators.iter().map(|file| locate(file)).collect::<Result<_, _>>()?;
        let several = generators.len() > 1;
        let config = Setting::of("config", self.config, self.config_file, &limits, surroundings)?;
        let config =
            config.map_or_else(|| Ok(Config::empty(&limits)), |s| Config::read(&s.shown, &s.text, several, &limits))?;
        let policy = Setting::of("policy", self.policy, self.policy_file, &limits, surroundings)?;
        let policy = policy.map_or_else(|| Ok(Policy::default()), |s| Policy::read(&s.shown, &s.text))?;
        Ok(Step {
            generators,
            precompiled: self.precompiled || is_set("KRATIX_WASM_PRECOMPILED", variables)?,
            config,
            policy,
            pod,
            on_invalid: self.on_invalid.into(),
            overwrite: self.overwrite,
            limits,
        })
    }
}

fn from_environment(variables: Variables<'_>) -> Result<Vec<PathBuf>, Error> {
    let lines = variables("KRATIX_WASM_GENERATOR")?.unwrap_or_default();
    Ok(lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

fn is_set(name: &str, variables: Variables<'_>) -> Result<bool, Error> {
    match variables(name)?.as_deref().map(str::trim) {
        Some("true" | "1" | "yes" | "on") => Ok(true),
        None | Some("false" | "0" | "no" | "off") => Ok(false),
        Some(other) => {
            Err(Error::new(Exit::Usage, format!("{name} is \"{}\"", clean(other, 40))).hint("set it to true or false"))
        }
    }
}

/// Characters of a message that the summary shows.
const MAX_MESSAGE: usize = 2048;

/// What was done, a line each.
fn summary(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for file in &report.files {
        let directory = file.path.split_once('/').map_or(".", |(top, _)| top);
        let labels = report.selectors.labels(directory).or_else(|| report.selectors.labels("."));
        let labels = labels.into_iter().flatten().map(|(key, value)| format!("{key}={value}"));
        let labels: Vec<String> = labels.collect();
        let to = if labels.is_empty() { String::new() } else { format!(" → {}", labels.join(",")) };
        lines.push(format!("wrote {}{to}", file.path));
    }
    lines.extend(report.removed.iter().map(|path| format!("removed {path}")));
    if let Some(problems) = &report.invalid {
        lines.extend(problems.lines().into_iter().map(|line| format!("invalid: {line}")));
    }
    if let Some((message, retry)) = &report.suspended {
        let when = retry.map_or(String::new(), |seconds| format!(", to be tried again in {seconds} s"));
        lines.push(format!("suspended{when}: {message}"));
    } else if let Some(message) = report.status.get("message").and_then(serde_json::Value::as_str) {
        // An earlier container's may have any length.
        lines.push(format!("status: {}", clean(message, MAX_MESSAGE)));
    }
    lines
}
