//! What a repository tells of earlier runs of Kratix: where it placed Works, and what it called them.
//!
//! What Kratix draws, it draws once. A placement is known again by its directory, where each has one; by its state file, where
//! files lie as pipelines wrote them, and there by its name, too. A file that all placements share tells nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::admission::{Destination, Mode};
use super::hash::SHORT;
use super::name::cut;
use super::path::{below_root, join};
use super::store::Tree;
use super::work::{Of, WorkId};

/// What the repositories of Destinations tell.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Where Works have directories, each by the five characters of its group.
    nested: BTreeMap<WorkId, BTreeSet<(String, String)>>,
    /// By Destination, the names of state files: the namespace and the name of a placement, without the end.
    noted: BTreeMap<String, BTreeSet<String>>,
}

/// A placement of a Work, as a repository tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The Destination.
    pub destination: String,
    /// The five characters of the group's digest.
    pub short: String,
    /// The name of the Work, where that is told.
    pub work: Option<String>,
}

impl Found {
    /// Looks at the repository of a Destination; `root` is that of its state store.
    pub fn look(&mut self, root: &str, destination: &Destination, tree: &Tree) {
        let below = |folder: &str| below_root(&[&join(&[root]), &join(&[&destination.path, folder])]);
        match destination.mode {
            Mode::AggregatedYaml { .. } => {}
            Mode::None => {
                let Some(folder) = below(".kratix") else { return };
                let names = inside(tree, &folder).filter_map(|path| path.strip_suffix(".yaml"));
                let names = names.filter(|name| !name.contains('/')).map(ToOwned::to_owned);
                self.noted.entry(destination.name.clone()).or_default().extend(names);
            }
            Mode::NestedByMetadata => {
                for folder in ["resources", "dependencies"] {
                    let Some(below) = below(folder) else { continue };
                    for path in inside(tree, &below) {
                        let parts: Vec<&str> = path.split('/').collect();
                        let Some((id, short)) = owner(folder, &parts) else { continue };
                        self.nested.entry(id).or_default().insert((destination.name.clone(), short.to_owned()));
                    }
                }
            }
        }
    }

    /// Whether they tell of nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nested.is_empty() && self.noted.values().all(BTreeSet::is_empty)
    }

    /// The placements of a Work. Where its pods run elsewhere than its request is, a directory doesn't tell whose namesake it is of.
    #[must_use]
    pub fn of(&self, id: &WorkId) -> Vec<Spot> {
        let nested = self.nested.get(&as_told(id)).into_iter().flatten();
        let nested = nested.map(|(destination, short)| Spot {
            destination: destination.clone(),
            short: short.clone(),
            work: None,
        });
        let begin = format!("{}-{}-", id.namespace, cut(&id.stem()));
        let noted = self.noted.iter().flat_map(|(destination, names)| {
            let begin = &begin;
            let named = names.range(begin.clone()..).take_while(move |name| name.starts_with(begin));
            named.filter_map(move |name| {
                let (drawn, end) = name[begin.len()..].split_once('.')?;
                let short = end.strip_prefix(destination.as_str())?.strip_prefix('-')?;
                let is_drawn = drawn.len() == SHORT && drawn.bytes().all(|byte| byte.is_ascii_alphanumeric());
                let work = format!("{}-{drawn}", cut(&id.stem()));
                let spot = Spot { destination: destination.clone(), short: short.to_owned(), work: Some(work) };
                (is_drawn && short.len() == SHORT).then_some(spot)
            })
        });
        nested.chain(noted).collect()
    }

    /// Forgets a Work, which is gone.
    pub fn forget(&mut self, id: &WorkId) {
        let spots = self.of(id);
        self.nested.remove(&as_told(id));
        for Spot { destination, short, work } in spots {
            if let (Some(work), Some(noted)) = (work, self.noted.get_mut(&destination)) {
                noted.remove(&format!("{}-{work}.{destination}-{short}", id.namespace));
            }
        }
    }

    /// The pipelines of a request's Works that have directories of their own.
    #[must_use]
    pub fn pipelines(&self, namespace: &str, promise: &str, name: &str) -> Vec<String> {
        let of = Of::Request { name: name.to_owned(), namespace: None, pipeline: String::new() };
        let first = WorkId { namespace: namespace.to_owned(), promise: promise.to_owned(), of };
        let is_its = |id: &&WorkId| {
            let is_called = matches!(&id.of, Of::Request { name: called, .. } if called == name);
            is_called && (&id.namespace, &id.promise) == (&first.namespace, &first.promise)
        };
        let of_it = self.nested.range(&first..).map(|(id, _)| id).take_while(is_its);
        of_it.filter_map(WorkId::pipeline).map(ToOwned::to_owned).collect()
    }

    /// The Works that have directories of their own somewhere.
    pub fn nested(&self) -> impl Iterator<Item = &WorkId> {
        self.nested.keys()
    }

    /// The state files, each with its Destination.
    pub fn noted(&self) -> impl Iterator<Item = (&String, &String)> {
        self.noted.iter().flat_map(|(destination, names)| names.iter().map(move |name| (destination, name)))
    }
}

