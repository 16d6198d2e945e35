//! Golden files: what came out last time, and was found right. `just bless` takes what comes out now.

use std::fs;
use std::path::Path;

use crate::Tree;

/// Compares a text with a file.
///
/// # Panics
///
/// When they differ; with both texts.
#[track_caller]
pub fn assert_golden(file: &Path, actual: &str) {
    if blessing() {
        fs::create_dir_all(file.parent().expect("a golden file lies in a directory")).expect("it can be made");
        fs::write(file, actual).expect("a golden file can be written");
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; `just bless` takes what comes out now\n--- expected\n{expected}\n--- actual\n{actual}",
        file.display()
    );
}

/// Compares a tree with a directory: no file more, none fewer, and all the same.
///
/// # Panics
///
/// When they differ.
#[track_caller]
pub fn assert_golden_tree(directory: &Path, actual: &Tree) {
    if blessing() {
        let _ = fs::remove_dir_all(directory);
        for (path, bytes) in actual {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().expect("a file lies in a directory")).expect("it can be made");
            fs::write(path, bytes).expect("a golden file can be written");
        }
    }
    let expected = if directory.exists() { crate::tree(directory) } else { Tree::new() };
    let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&expected), names(actual), "{}: other files; `just bless` takes them", directory.display());
    for (path, bytes) in actual {
        assert_golden(&directory.join(path), &String::from_utf8_lossy(bytes));
    }
}

fn blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}
