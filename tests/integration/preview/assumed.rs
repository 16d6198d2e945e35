//! `--assume`: workflows go on that are suspended, and what is shown says so.

use std::fs;
use std::path::Path;
use std::process::Command;

use kratix_wasm_tests::corpus::Scenario;
use kratix_wasm_tests::{built, fail};

use super::shown::written;
use super::{ended, generator, stdout};

const WAITING: &str = r#"{"suspend": ["waits", 60], "until": "approved", "files": [["a.txt", "made"]]}"#;

#[test]
fn a_pipeline_that_waits_for_a_status_makes_its_files_with_it() {
    let (folder, mut command) = written(WAITING);
    let said = stdout(&mut command);
    assert!(said.contains("Test default/a: suspended: waits") && !said.contains("a.txt"), "{said}");
    for status in
        ["approved: true", "{apiVersion: example.org/v1, kind: Test, metadata: {name: a}, status: {approved: 1}}"]
    {
        let said = stdout(&mut assuming(folder.path(), status));
        assert!(said.contains("  + a.txt\n") && said.contains("1 request: 1 complete; files: 2 new"), "{said}");
        let notice = "notice: assumed: with the status that is given, pipeline configure no longer suspends a\n";
        assert!(said.contains(notice), "{said}");
    }
}

#[test]
fn a_pipeline_that_waits_even_then_is_passed_over() {
    let scenario = Scenario::all().into_iter().find(|one| one.name == "two-pipelines-first-suspends").unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("status.yaml"), "{}").unwrap();
    let mut command = Command::new(built("kratix-wasm"));
    command.current_dir(folder.path()).args(["render", "-f"]).arg(scenario.apply_file(1).unwrap()).env_clear();
    command.arg(generator("generator", built("hostile.cwasm")));
    let said = stdout(&mut command);
    assert!(said.contains("suspended: waits before anything") && !said.contains("second.yaml"), "{said}");
    let said = stdout(command.arg("--assume=status.yaml"));
    assert!(said.contains("second.yaml") && said.contains(": 1 complete;"), "{said}");
    assert!(
        said.contains("went on after pipeline first, which suspends also with the status that is given: what it would"),
        "{said}"
    );
}

#[test]
fn what_is_assumed_in_vain_is_told() {
    let (folder, _) = written(r#"{"files": [["a.txt", "made"]]}"#);
    let said = stdout(&mut assuming(folder.path(), "approved: true"));
    assert!(said.contains("notice: nothing is suspended that could go on"), "{said}");
    let other = "{apiVersion: example.org/v1, kind: Test, metadata: {name: b}, status: {approved: 1}}";
    let said = stdout(&mut assuming(folder.path(), other));
    assert!(said.contains("notice: the status that is assumed of Test default/b isn't used"), "{said}");
}

/// A mistake isn't what a status mends.
#[test]
fn a_requester_mends_a_mistake_whatever_is_assumed() {
    let (folder, _) = written(r#"{"invalid": [["spec", "is wrong", null]]}"#);
    let done = ended(&mut assuming(folder.path(), "approved: true"));
    assert_eq!(done.status.code(), Some(65), "{done:?}");
}

#[test]
fn what_is_no_status_is_refused() {
    let (folder, _) = written(WAITING);
    for (status, said) in [
        ("kratix: {}", "the key kratix of a status is Kratix' own"),
        ("- a", "status.yaml has something else than statuses"),
        ("a: [", "status.yaml has something else than statuses"),
    ] {
        let told = fail(&mut assuming(folder.path(), status));
        assert!(told.contains(said), "{told}");
    }
    let (_folder, mut command) = written(WAITING);
    assert!(fail(command.arg("--assume=nowhere")).contains("cannot read the statuses of nowhere"));
}

fn assuming(folder: &Path, status: &str) -> Command {
    fs::write(folder.join("status.yaml"), status).unwrap();
    let mut command = Command::new(built("kratix-wasm"));
    command.current_dir(folder).args(["render", "-f", "platform.json", "-f", "request.json"]).env_clear();
    command.arg(generator("generator", built("hostile.cwasm"))).arg("--assume=status.yaml");
    command
}
