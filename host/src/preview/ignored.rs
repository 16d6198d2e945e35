//! Files that somebody doesn't want to hear of: what changes in them is left out of all that a preview says, and counted.

use glob::{MatchOptions, Pattern};

use super::difference::{Change, Kind};
use super::rendered::Rendered;
use crate::author::ensure_cheap;

/// `*` is for one part of a path, `**` for any number of them; what begins with a dot is nothing special.
const MATCH: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// Reads a pattern of paths in repositories, or of these with the name of the state store in front.
///
/// # Errors
///
/// Why it is none, or could take long for some path.
pub fn pattern(text: &str) -> Result<Pattern, String> {
    let cheap = ensure_cheap(text);
    let read = cheap.and_then(|()| Pattern::new(text).map_err(|error| format!("is none: {}", error.msg)));
    read.map_err(|why| {
        format!(
            "it {why}; * stands for a name or part of one, and ** as a part of its own for any number of directories"
        )
    })
}

/// Leaves out what changes in files whose path has one of the patterns. A file that moves from or to such a path is gone, or new.
pub fn leave_out(patterns: &[Pattern], rendered: &mut Rendered) {
    if patterns.is_empty() {
        return;
    }
    for repository in &mut rendered.repositories {
        let store = &repository.store.name;
        let has = |path: &str| {
            let whole = format!("{store}/{path}");
            patterns.iter().any(|one| one.matches_with(path, MATCH) || one.matches_with(&whole, MATCH))
        };
        let before = repository.changes.len();
        let changes = std::mem::take(&mut repository.changes);
        repository.changes = changes.into_iter().filter_map(|change| left(change, &has)).collect();
        repository.changes.sort_by(|one, other| one.path.cmp(&other.path));
        rendered.ignored += before - repository.changes.len();
        repository.tree.retain(|path, _| !has(path));
        for commit in &mut repository.commits {
            commit.paths.retain(|path| !has(path));
        }
        repository.commits.retain(|commit| !commit.paths.is_empty());
    }
}

/// What is left of a change.
fn left(mut change: Change, has: &dyn Fn(&str) -> bool) -> Option<Change> {
    let Kind::Renamed(from) = &change.kind else { return (!has(&change.path)).then_some(change) };
    match (has(from), has(&change.path)) {
        (true, true) => return None,
        (false, false) => {}
        (true, false) => (change.kind, change.before) = (Kind::New, None),
        (false, true) => {
            change.path.clone_from(from);
            (change.kind, change.after) = (Kind::Removed, None);
        }
    }
    Some(change)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::preview::admission::{StateStoreKind, StoreRef};
    use crate::preview::rendered::Repository;
    use crate::preview::store::{Commit, Tree};

    fn left_of(patterns: &[&str]) -> (String, usize, usize, usize) {
        let bytes: Arc<[u8]> = Arc::from(&b"x"[..]);
        let one = |path: &str, kind: Kind| {
            let before = matches!(kind, Kind::Renamed(_)).then(|| Arc::clone(&bytes));
            Change { path: path.into(), kind, before, after: Some(Arc::clone(&bytes)) }
        };
        let changes = vec![
            one(".kratix/a.yaml", Kind::New),
            one("docs/x/y.md", Kind::New),
            one("moved", Kind::Renamed("a/from".into())),
            one("z", Kind::New),
        ];
        let tree: Tree = changes.iter().map(|change| (change.path.clone(), Arc::clone(&bytes))).collect();
        let commits = vec![
            Commit { subject: "a".into(), paths: vec![".kratix/a.yaml".into()] },
            Commit { subject: "b".into(), paths: vec!["z".into(), ".kratix/a.yaml".into()] },
        ];
        let store = StoreRef { kind: StateStoreKind::Git, name: "s".into() };
        let repositories = vec![Repository { store, changes, commits, tree }];
        let mut rendered = Rendered { repositories, ..Rendered::default() };
        let patterns: Vec<Pattern> = patterns.iter().map(|text| pattern(text).unwrap()).collect();
        leave_out(&patterns, &mut rendered);
        let Repository { changes, commits, tree, .. } = &rendered.repositories[0];
        let paths: Vec<String> = changes.iter().map(|change| format!("{}:{:?}", change.path, change.kind)).collect();
        (paths.join(" "), rendered.ignored, tree.len(), commits.len())
    }

    #[test]
    fn what_is_ignored_is_in_nothing_and_is_counted() {
        let all = ".kratix/a.yaml:New docs/x/y.md:New moved:Renamed(\"a/from\") z:New";
        for (patterns, left, ignored, files, commits) in [
            (&[][..], all, 0, 4, 2),
            (&["*.md", "nothing"], all, 0, 4, 2),
            (&["**/*.md", ".kratix/**"], "moved:Renamed(\"a/from\") z:New", 2, 2, 1),
            (&["s/.kratix/*", "t/z"], "docs/x/y.md:New moved:Renamed(\"a/from\") z:New", 1, 3, 1),
            (&["a/**"], ".kratix/a.yaml:New docs/x/y.md:New moved:New z:New", 0, 4, 2),
            (&["moved"], ".kratix/a.yaml:New a/from:Removed docs/x/y.md:New z:New", 0, 3, 2),
            (&["s/**"], "", 4, 0, 0),
        ] {
            assert_eq!(left_of(patterns), (left.to_owned(), ignored, files, commits), "{patterns:?}");
        }
    }

    #[test]
    fn a_pattern_that_is_none_or_slow_is_refused() {
        for text in ["a**", "[", "**/**/**/x", "*a*b*c"] {
            assert!(pattern(text).unwrap_err().contains("** as a part of its own"), "{text}");
        }
    }
}
