//! What `./x test` says before it begins: what it will build here that isn't there yet.

use std::fs;
use std::path::Path;
use std::process::Command;

use kratix_wasm_tests::{root, run_and_hear};

/// A copy of the repository with just this.
fn heard(folder: &Path, kind: &str) -> String {
    fs::create_dir_all(folder.join("tests")).expect("it can be made");
    fs::copy(root().join("tests/outlook"), folder.join("tests/outlook")).expect("it can be copied");
    run_and_hear(Command::new(folder.join("tests/outlook")).arg(kind))
}

#[test]
fn what_is_missing_is_told_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let build = |path: &str| {
        let path = folder.path().join("target").join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs::write(path, "").expect("it can be written");
    };
    let said = heard(folder.path(), "all");
    assert!(said.starts_with("test: to be built first, about 19 minutes on two idle cores"), "{said}");
    assert_eq!(said.lines().count(), 6, "{said}");
    assert!(heard(folder.path(), "unit").contains("about 6 minutes"));
    build("dev/kratix-wasm");
    assert_eq!(heard(folder.path(), "integration"), "");
    assert!(heard(folder.path(), "e2e").contains("about 6 minutes"));
    build("tools/contract");
    assert!(heard(folder.path(), "contract").contains("about 3 minutes"));
    build("rig/bin/helm");
    build("toolchains/bucket-javascript.wasm");
    build("dist/kratix-wasm");
    assert_eq!(heard(folder.path(), "all"), "");
}

#[test]
fn it_is_told_first() {
    let mut dry = Command::new(root().join("x"));
    let said = run_and_hear(dry.args(["--dry-run", "test", "contract"]));
    assert!(said.starts_with("tests/outlook contract\n"), "{said}");
}
