//! `--format=dir` writes the trees that a real Kratix wrote (`tests/corpus/`), and nothing elsewhere.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::corpus::{Scenario, unescaped};
use kratix_wasm_tests::{Tree, built, code_describing, fail, tree};

use super::{ended, generator, team};

#[test]
fn the_folder_has_the_tree_of_each_repository_as_kratix_wrote_it() {
    let folder = tempfile::tempdir().unwrap();
    let holding = folder.path().join("holding.cwasm");
    fs::write(&holding, code_describing("hold")).unwrap();
    let mut compared = 0;
    for scenario in Scenario::all() {
        let stores = scenario.stores();
        let is_plain = stores.iter().all(|store| scenario.committed_before(1, store).is_empty());
        let Some(file) = scenario.apply_file(1).filter(|_| is_plain && !scenario.is_random()) else { continue };
        let output = folder.path().join(&scenario.name);
        let done = ended(
            Command::new(built("kratix-wasm"))
                .args(["render", "--format=dir"])
                .arg("--output")
                .arg(&output)
                .arg("-f")
                .arg(file)
                .arg(generator("generator", built("hostile.cwasm")))
                .arg(generator("team", built("team.cwasm")))
                .arg(generator("holding", holding.clone())),
        );
        // What lacks a Promise or a Destination is no whole platform, and written nowhere.
        if !output.exists() {
            assert_eq!(done.status.code(), Some(2), "{}: {done:?}", scenario.name);
            continue;
        }
        compared += 1;
        for store in stores {
            let expected = scenario.expected(1).join(&store.name).join("tree");
            let expected = if expected.exists() { tree(&expected) } else { Tree::new() };
            let expected: Tree = expected.into_iter().map(|(path, bytes)| (unescaped(&path), bytes)).collect();
            assert_eq!(tree(&output.join(&store.name)), expected, "{}: {}", scenario.name, store.name);
        }
    }
    assert!(compared > 20, "only {compared} were compared");
}

#[test]
fn nothing_is_written_into_a_folder_that_has_something() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("theirs"), "x").unwrap();
    let output = format!("--output={}", folder.path().display());
    let said = fail(team().args(["--format=dir", &output]));
    assert!(said.contains("is not empty"), "{said}");
    assert_eq!(tree(folder.path()), Tree::from([("theirs".to_owned(), b"x".to_vec())]));
    let said = fail(team().arg(&output));
    assert!(said.contains("--output is for --format=dir alone"), "{said}");
    assert!(fail(team().arg("--format=dir")).contains("--output <DIR>"));
}
