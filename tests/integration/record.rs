//! `run --record`: what a step did becomes a case, and whoever runs that gets the same.

use std::collections::BTreeMap;
use std::fs;

use kratix_wasm_tests::{Step, Tree, play, tree};

use crate::cases::{Case, KNOWN, ONE, all_that_came_of, run};

const TEAM: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: alpha, namespace: default, \
                    resourceVersion: '12'}, status: {email: a@example.org}, spec: {id: a}}";
const BUCKET: &str =
    "{apiVersion: storage.example.org/v1alpha1, kind: Bucket, metadata: {name: logs}, spec: {team: alpha, region: eu}}";
const BOUND: &str =
    "{team: {apiVersion: platform.kratix.io/v1alpha1, kind: Team, resource: teams, name: '{spec.team}'}}";

fn bucket(objects: &str) -> Step {
    let step = Step::new().request(BUCKET).generator("bucket.wasm").config("{prefix: p, regions: [eu]}");
    let step = step.policy("{destinations: []}").env("KRATIX_WASM_INPUTS", BOUND).file("objects.yaml", objects);
    let path = step.path("objects.yaml").to_str().unwrap().to_owned();
    step.arg("--input-object").arg(path)
}

/// Records a step, and runs what was recorded.
#[track_caller]
fn records(step: Step, generator: &str, code: i32) -> Tree {
    records_though(step, generator, code, |_| ())
}

/// The same, though something becomes of what it was recorded from.
#[track_caller]
fn records_though(step: Step, generator: &str, code: i32, then: impl FnOnce(&Step)) -> Tree {
    let case = step.path("case");
    let step = step.arg("--record").arg(case.to_str().unwrap());
    let recorded = all_that_came_of(step.run().exits(code));
    let names: Vec<_> = fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| KNOWN.contains(&name.to_str().unwrap())), "{names:?}");
    let files = tree(&case);
    then(&step);
    let case = Case { directory: case, generator: generator.to_owned(), env: BTreeMap::new() };
    let again = all_that_came_of(run(&case, ONE));
    let expected: Tree = files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix("expected/")?.to_owned(), bytes.clone())))
        .collect();
    assert_eq!(again, expected);
    assert_eq!(recorded, expected);
    files
}

#[test]
fn a_step_that_ran_is_a_case() {
    let files = records(bucket(TEAM), "bucket.cwasm", 0);
    assert!(files.contains_key("expected/output/buckets/default.logs.yaml"), "{:?}", files.keys());
    // What was not set stays so, whatever a Promise sets.
    let files = records(Step::hostile("{files: [[a, a]]}"), "hostile.cwasm", 0);
    assert_eq!(files["inputs.yaml"], b"{}\n");
    let left =
        Step::hostile("{files: [[a, a]], status: '{\"x\": 1}', earlier: true}").file("metadata/status.yaml", "z: 2\n");
    let files = records(left, "hostile.cwasm", 0);
    assert_eq!(files["before/metadata/status.yaml"], b"z: 2\n");
    assert_eq!(files["expected/output/earlier.json"], b"{\"z\":2}");
}

#[test]
fn so_is_one_that_waits_is_invalid_or_fails() {
    let _ = records(bucket(""), "bucket.cwasm", 0);
    let _ = records(Step::hostile("{suspend: [wait, 30]}"), "hostile.cwasm", 0);
    let _ = records(Step::hostile("{invalid: [[spec.a, is odd, null]]}"), "hostile.cwasm", 0);
    let files = records(Step::hostile("{misdeed: log, internal: lost count}"), "hostile.cwasm", 70);
    assert!(String::from_utf8_lossy(&files["expected/stderr"]).contains("hostile: warning: a warning\n"));
    let suspended = Step::hostile("{internal: lost count}").env("KRATIX_WASM_ON_ERROR", "suspend");
    let files = records(suspended, "hostile.cwasm", 0);
    assert!(files.contains_key("expected/metadata/workflow-control.yaml"));
    let deleted = Step::hostile("{status: '{\"x\": null}'}").env("KRATIX_WORKFLOW_ACTION", "delete");
    let files = records(deleted, "hostile.cwasm", 0);
    assert_eq!(files["environment"], b"KRATIX_WORKFLOW_ACTION=delete\n");
}

