//! `diff` with the repositories as they are, and `impact` of a changed Promise.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use kratix_wasm_tests::{built, run};
use serde_json::{Value, json};

use super::shown::written;
use super::{ended, generator, stdout};

const REQUEST: &str = r#"{"files": [["a.txt", "one\n"], ["b/c.txt", "two\n"]]}"#;

/// A folder with a platform, a request, and in `clone` the repository as Kratix made it for that, with its own five characters.
fn committed() -> tempfile::TempDir {
    let (folder, mut command) = written(REQUEST);
    stdout(command.args(["--format=dir", "--output=made"]));
    let clone = folder.path().join("clone");
    fs::rename(folder.path().join("made/store"), &clone).unwrap();
    let drawn = |name: &str| clone.join(format!(".kratix/default-tests-a-configure-{name}.store-5058f.yaml"));
    fs::rename(drawn("xxxxx"), drawn("k3s9x")).unwrap();
    git(&clone, &["init", "--quiet", "--initial-branch=main"]);
    commit(&clone);
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"];
    run(Command::new("git").current_dir(folder).args(identity).args(arguments));
}

fn commit(clone: &Path) {
    git(clone, &["add", "--all"]);
    git(clone, &["commit", "--quiet", "--message=change"]);
}

fn diff(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(built("kratix-wasm"));
    command.current_dir(folder).args(["diff", "-f", "platform.json"]).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.arg(generator("generator", built("hostile.cwasm"))).args(arguments);
    ended(&mut command)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn ask_for(folder: &Path, spec: &str) {
    let request =
        format!(r#"{{"apiVersion": "example.org/v1", "kind": "Test", "metadata": {{"name": "a"}}, "spec": {spec}}}"#);
    fs::write(folder.join("request.json"), request).unwrap();
}

#[test]
fn where_the_repository_is_as_kratix_would_have_it_nothing_differs() {
    let folder = committed();
    let output = diff(folder.path(), &["-f", "request.json", "--repo=store=clone"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).starts_with("store\n    nothing changes\n"), "{}", said(&output));
}

#[test]
fn a_changed_request_changes_its_files_under_the_names_that_kratix_drew() {
    let folder = committed();
    ask_for(folder.path(), r#"{"files": [["a.txt", "other\n"], ["d.txt", "two\n"], ["e.txt", "three\n"]]}"#);
    let output = diff(folder.path(), &["-f", "request.json", "--repo=store=clone"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let tree = "store\n    .kratix/\n  ~   default-tests-a-configure-k3s9x.store-5058f.yaml\n  ~ a.txt\n  > d.txt, was b/c.txt\n  + e.txt\n";
    assert!(said(&output).starts_with(tree), "{}", said(&output));
    assert!(said(&output).contains("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+other\n"), "{}", said(&output));
}

/// What counts is the branch, not what somebody is just editing.
#[test]
fn what_is_not_committed_does_not_count() {
    let folder = committed();
    fs::write(folder.path().join("clone/a.txt"), "edited\n").unwrap();
    assert_eq!(diff(folder.path(), &["-f", "request.json", "--repo=store=clone"]).status.code(), Some(0));
    commit(&folder.path().join("clone"));
    let output = diff(folder.path(), &["-f", "request.json", "--repo=store=clone"]);
    assert!(said(&output).contains("-edited\n+one\n"), "{}", said(&output));
}

#[test]
fn files_of_a_request_that_is_not_given_stay_and_are_told() {
    let folder = committed();
    let output = diff(folder.path(), &["--repo=store=clone"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let notice = "notice: the repositories have files of a Work of nothing that is given: \
                  default-tests-a-configure-k3s9x.store-5058f; they stay, ";
    assert!(said(&output).contains(notice), "{}", said(&output));
    // One that is suspended is given, and keeps what it has.
    ask_for(folder.path(), r#"{"suspend": ["waits", null]}"#);
    let output = diff(folder.path(), &["-f", "request.json", "--repo=store=clone"]);
    assert!(said(&output).contains("Test default/a: suspended: waits\n"), "{}", said(&output));
    assert!(!said(&output).contains("notice"), "{}", said(&output));
}

#[test]
fn a_repository_that_cannot_be_read_is_an_error() {
    let folder = committed();
    fs::create_dir(folder.path().join("empty")).unwrap();
    git(&folder.path().join("clone"), &["branch", "--move", "other"]);
    for (repository, exit, what) in [
        ("store=clone", 69, "has no branch main"),
        ("store=empty", 69, "cannot read the repository of the state store store"),
        ("store=nowhere", 2, "cannot read the repository of the state store store"),
        ("other=clone", 2, "no state store that is given is called other"),
    ] {
        let output = diff(folder.path(), &["-f", "request.json", &format!("--repo={repository}")]);
        assert!(said(&output).contains(what), "{repository}: {}", said(&output));
        assert_eq!(output.status.code(), Some(exit), "{repository}: {}", said(&output));
    }
}

/// `impact` of the Promise with another config; requests without a spec are answered by that.
fn impact(before: &Value, after: &Value, arguments: &[&str]) -> Output {
    let (folder, _) = written("null");
    let text = fs::read_to_string(folder.path().join("platform.json")).unwrap();
    let with = |config: &Value| {
        let mut list: Value = serde_json::from_str(&text).unwrap();
        let container = &mut list["items"][2]["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0];
        let variables = container["env"].as_array_mut().unwrap();
        variables.push(json!({"name": "KRATIX_WASM_CONFIG", "value": config.to_string()}));
        list
    };
    fs::write(folder.path().join("platform.json"), with(before).to_string()).unwrap();
    fs::write(folder.path().join("new.json"), with(after)["items"][2].to_string()).unwrap();
    let mut command = Command::new(built("kratix-wasm"));
    command.current_dir(folder.path()).env_clear();
    command.args(["impact", "-f", "platform.json", "-f", "request.json", "--promise=new.json"]).args(arguments);
    ended(command.arg(generator("generator", built("hostile.cwasm"))))
}

#[test]
fn the_impact_of_a_changed_promise_is_told_of_each_request() {
    let (one, two) = (json!({"files": [["a.txt", "one\n"]]}), json!({"files": [["a.txt", "two\n"]]}));
    let output = impact(&one, &two, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("-one\n+two\n"), "{}", said(&output));
    assert!(said(&output).contains("tests: of 1 request\n  1 change: Test default/a\n"), "{}", said(&output));
    assert_eq!(impact(&one, &one, &[]).status.code(), Some(0));
    let output = impact(&one, &json!({"misconfigured": [[null, "is wrong", null]]}), &[]);
    assert!(said(&output).contains("  1 fail: Test default/a\n"), "{}", said(&output));
    assert_eq!(output.status.code(), Some(78), "{}", said(&output));
}

#[test]
fn what_is_suspended_sleeps_on_whatever_becomes_of_its_promise() {
    let (waiting, files) = (json!({"suspend": ["waits", null]}), json!({"files": [["a.txt", "one\n"]]}));
    let output = impact(&waiting, &files, &["--format=json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["impact"][0]["asleep"], json!(["Test default/a"]));
    assert_eq!(told["impact"][0]["changed"], json!([]));
}
