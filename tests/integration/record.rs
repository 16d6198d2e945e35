//! `run --record`: what a step did becomes a case, and whoever runs that gets the same.

use std::collections::BTreeMap;
use std::fs;

use kratix_wasm_tests::{Step, Tree, tree};

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
    let case = step.path("case");
    let step = step.arg("--record").arg(case.to_str().unwrap());
    let recorded = all_that_came_of(step.run().exits(code));
    let names: Vec<_> = fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| KNOWN.contains(&name.to_str().unwrap())), "{names:?}");
    let files = tree(&case);
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
        ("full/../output", "it lies in a directory of Kratix"),
    ] {
        let step = Step::hostile("{files: [[a, a]]}").file("full/x", "");
        let path = step.path(place).to_str().unwrap().to_owned();
        let refused = step.arg("--record").arg(path).run().exits(2).says(&format!("caused by: {why}"));
        assert!(refused.output.is_empty() && refused.metadata.is_empty());
    }
}