#[test]
fn a_case_is_written_where_nothing_is_and_kratix_does_not_look() {
    for (place, why) in [
        ("full", "it isn't empty"),
        ("full/x", "it is no directory that can be read"),
        ("output/case", "it lies in a directory of Kratix"),
        ("full/../output", "it has .. in it"),
        // Once it is there, it would lie in a directory of Kratix.
        ("nowhere/../output/case", "it has .. in it"),
    ] {
        let step = Step::hostile("{files: [[a, a]]}").file("full/x", "");
        let path = step.path(place).to_str().unwrap().to_owned();
        let refused = step.arg("--record").arg(path).run().exits(2).says(&format!("caused by: {why}"));
        assert!(refused.output.is_empty() && refused.metadata.is_empty());
    }
}

#[test]
fn in_a_pod_a_directory_that_is_of_no_use_keeps_no_step_from_running() {
    for (place, why) in [("full", "it isn't empty"), ("output/case", "it lies in a directory of Kratix")] {
        let step = Step::hostile("{files: [[a, a]]}").file("full/x", "").env("KRATIX_PIPELINE_NAME", "p");
        let path = step.path(place).to_str().unwrap().to_owned();
        let outcome =
            step.arg("--record").arg(path).run().exits(0).says("warning: the step is not recorded: ").says(why);
        assert_eq!(outcome.output("a"), "a");
        assert_eq!(outcome.output.len(), 1);
    }
}

#[test]
fn what_options_set_is_in_the_case_too() {
    let step = Step::hostile("{misdeed: log, internal: lost count}").env("KRATIX_WASM_LIMITS", "files=7,\n time=20s");
    let step = step.arg("--limit").arg("time=30s").arg("--on-error").arg("suspend");
    let files = records(step, "hostile.cwasm", 0);
    let environment = "KRATIX_WASM_LIMITS=files=7, time=20s time=30s\nKRATIX_WASM_ON_ERROR=suspend\n";
    assert_eq!(String::from_utf8_lossy(&files["environment"]), environment);
    // A request that is larger than may be by default.
    let large = format!("{{apiVersion: v1, kind: Test, metadata: {{name: a, namespace: b}}}} #{}", "x".repeat(5 << 20));
    let step = Step::hostile("{files: [[a, a]]}").request(&large).arg("--limit").arg("object-bytes=6Mi");
    assert!(records(step, "hostile.cwasm", 0).contains_key("expected/output/a"));
    for option in ["--on-invalid=fail", "--overwrite"] {
        let step = Step::hostile("{files: [[a, a]]}");
        let path = step.path("case").to_str().unwrap().to_owned();
        let _ = step.arg("--record").arg(path).arg(option).run().exits(2).says("'--record <DIR>' cannot be used with");
    }
}

#[test]
fn what_no_generator_sees_is_not_in_a_case() {
    let asking =
        |team: &str| bucket(team).env("KRATIX_WASM_INPUTS", &BOUND.replace("'}}", "', required-label: {a: b}}}"));
    let files = records(asking(TEAM), "bucket.cwasm", 0);
    assert!(files["objects.yaml"].is_empty(), "{}", String::from_utf8_lossy(&files["objects.yaml"]));
    assert!(files.contains_key("expected/metadata/workflow-control.yaml"));
    let files = records(asking(&TEAM.replace("name: alpha", "labels: {a: b}, name: alpha")), "bucket.cwasm", 0);
    assert!(!files["objects.yaml"].is_empty() && files.contains_key("expected/output/buckets/default.logs.yaml"));
}

