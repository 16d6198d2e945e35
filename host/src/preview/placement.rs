//! A group of files at a Destination, and where in the repository they lie (kratix-contract 7.2 to 7.5).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::admission::{Destination, Mode};
use super::path::{below_root, join};
use super::store::{Change, Tree};
use super::work::{Of, WorkId};
use crate::text::clean;
use crate::yaml;

/// A `WorkPlacement`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Its name: that of the Work, the Destination, and five characters for the directory.
    pub name: String,
    /// Whose it is.
    pub id: WorkId,
    /// The directory of its group; empty where only a repository tells of it.
    pub directory: String,
    /// The five characters that stand for that.
    pub short: String,
    /// Where it is.
    pub destination: String,
    /// Whether the Destination was once none that the group may go to: it stays there, is written on, and keeps the label.
    pub misplaced: bool,
    /// Whether the Destination is one that the group may go to.
    pub fits: bool,
    /// Its files.
    pub files: Arc<[(String, Arc<[u8]>)]>,
}

/// Why Kratix writes nothing of a placement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// It writes nothing of it at all, and reports success.
    #[error("{0} lies outside the repository: Kratix writes no file of it, and says that it has")]
    Outside(String),
    /// It tries again for ever.
    #[error("its state file {path} can't be read: {cause}")]
    StateFile {
        /// Where that is.
        path: String,
        /// Why.
        cause: String,
    },
}

/// The repository that a Destination is in: what its state store calls the root, and what is there.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// `spec.path` of the state store.
    pub root: &'a str,
    /// The Destination.
    pub destination: &'a Destination,
    /// What the repository has.
    pub tree: &'a Tree,
}

impl Placement {
    /// What it is called at a Destination.
    #[must_use]
    pub fn name(work: &str, destination: &str, short: &str) -> String {
        format!("{work}.{destination}-{short}")
    }

    /// The change that writes it. Of a Destination with one file for all, `all` is what that file has.
    ///
    /// # Errors
    ///
    /// Why Kratix doesn't.
    pub fn written(&self, place: &Place<'_>, all: &Arc<[u8]>) -> Result<Change, NotWritten> {
        let prefix = &place.destination.path;
        let mut change = Change { subject: format!("Update from: {}", self.name), ..Change::default() };
        match &place.destination.mode {
            Mode::NestedByMetadata => {
                let directory = self.nested(prefix);
                change.removed.push(place.below(&[&directory])?);
                change.recursive = true;
                for (path, bytes) in self.files.iter() {
                    change.written.push((place.below(&[&directory, path])?, Arc::clone(bytes)));
                }
                if self.files.is_empty() {
                    change.subject = format!("Delete from: {}", self.name);
                }
            }
            Mode::AggregatedYaml { filename } => {
                change.written.push((place.below(&[&join(&[prefix, filename])])?, Arc::clone(all)));
            }
            Mode::None => {
                let paths: Vec<String> =
                    self.files.iter().map(|(path, _)| join(&[&format!("{prefix}/"), path])).collect();
                for stale in stale(&self.state(place)?.unwrap_or_default(), &paths, &format!("{prefix}/")) {
                    change.removed.push(place.below(&[&stale])?);
                }
                change.written.push((place.below(&[&self.state_file(prefix)])?, state(&paths).into()));
                for (path, (_, bytes)) in paths.iter().zip(self.files.iter()) {
                    change.written.push((place.below(&[path])?, Arc::clone(bytes)));
                }
            }
        }
        Ok(change)
    }

