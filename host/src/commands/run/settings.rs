//! What is set for a step, by options and by what surrounds it, and the step that is made of it.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::{Args, Surroundings};
use crate::author::{Author, Bindings, Config, Policy};
use crate::commands::setting::Setting;
use crate::commands::variables::Variables;
use crate::contract::{Generator, Said};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{Action, Kind};
use crate::limits::Limits;
use crate::pod::Pod;
use crate::sandbox::Sandbox;
use crate::source::{Fetched, Neighbours, Source};
use crate::step::{OnInvalid, Rules, Step};
use crate::text::clean;

/// For what, and where, a step is made.
#[derive(Debug)]
pub(in crate::commands) struct Making<'a> {
    /// The kind of its objects, where that is known.
    pub(in crate::commands) kind: Option<Kind>,
    /// Whether all its tasks are deletions.
    pub(in crate::commands) deletions_only: bool,
    /// Who may have put something where a generator is.
    pub(in crate::commands) neighbours: Neighbours<'a>,
    /// How many tasks are answered at once.
    pub(in crate::commands) calls: NonZeroU32,
}

impl<'a> Making<'a> {
    /// One task of a pod, whose directories are `shared`.
    pub(in crate::commands) fn in_pod(pod: &Pod, shared: &'a [&'a Path]) -> Self {
        Self {
            kind: None,
            deletions_only: pod.environment.action == Action::Delete,
            neighbours: Neighbours { place: pod.environment.place(), shared },
            calls: NonZeroU32::MIN,
        }
    }
}

