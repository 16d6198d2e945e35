//! A repository that Kratix writes to: its files, and the commits that Kratix makes (kratix-contract 7.5).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::text::clean;

/// Files by path.
pub type Tree = BTreeMap<String, Arc<[u8]>>;

/// The branch of a state store.
#[derive(Debug, Clone, Default)]
pub struct Store {
    /// What it has now.
    pub tree: Tree,
    /// What Kratix committed, oldest first.
    pub commits: Vec<Commit>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// `Update from: …` or `Delete from: …`.
    pub subject: String,
    /// The paths that it changes, in order.
    pub paths: Vec<String>,
}

/// What is to be committed at once.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The commit's subject.
    pub subject: String,
    /// What is removed first, where it is there.
    pub removed: Vec<String>,
    /// Whether what is removed may be a directory.
    pub recursive: bool,
    /// What is written then.
    pub written: Vec<(String, Arc<[u8]>)>,
}

/// Why Kratix can't write what it wants, and tries again for ever.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// A file of somebody else.
    #[error("{0} is a file, and a directory is needed there")]
    File(String),
    /// A directory of somebody else.
    #[error("{0} is a directory, and a file is needed there")]
    Directory(String),
}

impl Store {
    /// Makes a change; where it changes nothing there is no commit.
    ///
    /// # Errors
    ///
    /// What is in the way: nothing is changed then.
    pub fn change(&mut self, change: Change) -> Result<(), Blocked> {
        let mut before = Before::default();
        if let Err(blocked) = self.make(&change, &mut before) {
            for (path, bytes) in before.0 {
                self.put(path, bytes);
            }
            return Err(blocked);
        }
        let differs = |(path, bytes): &(&String, &Option<Arc<[u8]>>)| self.tree.get(*path) != bytes.as_ref();
        let paths: Vec<String> = before.0.iter().filter(differs).map(|(path, _)| path.clone()).collect();
        if !paths.is_empty() {
            self.commits.push(Commit { subject: change.subject, paths });
        }
        Ok(())
    }

    fn make(&mut self, change: &Change, before: &mut Before) -> Result<(), Blocked> {
        for path in &change.removed {
            let inside: Vec<String> = self.inside(path).cloned().collect();
            if !inside.is_empty() && !change.recursive {
                return Err(Blocked::Directory(clean(path, 200)));
            }
            for path in inside.into_iter().chain([path.clone()]) {
                if let Some(bytes) = self.tree.remove(&path) {
                    before.note(path, Some(bytes));
                }
            }
        }
        for (path, bytes) in &change.written {
            self.ensure_free(path)?;
            let old = self.tree.insert(path.clone(), Arc::clone(bytes));
            before.note(path.clone(), old);
        }
        Ok(())
    }

    fn ensure_free(&self, path: &str) -> Result<(), Blocked> {
        let mut ends = path.match_indices('/').map(|(at, _)| &path[..at]);
        if let Some(file) = ends.find(|parent| self.tree.contains_key(*parent)) {
            return Err(Blocked::File(clean(file, 200)));
        }
        match self.inside(path).next() {
            Some(_) => Err(Blocked::Directory(clean(path, 200))),
            None => Ok(()),
        }
    }

    /// The paths below a directory.
    fn inside(&self, directory: &str) -> impl Iterator<Item = &String> {
        let prefix = format!("{directory}/");
        self.tree.range(prefix.clone()..).map(|(path, _)| path).take_while(move |path| path.starts_with(&prefix))
    }

    fn put(&mut self, path: String, bytes: Option<Arc<[u8]>>) {
        match bytes {
            Some(bytes) => self.tree.insert(path, bytes),
            None => self.tree.remove(&path),
        };
    }
}

/// What paths had before a change.
#[derive(Default)]
struct Before(BTreeMap<String, Option<Arc<[u8]>>>);

impl Before {
    fn note(&mut self, path: String, bytes: Option<Arc<[u8]>>) {
        self.0.entry(path).or_insert(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(subject: &str, paths: &[(&str, &str)]) -> Change {
        let written = paths.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes()))).collect();
        Change { subject: subject.into(), written, ..Change::default() }
    }

    fn removed(subject: &str, path: &str, recursive: bool) -> Change {
        Change { subject: subject.into(), removed: vec![path.into()], recursive, ..Change::default() }
    }

    #[test]
    fn only_what_changes_is_committed() {
        let mut store = Store::default();
        store.change(written("one", &[("a/x", "1"), ("a/y", "2")])).unwrap();
        store.change(written("same", &[("a/x", "1")])).unwrap();
        let rewritten =
            Change { removed: vec!["a".into()], recursive: true, ..written("again", &[("a/x", "1"), ("a/z", "3")]) };
        store.change(rewritten).unwrap();
        store.change(removed("gone", "b", true)).unwrap();
        store.change(removed("last", "a", true)).unwrap();
        let commits: Vec<_> =
            store.commits.iter().map(|commit| (commit.subject.as_str(), commit.paths.join(" "))).collect();
        let expected = [("one", "a/x a/y"), ("again", "a/y a/z"), ("last", "a/x a/z")]
            .map(|(subject, paths)| (subject, paths.to_owned()));
        assert_eq!(commits, expected);
        assert!(store.tree.is_empty());
    }

    #[test]
    fn what_is_in_the_way_changes_nothing() {
        let mut store = Store::default();
        store.change(written("one", &[("a", "1"), ("b/c", "2")])).unwrap();
        let before = store.tree.clone();
        let mut fails = |change: Change, blocked: Blocked| {
            assert_eq!(store.change(change), Err(blocked));
            assert_eq!(store.tree, before);
        };
        fails(written("two", &[("z", "1"), ("a/x", "1")]), Blocked::File("a".into()));
        fails(written("two", &[("a", "9"), ("b", "1")]), Blocked::Directory("b".into()));
        fails(removed("two", "b", false), Blocked::Directory("b".into()));
    }
}
