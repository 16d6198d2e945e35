//! The commands beside `run`, and what is typed wrongly.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Output};

use kratix_wasm_tests::{Step, built, root};

fn host(arguments: &[&str]) -> Output {
    let mut command = Command::new(built("kratix-wasm"));
    command.args(arguments).env_clear().current_dir(root()).output().unwrap()
}

fn stdout(arguments: &[&str]) -> String {
    let done = host(arguments);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn version_names_what_it_runs() {
    let text = stdout(&["version"]);
    assert!(text.starts_with("kratix-wasm 0.1.0\nbuild       "), "{text}");
    assert!(text.contains("\ncontract    0.1.0, 0.1.1\nwasmtime    48."), "{text}");
    let json: serde_json::Value = serde_json::from_str(&stdout(&["version", "--format=json"])).unwrap();
    assert_eq!(json["contracts"], serde_json::json!(["0.1.0", "0.1.1"]));
    assert_eq!(json["build"].as_str().unwrap().len(), 16);
}

#[test]
fn inspect_shows_permissions_apart_from_inert_wasi() {
    let team: serde_json::Value =
        serde_json::from_str(&stdout(&["inspect", built("team.wasm").to_str().unwrap(), "--format=json"])).unwrap();
    assert_eq!(team["permissions"], serde_json::json!([]));
    assert_eq!((&team["name"], &team["contract"]), (&"team".into(), &"0.1.1".into()));
    assert_eq!(team["configSchema"]["properties"]["visibility"]["default"], "public");
    assert_eq!(team["bytes"], std::fs::metadata(built("team.wasm")).unwrap().len());
    let hostile = stdout(&["inspect", built("hostile.wasm").to_str().unwrap()]);
    assert!(hostile.contains("\npermissions  earlier, inputs, log, workspace\ninert WASI   "), "{hostile}");
}

#[test]
fn completions_are_for_a_shell() {
    assert!(stdout(&["completions", "bash"]).contains("kratix-wasm"));
    assert_eq!(host(&["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn what_is_typed_wrongly_is_explained() {
    for (arguments, says) in [
        (&["inspekt"][..], "a similar subcommand exists: 'inspect'"),
        (&["run", "--ouput", "x"][..], "a similar argument exists: '--output'"),
        (&["run"][..], "error: no generator to run\n  hint: name one"),
        (&["compile", "x.wasm"][..], "--output <FILE>"),
    ] {
        let done = host(arguments);
        let stderr = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(says) && done.stdout.is_empty(), "{stderr}");
    }
    let done = Command::new(built("kratix-wasm"))
        .args(["run", "x.wasm"])
        .env_clear()
        .env("KRATIX_WORKFLOW_ACTION", "destroy")
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(2));
}

#[test]
fn a_variable_that_is_no_text_is_refused_by_name() {
    for name in [
        "KRATIX_WORKFLOW_ACTION",
        "KRATIX_WORKFLOW_TYPE",
        "KRATIX_PROMISE_NAME",
        "KRATIX_PIPELINE_NAME",
        "KRATIX_OBJECT_KIND",
        "KRATIX_OBJECT_GROUP",
        "KRATIX_WASM_GENERATOR",
        "KRATIX_WASM_PRECOMPILED",
        "KRATIX_WASM_CONFIG",
        "KRATIX_WASM_CONFIG_FILE",
    ] {
        let generator = if name == "KRATIX_WASM_GENERATOR" { None } else { Some("x.wasm") };
        let mut command = Command::new(built("kratix-wasm"));
        let done = command.arg("run").args(generator).env_clear().env(name, OsStr::from_bytes(b"de\xfflete"));
        let done = done.output().unwrap();
        let says = format!("error: {name} is not UTF-8\n  hint: set it to text, or not at all\n");
        assert_eq!((done.status.code(), String::from_utf8(done.stderr).unwrap()), (Some(2), says));
    }
}

#[test]
fn a_switch_is_on_or_off() {
    for (value, code, says) in [
        ("maybe", 2, "error: KRATIX_WASM_PRECOMPILED is \"maybe\"\n  hint: set it to true or false"),
        ("false\n", 74, "there is no request"),
        ("1", 74, "there is no request"),
    ] {
        let _ = Step::new().arg("x.wasm").env("KRATIX_WASM_PRECOMPILED", value).run().exits(code).says(says);
    }
}

#[test]
fn a_result_that_can_not_be_printed_is_an_error() {
    for arguments in ["version", "version --format=json", "completions bash", "inspect team.wasm"] {
        let line = format!("'{}' {arguments} > /dev/full", built("kratix-wasm").display());
        let done = Command::new("sh").args(["-c", &line]).current_dir(root().join("target/dev")).output().unwrap();
        assert_eq!(done.status.code(), Some(71), "{line}");
        let says = "error: cannot write to stdout\n  caused by: no space left on device\n  \
                    hint: the disk is full, of bytes or of names (df, df -i): make room and run again\n";
        assert_eq!(String::from_utf8(done.stderr).unwrap(), says, "{line}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let host = built("kratix-wasm");
    let line = format!("'{}' completions bash | head -c 10", host.display());
    let done = Command::new("bash").args(["-o", "pipefail", "-c", &line]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
