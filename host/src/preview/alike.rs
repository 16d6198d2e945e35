//! Files that change alike are shown once: of ten thousand requests that a new version of a generator touches, most get the same
//! lines.

use std::collections::HashMap;

use super::difference::{Change, Kind};
use super::mask::{Masks, without_numbers};
use super::rendered::Rendered;
use super::unified::{Line, Part, unified};

/// Files with the same change.
#[derive(Debug)]
pub struct Alike<'a> {
    /// What becomes of them.
    pub kind: &'a Kind,
    /// Their paths, with the name of the state store in front.
    pub paths: Vec<String>,
    /// The diff of the first; of renamed files, which file each was.
    pub lines: Vec<Line>,
}

/// All changes. What is gone comes first, then what is otherwise, what is elsewhere, what is new; of these what more files have.
#[must_use]
pub fn alike<'a>(rendered: &'a Rendered, masks: &mut Masks) -> Vec<Alike<'a>> {
    let mut all: Vec<Alike<'a>> = Vec::new();
    let mut known: HashMap<(u8, String), usize> = HashMap::new();
    for repository in &rendered.repositories {
        for change in &repository.changes {
            let Change { path, kind, .. } = change;
            let path = format!("{}/{path}", repository.store.name);
            let lines = unified(change, masks);
            let at = *known.entry((rank(kind), what_differs(&lines))).or_insert_with(|| {
                all.push(Alike { kind, paths: Vec::new(), lines: Vec::new() });
                all.len() - 1
            });
            let one = &mut all[at];
            if one.paths.is_empty() || rank(kind) == RENAMED {
                one.lines.extend(lines);
            }
            one.paths.push(path);
        }
    }
    all.sort_by_key(|one| (rank(one.kind), usize::MAX - one.paths.len()));
    all
}

const RENAMED: u8 = 2;

fn rank(kind: &Kind) -> u8 {
    match kind {
        Kind::Removed => 0,
        Kind::Changed => 1,
        Kind::Renamed(_) => RENAMED,
        Kind::New => 3,
    }
}

/// What is equal of changes that are alike: what goes, what comes, and what is said of it. Lines around that have names in them.
fn what_differs(lines: &[Line]) -> String {
    let mut all = String::new();
    for Line { part, text } in lines {
        let text = match part {
            // It says which files.
            Part::Note if text.starts_with("Binary") => "Binary",
            Part::Added | Part::Removed | Part::Note => text,
            Part::Head | Part::Place | Part::Same => continue,
        };
        all.push_str(text);
        all.push('\n');
    }
    without_numbers(&all)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::preview::admission::{StateStoreKind, StoreRef};
    use crate::preview::rendered::Repository;
    use crate::preview::store::Tree;

    fn rendered(changes: Vec<Change>) -> Rendered {
        let store = StoreRef { kind: StateStoreKind::Git, name: "s".into() };
        let repositories = vec![Repository { store, changes, commits: Vec::new(), tree: Tree::new() }];
        Rendered { repositories, ..Rendered::default() }
    }

    fn change(path: &str, kind: Kind, before: Option<&str>, after: Option<&str>) -> Change {
        let bytes = |text: &str| Arc::from(text.as_bytes());
        Change { path: path.into(), kind, before: before.map(bytes), after: after.map(bytes) }
    }

    #[test]
    fn files_with_the_same_lines_changed_are_one() {
        let visibility = |name: &str| {
            let text = |value: &str| format!("name: {name}\nvisibility: {value}\n");
            change(name, Kind::Changed, Some(&text("public")), Some(&text("private")))
        };
        let mut changes: Vec<Change> = ["a", "b", "c"].map(visibility).into();
        changes.push(change("d", Kind::New, None, Some("x")));
        changes.push(change("e", Kind::Changed, Some("x"), Some("y")));
        changes.push(change("f", Kind::Removed, Some("x"), None));
        changes.push(change("g", Kind::Renamed("h".into()), Some("x"), Some("x")));
        changes.push(change("i", Kind::Renamed("j".into()), Some("y"), Some("y")));
        let rendered = rendered(changes);
        let found = alike(&rendered, &mut Masks::default());
        let paths: Vec<_> = found.iter().map(|one| one.paths.join(" ")).collect();
        assert_eq!(paths, ["s/f", "s/a s/b s/c", "s/e", "s/g s/i", "s/d"]);
        assert_eq!(found[1].lines.iter().filter(|line| line.part == Part::Same).count(), 1);
        assert!(found[3].lines.iter().any(|line| line.text == "rename from j"));
    }

    #[test]
    fn hidden_values_are_alike_and_equal_ones_are_told_from_others() {
        let secret = |path: &str, a: &str, b: &str| {
            change(path, Kind::New, None, Some(&format!("kind: Secret\ndata: {{a: {a}, b: {b}}}\n")))
        };
        let rendered = rendered(vec![secret("a", "1", "2"), secret("b", "3", "4"), secret("c", "5", "5")]);
        let paths: Vec<_> =
            alike(&rendered, &mut Masks::default()).into_iter().map(|one| one.paths.join(" ")).collect();
        assert_eq!(paths, ["s/a s/b", "s/c"]);
    }
}
