//! One container of the Promise: the step that it would run, checked with the files that it would have.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::Parser as _;
use serde_json::{Value, json};

use super::Promise;
use crate::author::Bindings;
use crate::cli::{Cli, Command, explain, in_short};
use crate::commands::run::{self, Surroundings};
use crate::commands::variables::text;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::mount::Mount;
use crate::kratix::promise::{Container, ENV_FROM};
use crate::kratix::{Action, Environment, Workflow};
use crate::pod::Pod;
use crate::step::Ran;
use crate::text::clean;

/// What a container is found to be.
#[derive(Debug)]
pub(super) struct Checked<'a> {
    pub(super) container: &'a Container,
    pub(super) verdict: Verdict,
}

#[derive(Debug)]
pub(super) enum Verdict {
    /// With each generator.
    InOrder(Vec<Ran>),
    Wrong(Error),
    /// Why it can't be known here.
    NotChecked(String),
}

/// Where the files of the containers are.
#[derive(Debug)]
pub(in crate::commands) enum Files {
    /// On a laptop: where they were said to be.
    Given(Vec<(PathBuf, PathBuf)>),
    /// In a pod: in this container, as far as another has the same image and the same volumes.
    Here(Box<Container>),
}

impl Files {
    /// Those of the container of this pipeline that runs the check.
    pub(super) fn here(containers: &[Container], pipeline: &str) -> Result<Self, Error> {
        let is_this = |container: &Container| {
            (container.workflow, container.action) == (Workflow::Promise, Action::Configure)
                && container.pipeline == pipeline
                && matches!(parse(container), Ok(Command::CheckPromise(_)))
        };
        let this = containers.iter().find(|container| is_this(container));
        this.map(|this| Self::Here(Box::new(this.clone()))).ok_or_else(|| {
            Error::new("promise-other", Exit::Config, "the Promise doesn't have the container that runs this check")
                .because(format!("none in pipeline {} of workflows.promise.configure does", clean(pipeline, 80)))
        })
    }

    /// Checks a container of kratix-wasm that runs a step; another's is none of ours.
    pub(super) fn check<'a>(&self, promise: &Promise, container: &'a Container, pod: &Pod) -> Option<Checked<'a>> {
        if !is_ours(container) {
            return None;
        }
        let verdict = match parse(container) {
            // What a shell makes of it can't be known.
            Ok(_) if !starts_us(container) => Verdict::NotChecked("it starts another program".into()),
            Ok(Command::Run(args)) => self.verdict(promise, container, args, pod),
            Ok(_) => return None,
            Err(error) => Verdict::Wrong(error),
        };
        Some(Checked { container, verdict })
    }

    /// What is bound for a container that runs a step; none for any other.
    pub(in crate::commands) fn bindings(&self, container: &Container) -> Option<Result<Bindings, Error>> {
        if !is_ours(container) || !starts_us(container) {
            return None;
        }
        let Command::Run(args) = parse(container).ok()? else { return None };
        if let Err(error) = ensure_authors(container, &args) {
            return Some(Err(error));
        }
        if let Some(name) = decides_bindings(container, &args) {
            let what = format!("{container} can't be looked at: what {name} sets is known only in the cluster");
            return Some(Err(Error::new("not-checked", Exit::Usage, what)
                .hint("set KRATIX_WASM_INPUTS and KRATIX_WASM_GENERATOR in the Promise, as values")));
        }
        let variables = |name: &str| text(name, container.env.get(name).cloned());
        let locate = |file: &Path| self.locate(container, file).map_err(|_| not_given(file));
        Some(args.bindings(&Surroundings { variables: &variables, locate: &locate }))
    }

    fn verdict(&self, promise: &Promise, container: &Container, args: run::Args, pod: &Pod) -> Verdict {
        if let Err(error) = ensure_authors(container, &args) {
            return Verdict::Wrong(error.at(pod.environment.place()));
        }
        let may_be_ours = |name: &&String| name.starts_with(OURS) || *name == ENV_FROM;
        if let Some(name) = container.elsewhere.iter().find(may_be_ours) {
            return Verdict::NotChecked(format!("what {name} sets is known only in the cluster"));
        }
        let (unknown, unbrought) = (Cell::new(None), Cell::new(None));
        let variables = |name: &str| text(name, container.env.get(name).cloned());
        let locate = |file: &Path| match self.locate(container, file) {
            Ok(file) => Ok(file),
            Err(Elsewhere::NotGiven) => Err(not_given(file)),
            Err(Elsewhere::Unknown(reason)) => {
                unknown.set(Some(reason));
                Err(Error::new("not-checked", Exit::Usage, "not checked"))
            }
        };
        let checked = args.on_error(&variables).and_then(|_| {
            let pod = Pod { environment: Environment::read(variables)?, ..pod.clone() };
            let mut settings = args.settings(&Surroundings { variables: &variables, locate: &locate })?;
            if matches!(self, Self::Given(_)) {
                settings.take_components();
            }
            promise.ensure_readable(container, settings.bindings())?;
            unbrought.set(promise.not_brought(container, settings.bindings()));
            settings
                .build(&pod, pod.environment.expected_kind(), &mut |_| (), &mut |_, _| ())
                .map(|step| step.generators())
        });
        match (unknown.take(), checked) {
            (Some(reason), _) => Verdict::NotChecked(reason),
            (None, Ok(generators)) => unbrought.take().map_or(Verdict::InOrder(generators), Verdict::NotChecked),
            (None, Err(error)) => Verdict::Wrong(error.at(pod.environment.place())),
        }
    }

    /// Where a container's file lies here.
    fn locate(&self, container: &Container, file: &Path) -> Result<PathBuf, Elsewhere> {
        match self {
            Self::Given(files) => {
                let given = files.iter().find(|(path, _)| path == file);
                given.map(|(_, file)| file.clone()).ok_or(Elsewhere::NotGiven)
            }
            Self::Here(this) if container.image != this.image => {
                let image = clean(&container.image, 200);
                Err(Elsewhere::Unknown(format!("its image {image} is another than this container's")))
            }
            Self::Here(this) => {
                let unmounted = |mount: &&Mount| {
                    file.starts_with(&mount.path) && !this.mounts.iter().any(|own| own.path == mount.path)
                };
                match container.mounts.iter().find(unmounted) {
                    None => Ok(file.to_owned()),
                    Some(mount) => Err(Elsewhere::Unknown(format!(
                        "{} lies in a volume that this container doesn't mount at {}",
                        clean(&file.display().to_string(), 200),
                        clean(&mount.path, 200)
                    ))),
                }
            }
        }
    }
}

