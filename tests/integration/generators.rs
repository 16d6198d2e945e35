//! Several generators in one step, and what a generator may return.

use kratix_wasm_tests::{Step, TEST};

/// Two runs of the hostile component; by their common name both get the same config, so the second is Team.
const TEST_AND_TEAM: &str =
    "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: a}, spec: {id: a, name: A}}";

#[track_caller]
fn refused(config: &str, code: i32, says: &str) {
    let outcome = Step::hostile(config).run().exits(code).says(says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
    assert!(!outcome.stderr.contains('\u{1b}'), "an escape sequence reached the terminal");
}

#[test]
fn a_generator_sees_what_earlier_ones_made() {
    let step = Step::hostile("{hostile: {misdeed: workspace, files: [[made.txt, x]]}}").generator("hostile.cwasm");
    let outcome = step.arg("--overwrite").run().exits(0);
    assert_eq!(outcome.output("workspace.txt"), "made.txt: x\nworkspace.txt: outside: true\n\noutside: true\n");
}

#[test]
fn one_path_made_twice_is_an_error_unless_asked_for() {
    let step = Step::hostile("{hostile: {files: [[a.txt, x]]}}").generator("hostile.cwasm");
    let outcome = step.run().exits(78).says("generator hostile returned a.txt, which an earlier one made");
    assert!(outcome.output.is_empty());
    assert_eq!(step.arg("--overwrite").run().exits(0).output("a.txt"), "x");
}

#[test]
fn the_first_that_does_not_complete_ends_the_step() {
    let step =
        Step::new().request(TEST_AND_TEAM).arg("--precompiled").generator("team.cwasm").generator("hostile.cwasm");
    // Team completes; hostile doesn't answer Teams, and nothing of Team is written.
    let outcome = step.run().exits(78).says("generator hostile doesn't answer a Team.platform.kratix.io");
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
    let step = Step::hostile("{hostile: {invalid: [[a, b, c]], status: '{}'}}").generator("hostile.cwasm");
    let outcome = step.run().exits(0);
    assert_eq!(outcome.metadata.keys().collect::<Vec<_>>(), ["status.yaml", "workflow-control.yaml"]);
}

#[test]
fn generators_can_be_named_in_the_environment() {
    let step = Step::hostile("{hostile: {files: [[a.txt, x]]}}").arg("--overwrite");
    let path = step.path("generators/hostile.cwasm");
    let path = path.to_str().unwrap();
    let named = Step::new().request(TEST).arg("--overwrite").env("KRATIX_WASM_PRECOMPILED", "true");
    let named = named.env("KRATIX_WASM_CONFIG", "{hostile: {files: [[a.txt, x]]}}");
    let outcome = named.env("KRATIX_WASM_GENERATOR", &format!("\n  {path}\n\n{path}\n")).run().exits(0);
    assert_eq!(outcome.output("a.txt"), "x");
}

#[test]
fn paths_that_lead_out_or_deceive_are_refused() {
    for (path, says) in [
        ("/etc/passwd", "returned a path \"/etc/passwd\" that has an empty part"),
        ("../x", "that has a part that begins with a dot"),
        ("a/../../x", "that has a part that begins with a dot"),
        (".git/hooks/post-checkout", "begins with a dot"),
        ("a/.GitHub/workflows/x.yml", "begins with a dot"),
        (".kratix-wasm/stage/0", "begins with a dot"),
        ("a\\\\b", "that has a backslash"),
        ("a\\0b", "that has a backslash, or a character that can't be seen"),
        ("a\\u001b[31mb", "returned a path \"a[31mb\" that has a backslash"),
        ("a\\u202Eb", "a character that can't be seen"),
        ("a/GIT~1", "has a part that Windows takes for .git"),
        ("a\\u3164b", "a character that can't be seen"),
        ("a//b", "has an empty part"),
        ("", "has an empty part"),
    ] {
        refused(&format!("{{files: [[\"{path}\", x]]}}"), 70, says);
    }
    refused(&format!("{{files: [[{}, x]]}}", "x".repeat(5000)), 70, "is too long");
}

#[test]
fn paths_that_collide_are_refused() {
    refused("{files: [[a, x], [a, y]]}", 70, "returned a twice");
    refused("{files: [[a, x], [a/b, y]]}", 70, "returned a and a/b, so a would be a file and a directory");
    refused("{files: [[a/b/c, x], [a/b, y]]}", 70, "returned a/b and a/b/c, so a/b would be a file and a directory");
    for (one, other, names) in [
        ("Read.me", "read.ME", "Read.me and read.ME"),
        ("A/x", "a/y", "A and a"),
        ("A", "a/y", "A and a"),
        ("\\u00e9.md", "e\\u0301.md", "e\u{301}.md and \u{e9}.md"),
        ("straße/x", "STRASSE/y", "STRASSE and straße"),
        ("a./x", "a/y", "a. and a"),
    ] {
        let config = format!("{{files: [[\"{one}\", x], [\"{other}\", y]]}}");
        refused(&config, 70, &format!("returned {names}, which some file systems take for the same name"));
    }
}

#[test]
fn destinations_that_kratix_would_mishandle_are_refused() {
    for (entry, says) in [
        ("[a, []]", "returned a destination that sends \"a\" nowhere"),
        ("[a/b, [[e, p]]]", "which is not at the top level"),
        ("['..', [[e, p]]]", "which lies outside the output"),
        ("[/, [[e, p]]]", "which is not relative"),
        ("[a, [[e, 'not a label']]]", "is no value of a Kubernetes label"),
        ("[a, [['', p]]]", "is no key of a Kubernetes label"),
        ("[a, [[e, p], [e, q]]]", "by two values of e"),
    ] {
        refused(&format!("{{files: [[a/x, x]], destinations: [{entry}]}}"), 70, says);
    }
    refused(
        "{files: [[a/x, x]], destinations: [[a, [[e, p]]], [a/, [[e, q]]]]}",
        70,
        "elsewhere than an earlier entry",
    );
}

#[test]
fn yaml_is_written_so_that_types_stay() {
    let config =
        r#"{yaml: [[a.yaml, ['{"b": "yes", "a": ["0123", "1:30", null, 1.5, {}, []]}', '{"second": true}']]]}"#;
    assert_eq!(
        Step::hostile(config).run().exits(0).output("a.yaml"),
        "b: \"yes\"\na:\n- \"0123\"\n- \"1:30\"\n- null\n- 1.5\n- {}\n- []\n---\nsecond: true\n"
    );
    refused("{yaml: [[a.yaml, []]]}", 70, "returned a.yaml with no YAML document");
    refused("{yaml: [[a.yaml, ['{']]]}", 70, "returned a.yaml with a document that is not JSON");
}

#[test]
fn output_without_measure_names_the_bound() {
    refused("{misdeed: huge-file}", 75, "reached the bound hostcall-bytes");
}

#[test]
fn yaml_without_measure_names_the_bound() {
    let too_much = "generator hostile returned too much output\n  caused by: output-bytes is 16Mi";
    refused("{misdeed: deep-yaml}", 75, too_much);
    let deep = |levels| format!("{{yaml: [[a.yaml, ['{}{}']]]}}", "[".repeat(levels), "]".repeat(levels));
    let _ = Step::hostile(&deep(64)).run().exits(0);
    let too_deep = "returned a.yaml with a document that is too deep\n  caused by: document-depth is 64";
    refused(&deep(65), 75, too_deep);
    refused(&deep(30_000), 75, too_deep);
}

/// A foreign generator that calls itself like its neighbour would get the neighbour's config, and its Destinations.
#[test]
fn two_generators_of_one_name_are_refused() {
    let step = Step::hostile("{}");
    let other = step.path("generators/other.cwasm");
    std::fs::copy(step.path("generators/hostile.cwasm"), &other).unwrap();
    let step = step.arg(other.to_str().unwrap()).config("{hostile: {files: [[a, x]]}}");
    let _ = step.run().exits(78).says("two generators of the step are called hostile");
}

#[test]
fn directories_without_measure_name_the_bound() {
    let files: Vec<String> =
        (0..900).map(|file| format!("[{}/{file}/x, '']", vec![format!("d{file}"); 13].join("/"))).collect();
    let spec = format!("{{files: [{}]}}", files.join(", "));
    let step = Step::hostile("{}").spec(&spec);
    let _ = step.run().exits(75).says("12600 directories\n  caused by: directories is 10000");
}
