//! A workflow: its pipelines, one after another, each with what the status so far says (kratix-contract 5.2).

use serde_json::Value;

use super::assumed::Lifted;
use super::promise::{Pipeline, Program, Promise};
use super::status::Status;
use super::work::{self, Group};
use crate::error::{Error, Place};
use crate::exit::Exit;
use crate::kratix::control::{self, Control};
use crate::kratix::metadata::Texts;
use crate::kratix::selectors::{self, Selectors};
use crate::kratix::{Action, Environment, Files, Found, Object, OutputPath, Workflow, status};
use crate::step::{End as StepEnd, Given, OnFault, Outcome, Remedy, Step, Task, Wanted};

/// Finds what is bound to an input.
pub type Find<'a> = &'a (dyn Fn(&Wanted) -> Found + Sync);

/// What came of a workflow.
#[derive(Debug)]
pub struct Ran {
    /// What each pipeline wrote that came to its end, with its name.
    pub written: Vec<(String, Vec<Group>)>,
    /// The status of the object.
    pub status: Status,
    /// How it ended.
    pub end: End,
    /// Odd things, of each container with its name.
    pub warnings: Vec<String>,
    /// Whether a step of it has inputs.
    pub has_inputs: bool,
    /// The pipelines that went on although they were suspended, as is assumed.
    pub lifted: Vec<(String, Lifted)>,
}

/// How a workflow ended.
#[derive(Debug)]
pub enum End {
    /// All pipelines did.
    Complete,
    /// A pipeline stopped it.
    Suspended {
        /// Which.
        pipeline: usize,
        /// What it said to Kratix.
        control: Control,
        /// What its last step said, where that stopped it.
        by: Option<Box<StepEnd>>,
    },
    /// A container fails, however often it is tried.
    Failed {
        /// The pipeline.
        pipeline: usize,
        /// Why.
        error: Box<Error>,
    },
    /// A container of somebody else: what it does isn't known here.
    Unknown {
        /// The pipeline.
        pipeline: usize,
        /// The container, and what it is.
        container: String,
    },
}

impl End {
    /// Whether a pipeline waits for something, and nobody has anything to mend.
    fn waits(&self) -> bool {
        match self {
            Self::Suspended { by, .. } => matches!(by.as_deref(), None | Some(StepEnd::Suspended(_))),
            Self::Complete | Self::Failed { .. } | Self::Unknown { .. } => false,
        }
    }
}

/// A workflow of an object, to be run.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The Promise as it is for the object.
    pub promise: &'a Promise,
    /// Which workflow.
    pub workflow: Workflow,
    /// What happens to the object.
    pub action: Action,
    /// The object, without its status.
    pub object: &'a Value,
    /// Its status so far.
    pub status: &'a Status,
    /// The pipeline to begin with; only the first begins the workflow anew.
    pub from: usize,
    /// The status with which pipelines that are suspended go on.
    pub assumed: Option<&'a status::Status>,
}

/// The files and texts that the containers of a pod share.
#[derive(Default)]
struct Volumes {
    files: Files,
    texts: Texts,
    end: Option<Box<StepEnd>>,
}