    /// The change that removes it. Of a Destination with one file for all, `rest` is what the others have in it.
    ///
    /// # Errors
    ///
    /// Why Kratix doesn't.
    pub fn removed(&self, place: &Place<'_>, rest: &Arc<[u8]>) -> Result<Change, NotWritten> {
        let prefix = &place.destination.path;
        let mut change =
            Change { subject: format!("Delete from: {}", self.name), recursive: true, ..Change::default() };
        match &place.destination.mode {
            Mode::NestedByMetadata => {
                change.removed.push(place.below(&[&self.nested(prefix)])?);
            }
            Mode::AggregatedYaml { filename } => {
                let file = place.below(&[&join(&[prefix, filename])])?;
                if rest.is_empty() {
                    change.removed.push(file);
                } else {
                    change.subject = format!("Update from: {}", self.name);
                    change.written.push((file, Arc::clone(rest)));
                }
            }
            Mode::None => {
                let path = self.state_file(prefix);
                let Some(files) = self.state(place)? else {
                    return Err(NotWritten::StateFile { path, cause: "it is not there".into() });
                };
                for file in files.iter().chain([&path]) {
                    change.removed.push(place.below(&[file])?);
                }
            }
        }
        Ok(change)
    }

    /// The directory of its files, of the mode in which each has one.
    fn nested(&self, prefix: &str) -> String {
        let Self { id, short, .. } = self;
        let (promise, pipeline) = (&id.promise, id.pipeline().unwrap_or_default());
        match &id.of {
            Of::Request { name, .. } => join(&[prefix, "resources", &id.namespace, promise, name, pipeline, short]),
            Of::Promise { .. } | Of::Dependencies => join(&[prefix, "dependencies", promise, pipeline, short]),
        }
    }

    /// Where Kratix notes what it has written, in the mode that needs that.
    fn state_file(&self, prefix: &str) -> String {
        join(&[prefix, ".kratix", &format!("{}-{}.yaml", self.id.namespace, self.name)])
    }

    /// What is noted there; none where there is no such file.
    fn state(&self, place: &Place<'_>) -> Result<Option<Vec<String>>, NotWritten> {
        let path = self.state_file(&place.destination.path);
        let Some(text) = place.tree.get(&place.below(&[&path])?) else { return Ok(None) };
        let wrong = |cause: String| NotWritten::StateFile { path: clean(&path, 200), cause };
        let value = yaml::read(text).map_err(|error| wrong(error.to_string()))?;
        let files = match &value["files"] {
            Value::Null => Some(Vec::new()),
            files => {
                files.as_array().and_then(|files| files.iter().map(|file| Some(file.as_str()?.to_owned())).collect())
            }
        };
        files.map(Some).ok_or_else(|| wrong("its files are no list of paths".into()))
    }
}

impl Place<'_> {
    /// A path of the state store as one of the repository.
    fn below(&self, parts: &[&str]) -> Result<String, NotWritten> {
        let root = join(&[self.root]);
        let parts: Vec<&str> = std::iter::once(root.as_str()).chain(parts.iter().copied()).collect();
        below_root(&parts).ok_or_else(|| NotWritten::Outside(clean(&join(&parts), 200)))
    }
}

/// What an earlier state file has and the new one hasn't, as Kratix finds it: of a Destination whose path isn't clean, it looks
/// for files that aren't there, so that the stale ones stay.
fn stale(old: &[String], new: &[String], prefix: &str) -> Vec<String> {
    let new: BTreeSet<&str> = new.iter().map(String::as_str).collect();
    let full = |path: &String| if path.starts_with(prefix) { path.clone() } else { join(&[prefix, path]) };
    old.iter().map(full).filter(|path| !new.contains(path.as_str())).collect()
}

/// The text of a state file.
fn state(paths: &[String]) -> Vec<u8> {
    yaml::go::write(&[serde_json::json!({ "files": paths })]).into_bytes()
}

/// The one file of a Destination that has all its placements: contents as they are, one after another.
#[must_use]
pub fn aggregated<'a>(placements: impl Iterator<Item = &'a Placement>) -> Vec<u8> {
    let mut all = Vec::new();
    for (at, (_, bytes)) in placements.flat_map(|placement| placement.files.iter()).enumerate() {
        if at > 0 {
            all.extend_from_slice(b"\n---\n");
        }
        all.extend_from_slice(bytes);
    }
    all
}
