//! What differs between two states of a repository, file by file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::store::Tree;

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path; of one that is gone, the path that it had.
    pub path: String,
    /// What became of it.
    pub kind: Kind,
    /// What it had; none of a new one.
    pub before: Option<Arc<[u8]>>,
    /// What it has; none of one that is gone.
    pub after: Option<Arc<[u8]>>,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    New,
    /// It has other contents.
    Changed,
    /// It is gone.
    Removed,
    /// It is the same file at another path than this one.
    Renamed(String),
}

/// The files that differ, by path. What is gone from one path and new at another, byte for byte, is renamed.
#[must_use]
pub fn difference(before: &Tree, after: &Tree) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut gone: BTreeMap<&[u8], Vec<&String>> = BTreeMap::new();
    for (path, bytes) in before {
        match after.get(path) {
            None => gone.entry(bytes).or_default().push(path),
            Some(now) if now != bytes => changes.push(Change {
                path: path.clone(),
                kind: Kind::Changed,
                before: Some(Arc::clone(bytes)),
                after: Some(Arc::clone(now)),
            }),
            Some(_) => {}
        }
    }
    for paths in gone.values_mut() {
        // The first is taken first.
        paths.reverse();
    }
    for (path, bytes) in after.iter().filter(|(path, _)| !before.contains_key(*path)) {
        // An empty file says nothing of where it came from.
        let from = if bytes.is_empty() { None } else { gone.get_mut(&**bytes).and_then(Vec::pop) };
        let kind = from.map_or(Kind::New, |from| Kind::Renamed(from.clone()));
        let was = from.map(|_| Arc::clone(bytes));
        changes.push(Change { path: path.clone(), kind, before: was, after: Some(Arc::clone(bytes)) });
    }
    for path in gone.into_values().flatten() {
        let was = before.get(path).cloned();
        changes.push(Change { path: path.clone(), kind: Kind::Removed, before: was, after: None });
    }
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes()))).collect()
    }

    #[test]
    fn files_are_new_changed_removed_or_renamed() {
        let before = tree(&[("a", "1"), ("b", "2"), ("c", "3"), ("e", ""), ("same", "5"), ("twin", "3")]);
        let after = tree(&[("a", "9"), ("d", "3"), ("f", ""), ("g", "7"), ("same", "5")]);
        let found: Vec<_> = difference(&before, &after).into_iter().map(|change| (change.path, change.kind)).collect();
        let expected = [
            ("a", Kind::Changed),
            ("b", Kind::Removed),
            ("d", Kind::Renamed("c".into())),
            ("e", Kind::Removed),
            ("f", Kind::New),
            ("g", Kind::New),
            ("twin", Kind::Removed),
        ];
        assert_eq!(found, expected.map(|(path, kind)| (path.to_owned(), kind)));
        assert!(difference(&after, &after).is_empty());
    }
}
