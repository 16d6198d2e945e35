//! What the containers of a Promise run: steps of ours, made with the components that are given for their generators.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::Given;
use crate::cli::Command;
use crate::commands::container::{ensure_authors, is_ours, parse, starts_us, unknown};
use crate::commands::run::{self, Making, Surroundings};
use crate::commands::variables::text;
use crate::error::{Error, Place};
use crate::exit::Exit;
use crate::kratix::promise::{self, Container};
use crate::kratix::{Action, Environment};
use crate::preview::cores::Cores;
use crate::preview::manifests::Taken;
use crate::preview::promise::{Container as Programmed, Pipeline, Program, Promise};
use crate::source::Neighbours;
use crate::step::{OnError, OnFault, OnInvalid, Step};
use crate::text::clean;

/// What the name of an image of ours begins with, before that of its generator.
const IMAGE: &str = "kratix-wasm-";

/// The components that are given for generators, and which of them were taken.
#[derive(Debug)]
pub(in crate::commands) struct Generators<'a> {
    given: &'a Given,
    /// How many tasks are answered at once.
    calls: NonZeroU32,
    taken: RefCell<BTreeMap<String, PathBuf>>,
}

impl<'a> Generators<'a> {
    /// Those of a platform that works on so many cores.
    pub(in crate::commands) fn new(given: &'a Given, cores: &Cores) -> Self {
        let calls = cores.count().try_into().unwrap_or(NonZeroU32::MAX);
        Self { given, calls, taken: RefCell::default() }
    }

    /// The files that were taken, by what containers call them.
    pub(in crate::commands) fn taken(&self) -> BTreeMap<String, PathBuf> {
        self.taken.borrow().clone()
    }

    /// A Promise with the steps of its containers; `file` is where it stands.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] for one that can't be read, [`Exit::Usage`] for a file that isn't given. What is wrong with a step is
    /// what every request meets.
    pub(in crate::commands) fn promise(&self, taken: Taken, file: Option<&Path>) -> Result<Promise, Error> {
        let containers = promise::containers(&taken.value).map_err(|cause| {
            let name = clean(taken.value["metadata"]["name"].as_str().unwrap_or_default(), 253);
            Error::new("promise-invalid", Exit::Config, format!("the Promise {name} can't be read")).because(cause)
        })?;
        let mut pipelines: Vec<Pipeline> = Vec::new();
        for container in &containers {
            let programmed = Programmed {
                name: clean(&container.name, 63),
                program: self.program(container, file.and_then(Path::parent))?,
            };
            let is_its = |pipeline: &&mut Pipeline| {
                (pipeline.workflow, pipeline.action) == (container.workflow, container.action)
                    && pipeline.name == container.pipeline
            };
            match pipelines.iter_mut().find(is_its) {
                Some(pipeline) => pipeline.containers.push(programmed),
                None => pipelines.push(Pipeline {
                    workflow: container.workflow,
                    action: container.action,
                    name: container.pipeline.clone(),
                    containers: vec![programmed],
                }),
            }
        }
        Ok(Promise::new(taken, pipelines))
    }

    fn program(&self, container: &Container, base: Option<&Path>) -> Result<Program, Error> {
        let image = clean(&container.image, 200);
        if !is_ours(container) {
            return Ok(Program::Foreign(format!("of the image {image}")));
        }
        let args = match parse(container) {
            Ok(_) if !starts_us(container) => {
                return Ok(Program::Foreign(format!("of the image {image}, which starts another program")));
            }
            Ok(Command::Run(args)) => args,
            Ok(Command::CheckPromise(_)) => return Ok(Program::Check),
            Ok(_) => return Ok(Program::Foreign(format!("of the image {image}, which runs no step"))),
            Err(error) => return Ok(broken(error)),
        };
        if let Err(error) = ensure_authors(container, &args) {
            return Ok(broken(error));
        }
        if let Some(name) = unknown(container) {
            return Ok(Program::Foreign(format!("of the image {image}, in which only the cluster knows {name}")));
        }
        self.step(container, args, base)
    }

    fn step(&self, container: &Container, args: run::Args, base: Option<&Path>) -> Result<Program, Error> {
        // A file that isn't given is the caller's mistake, all else the Promise's.
        let not_given = RefCell::new(None);
        let by_image = container.image.rsplit('/').next().and_then(|name| name.strip_prefix(IMAGE));
        let by_image = by_image.map(|name| format!("{}.wasm", name.split([':', '@']).next().unwrap_or_default()));
        let variables = |name: &str| match text(name, container.env.get(name).cloned())? {
            None if name == "KRATIX_WASM_GENERATOR" => Ok(by_image.clone()),
            value => Ok(value),
        };
        let locate = |path: &Path| {
            self.locate(path, base).inspect_err(|error| {
                not_given.borrow_mut().get_or_insert(error.clone());
            })
        };
        let surroundings = Surroundings { variables: &variables, locate: &locate };
        let program = match Environment::read(variables) {
            Err(error) => broken(error),
            Ok(environment) => match args.on_fault(environment.action, &surroundings) {
                Err(error) => broken(error),
                Ok(on_fault) => Program::Step { step: self.make(args, &environment, &surroundings).into(), on_fault },
            },
        };
        not_given.into_inner().map_or(Ok(program), Err)
    }

    /// The step of a container, or why it can't be made: then every request meets that, as it would in a pod.
    fn make(&self, args: run::Args, environment: &Environment, surroundings: &Surroundings<'_>) -> Result<Step, Error> {
        let made = args.settings(surroundings).and_then(|mut settings| {
            settings.take_by_name();
            let making = Making {
                kind: environment.expected_kind(),
                deletions_only: environment.action == Action::Delete,
                neighbours: Neighbours { place: Place::CommandLine, shared: &[] },
                calls: self.calls,
            };
            settings.build(making, &mut |_| (), &mut |_, _| ())
        });
        made.map_err(|error| error.at(Place::Pod))
    }

    /// Where the file lies here that a container has at a path.
    fn locate(&self, path: &Path, base: Option<&Path>) -> Result<PathBuf, Error> {
        let Given { named, folder, files, .. } = self.given;
        let of = |pairs: &[(PathBuf, PathBuf)], wanted: &Path| {
            pairs.iter().find(|(name, _)| name == wanted).map(|(_, file)| file.clone())
        };
        let is_generator = path.extension().is_some_and(|end| end == "wasm" || end == "cwasm");
        let name = Path::new(path.file_stem().filter(|_| is_generator).unwrap_or_default());
        let beside = base.map(|base| base.join(path)).filter(|file| path.is_relative() && file.exists());
        let in_folder = folder.as_ref().filter(|_| is_generator).map(|folder| folder.join(name).with_extension("wasm"));
        let found = of(named, name).or_else(|| of(files, path)).or(beside).or(in_folder);
        let shown = path.display();
        let Some(found) = found else {
            let what = format!("what the container has at {shown} isn't given");
            let hint = if is_generator {
                format!("name it: --generator {}=FILE.wasm, or a folder of all: --generators DIR", name.display())
            } else {
                format!("name it: --file {shown}=FILE")
            };
            return Err(Error::new("file-not-given", Exit::Usage, what).hint(hint));
        };
        self.taken.borrow_mut().insert(shown.to_string(), found.clone());
        Ok(found)
    }
}

/// A container whose command line is wrong fails, whatever it would do about errors.
fn broken(error: Error) -> Program {
    let on_fault = OnFault { on_error: OnError::Fail, on_invalid: OnInvalid::Suspend, deletion_may_wait: false };
    Program::Step { step: Box::new(Err(error.at(Place::Pod))), on_fault }
}
