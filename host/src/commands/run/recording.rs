//! `run --record`: a step that ran, as a case. Whoever runs the step on that again gets the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::commands::inputs::picked;
use crate::commands::variables::variable;
use crate::console::Console;
use crate::contract::{Line, Quantity};
use crate::error::Error;
use crate::exit::Exit;
use crate::inputs::Manifests;
use crate::kratix::{Found, metadata};
use crate::limits::Limits;
use crate::pod::{Case, Pod, Report};
use crate::step::{Given, Wanted};
use crate::yaml;

/// What Kratix says that a case has.
const ENVIRONMENT: &[&str] = &[
    "KRATIX_WORKFLOW_ACTION",
    "KRATIX_WORKFLOW_TYPE",
    "KRATIX_PROMISE_NAME",
    "KRATIX_PIPELINE_NAME",
    "KRATIX_OBJECT_KIND",
    "KRATIX_OBJECT_GROUP",
    "KRATIX_OBJECT_VERSION",
    "KRATIX_OBJECT_NAME",
    "KRATIX_OBJECT_NAMESPACE",
    "KRATIX_CRD_PLURAL",
    "KRATIX_CLUSTER_SCOPED",
    "KRATIX_DRY_RUN",
];

/// What is set for a step beside the files of a case, by variables or by options: a case has variables.
pub(super) struct Beside {
    pub(super) limits: Limits,
    pub(super) variables: [(&'static str, Option<String>); 2],
}

/// A case that is being written down.
pub(super) struct Recording {
    directory: PathBuf,
    files: Case,
    stderr: String,
    limits: Limits,
    /// Why whoever runs it would get something else.
    unlike: Option<String>,
}

impl Recording {
    /// Looks whether it can be written, before the step runs, and takes down what the step is asked.
    pub(super) fn begin(directory: &Path, pod: &Pod, beside: Beside) -> Result<Self, Error> {
        pod.ensure_recordable(directory)?;
        let Beside { limits, variables } = beside;
        let mut recording =
            Self { directory: directory.to_owned(), files: Case::new(), stderr: String::new(), limits, unlike: None };
        match pod.object_text(&recording.limits) {
            Ok(text) => drop(recording.files.insert("object.yaml".into(), text)),
            Err(error) => recording.is_unlike(&error.in_one_line()),
        }
        let mut lines = String::new();
        let said = ENVIRONMENT.iter().map(|name| Ok((*name, variable(name)?)));
        for (name, value) in said.chain(variables.into_iter().map(Ok)).collect::<Result<Vec<_>, Error>>()? {
            match value {
                // A line each is all that the file has room for.
                Some(value) if value.contains('\n') => recording.is_unlike(&format!("{name} has several lines")),
                Some(value) => lines.extend([name, "=", &value, "\n"]),
                None => {}
            }
        }
        if !lines.is_empty() {
            recording.files.insert("environment".into(), lines.into_bytes());
        }
        Ok(recording)
    }

    /// Takes note that nobody would get the same. The first reason counts.
    pub(super) fn is_unlike(&mut self, why: &str) {
        self.unlike.get_or_insert_with(|| why.to_owned());
    }

    /// Takes down what the Promise author sets.
    pub(super) fn set<'a>(&mut self, written: impl Iterator<Item = (&'static str, &'a [u8])>) {
        self.files.extend(written.map(|(name, text)| (name.to_owned(), text.to_vec())));
    }

    /// Takes down what was read for inputs, each object once and none that no generator may see, and looks whether these
    /// objects lead to the same again.
    pub(super) fn read(&mut self, wanted: &[Wanted], read: &Result<Given, Error>) {
        match read {
            Err(error) => self.is_unlike(&format!("its inputs could not be read: {}", error.in_one_line())),
            // Nobody was there to be asked, as nobody will be.
            Ok(given) if given.is_empty() => {}
            Ok(given) => {
                if let Err(why) = self.given(wanted, given) {
                    self.is_unlike(&why);
                }
            }
        }
    }

    fn given(&mut self, wanted: &[Wanted], given: &Given) -> Result<(), String> {
        let mut seen = Vec::new();
        for wanted in wanted {
            let key = &wanted.id.key;
            let found = match given.get(&wanted.id) {
                Some(Found::Objects(objects)) if !objects.iter().all(|object| wanted.shows(object)) => {
                    // Without any it would be content with none.
                    if wanted.quantity == Quantity::Optional {
                        return Err(format!("input {key} has an object that the generator doesn't see"));
                    }
                    Found::Absent
                }
                Some(found) => found.clone(),
                None => return Err(format!("input {key} was not read")),
            };
            seen.push((wanted, found));
        }
        let objects = seen.iter().flat_map(|(_, found)| objects_of(found));
        let objects: BTreeMap<String, Value> = objects.map(|object| (object.to_string(), object.clone())).collect();
        let text = yaml::write(&objects.into_values().collect::<Vec<_>>()).into_bytes();
        if text.len() > self.limits.input_bytes {
            return Err("its objects are too long as YAML".into());
        }
        let mut manifests = Manifests::default();
        manifests.add("objects.yaml", &text).map_err(|error| error.in_one_line())?;
        let texts = |found: &Found| objects_of(found).map(ToString::to_string).collect::<Vec<_>>();
        let other = seen.iter().find(|(wanted, found)| {
            let again = picked(&manifests, wanted);
            // By their texts: some numbers are equal that don't look so.
            again != *found || texts(&again) != texts(found)
        });
        if let Some((wanted, _)) = other {
            return Err(format!("manifests can't say what was found for input {}", wanted.id.key));
        }
        self.files.insert("objects.yaml".into(), text);
        Ok(())
    }

    /// Takes down what a generator says: of a step that fails it is a part of what is expected.
    pub(super) fn said(&mut self, generator: &str, line: &Line) {
        self.stderr.extend(Console::line(generator, line).map(|line| line + "\n"));
    }

    /// Takes down what came of it, and writes the case.
    pub(super) fn end(mut self, pod: &Pod, done: Result<&Report, &Error>) -> Result<(), Error> {
        if let Some(why) = self.unlike {
            return Err(Error::new("record-unlike", Exit::Config, "the case can't be replayed").because(why));
        }
        match done {
            Ok(report) => {
                let texts = |texts: &metadata::Texts| {
                    texts
                        .each()
                        .map(|(name, text)| Some((name, text?.as_bytes().to_vec())))
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                };
                for (name, text) in texts(&report.left) {
                    self.files.insert(format!("before/metadata/{name}"), text.clone());
                    self.files.insert(format!("expected/metadata/{name}"), text);
                }
                for (name, text) in texts(&report.outcome.texts) {
                    self.files.insert(format!("expected/metadata/{name}"), text);
                }
                for (path, bytes) in report.outcome.end.files() {
                    self.files.insert(format!("expected/output/{path}"), bytes.to_vec());
                }
            }
            Err(error) => {
                let lines = error.lines().into_iter().map(|(word, text)| format!("{word} {text}\n"));
                self.stderr.extend(lines);
                self.files.insert("expected/exit-code".into(), format!("{}\n", error.exit() as u8).into_bytes());
                self.files.insert("expected/stderr".into(), std::mem::take(&mut self.stderr).into_bytes());
            }
        }
        pod.record(&self.directory, &self.files)
    }
}

fn objects_of(found: &Found) -> impl Iterator<Item = &Value> {
    let objects = match found {
        Found::Objects(objects) => &objects[..],
        Found::Absent | Found::NoResource => &[],
    };
    objects.iter()
}
