//! A directory as a map, so that trees can be compared and shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Files by path; links and special files stand as `<link>` or `<special>`.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Reads a tree; the host's own corner of a metadata directory is left out.
///
/// # Panics
///
/// When the directory can't be read.
#[must_use]
pub fn tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    collect(root, "", &mut tree);
    tree
}

fn collect(directory: &Path, prefix: &str, tree: &mut Tree) {
    for entry in fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
        let entry = entry.expect("entries can be listed");
        let name = entry.file_name().into_string().expect("names are UTF-8");
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().expect("entries have a type");
        if kind.is_dir()
            && path.starts_with(".kratix-wasm-")
            && directory.file_name().is_some_and(|name| name == "metadata")
        {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), tree);
        } else if kind.is_symlink() {
            tree.insert(path, b"<link>".to_vec());
        } else if kind.is_file() {
            tree.insert(path, fs::read(entry.path()).expect("a file can be read"));
        } else {
            tree.insert(path, b"<special>".to_vec());
        }
    }
}
