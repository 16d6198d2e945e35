//! What a repository tells of earlier runs of Kratix: where it placed Works, and what it called them.
//!
//! What Kratix draws, it draws once. A placement is known again by its directory, where each has one; by its state file, where
//! files lie as pipelines wrote them, and there by its name, too. A file that all placements share tells nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::admission::{Destination, Mode};
use super::name::cut;
use super::path::{below_root, join};
use super::placement::Placement;
use super::store::Tree;
use super::work::{WorkId, short_id};

/// What the repositories of Destinations tell.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The directories of placements.
    nested: BTreeSet<(String, String)>,
    /// By Destination, the names of state files: the namespace and the name of a placement, without the end.
    noted: BTreeMap<String, BTreeSet<String>>,
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
                    let Some(folder) = below(folder) else { continue };
                    for path in inside(tree, &folder) {
                        // Any number of directories above the file: a group's own may have some, too.
                        for (end, _) in path.match_indices('/') {
                            self.nested.insert((destination.name.clone(), format!("{folder}/{}", &path[..end])));
                        }
                    }
                }
            }
        }
    }

    /// Whether a Work has a group's files at a Destination already; `root` is that of its state store.
    #[must_use]
    pub fn is_placed(&self, id: &WorkId, directory: &str, root: &str, destination: &Destination) -> bool {
        match destination.mode {
            Mode::AggregatedYaml { .. } => false,
            Mode::None => self.work(id, &destination.name, directory).is_some(),
            Mode::NestedByMetadata => {
                let nested = Placement::nested(id, directory, &destination.path);
                let path = below_root(&[&join(&[root]), &nested]);
                path.is_some_and(|path| self.nested.contains(&(destination.name.clone(), path)))
            }
        }
    }

    /// What a Work is called, where a state file of a group of it says so.
    #[must_use]
    pub fn work(&self, id: &WorkId, destination: &str, directory: &str) -> Option<String> {
        let stem = id.stem();
        let begin = format!("{}-{}-", id.namespace, cut(&stem));
        let end = format!(".{destination}-{}", short_id(directory));
        let named = self.noted.get(destination)?.range(begin.clone()..).take_while(|name| name.starts_with(&begin));
        let drawn = |name: &String| {
            let drawn = name.strip_prefix(&begin)?.strip_suffix(&end)?;
            let is_drawn = drawn.len() == 5 && drawn.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_drawn.then(|| format!("{}-{drawn}", cut(&stem)))
        };
        named.into_iter().find_map(drawn)
    }
}

/// The paths below a directory, without it.
fn inside<'a>(tree: &'a Tree, directory: &str) -> impl Iterator<Item = &'a str> {
    let prefix = format!("{directory}/");
    let (from, length) = (prefix.clone(), prefix.len());
    tree.range(from..).take_while(move |(path, _)| path.starts_with(&prefix)).map(move |(path, _)| &path[length..])
}
