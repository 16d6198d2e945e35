//! What git makes of files when Kratix adds them: a repository's `.gitattributes` change bytes, its `.gitignore` refuses paths
//! (kratix-contract 7.5). Asked of git itself, in a repository of its own and without anybody's settings.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use super::{Git, blobs, failed, nul_separated};
use crate::error::Error;
use crate::preview::store::Tree;
use crate::text::clean;

/// A file as git keeps it; none where it refuses it.
pub(in crate::preview) type Added = Option<Arc<[u8]>>;

/// The files by which a repository says what git does with others.
pub(in crate::preview) fn rules(tree: &Tree) -> impl Iterator<Item = (&String, &Arc<[u8]>)> {
    tree.iter().filter(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name == ".gitattributes" || name == ".gitignore"
    })
}

/// What git makes of files that are added to a tree, in their order.
///
/// # Errors
///
/// [`Exit::Unavailable`] where git can't be asked.
pub(in crate::preview) fn add(tree: &Tree, files: &[(&String, &Arc<[u8]>)]) -> Result<Vec<Added>, Error> {
    let mut added = vec![None; files.len()];
    let mut rest: Vec<usize> = (0..files.len()).collect();
    // Two placements may have one path.
    while !rest.is_empty() {
        let mut once: BTreeMap<&str, usize> = BTreeMap::new();
        rest.retain(|at| {
            once.insert(files[*at].0, *at).is_some_and(|earlier| {
                once.insert(files[*at].0, earlier);
                true
            })
        });
        let asked: Vec<usize> = once.into_values().collect();
        let these: Vec<_> = asked.iter().map(|at| files[*at]).collect();
        for (at, one) in asked.into_iter().zip(ask(tree, &these)?) {
            added[at] = one;
        }
    }
    Ok(added)
}

/// The same of files of different paths.
fn ask(tree: &Tree, files: &[(&String, &Arc<[u8]>)]) -> Result<Vec<Added>, Error> {
    let folder = tempfile::tempdir().map_err(|error| failed("make a folder for git").because_of(&error))?;
    let root = folder.path();
    let git = Git::alone(root);
    git.run(&["init", "--quiet", "--template="], &[])?;
    for (path, bytes) in rules(tree).chain(files.iter().copied()) {
        let file = root.join(path);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, bytes));
        made.map_err(|error| failed(&format!("write {} for git", clean(path, 200))).because_of(&error))?;
    }
    // What is tracked is no longer ignored.
    let new: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).filter(|path| !tree.contains_key(*path)).collect();
    let ignored = if new.is_empty() { Vec::new() } else { git.ignored(&new)? };
    let wanted: Vec<&str> = files
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| !ignored.iter().any(|ignored| ignored == path))
        .collect();
    git.run(&["add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"], &nul_separated(&wanted))?;
    let objects: Vec<String> = wanted.iter().map(|path| format!(":{path}")).collect();
    let kept = blobs(&git, &objects)?;
    let kept: BTreeMap<&str, Arc<[u8]>> = wanted.into_iter().zip(kept).collect();
    Ok(files.iter().map(|(path, _)| kept.get(path.as_str()).cloned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Arc<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn git_says_what_becomes_of_bytes_and_of_ignored_paths() {
        let tree = Tree::from([
            (".gitattributes".into(), bytes("*.txt text\n")),
            (".gitignore".into(), bytes("*.log\n")),
            ("kept.log".into(), bytes("old")),
        ]);
        let files = [
            ("a.txt".to_owned(), bytes("1\r\n2\r\n")),
            ("a.bin".to_owned(), bytes("1\r\n")),
            ("deep/new.log".to_owned(), bytes("x")),
            ("kept.log".to_owned(), bytes("new")),
            ("a.txt".to_owned(), bytes("3\r\n")),
            ("-n [x] é".to_owned(), bytes("")),
        ];
        let asked: Vec<_> = files.iter().map(|(path, bytes)| (path, bytes)).collect();
        let added = add(&tree, &asked).unwrap();
        let expected = [Some("1\n2\n"), Some("1\r\n"), None, Some("new"), Some("3\n"), Some("")];
        assert_eq!(added, expected.map(|text| text.map(bytes)));
    }
}
