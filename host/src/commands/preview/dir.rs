//! Writes the trees of repositories into a folder, as they would be.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::Error;
use crate::exit::Exit;
use crate::preview::rendered::Rendered;
use crate::text::clean;

/// Writes the tree of each repository below a folder that is its own: DIR/STORE/PATH.
///
/// # Errors
///
/// [`Exit::Usage`] for a folder that has something; [`Exit::Directories`] for a path that can't be there, before anything is written,
/// and where a file can't be written.
pub(super) fn write(rendered: &Rendered, root: &Path) -> Result<(), Error> {
    ensure_fit(rendered)?;
    let failed = |path: &Path, error: &io::Error| {
        Error::new("tree-unwritable", Exit::Directories, format!("cannot write {}", path.display())).because_of(error)
    };
    fs::create_dir_all(root).map_err(|error| failed(root, &error))?;
    ensure_empty(root)?;
    for repository in &rendered.repositories {
        let folder = root.join(&repository.store.name);
        fs::create_dir(&folder).map_err(|error| failed(&folder, &error))?;
        for (path, bytes) in &repository.tree {
            let file = folder.join(path);
            let parent = file.parent().map_or(Ok(()), fs::create_dir_all);
            // Nothing that is there already is written to: it could be a link.
            let created = parent.and_then(|()| fs::File::create_new(&file));
            created.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed(&file, &error))?;
        }
    }
    Ok(())
}

/// Refuses a folder that has something.
///
/// # Errors
///
/// [`Exit::Usage`]. What can't be read may still be made.
pub(super) fn ensure_empty(root: &Path) -> Result<(), Error> {
    if fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
        let what = format!("the folder {} is not empty", root.display());
        return Err(Error::new("tree-not-empty", Exit::Usage, what).hint("empty it, or name another"));
    }
    Ok(())
}

/// Refuses what could leave the folder, or what git would take for its own.
fn ensure_fit(rendered: &Rendered) -> Result<(), Error> {
    let unfit = |what: String| Err(Error::new("tree-unwritable", Exit::Directories, what).hint("take --format=json"));
    let mut names = BTreeSet::new();
    for repository in &rendered.repositories {
        let name = &repository.store.name;
        if !is_part(name) {
            return unfit(format!("the state store {} is called like no folder", clean(name, 200)));
        }
        if !names.insert(name) {
            return unfit(format!("two state stores are called {}, and have one folder", clean(name, 200)));
        }
        if let Some(path) = repository.tree.keys().find(|path| !path.split('/').all(is_part)) {
            return unfit(format!("the file {} of {name} can't be in a folder", clean(path, 200)));
        }
    }
    Ok(())
}

/// Whether it is a name, and nothing else, in any folder.
fn is_part(part: &str) -> bool {
    !matches!(part, "" | "." | "..") && !part.contains(['/', '\0']) && !part.eq_ignore_ascii_case(".git")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::preview::admission::{StateStoreKind, StoreRef};
    use crate::preview::rendered::Repository;

    fn repository(kind: StateStoreKind, name: &str, paths: &[&str]) -> Repository {
        let tree = paths.iter().map(|path| ((*path).to_owned(), Arc::from(path.as_bytes()))).collect();
        Repository { store: StoreRef { kind, name: name.into() }, changes: Vec::new(), commits: Vec::new(), tree }
    }

    fn rendered(repositories: Vec<Repository>) -> Rendered {
        Rendered { repositories, ..Rendered::default() }
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("made");
        for (store, path) in [
            ("s", "../x"),
            ("s", "a/../../x"),
            ("s", "/etc/x"),
            ("s", "a//b"),
            ("s", "./a"),
            ("s", "a/."),
            ("s", "a\0b"),
            ("s", ""),
            ("s", ".git/hooks/pre-commit"),
            ("s", "a/.GIT/config"),
            ("..", "a"),
            (".", "a"),
            ("", "a"),
            ("a/b", "a"),
        ] {
            let rendered = rendered(vec![repository(StateStoreKind::Git, store, &["fine", path])]);
            let error = write(&rendered, &root).unwrap_err();
            assert_eq!(error.exit(), Exit::Directories, "{store} {path:?}");
            assert!(!root.exists(), "{store} {path:?}");
        }
        let twins = [StateStoreKind::Git, StateStoreKind::Bucket].map(|kind| repository(kind, "s", &["a"]));
        assert!(write(&rendered(twins.into()), &root).is_err() && !root.exists());
    }

    #[test]
    fn files_are_written_into_an_empty_folder_alone() {
        let folder = tempfile::tempdir().unwrap();
        let rendered = rendered(vec![
            repository(StateStoreKind::Git, "one", &["a/b/c.yaml", "d"]),
            repository(StateStoreKind::Git, "two", &[]),
        ]);
        write(&rendered, folder.path()).unwrap();
        assert_eq!(fs::read(folder.path().join("one/a/b/c.yaml")).unwrap(), b"a/b/c.yaml");
        assert!(folder.path().join("two").is_dir());
        assert_eq!(write(&rendered, folder.path()).unwrap_err().exit(), Exit::Usage);
        assert!(write(&rendered, &folder.path().join("one/d")).is_err());
    }
}