fn not_given(file: &Path) -> Error {
    let what = format!("what the container has at {} isn't given", file.display());
    Error::new("file-not-given", Exit::Usage, what).hint(format!("name it: --file {}=FILE", file.display()))
}

/// Why a container's file isn't one that lies here.
enum Elsewhere {
    NotGiven,
    Unknown(String),
}

impl Checked<'_> {
    /// What is in order, in a line.
    pub(super) fn in_order(&self) -> Option<String> {
        let Verdict::InOrder(generators) = &self.verdict else { return None };
        let generators: Vec<String> = generators.iter().map(|ran| format!("{} {}", ran.name, ran.version)).collect();
        Some(format!("in order: {}: {}", self.container, generators.join(", ")))
    }

    /// What couldn't be checked, and why.
    pub(super) fn not_checked(&self) -> Option<(&Container, &str)> {
        match &self.verdict {
            Verdict::NotChecked(reason) => Some((self.container, reason)),
            Verdict::InOrder(_) | Verdict::Wrong(_) => None,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let Container { workflow, action, pipeline, name, .. } = self.container;
        let mut json = json!({
            "workflow": workflow.name(), "action": action.name(), "pipeline": pipeline, "container": name,
            "outcome": "in order", "generators": null, "reason": null, "error": null,
        });
        match &self.verdict {
            Verdict::InOrder(generators) => {
                json["generators"] = generators.iter().map(Ran::to_json).collect();
            }
            Verdict::NotChecked(reason) => {
                json["outcome"] = "not checked".into();
                json["reason"] = reason.as_str().into();
            }
            Verdict::Wrong(error) => {
                json["outcome"] = "wrong".into();
                json["error"] = error.to_json();
            }
        }
        json
    }
}

/// What the variables begin with that bind inputs.
const BINDINGS: &str = "KRATIX_WASM_INPUTS";
/// The variable that names generators.
const GENERATORS: &str = "KRATIX_WASM_GENERATOR";
/// What our variables begin with.
const OURS: &str = "KRATIX_WASM_";

/// What only the cluster knows and bindings depend on. What `env` and arguments set counts for more than `envFrom`.
fn decides_bindings<'a>(container: &'a Container, args: &run::Args) -> Option<&'a String> {
    let is_set = |prefix: &str| container.env.keys().any(|name| name.starts_with(prefix));
    let has_bindings = args.given_bindings().is_some() || is_set(BINDINGS);
    let has_generators = args.names_generators() || is_set(GENERATORS);
    container.elsewhere.iter().find(|name| match name.as_str() {
        ENV_FROM => !(has_bindings && has_generators),
        name if name.starts_with(BINDINGS) => args.given_bindings().is_none(),
        name => name == GENERATORS && !args.names_generators(),
    })
}

/// Refuses bindings in which Kubernetes puts what a requester says: there it looks like what the author wrote, and none of the
/// rules for requesters holds.
fn ensure_authors(container: &Container, args: &run::Args) -> Result<(), Error> {
    let given = args.given_bindings();
    let is_in_bindings = |name: &&String| match &given {
        Some(text) => text.contains(&format!("$({name})")),
        None => name.starts_with(BINDINGS),
    };
    let Some(name) = container.requesters.iter().find(is_in_bindings) else { return Ok(()) };
    let what = match given {
        Some(_) => format!("the bindings of its inputs have $({name}), which a requester has a say in"),
        None => format!("{name} has what a requester has a say in"),
    };
    Err(Error::new("input-expanded", Exit::Config, what)
        .hint("use {name} and {namespace}, to which the rules for requesters apply"))
}

fn is_ours(container: &Container) -> bool {
    let starts_a_step = container.command.is_empty()
        && container.args.first().is_some_and(|first| first == "run" || first == "check-promise");
    let starts_us_by_name = !container.command.is_empty() && starts_us(container);
    let mut variables = container.env.keys().chain(&container.elsewhere);
    starts_a_step || starts_us_by_name || variables.any(|name| name.starts_with(OURS))
}

/// Whether the container's program is this one, or the image's, which then is taken for this one.
fn starts_us(container: &Container) -> bool {
    let program = container.command.first().map(|program| Path::new(program).file_name());
    program.is_none_or(|name| name.is_some_and(|name| name == "kratix-wasm"))
}

/// What the container tells this program to do.
fn parse(container: &Container) -> Result<Command, Error> {
    let arguments = container.command.iter().skip(1).chain(&container.args);
    let cli = Cli::try_parse_from([OsStr::new("kratix-wasm")].into_iter().chain(arguments.map(OsString::as_os_str)));
    cli.map(|cli| cli.command).map_err(|error| {
        Error::new("arguments", Exit::Usage, "its arguments are wrong").because(in_short(&explain(error)))
    })
}
