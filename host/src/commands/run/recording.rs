//! `run --record`: a step that ran, as a case. Whoever runs the step on that again gets the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::commands::variables::variable;
use crate::console::Console;
use crate::contract::Line;
use crate::error::Error;
use crate::kratix::{Found, metadata};
use crate::pod::{Case, Pod, Report};
use crate::step::Given;
use crate::yaml;

/// What a case says of the pod: all that Kratix sets, and of our own what isn't in files of the case.
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
    "KRATIX_WASM_LIMITS",
    "KRATIX_WASM_ON_ERROR",
];

/// A case that is being written down.
pub(super) struct Recording {
    directory: PathBuf,
    files: Case,
    stderr: String,
}

impl Recording {
    /// Looks whether it can be written, before the step runs, and takes down what the step is asked.
    pub(super) fn begin(directory: &Path, pod: &Pod) -> Result<Self, Error> {
        pod.ensure_recordable(directory)?;
        let mut files = Case::new();
        files.insert("object.yaml".into(), pod.object_text()?);
        let mut lines = String::new();
        for name in ENVIRONMENT {
            // A line each is all that the file has room for.
            if let Some(value) = variable(name)?.filter(|value| !value.contains('\n')) {
                lines.extend([name, "=", &value, "\n"]);
            }
        }
        if !lines.is_empty() {
            files.insert("environment".into(), lines.into_bytes());
        }
        Ok(Self { directory: directory.to_owned(), files, stderr: String::new() })
    }

    /// Takes down what the Promise author sets.
    pub(super) fn set<'a>(&mut self, written: impl Iterator<Item = (&'static str, &'a [u8])>) {
        self.files.extend(written.map(|(name, text)| (name.to_owned(), text.to_vec())));
    }

    /// Takes down what was read for inputs, each object once.
    pub(super) fn given(&mut self, given: &Given) {
        let objects = given.values().filter_map(|found| match found {
            Found::Objects(objects) => Some(objects),
            Found::Absent | Found::NoResource => None,
        });
        let objects: BTreeMap<String, _> =
            objects.flatten().map(|object| (object.to_string(), object.clone())).collect();
        let objects: Vec<_> = objects.into_values().collect();
        self.files.insert("objects.yaml".into(), yaml::write(&objects).into_bytes());
    }

    /// Takes down what a generator says: of a step that fails it is a part of what is expected.
    pub(super) fn said(&mut self, generator: &str, line: &Line) {
        self.stderr.extend(Console::line(generator, line).map(|line| line + "\n"));
    }

    /// Takes down what came of it, and writes the case.
    pub(super) fn end(mut self, pod: &Pod, done: Result<&Report, &Error>) -> Result<(), Error> {
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