#[test]
fn a_case_has_what_a_file_had_and_looks_at_no_file() {
    let step = Step::new().request(BUCKET).generator("bucket.wasm").config("{prefix: p, regions: [eu]}");
    let step = step.policy("{destinations: []}").file("brought/team.yaml", TEAM);
    let path = step.path("brought/team.yaml").to_str().unwrap().to_owned();
    let step = step.inputs(&format!("{{team: {{file: '{path}'}}}}"));
    let files = records_though(step, "bucket.cwasm", 0, |_| fs::write(&path, TEAM.replace("id: a", "id: b")).unwrap());
    assert!(files.contains_key("expected/output/buckets/default.logs.yaml"));
}

/// A step of a user whose cluster says this of a path.
fn asking_a_cluster(step: Step, script: &str) -> Step {
    let step = step.file("bin/.keep", "");
    let bin = step.path("bin");
    play(&bin.join("kubectl"), script);
    let path = std::env::var("PATH").unwrap();
    step.env("PATH", &format!("{}:{path}", bin.display())).arg("--inputs-from-cluster")
}

fn not_recorded(step: Step, code: i32, says: &str) {
    let case = step.path("case");
    let step = step.arg("--record").arg(case.to_str().unwrap());
    let _ = step.run().exits(code).says("warning: the step is not recorded: the case can't be replayed: ").says(says);
    assert!(!case.exists());
}

#[test]
fn what_a_cluster_said_is_the_same_again_or_no_case() {
    let bucket = || {
        let step = Step::new().request(BUCKET).generator("bucket.wasm").config("{prefix: p, regions: [eu]}");
        step.policy("{destinations: []}").inputs(BOUND)
    };
    let team = r#"{"apiVersion":"platform.kratix.io/v1alpha1","kind":"Team","metadata":{"name":"alpha","namespace":"default"},
        "status":{"email":"a@example.org"},"spec":{"id":"a","odd":[1.0,1e3,-0.0,1e21,"\\ud83d\\ude00"]}}"#;
    let step = asking_a_cluster(bucket(), &format!("cat <<'END'\n{team}\nEND"));
    let files = records(step, "bucket.cwasm", 0);
    assert!(files.contains_key("expected/output/buckets/default.logs.yaml"));
    for (script, code, says) in [
        (
            "echo 'Error from server (NotFound): the server could not find the requested resource' >&2; exit 1",
            78,
            "input team",
        ),
        (
            "echo 'Error from server (Forbidden): no' >&2; exit 1",
            78,
            "its inputs could not be read: the API server forbids",
        ),
        ("echo 'error: no' >&2; exit 1", 69, "its inputs could not be read: kubectl has no answer"),
    ] {
        not_recorded(asking_a_cluster(bucket(), script), code, says);
    }
    // An object that changes between two questions.
    let object = |version: u8| {
        format!(
            r#"{{"apiVersion":"platform.kratix.io/v1alpha1","kind":"Team","metadata":{{"name":"a","namespace":"b","resourceVersion":"{version}"}}}}"#
        )
    };
    let list = format!(
        r#"{{"apiVersion":"platform.kratix.io/v1alpha1","kind":"TeamList","metadata":{{}},"items":[{}]}}"#,
        object(2)
    );
    let script = format!("case $3 in */teams/a) echo '{}' ;; *) echo '{list}' ;; esac", object(1));
    let bound = "apiVersion: platform.kratix.io/v1alpha1, kind: Team, resource: teams";
    let step = Step::declaring("inputs").request("{apiVersion: v1, kind: Test, metadata: {name: a, namespace: b}}");
    let step = step.config("{inputs: [one, many], files: [[a, a]]}");
    let step = step.inputs(&format!("{{one: {{{bound}, name: a}}, many: {{{bound}, matchLabels: {{}}}}}}"));
    not_recorded(asking_a_cluster(step, &script), 0, "Team.platform.kratix.io a in namespace b is given twice");
}

#[test]
fn settings_that_can_not_be_used_are_no_case() {
    not_recorded(Step::hostile("{a: 1, a: 2}"), 78, "what is set can't be used: ");
}