/// What is set for a step.
pub(in crate::commands) struct Settings {
    /// Where the generators come from, in the order in which they run.
    generators: Vec<Source>,
    author: Author,
    /// As it is written, by the names that the files of a case have.
    written: [(&'static str, Option<Setting>); 3],
    on_invalid: OnInvalid,
    overwrite: bool,
    pub(super) limits: Limits,
}

impl Args {
    /// What is bound to the step's inputs, whatever else is wrong with it.
    pub(in crate::commands) fn bindings(self, surroundings: &Surroundings<'_>) -> Result<Bindings, Error> {
        let limits = self.limits.read(surroundings.variables)?;
        let generators =
            if self.generators.is_empty() { from_environment(surroundings.variables)? } else { self.generators };
        let bindings = Setting::of("inputs", self.inputs, self.inputs_file, &limits, surroundings)?;
        read_bindings(bindings.as_ref(), generators.len() > 1)
    }

    /// What its arguments say of bindings: these, or the path of their file.
    pub(in crate::commands) fn given_bindings(&self) -> Option<String> {
        self.inputs.clone().or_else(|| Some(self.inputs_file.as_ref()?.to_string_lossy().into_owned()))
    }

    /// Whether its arguments name generators.
    pub(in crate::commands) fn names_generators(&self) -> bool {
        !self.generators.is_empty()
    }

    /// Whether the policy lets deletions wait, whatever else is wrong with the step.
    pub(super) fn lets_deletions_wait(&self, surroundings: &Surroundings<'_>) -> bool {
        let (policy, file) = (self.policy.clone(), self.policy_file.clone());
        let setting = Setting::of("policy", policy, file, &Limits::default(), surroundings).ok().flatten();
        let policy = setting.and_then(|setting| Policy::read(&setting.shown, &setting.text).ok());
        policy.is_some_and(|policy| policy.lets_deletions_wait())
    }

    /// What options and surroundings set for the step.
    pub(in crate::commands) fn settings(self, surroundings: &Surroundings<'_>) -> Result<Settings, Error> {
        let Surroundings { variables, locate } = *surroundings;
        let limits = self.limits.read(variables)?;
        let generators = if self.generators.is_empty() { from_environment(variables)? } else { self.generators };
        if generators.is_empty() {
            return Err(Error::new("generator-unnamed", Exit::Usage, "no generator to run")
                .hint("name one, as in `kratix-wasm run team.wasm`, or set KRATIX_WASM_GENERATOR")
                .hint_in_pod("set KRATIX_WASM_GENERATOR in the container's env"));
        }
        let generators: Vec<PathBuf> = generators.iter().map(|file| locate(file)).collect::<Result<_, _>>()?;
        let several = generators.len() > 1;
        let config = Setting::of("config", self.config, self.config_file, &limits, surroundings)?;
        let bindings = Setting::of("inputs", self.inputs, self.inputs_file, &limits, surroundings)?;
        let policy = Setting::of("policy", self.policy, self.policy_file, &limits, surroundings)?;
        let author = Author {
            config: config
                .as_ref()
                .map_or_else(|| Ok(Config::empty()), |s| Config::read(&s.shown, &s.text, several))?,
            bindings: read_bindings(bindings.as_ref(), several)?,
            policy: policy.as_ref().map_or_else(|| Ok(Policy::default()), |s| Policy::read(&s.shown, &s.text))?,
        };
        let precompiled = self.precompiled || is_set("KRATIX_WASM_PRECOMPILED", variables)?;
        let source = if precompiled { Source::Precompiled } else { Source::File };
        let generators = generators.into_iter().map(source).collect();
        Ok(Settings {
            generators,
            author,
            written: [("config.yaml", config), ("inputs.yaml", bindings), ("policy.yaml", policy)],
            on_invalid: self.on_invalid.into(),
            overwrite: self.overwrite,
            limits,
        })
    }
}

impl Settings {
    /// What the Promise author sets, as it is written, or as one would write that there is nothing.
    pub(in crate::commands) fn written(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.written.iter().map(|(name, setting)| (*name, setting.as_ref().map_or(&b"{}\n"[..], |set| &set.text)))
    }

    /// What is bound to inputs.
    pub(in crate::commands) fn bindings(&self) -> &Bindings {
        &self.author.bindings
    }

    /// Takes all files for components, whatever they were said to be.
    pub(in crate::commands) fn take_components(&mut self) {
        for source in &mut self.generators {
            *source = Source::File(source.path().to_owned());
        }
    }

    /// Takes each file for what its name says, whatever it was said to be: only a name that ends in .cwasm is precompiled code's.
    #[cfg(feature = "preview")]
    pub(in crate::commands) fn take_by_name(&mut self) {
        for source in &mut self.generators {
            let is_code = source.path().extension().is_some_and(|end| end == "cwasm");
            let make = if is_code { Source::Precompiled } else { Source::File };
            *source = make(source.path().to_owned());
        }
    }

    /// Loads the generators and makes the step. Each part that is done is told to `done`.
    pub(in crate::commands) fn build(
        self,
        making: Making<'_>,
        done: &mut dyn FnMut(&str),
        said: Said<'_>,
    ) -> Result<Step, Error> {
        let Self { generators, author, on_invalid, overwrite, limits, .. } = self;
        let Making { kind, deletions_only, neighbours, calls } = making;
        let sandbox = Sandbox::new(limits.clone(), calls)?;
        done("make an engine");
        let mut loaded: Vec<Box<dyn Generator>> = Vec::new();
        for source in generators {
            sandbox.ensure_in_time(&format!("load {source}"))?;
            let shown = source.to_string();
            let fetched = source.fetch(neighbours, &limits)?;
            done("read the generator, or see who may write it");
            loaded.push(Box::new(match fetched {
                Fetched::Component(bytes) => sandbox.compile(&shown, bytes)?,
                Fetched::Code(file) => sandbox.load(&shown, &file)?,
            }));
            done("load it");
        }
        let rules = Rules { kind, deletions_only, on_invalid, overwrite, limits };
        let step = Step::new(loaded, author, rules, sandbox.clock(), said)?;
        done("ask what the generators are");
        Ok(step)
    }
}

fn read_bindings(setting: Option<&Setting>, several: bool) -> Result<Bindings, Error> {
    setting.map_or_else(|| Ok(Bindings::none(several)), |s| Bindings::read(&s.shown, &s.text, several))
}

fn from_environment(variables: Variables<'_>) -> Result<Vec<PathBuf>, Error> {
    let lines = variables("KRATIX_WASM_GENERATOR")?.unwrap_or_default();
    Ok(lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

fn is_set(name: &str, variables: Variables<'_>) -> Result<bool, Error> {
    match variables(name)?.as_deref().map(str::trim) {
        Some("true" | "1" | "yes" | "on") => Ok(true),
        None | Some("false" | "0" | "no" | "off") => Ok(false),
        Some(other) => Err(Error::new("variable", Exit::Usage, format!("{name} is \"{}\"", clean(other, 40)))
            .hint("set it to true or false")),
    }
}
