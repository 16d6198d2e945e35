//! Problems that were found, each once, and how much was right: of several schemas, that with the most right explains best.

use std::collections::HashSet;

use serde_json::Value;

use super::super::path::Path;
use super::super::refusal::{Kind, Refusal};

/// A refusal, and the sentence that the validator itself has for it: two with the same sentence are one.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) refusal: Refusal,
    pub(super) message: String,
}

impl Problem {
    /// A problem whose sentence is its detail, too.
    pub(super) fn new(kind: Kind, path: &Path<'_>, value: Value, message: String) -> Self {
        Self { refusal: Refusal::of(kind, field(path), value, message.clone()), message }
    }

    /// One of too many items or fields.
    pub(super) fn too_many(path: &Path<'_>, count: i64, most: i64, message: String) -> Self {
        let detail = match most {
            1 => "must have at most 1 item".to_owned(),
            0.. => format!("must have at most {most} items"),
            _ => "has too many items".to_owned(),
        };
        Self { refusal: Refusal::of(Kind::TooMany, field(path), count.into(), detail), message }
    }

    /// One of all of a value, which has no field of its own.
    pub(super) fn of_all(message: String) -> Self {
        Self { refusal: Refusal::invalid("<nil>", "", message.clone()), message }
    }
}

/// The place of a problem: the validator's word for the object itself is none.
pub(super) fn field(path: &Path<'_>) -> String {
    if path.is_root() { "<nil>".to_owned() } else { path.dotted() }
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) problems: Vec<Problem>,
    /// How many checks were made and passed, roughly: the validator counts some twice.
    pub(super) matches: usize,
    sentences: HashSet<String>,
}

impl Found {
    /// One problem.
    pub(super) fn one(problem: Problem) -> Self {
        let mut found = Self::default();
        found.add(problem);
        found
    }

    /// No problem, and one match.
    pub(super) fn matched() -> Self {
        Self { matches: 1, ..Self::default() }
    }

    /// Adds a problem that isn't known yet.
    pub(super) fn add(&mut self, problem: Problem) {
        if self.problems.is_empty() {
            self.sentences.clear();
        }
        if self.sentences.insert(problem.message.clone()) {
            self.problems.push(problem);
        }
    }

    /// Adds all of another.
    pub(super) fn merge(&mut self, other: Self) {
        self.matches += other.matches;
        if self.problems.is_empty() {
            self.problems = other.problems;
            self.sentences = other.sentences;
            return;
        }
        for problem in other.problems {
            self.add(problem);
        }
    }

    /// Whether nothing was.
    pub(super) fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }
}
