//! What a step did in its pod, for people and programs.

use serde_json::{Value, json};

use super::Span;
use super::transaction::{Committed, Written};
use crate::kratix::Labels;
use crate::kratix::metadata::Texts;
use crate::step::{End, Fault, Hold, Outcome, Problems, Ran};
use crate::text::clean;

/// Characters of a message that the summary shows.
const MAX_MESSAGE: usize = 2048;

/// How a step ended, and what that changed.
#[derive(Debug)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// What earlier containers left in the metadata directory.
    pub left: Texts,
    /// What became of the directories.
    pub committed: Committed,
    /// How long its parts took, where it got to its end.
    pub spans: Vec<Span>,
}

impl Report {
    /// Of an outcome for which nothing was touched.
    pub(super) fn of(outcome: Outcome) -> Self {
        Self { outcome, left: Texts::default(), committed: Committed::default(), spans: Vec::new() }
    }

    /// Odd things: of the outcome, then those that showed only when it was committed.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let replaced = self.committed.replaced.iter();
        let replaced = replaced.map(|path| {
            format!("{path}, which others wrote or changed, was replaced; their version doesn't come back")
        });
        self.outcome.warnings.iter().cloned().chain(replaced).collect()
    }

    /// As a program reads it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Outcome { end, generators, inputs, status, .. } = &self.outcome;
        let selectors = if let End::Complete { selectors, .. } = end { selectors.to_json() } else { json!([]) };
        let file = |file: &Written| json!({"path": file.path, "bytes": file.bytes, "sha256": file.sha256});
        let hold = |hold: &Hold| json!({"message": hold.message, "retryAfterSeconds": hold.retry_after_seconds});
        json!({
            "outcome": end.name(),
            "generators": generators.iter().map(Ran::to_json).collect::<Vec<_>>(),
            "inputs": inputs,
            "files": self.committed.written.iter().map(file).collect::<Vec<_>>(),
            "removed": self.committed.removed,
            "destinations": selectors,
            "status": status,
            "suspended": end.hold().map(hold),
            "problems": end.problems().map(Problems::to_json),
            "fault": end.fault().map(Fault::to_json),
            "warnings": self.warnings(),
        })
    }

    /// A line for each thing that was done.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let end = &self.outcome.end;
        let mut lines: Vec<String> =
            self.outcome.inputs.iter().flatten().map(|(key, read)| format!("read {key}: {}", names(read))).collect();
        lines.extend(self.committed.written.iter().map(|file| format!("wrote {}{}", file.path, self.sent(&file.path))));
        lines.extend(self.committed.removed.iter().map(|path| format!("removed {path}")));
        if let Some(problems) = end.problems() {
            lines.extend(problems.lines().into_iter().map(|line| format!("invalid: {line}")));
        }
        if let Some(Hold { message, retry_after_seconds }) = end.hold() {
            let when =
                retry_after_seconds.map_or(String::new(), |seconds| format!(", to be tried again in {seconds} s"));
            lines.push(format!("suspended{when}: {message}"));
        } else if let Some(message) = self.outcome.status.get("message").and_then(Value::as_str) {
            // An earlier container's may have any length.
            lines.push(format!("status: {}", clean(message, MAX_MESSAGE)));
        }
        lines
    }

    /// Where a file goes, to be read after its path.
    fn sent(&self, path: &str) -> String {
        let End::Complete { selectors, .. } = &self.outcome.end else { return String::new() };
        let directory = path.split_once('/').map_or(".", |(top, _)| top);
        let labels = selectors.labels(directory).or_else(|| selectors.labels("."));
        let labels: Vec<String> =
            labels.into_iter().flat_map(Labels::iter).map(|(key, value)| format!("{key}={value}")).collect();
        if labels.is_empty() { String::new() } else { format!(" → {}", labels.join(",")) }
    }
}

/// What was read for an input, or for each of a generator's.
fn names(read: &Value) -> String {
    match read {
        Value::Null => "nothing".to_owned(),
        Value::String(name) => name.clone(),
        Value::Array(all) if all.is_empty() => "nothing".to_owned(),
        Value::Array(all) => all.iter().map(names).collect::<Vec<_>>().join(", "),
        Value::Object(inputs) => {
            inputs.iter().map(|(key, read)| format!("{key} {}", names(read))).collect::<Vec<_>>().join("; ")
        }
        Value::Bool(_) | Value::Number(_) => read.to_string(),
    }
}
