//! A Work: what one pipeline wrote, in groups of files that are scheduled together (kratix-contract 3.1 to 3.7).

use std::cmp::Ordering;
use std::sync::Arc;

use super::hash::{SHORT, md5};
use crate::kratix::selectors::{ROOT, Selectors};
use crate::kratix::{Files, Labels};

/// Where the pods of promise workflows run, and so their Works are.
pub const SYSTEM_NAMESPACE: &str = "kratix-platform-system";

/// What tells a Work from others: Kratix finds it by labels of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkId {
    /// Where it is: where the pods of the pipeline ran.
    pub namespace: String,
    /// The Promise.
    pub promise: String,
    /// What of it.
    pub of: Of,
}

/// What a Work is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// `spec.dependencies` of the Promise.
    Dependencies,
    /// A pipeline of the promise workflow.
    Promise {
        /// Its name.
        pipeline: String,
    },
    /// A pipeline of the resource workflow.
    Request {
        /// The request's name.
        name: String,
        /// The request's namespace, where the Promise has all pods in one of its own.
        namespace: Option<String>,
        /// The pipeline's name.
        pipeline: String,
    },
}

/// Files that go to the same Destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The top-level directory that the group has; a dot for all that no other group has.
    pub directory: String,
    /// What a Destination must have, however many places say so.
    pub labels: Labels,
    /// Paths below the output, in the order in which Kratix lists them.
    pub files: Vec<(String, Arc<[u8]>)>,
}

impl WorkId {
    /// What the name of the Work begins with.
    #[must_use]
    pub fn stem(&self) -> String {
        let promise = &self.promise;
        match &self.of {
            Of::Dependencies => format!("{promise}-static-deps"),
            Of::Promise { pipeline } => format!("{promise}-{pipeline}"),
            Of::Request { name, namespace: None, pipeline } => format!("{promise}-{name}-{pipeline}"),
            Of::Request { name, namespace: Some(namespace), pipeline } => {
                format!("{promise}-{name}-{namespace}-{pipeline}")
            }
        }
    }

    /// Whether it is of a request, and so goes to one Destination only.
    #[must_use]
    pub fn is_of_request(&self) -> bool {
        matches!(self.of, Of::Request { .. })
    }

    /// The pipeline that wrote it; none where no pipeline did.
    #[must_use]
    pub fn pipeline(&self) -> Option<&str> {
        match &self.of {
            Of::Dependencies => None,
            Of::Promise { pipeline } | Of::Request { pipeline, .. } => Some(pipeline),
        }
    }
}

impl Group {
    /// The five characters of its digest that names and paths have.
    #[must_use]
    pub fn short_id(&self) -> String {
        short_id(&self.directory)
    }
}

/// The five characters that stand for a directory.
#[must_use]
pub fn short_id(directory: &str) -> String {
    let mut id = md5(directory);
    id.truncate(SHORT);
    id
}

/// The groups of what a pipeline wrote. `promise` is what the Promise selects by, which holds for no directory of its own.
///
/// # Errors
///
/// Why Kratix would fail the pipeline, to be read as a sentence.
pub fn groups(files: &Files, selectors: &Selectors, promise: &Labels) -> Result<Vec<Group>, String> {
    let mut rest = listed(files);
    let mut groups = Vec::new();
    for (directory, labels) in selectors.iter().filter(|(directory, _)| *directory != ROOT) {
        let prefix = format!("{directory}/");
        let (own, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(path, _)| path.starts_with(&prefix));
        if own.is_empty() {
            return Err(format!("destination-selectors.yaml has the directory {directory}, which has no files"));
        }
        rest = others;
        groups.push(Group { directory: directory.clone(), labels: labels.clone(), files: own });
    }
    if !rest.is_empty() {
        let mut labels = selectors.labels(ROOT).cloned().unwrap_or_default();
        // Of a key that both have, the Promise's counts.
        for (key, value) in promise.iter() {
            labels.insert(key.clone(), value.clone());
        }
        groups.push(Group { directory: ROOT.to_owned(), labels, files: rest });
    }
    Ok(groups)
}

/// Files in the order in which directories are listed: by name, with what is in a directory in its place.
fn listed(files: &Files) -> Vec<(String, Arc<[u8]>)> {
    let mut listed: Vec<_> = files.iter().map(|(path, bytes)| (path.as_str().to_owned(), Arc::clone(bytes))).collect();
    listed.sort_by(|(one, _), (other, _)| in_listing(one, other));
    listed
}

fn in_listing(one: &str, other: &str) -> Ordering {
    one.split('/').cmp(other.split('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kratix::OutputPath;

    fn files(paths: &[&str]) -> Files {
        paths.iter().map(|path| (OutputPath::parse(path).unwrap(), Arc::from(path.as_bytes()))).collect()
    }

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn files_are_listed_as_directories_are() {
        let groups = groups(&files(&["a.x", "a/b", "a-b", "a/b.c/d", "Z"]), &Selectors::default(), &Labels::default());
        let paths: Vec<String> = groups.unwrap().remove(0).files.into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["Z", "a/b", "a/b.c/d", "a-b", "a.x"]);
    }

    #[test]
    fn a_directory_has_its_own_labels_and_the_rest_those_of_all() {
        let selectors = b"- {directory: x, matchLabels: {a: '1'}}\n- {matchLabels: {b: request, c: request}}";
        let selectors = Selectors::read(selectors).unwrap();
        let promise = labels(&[("b", "promise")]);
        let made = groups(&files(&["x/1", "y/1", "xy"]), &selectors, &promise).unwrap();
        let made: Vec<_> =
            made.iter().map(|group| (group.directory.as_str(), &group.labels, group.files.len())).collect();
        let both = labels(&[("b", "promise"), ("c", "request")]);
        assert_eq!(made, [("x", &labels(&[("a", "1")]), 1), (".", &both, 2)]);
        let only = groups(&files(&["x/1"]), &selectors, &promise).unwrap();
        assert_eq!(only.len(), 1);
        assert!(
            groups(&files(&["y"]), &selectors, &promise).unwrap_err().contains("the directory x, which has no files")
        );
        assert!(groups(&Files::new(), &Selectors::default(), &promise).unwrap().is_empty());
    }

    #[test]
    fn the_namespace_is_in_a_name_only_where_pods_have_one_of_their_own() {
        let id = |namespace: Option<&str>| WorkId {
            namespace: "a".into(),
            promise: "cache".into(),
            of: Of::Request { name: "orders".into(), namespace: namespace.map(Into::into), pipeline: "render".into() },
        };
        assert_eq!([id(None).stem(), id(Some("b")).stem()], ["cache-orders-render", "cache-orders-b-render"]);
    }
}
