//! What a generator answers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Serialize;
use serde_json::Value;

/// The complete desired state for a request: files, where they go, and what the status says.
///
/// Methods that serialise keep their first error; it surfaces as [`Stop::Internal`](crate::Stop::Internal), since only
/// a bug can make one (a map with keys that are no strings, say).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    pub(crate) files: BTreeMap<String, Contents>,
    pub(crate) destinations: Vec<Destination>,
    pub(crate) status: Option<Value>,
    pub(crate) empty_is_intended: bool,
    pub(crate) error: Option<String>,
}

/// A directory, or none for the rest, and the labels that it is sent by.
pub(crate) type Destination = (Option<String>, Vec<(String, String)>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Contents {
    Bytes(Vec<u8>),
    Yaml(Vec<String>),
}

impl Output {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document to a YAML file; a second call with the same path adds a second document. The host writes the
    /// YAML, so that Kubernetes tools read exactly these values.
    #[must_use]
    pub fn yaml(mut self, path: impl Into<String>, document: &impl Serialize) -> Self {
        let path = path.into();
        let Some(json) = self.check(&path, serde_json::to_string(document)) else { return self };
        match self.files.get_mut(&path) {
            Some(Contents::Yaml(documents)) => {
                documents.push(json);
                self
            }
            _ => self.add(path, Contents::Yaml(vec![json])),
        }
    }

    /// Adds a JSON file: two spaces a level, a line a value, a newline at the end, keys in their own order.
    #[must_use]
    pub fn json(mut self, path: impl Into<String>, document: &impl Serialize) -> Self {
        let path = path.into();
        let Some(mut json) = self.check(&path, serde_json::to_string_pretty(document)) else { return self };
        json.push('\n');
        self.add(path, Contents::Bytes(json.into_bytes()))
    }

    /// Adds a text file.
    #[must_use]
    pub fn text(self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.bytes(path, text.into().into_bytes())
    }

    /// Adds a file of any kind.
    #[must_use]
    pub fn bytes(self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.add(path.into(), Contents::Bytes(bytes.into()))
    }

    /// Sends a top-level directory to a Destination that has all these labels.
    #[must_use]
    pub fn send<K: Into<String>, V: Into<String>>(
        mut self,
        directory: impl Into<String>,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.destinations.push((Some(directory.into()), pairs(labels)));
        self
    }

    /// Sends every file outside the directories given to [`send`](Self::send) to a Destination that has all these
    /// labels and those of the Promise.
    #[must_use]
    pub fn send_rest<K: Into<String>, V: Into<String>>(mut self, labels: impl IntoIterator<Item = (K, V)>) -> Self {
        self.destinations.push((None, pairs(labels)));
        self
    }

    /// Sets keys of the object's status. Kratix never removes a key, so give every key in every answer, null where
    /// there is nothing to say; `message` is what `kubectl get` shows.
    #[must_use]
    pub fn status(mut self, status: &impl Serialize) -> Self {
        self.status = self.check("the status", serde_json::to_value(status));
        self
    }

    /// Says that an answer without files is meant: Kratix then removes all files of the request.
    #[must_use]
    pub fn empty_is_intended(mut self) -> Self {
        self.empty_is_intended = true;
        self
    }

    /// The paths of the files, in the order of their names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// A file as text, for tests: of a YAML file the documents as JSON, a line each.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<String> {
        Some(match self.files.get(path)? {
            Contents::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Contents::Yaml(documents) => documents.join("\n"),
        })
    }

    /// The labels that a directory goes to, for tests.
    #[must_use]
    pub fn sent_to(&self, directory: &str) -> Option<&[(String, String)]> {
        let (_, labels) = self.destinations.iter().find(|(sent, _)| sent.as_deref() == Some(directory))?;
        Some(labels)
    }

    /// The status, for tests.
    #[must_use]
    pub fn reported(&self) -> Option<&Value> {
        self.status.as_ref()
    }

    /// Adds a file; two files with one path are a bug.
    fn add(mut self, path: String, contents: Contents) -> Self {
        match self.files.entry(path) {
            Entry::Vacant(free) => {
                free.insert(contents);
            }
            Entry::Occupied(taken) => {
                self.error.get_or_insert(format!("two files have the path {}", taken.key()));
            }
        }
        self
    }

    fn check<T>(&mut self, what: &str, result: Result<T, serde_json::Error>) -> Option<T> {
        result.map_err(|error| self.error.get_or_insert(format!("{what}: {error}")).len()).ok()
    }
}

fn pairs<K: Into<String>, V: Into<String>>(labels: impl IntoIterator<Item = (K, V)>) -> Vec<(String, String)> {
    labels.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_with_the_same_path_adds_a_document() {
        let output = Output::new().yaml("a.yaml", &json!({"n": 1})).yaml("a.yaml", &json!({"n": 2}));
        assert_eq!(output.read("a.yaml").unwrap(), "{\"n\":1}\n{\"n\":2}");
        assert_eq!(output.error, None);
    }

    #[test]
    fn two_files_with_one_path_are_a_bug_that_is_named() {
        let output = Output::new().text("a.yaml", "x").yaml("a.yaml", &json!(1));
        assert_eq!(output.error.as_deref(), Some("two files have the path a.yaml"));
    }

    #[test]
    fn what_can_not_be_json_is_a_bug_that_is_named() {
        let output = Output::new().json("a.json", &BTreeMap::from([((1, 2), 3)]));
        assert_eq!(output.error.as_deref(), Some("a.json: key must be a string"));
        assert_eq!(output.paths().count(), 0);
    }

    #[test]
    fn json_is_pretty_and_ends_with_a_newline() {
        let output = Output::new().json("a.json", &json!({"b": [1], "a": "ü"}));
        assert_eq!(output.read("a.json").unwrap(), "{\n  \"b\": [\n    1\n  ],\n  \"a\": \"ü\"\n}\n");
    }
}
