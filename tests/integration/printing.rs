//! What people read is lines of ours: nothing that is quoted makes one, reorders one, or speaks to a terminal.

use std::process::{Command, Output};

use kratix_wasm::text::{escaped, is_unseen};
use kratix_wasm_tests::{Step, TEST, built};
use serde_json::Value;

/// Erases a screen, turns text around, opens what isolates and what controls, and forges a line.
const ODD: &str = "a\u{1b}[2J\u{202E}\u{2066}\u{9b}31m\nerror: forged\r\n  hint: forged\u{85}\u{2028}warning: forged";
/// What is seen of it.
const SEEN: &str = "a[2J31m error: forged    hint: forged  warning: forged";

fn host(arguments: &[&str]) -> Output {
    Command::new(built("kratix-wasm")).args(arguments).env_clear().output().unwrap()
}

/// As YAML takes it.
fn in_yaml() -> String {
    escaped(&serde_json::to_string(ODD).unwrap())
}

#[track_caller]
fn fit(printed: impl Into<Vec<u8>>) -> String {
    let printed = String::from_utf8(printed.into()).unwrap();
    assert!(printed.chars().all(|c| c == '\n' || !is_unseen(c)), "{printed:?}");
    for forged in ["error: forged", "hint: forged", "warning: forged"] {
        assert!(!printed.lines().any(|line| line.trim_start().starts_with(forged)), "{printed}");
    }
    printed
}

#[test]
fn a_path_is_quoted_within_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join(format!("{ODD}.wasm"));
    std::fs::write(&odd, "no component").unwrap();
    let path = odd.to_str().unwrap();
    let near = path.replace(".wasm", "s.wasm");
    let given = format!("--file={path}={path}");
    for arguments in [
        &["inspect", path][..],
        &["inspect", &near],
        &["inspect", path, "--limit", path],
        &["compile", path, "-o", path],
        &["compile", path, "-o", folder.path().to_str().unwrap()],
        &["compile", built("team.wasm").to_str().unwrap(), "-o", &format!("{path}/x")],
        &["check-promise", path, &given],
        &["check-promise", path, "--file", path],
        &["check-promise", &format!("{path}/x")],
        &["run", path, "--input", path],
        &["run", path, "--output", path],
        &["inspect", path, path],
        &["inspect", path, "--format", ODD],
        &["run", path, "--limitt", ODD],
        &[&format!("--{ODD}")],
        &[ODD],
        &["help", ODD],
    ] {
        let done = host(arguments);
        assert!(!done.status.success(), "{arguments:?}");
        let stderr = fit(done.stderr);
        assert!(fit(done.stdout).is_empty() && stderr.starts_with("error: "), "{stderr}");
    }
    let stderr = fit(host(&["inspect", path]).stderr);
    assert!(stderr.contains(&format!("{}/{SEEN}.wasm is not WebAssembly", folder.path().display())), "{stderr}");
    for option in ["--config-file", "--policy-file"] {
        let outcome = Step::hostile("{}").arg(option).arg(path).run();
        let _ = fit(outcome.stderr);
    }
}

/// The status of the request and the reason of the suspension, which `kubectl` shows.
#[test]
fn a_fault_is_told_in_one_line_each() {
    let step = Step::new().request(TEST).arg(format!("/nowhere/{ODD}")).env("KRATIX_WASM_ON_ERROR", "suspend");
    let outcome = step.run().exits(0);
    let text = format!("there is no generator at /nowhere/{SEEN}");
    for (file, path) in
        [("status.yaml", "/fault/text"), ("status.yaml", "/message"), ("workflow-control.yaml", "/message")]
    {
        let yaml = kratix_wasm::yaml::read(fit(outcome.metadata(file)).as_bytes()).unwrap();
        let said = yaml.pointer(path).unwrap().as_str().unwrap();
        assert!(said.ends_with(&text), "{said:?}");
    }
    let _ = fit(outcome.stderr);
}

#[test]
fn the_program_is_called_what_it_is_called() {
    use std::os::unix::process::CommandExt as _;
    for argument in ["--help", "--version", "inspekt"] {
        let done = Command::new(built("kratix-wasm")).arg0(ODD).arg(argument).output().unwrap();
        let said = fit(done.stdout) + &fit(done.stderr);
        assert!(said.contains("kratix-wasm") && !said.contains("forged"), "{said}");
    }
}