impl Run<'_> {
    /// Runs it, with inputs by `find`.
    #[must_use]
    pub fn run(self, find: Find<'_>) -> Ran {
        let pipelines = self.promise.pipelines(self.workflow, self.action);
        let names: Vec<&str> = pipelines.iter().map(|pipeline| pipeline.name.as_str()).collect();
        let mut ran = Ran {
            written: Vec::new(),
            status: self.status.clone(),
            end: End::Complete,
            warnings: Vec::new(),
            has_inputs: false,
            lifted: Vec::new(),
        };
        if self.from == 0 {
            ran.status.begin(self.action, &names);
        }
        for (at, pipeline) in pipelines.iter().enumerate().skip(self.from) {
            ran.status.start(self.action, &pipeline.name);
            let ended = match (self.pipeline(at, pipeline, &mut ran, find), self.assumed) {
                (Err(end), Some(assumed)) if end.waits() => self.lift(at, pipeline, assumed, &mut ran, find),
                (ended, _) => ended,
            };
            if let Err(end) = ended {
                if let End::Failed { .. } = end {
                    ran.status.fail(&pipeline.name);
                }
                ran.end = end;
                return ran;
            }
        }
        if !pipelines.is_empty() {
            ran.status.complete(self.workflow);
        }
        ran
    }

    /// Goes on where a pipeline waits: runs it again with the status that is assumed, as Kratix does when a suspension is lifted.
    /// Where it waits even then, for what isn't in a status, the next ones run without its files.
    fn lift(
        &self,
        at: usize,
        pipeline: &Pipeline,
        assumed: &status::Status,
        ran: &mut Ran,
        find: Find<'_>,
    ) -> Result<(), End> {
        ran.status.merge(assumed.clone());
        ran.status.start(self.action, &pipeline.name);
        let lifted = match self.pipeline(at, pipeline, ran, find) {
            Ok(()) => Lifted::ByStatus,
            Err(end) if end.waits() => {
                ran.status.succeed(self.action, &pipeline.name);
                Lifted::PassedOver
            }
            Err(end) => return Err(end),
        };
        ran.lifted.push((pipeline.name.clone(), lifted));
        Ok(())
    }

    fn pipeline(&self, at: usize, pipeline: &Pipeline, ran: &mut Ran, find: Find<'_>) -> Result<(), End> {
        let failed = |error: Error| End::Failed { pipeline: at, error: error.at(Place::Pod).into() };
        if let Some(character) = unreadable(self.object) {
            let what = format!("Kratix can't hand the object in: it has the character U+{:04X}", u32::from(character));
            return Err(failed(Error::new("request-unreadable", Exit::Request, what).hint("leave the character out")));
        }
        let environment = self.promise.environment(self.workflow, self.action, &pipeline.name, self.object);
        let mut volumes = Volumes::default();
        for container in &pipeline.containers {
            match &container.program {
                Program::Foreign(what) => {
                    let container = format!("container {} of pipeline {}, {what}", container.name, pipeline.name);
                    return Err(End::Unknown { pipeline: at, container });
                }
                Program::Check => {}
                Program::Step { step, on_fault } => {
                    let step = step.as_ref().as_ref();
                    ran.has_inputs |= step.is_ok_and(Step::has_inputs);
                    self.step(step, *on_fault, &environment, &mut volumes, ran, find).map_err(failed)?;
                }
            }
        }
        let Volumes { files, texts, end } = volumes;
        let wrong = |what: &str, cause: String| {
            let what = format!("Kratix can't take {what} of pipeline {}", pipeline.name);
            failed(Error::new("metadata", Exit::Misbehaved, what).because(cause))
        };
        let control = texts.control.as_deref().map(control::read).transpose();
        let control = control.map_err(|cause| wrong(control::FILE, cause))?.flatten();
        let written = texts.status.as_deref().map(|text| status::read(text.as_bytes())).transpose();
        ran.status.merge(written.map_err(|cause| wrong(status::FILE, cause))?.unwrap_or_default());
        if let Some(control) = control {
            ran.status.suspend(self.action, &pipeline.name, &control);
            return Err(End::Suspended { pipeline: at, control, by: end });
        }
        if self.action == Action::Configure {
            let selectors = texts.selectors.as_deref().map(|text| Selectors::read(text.as_bytes())).transpose();
            let selectors = selectors.map_err(|cause| wrong(selectors::FILE, cause))?.unwrap_or_default();
            let groups = work::groups(&files, &selectors, &self.promise.selectors);
            ran.written.push((pipeline.name.clone(), groups.map_err(|cause| wrong("the output", cause))?));
        }
        ran.status.succeed(self.action, &pipeline.name);
        Ok(())
    }

    /// One container of ours, in the volumes as earlier ones left them.
    fn step(
        &self,
        step: Result<&Step, &Error>,
        on_fault: OnFault,
        environment: &Environment,
        volumes: &mut Volumes,
        ran: &mut Ran,
        find: Find<'_>,
    ) -> Result<(), Error> {
        let object = || Object::of(self.handed_in(&ran.status));
        let answer = || -> Result<Outcome, Error> {
            let object = object().map_err(|error| {
                Error::new("request-syntax", Exit::Request, format!("the request is not {}", error.what()))
                    .because(error)
            })?;
            object.ensure_expected(environment)?;
            let step = step.map_err(Clone::clone)?;
            let task = Task::new(environment.clone(), object).after(volumes.texts.clone());
            let wanted = step.wanted(&task);
            let task = if wanted.is_empty() {
                task
            } else {
                let given: Given = wanted.iter().map(|wanted| (wanted.id.clone(), find(wanted))).collect();
                task.with(given, step.clock())
            };
            let outcome = step.answer(&task, &mut |_, _| ())?;
            ensure_free(outcome.end.files(), &volumes.files, step.overwrites())?;
            Ok(outcome)
        };
        let outcome = match answer() {
            Ok(outcome) => outcome,
            Err(error) => match on_fault.remedy(error.at(Place::Pod), environment)? {
                Remedy::GoOn(outcome) => *outcome,
                Remedy::Suspend(blame) => blame.suspended(environment, object().ok().as_ref(), &volumes.texts)?,
            },
        };
        let Outcome { end, texts, warnings, .. } = outcome;
        ran.warnings.extend(warnings);
        volumes.files.extend(end.files().iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
        volumes.texts = Texts {
            status: texts.status.or(volumes.texts.status.take()),
            selectors: texts.selectors.or(volumes.texts.selectors.take()),
            control: texts.control.or(volumes.texts.control.take()),
        };
        if end.name() != "complete" {
            volumes.end.get_or_insert(Box::new(end));
        }
        Ok(())
    }

    /// The object as Kratix hands it in.
    fn handed_in(&self, status: &Status) -> Value {
        let mut object = self.object.clone();
        if let (Some(map), Some(status)) = (object.as_object_mut(), status.to_value()) {
            map.insert("status".into(), status);
        }
        // As Kratix writes it.
        object.sort_all_objects();
        object
    }
}

/// A character for which Kratix' reader fails: what it makes `object.yaml` of goes through a YAML reader that takes no other than
/// these (<https://yaml.org/spec/1.1/#id868524>), and JSON leaves it as it is.
fn unreadable(value: &Value) -> Option<char> {
    let in_text = |text: &str| {
        text.chars().find(|c| matches!(c, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}'))
    };
    match value {
        Value::String(text) => in_text(text),
        Value::Array(items) => items.iter().find_map(unreadable),
        Value::Object(map) => map.iter().find_map(|(key, value)| in_text(key).or_else(|| unreadable(value))),
        _ => None,
    }
}

/// Refuses files that take the place of other containers' of the pod, as a step in a pod does.
fn ensure_free(files: &Files, there: &Files, overwrite: bool) -> Result<(), Error> {
    let is_taken = |path: &OutputPath| there.get(path).is_some_and(|bytes| *bytes != files[path]) && !overwrite;
    let taken = files.keys().find(|path| is_taken(path));
    taken.map_or(Ok(()), |path| {
        let what = format!("{path} is in the way: a file that this step didn't write");
        Err(Error::new("in-the-way", Exit::Directories, what).hint(
            "another container of the pipeline wrote it: let one of the two leave it out, or let generators replace files of \
             other steps with --overwrite in args",
        ))
    })
}
