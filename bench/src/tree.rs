//! What a step left, compared.

use std::collections::BTreeMap;
use std::path::Path;

use kratix_wasm::yaml;
use serde_json::Value;

use crate::Result;

/// Bytes by path, of `output` and `metadata`.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// How the path of the host's corner of the metadata begins, which Kratix doesn't read; the number of the user follows.
const CORNER: &str = "metadata/.kratix-wasm-";

/// Reads what lies in both directories. The name of the host's record, made of the generator's path, is left out of it.
pub(crate) fn read(root: &Path) -> Result<Tree> {
    let mut tree = Tree::new();
    for top in ["output", "metadata"] {
        walk(root, top, &mut tree)?;
    }
    Ok(tree)
}

fn walk(root: &Path, path: &str, tree: &mut Tree) -> Result<()> {
    let here = root.join(path);
    let unreadable = |error| format!("cannot read {}: {error}", here.display());
    for entry in here.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = format!("{path}/{}", entry.file_name().display());
        if entry.file_type().map_err(unreadable)?.is_dir() {
            walk(root, &path, tree)?;
        } else {
            let bytes = std::fs::read(entry.path()).map_err(unreadable)?;
            let is_record = path.starts_with(CORNER) && is_json(&path);
            tree.insert(if is_record { format!("{CORNER}USER/RECORD.json") } else { path }, bytes);
        }
    }
    Ok(())
}

/// Every file the same to the byte.
pub(crate) fn ensure_identical(name: &str, expected: &Tree, actual: &Tree) -> Result<()> {
    ensure_same_paths(name, expected.keys(), actual.keys())?;
    match expected.iter().find(|(path, bytes)| actual[*path] != **bytes) {
        None => Ok(()),
        Some((path, _)) => Err(differs(name, path, &expected[path], &actual[path])),
    }
}

/// The same files for Kratix, with the same values in them; how they are written may differ.
pub(crate) fn ensure_equivalent(name: &str, expected: &Tree, actual: &Tree) -> Result<()> {
    let read_by_kratix = |path: &&String| !path.starts_with(CORNER);
    ensure_same_paths(name, expected.keys().filter(read_by_kratix), actual.keys())?;
    for (path, bytes) in actual {
        if parse(path, &expected[path])? != parse(path, bytes)? {
            return Err(differs(name, path, &expected[path], bytes));
        }
    }
    Ok(())
}

fn ensure_same_paths<'a>(
    name: &str,
    expected: impl Iterator<Item = &'a String>,
    actual: impl Iterator<Item = &'a String>,
) -> Result<()> {
    let (expected, actual): (Vec<_>, Vec<_>) = (expected.collect(), actual.collect());
    if expected == actual {
        return Ok(());
    }
    Err(format!("{name} doesn't write the same files\n  expected {expected:?}\n  written  {actual:?}"))
}

fn parse(path: &str, bytes: &[u8]) -> Result<Value> {
    let parsed = if is_json(path) {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())
    } else {
        yaml::read(bytes).map_err(|error| error.to_string())
    };
    parsed.map_err(|error| format!("{path} can't be read: {error}"))
}

fn is_json(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "json")
}

fn differs(name: &str, path: &str, expected: &[u8], actual: &[u8]) -> String {
    let text = String::from_utf8_lossy;
    format!("{name} writes another {path}\n--- expected\n{}\n--- written\n{}", text(expected), text(actual))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree<const N: usize>(files: [(&str, &str); N]) -> Tree {
        files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into()
    }

    #[test]
    fn a_difference_in_values_is_found_and_one_in_style_is_not() {
        let expected = tree([("output/a.yaml", "a: x\nb: 1\n"), ("metadata/.kratix-wasm-0/lock", "")]);
        assert_eq!(ensure_equivalent("it", &expected, &tree([("output/a.yaml", "{b: 1, a: 'x'}")])), Ok(()));
        assert!(ensure_equivalent("it", &expected, &tree([("output/a.yaml", "{b: '1', a: x}")])).is_err());
        assert!(ensure_equivalent("it", &expected, &tree([])).is_err());
        assert!(ensure_equivalent("it", &expected, &tree([("output/a.yaml", "a: x\nb: 1\n"), ("b", "")])).is_err());
    }

    #[test]
    fn a_difference_in_a_byte_is_found() {
        let expected = tree([("a", "1\n")]);
        assert_eq!(ensure_identical("it", &expected, &expected.clone()), Ok(()));
        assert!(ensure_identical("it", &expected, &tree([("a", "1")])).is_err());
        assert!(ensure_identical("it", &expected, &tree([("b", "1\n")])).is_err());
    }
}
