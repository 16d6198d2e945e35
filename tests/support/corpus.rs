//! The scenarios of the corpus as they lie in their folders: tests/corpus/README.md says the format.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kratix_wasm::yaml;

use serde_json::Value;

use crate::{Tree, root, tree};

/// Most steps.
const MAX_STEPS: usize = 9;

/// One idea, in steps that are numbered from 1.
#[derive(Debug)]
pub struct Scenario {
    /// That of its folder.
    pub name: String,
    folder: PathBuf,
    about: Value,
    /// How many there are.
    pub steps: usize,
}

/// A document of a manifest.
#[derive(Debug)]
pub struct Document {
    /// As it is written: what kubectl makes of it is part of the truth.
    pub text: String,
    /// As it is read.
    pub value: Value,
}

/// A Git repository that Kratix writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// That of its GitStateStore.
    pub name: String,
    /// The one that Kratix writes to.
    pub branch: String,
}

impl Scenario {
    /// All, or those that have one of the words of SCENARIOS in their names.
    ///
    /// # Panics
    ///
    /// When one isn't as the format says, or none is called so.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let wanted = std::env::var("SCENARIOS").unwrap_or_default();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let folders = fs::read_dir(root().join("tests/corpus")).expect("the corpus lies there");
        let mut folders: Vec<PathBuf> = folders.map(|entry| entry.expect("it can be listed").path()).collect();
        folders.sort();
        let scenarios = folders.into_iter().filter(|folder| folder.join("scenario.yaml").exists()).map(Self::read);
        let scenarios = scenarios.filter(|one| wanted.is_empty() || wanted.iter().any(|word| one.name.contains(word)));
        let scenarios: Vec<Self> = scenarios.collect();
        assert!(!scenarios.is_empty(), "no scenario is called like one of {wanted:?}");
        scenarios
    }

    fn read(folder: PathBuf) -> Self {
        let name = folder.file_name().expect("it has one").to_str().expect("it is ASCII").to_owned();
        let about = fs::read(folder.join("scenario.yaml")).expect("it can be read");
        let about = yaml::read(&about).unwrap_or_else(|error| panic!("{name}/scenario.yaml: {error}"));
        let steps = (1..=MAX_STEPS).take_while(|step| folder.join(step.to_string()).exists()).count();
        assert!(steps > 0, "{name} has no steps");
        Self { name, folder, about, steps }
    }

    /// Whether Kratix picks a Destination by chance.
    #[must_use]
    pub fn is_random(&self) -> bool {
        self.about["random"] == true
    }

    /// Whether Kratix never rests with it, which makes all others slow.
    #[must_use]
    pub fn is_restless(&self) -> bool {
        self.about["restless"] == true
    }

    /// Whether it is chance which WorkPlacement gets a commit: so the logs aren't compared.
    #[must_use]
    pub fn is_racy(&self) -> bool {
        self.about["racy"] == true
    }

    /// Whether it is chance what the branches have after a step: so neither files nor logs are compared.
    #[must_use]
    pub fn is_chance(&self, step: usize) -> bool {
        self.about["chanceFrom"].as_u64().is_some_and(|first| first <= step as u64)
    }

    /// The repositories that Kratix writes to.
    ///
    /// # Panics
    ///
    /// When it doesn't say them as it should.
    #[must_use]
    pub fn stores(&self) -> Vec<Store> {
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{}: stores", self.name)).to_owned();
        let stores = self.about["stores"].as_array().unwrap_or_else(|| panic!("{}: no stores", self.name));
        stores.iter().map(|store| Store { name: text(&store["name"]), branch: text(&store["branch"]) }).collect()
    }

    fn step(&self, step: usize) -> PathBuf {
        self.folder.join(step.to_string())
    }

    /// What a step expects.
    #[must_use]
    pub fn expected(&self, step: usize) -> PathBuf {
        self.step(step).join("expected")
    }

    /// What a step applies.
    ///
    /// # Panics
    ///
    /// When it isn't YAML.
    #[must_use]
    pub fn applied(&self, step: usize) -> Vec<Document> {
        documents(&self.step(step).join("apply.yaml"))
    }

    /// The file of what a step applies, if it does.
    #[must_use]
    pub fn apply_file(&self, step: usize) -> Option<PathBuf> {
        Some(self.step(step).join("apply.yaml")).filter(|path| path.exists())
    }

    /// The file of what a step deletes, if it does.
    #[must_use]
    pub fn deleted(&self, step: usize) -> Option<PathBuf> {
        Some(self.step(step).join("delete.yaml")).filter(|path| path.exists())
    }

    /// What somebody else commits before a step.
    #[must_use]
    pub fn committed_before(&self, step: usize, store: &Store) -> Tree {
        let folder = self.step(step).join("repository").join(&store.name);
        if !folder.exists() {
            return Tree::new();
        }
        tree(&folder).into_iter().map(|(path, bytes)| (unescaped(&path), bytes)).collect()
    }

    /// All that its steps apply of one kind, by name.
    fn names(&self, kind: &str) -> BTreeSet<String> {
        let documents = (1..=self.steps).flat_map(|step| self.applied(step));
        let of_kind = documents.filter(|document| document.value["kind"] == kind);
        of_kind.filter_map(|document| document.value["metadata"]["name"].as_str().map(str::to_owned)).collect()
    }

    /// The names of its Promises.
    #[must_use]
    pub fn promises(&self) -> BTreeSet<String> {
        self.names("Promise")
    }

    /// The names of its Destinations.
    #[must_use]
    pub fn destinations(&self) -> BTreeSet<String> {
        self.names("Destination")
    }

    /// Where its requests are and its pods run, but for Kratix' own.
    #[must_use]
    pub fn namespaces(&self) -> BTreeSet<String> {
        let documents: Vec<Document> = (1..=self.steps).flat_map(|step| self.applied(step)).collect();
        let requests = documents.iter().map(|document| &document.value["metadata"]["namespace"]);
        let pods = documents.iter().map(|document| &document.value["spec"]["workflows"]["config"]["pipelineNamespace"]);
        requests.chain(pods).filter_map(|name| name.as_str().map(str::to_owned)).collect()
    }
}

fn documents(file: &Path) -> Vec<Document> {
    let Ok(text) = fs::read_to_string(file) else { return Vec::new() };
    let mut texts = vec![String::new()];
    for line in text.lines() {
        if line == "---" {
            texts.push(String::new());
        } else {
            let last = texts.last_mut().expect("there is one");
            last.push_str(line);
            last.push('\n');
        }
    }
    let read = |text: String| {
        let value = yaml::read(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Document { text, value }
    };
    texts.into_iter().filter(|text| !text.trim().is_empty()).map(read).collect()
}

/// A path as it is kept: the repository of the corpus must not take a file for its own settings.
#[must_use]
pub fn escaped(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix(".git") {
        Some(rest) => format!("%2Egit{rest}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What was kept so.
#[must_use]
pub fn unescaped(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix("%2Egit") {
        Some(rest) => format!(".git{rest}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::{escaped, unescaped};

    #[test]
    fn a_path_is_kept_so_that_git_takes_no_part_of_it_for_its_own() {
        for (path, kept) in [
            (".gitignore", "%2Egitignore"),
            ("a/.gitattributes", "a/%2Egitattributes"),
            (".kratix/a.yaml", ".kratix/a.yaml"),
            ("a.git/b", "a.git/b"),
        ] {
            assert_eq!(escaped(path), kept);
            assert_eq!(unescaped(kept), path);
        }
    }
}