/// A Work as its directory tells it: without the namespace of the request, where pods run elsewhere.
fn as_told(id: &WorkId) -> WorkId {
    match &id.of {
        Of::Request { name, pipeline, .. } => {
            WorkId { of: Of::Request { name: name.clone(), namespace: None, pipeline: pipeline.clone() }, ..id.clone() }
        }
        Of::Promise { .. } | Of::Dependencies => id.clone(),
    }
}

/// Which Work a path is of, and which group of it (kratix-contract 7.4).
fn owner<'a>(folder: &str, parts: &[&'a str]) -> Option<(WorkId, &'a str)> {
    let id =
        |namespace: &str, promise: &str, of: Of| WorkId { namespace: namespace.into(), promise: promise.into(), of };
    match (folder, parts) {
        ("resources", [namespace, promise, name, pipeline, short, _, ..]) => {
            let of = Of::Request { name: (*name).into(), namespace: None, pipeline: (*pipeline).into() };
            Some((id(namespace, promise, of), short))
        }
        ("dependencies", [promise, short, "static", file])
            if file.strip_suffix("-dependencies.yaml") == Some(promise) =>
        {
            Some((id(super::work::SYSTEM_NAMESPACE, promise, Of::Dependencies), short))
        }
        ("dependencies", [promise, pipeline, short, _, ..]) => {
            let of = Of::Promise { pipeline: (*pipeline).into() };
            Some((id(super::work::SYSTEM_NAMESPACE, promise, of), short))
        }
        _ => None,
    }
}

/// The paths below a directory, without it.
fn inside<'a>(tree: &'a Tree, directory: &str) -> impl Iterator<Item = &'a str> {
    let prefix = format!("{directory}/");
    let (from, length) = (prefix.clone(), prefix.len());
    tree.range(from..).take_while(move |(path, _)| path.starts_with(&prefix)).map(move |(path, _)| &path[length..])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::admission::{StateStoreKind, StoreRef};
    use super::*;

    fn destination(name: &str, mode: Mode) -> Destination {
        let store = StoreRef { kind: StateStoreKind::Git, name: "s".into() };
        let (name, path) = (name.to_owned(), "d".to_owned());
        let labels = crate::kratix::Labels::default();
        Destination {
            name,
            labels,
            path,
            store,
            strict: false,
            mode,
            cleanup: false,
            init_workloads: false,
            is_deleting: false,
        }
    }

    fn tree(paths: &[&str]) -> Tree {
        paths.iter().map(|path| ((*path).to_owned(), Arc::from(&b""[..]))).collect()
    }

    fn id(name: &str, pipeline: &str) -> WorkId {
        let of = Of::Request { name: name.into(), namespace: None, pipeline: pipeline.into() };
        WorkId { namespace: "ns".into(), promise: "p".into(), of }
    }

    #[test]
    fn directories_and_state_files_tell_where_works_are() {
        let mut found = Found::default();
        let nested = tree(&[
            "r/d/resources/ns/p/a/c/5058f/x/y.yaml",
            "r/d/dependencies/p/5058f/static/p-dependencies.yaml",
            "r/other",
        ]);
        found.look("r", &destination("n", Mode::NestedByMetadata), &nested);
        let noted = tree(&[
            "d/.kratix/ns-p-a-c-1a2b3.f-126c4.yaml",
            "d/.kratix/ns-p-a-c-d-1a2b3.f-126c4.yaml",
            "d/.kratix/ns-p-a-c-1a2b3.other-126c4.yaml",
            "d/.kratix/ns-p-a-c-1a2b.f-126c4.yaml",
        ]);
        found.look("", &destination("f", Mode::None), &noted);
        let spot = |destination: &str, short: &str, work: Option<&str>| Spot {
            destination: destination.into(),
            short: short.into(),
            work: work.map(Into::into),
        };
        assert_eq!(found.of(&id("a", "c")), [spot("n", "5058f", None), spot("f", "126c4", Some("p-a-c-1a2b3"))]);
        assert_eq!(found.of(&id("a", "c-d")), [spot("f", "126c4", Some("p-a-c-d-1a2b3"))]);
        assert_eq!(found.of(&id("b", "c")), []);
        let dependencies = WorkId {
            namespace: super::super::work::SYSTEM_NAMESPACE.into(),
            promise: "p".into(),
            of: Of::Dependencies,
        };
        assert_eq!(found.of(&dependencies), [spot("n", "5058f", None)]);
    }
}