#[test]
fn what_an_earlier_container_left_is_quoted_within_its_line() {
    let odd = in_yaml();
    let status = format!("message: {odd}\nmore: {{{odd}: [{odd}]}}\n");
    let step = || Step::hostile("{files: [[a/x, x]]}").file("metadata/status.yaml", &status);
    assert_eq!(fit(step().run().exits(0).stderr), format!("wrote a/x\nstatus: {SEEN}\n"));
    let long =
        Step::hostile("{files: [[a/x, x]]}").file("metadata/status.yaml", format!("message: {}", "x".repeat(9000)));
    assert_eq!(long.run().exits(0).stderr, format!("wrote a/x\nstatus: {}…\n", "x".repeat(2047)));
    // A program reads what is there.
    let outcome = step().arg("--format=json").run().exits(0);
    let report: Value = serde_json::from_str(&fit(outcome.stdout)).unwrap();
    assert_eq!((&report["status"]["message"], &report["status"]["more"][ODD][0]), (&ODD.into(), &ODD.into()));
    for (file, text) in [
        ("status.yaml", format!("{odd}: 1\n{odd}: 2\n")),
        ("status.yaml", format!("[{odd}")),
        ("workflow-control.yaml", format!("suspend: true\nmessage: {odd}\n")),
        ("workflow-control.yaml", format!("suspend: {odd}\n")),
        ("destination-selectors.yaml", format!("- directory: {odd}\n  matchLabels: {{{odd}: {odd}}}\n")),
    ] {
        let step = Step::hostile("{files: [[a/x, x]], destinations: [[a, [[env, prod]]]]}");
        let outcome = step.file(&format!("metadata/{file}"), text).run();
        assert!(!fit(outcome.stderr).is_empty());
    }
}

#[test]
fn what_a_request_or_a_promise_has_is_quoted_within_its_line() {
    let odd = in_yaml();
    for request in [
        format!("{{apiVersion: v1, kind: {odd}, metadata: {{name: x}}}}"),
        format!("{{apiVersion: v1, kind: Test, metadata: {{name: {odd}}}}}"),
        format!("{odd}: 1\n{odd}: 2\n"),
        format!("[{ODD}"),
    ] {
        let _ = fit(Step::hostile("{}").request(&request).run().stderr);
    }
    let option = odd.replacen('"', "\"--", 1);
    let promise = format!(
        "{{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {{name: x}}, spec: {{workflows: {{resource: \
         {{configure: [{{metadata: {{name: {odd}}}, spec: {{containers: [{{name: {odd}, image: {odd}, args: [run, {odd}, \
         {odd}]}}, {{name: b, args: [run, {option}]}}]}}}}]}}}}}}}}"
    );
    let step = Step::new().file("promise.yaml", promise);
    let file = step.path("promise.yaml");
    for format in ["--format=text", "--format=json"] {
        let done = host(&["check-promise", file.to_str().unwrap(), format]);
        assert_eq!(done.status.code(), Some(2));
        let _ = fit(done.stdout) + &fit(done.stderr);
    }
    let done = host(&["check-promise", file.to_str().unwrap(), "--format=json"]);
    assert_eq!(serde_json::from_slice::<Value>(&done.stdout).unwrap()["containers"][0]["pipeline"], ODD);
}

#[test]
fn what_a_generator_is_described_with_is_quoted_within_its_line() {
    let mut team = std::fs::read(built("team.wasm")).unwrap();
    let (from, to) = (b"Domain of the addresses", "Dom\u{202E}\u{2066}\u{9b}f t\u{E0041}esses");
    let at = team.windows(from.len()).position(|window| window == from).unwrap();
    assert_eq!(from.len(), to.len());
    team[at..at + from.len()].copy_from_slice(to.as_bytes());
    let step = Step::new().request(TEST).file("team.wasm", team);
    let file = step.path("team.wasm");
    let file = file.to_str().unwrap();
    let done = host(&["inspect", file, "--format=json"]);
    let json: Value = serde_json::from_str(&fit(done.stdout)).unwrap();
    let description = json["configSchema"]["properties"]["emailDomain"]["description"].as_str().unwrap();
    assert!(description.starts_with(to), "{description:?}");
    assert!(fit(host(&["inspect", file]).stdout).contains("Domf tesses"));
}
