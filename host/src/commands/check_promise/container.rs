//! One container of the Promise: the step that it would run, checked with the files that it would have.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Promise;
use crate::author::Bindings;
use crate::cli::Command;
use crate::commands::container::{decides_bindings, ensure_authors, is_ours, parse, starts_us, unknown};
use crate::commands::run::{self, Making, Surroundings};
use crate::commands::variables::text;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::mount::Mount;
use crate::kratix::promise::Container;
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
        if let Some(name) = unknown(container) {
            return Verdict::NotChecked(format!("what {name} sets is known only in the cluster"));
        }
        let (unfound, unbrought) = (Cell::new(None), Cell::new(None));
        let variables = |name: &str| text(name, container.env.get(name).cloned());
        let locate = |file: &Path| match self.locate(container, file) {
            Ok(file) => Ok(file),
            Err(Elsewhere::NotGiven) => Err(not_given(file)),
            Err(Elsewhere::Unknown(reason)) => {
                unfound.set(Some(reason));
                Err(Error::new("not-checked", Exit::Usage, "not checked"))
            }
        };
        let checked = args.on_error(&variables).and_then(|_| {
            let pod = Pod { environment: Environment::read(variables)?, ..pod.clone() };
            let shared = pod.shared();
            let mut settings = args.settings(&Surroundings { variables: &variables, locate: &locate })?;
            if matches!(self, Self::Given(_)) {
                settings.take_components();
            }
            promise.ensure_readable(container, settings.bindings())?;
            unbrought.set(promise.not_brought(container, settings.bindings()));
            let making = Making { kind: pod.environment.expected_kind(), ..Making::in_pod(&pod, &shared) };
            settings.build(making, &mut |_| (), &mut |_, _| ()).map(|step| step.generators())
        });
        match (unfound.take(), checked) {
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
