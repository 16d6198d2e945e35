//! Deletions that wait: where a generator says that it may hold one, the policy allows it, and it is always tried again.

use std::process::Command;

use kratix_wasm_tests::{Outcome, Step, built};
use serde_json::{Value, json};

const MAY_WAIT: &str = "destinations: [{}]\ndeletion: may-wait";
const SAYS: &str = "generator hostile may hold up the deletion of a request, which the policy doesn't allow";

/// A step of the component that may hold up a deletion.
fn holding(config: &str, action: &str) -> Step {
    Step::declaring("hold").config(config).policy(MAY_WAIT).env("KRATIX_WORKFLOW_ACTION", action)
}

fn names(outcome: &Outcome) -> (Vec<&str>, Vec<&str>) {
    (outcome.output.keys().map(String::as_str).collect(), outcome.metadata.keys().map(String::as_str).collect())
}

#[track_caller]
fn control(outcome: &Outcome) -> Value {
    kratix_wasm::yaml::read(outcome.metadata("workflow-control.yaml").as_bytes()).unwrap()
}

#[test]
fn without_the_policys_word_it_is_wrong_from_the_first_request_on() {
    for policy in ["destinations: [{}]", "deletion: never-waits", ""] {
        for action in ["configure", "delete"] {
            let outcome = holding("{files: [[a, a]]}", action).policy(policy).run().exits(78).says(SAYS);
            let _ = outcome.says("hint: if the Promise means it, add `deletion: may-wait` to the policy");
        }
    }
    let _ = holding("{files: [[a, a]]}", "configure").run().exits(0);
    for (policy, says) in [("deletion: sometimes", "unknown variant `sometimes`"), ("deletion: ~", "nothing behind it")]
    {
        let _ = holding("{}", "configure").policy(policy).run().exits(78).says(says);
    }
    // The word alone holds nothing up.
    let plain = Step::hostile("{suspend: [wait, 5]}").policy(MAY_WAIT).env("KRATIX_WORKFLOW_ACTION", "delete");
    assert_eq!(names(&plain.run().exits(0).says("a deletion is not held up for this")), (vec![], vec!["status.yaml"]));
}

#[test]
fn check_promise_finds_it_before_any_request() {
    let step = Step::declaring("hold");
    let generator = step.path("generators/hold.cwasm").with_extension("wasm");
    std::fs::write(&generator, kratix_wasm_tests::describing("hold")).unwrap();
    let check = |policy: &str| {
        let env = format!(
            "[{{name: KRATIX_WASM_GENERATOR, value: /g.wasm}}, {{name: KRATIX_WASM_POLICY, value: '{policy}'}}]"
        );
        let container = format!("{{name: c, image: 'a/kratix-wasm:1', args: [run], env: {env}}}");
        let pipeline = format!(
            "{{apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline, metadata: {{name: p}}, spec: {{containers: [{container}]}}}}"
        );
        let api = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: tests.a.io}, spec: {group: a.io, \
                   names: {kind: Test, plural: tests, singular: test}, scope: Namespaced, versions: [{name: v1, served: true, storage: true, \
                   schema: {openAPIV3Schema: {type: object}}}]}}";
        let promise = format!(
            "{{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {{name: a}}, spec: {{api: {api}, \
             workflows: {{resource: {{configure: [{pipeline}]}}}}}}}}"
        );
        let file = step.path("promise.yaml");
        std::fs::write(&file, promise).unwrap();
        let mut command = Command::new(built("kratix-wasm"));
        command.arg("check-promise").arg(&file).arg(format!("--file=/g.wasm={}", generator.display())).env_clear();
        let done = command.output().unwrap();
        (done.status.code(), String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
    };
    let (code, said) = check("{}");
    assert!(code == Some(78) && said.contains(SAYS), "{code:?}: {said}");
    let (code, said) = check("deletion: may-wait");
    assert!(code == Some(0), "{said}");
}

#[test]
fn a_deletion_is_held_up_and_always_tried_again() {
    let given = holding("{suspend: [approve me, 90], status: '{\"step\": 1}'}", "delete").run().exits(0);
    assert_eq!(names(&given), (vec![], vec!["status.yaml", "workflow-control.yaml"]));
    assert_eq!(given.metadata("workflow-control.yaml"), "suspend: true\nmessage: approve me\nretryAfter: 90s\n");
    assert_eq!(given.metadata("status.yaml"), "step: 1\nmessage: approve me\nproblems: null\nfault: null\n");
    assert!(!given.stderr.contains("warning"), "{}", given.stderr);
    let report = holding("{suspend: [approve me, 90]}", "delete").arg("--format=json").run().exits(0);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["outcome"], "suspended");
    assert_eq!(report["suspended"], json!({"message": "approve me", "retryAfterSeconds": 90}));
    // Within a day at the latest.
    let late = holding("{suspend: [approve me, 4000000000]}", "delete").run().exits(0);
    assert_eq!(control(&late)["retryAfter"], "86400s");
    let _ = holding("{suspend: [approve me, 0]}", "delete").run().exits(70).says("after 0 s");
    let _ = holding("{suspend: ['', 5]}", "delete").run().exits(70).says("without a message");

    // One that says no time is tried again all the same, ever less often, by the tries of the delete pipeline.
    for (status, most) in [
        ("{}", 30),
        ("{kratix: {workflows: {pipelines: [{name: p, attempts: 2}]}}}", 120),
        ("{kratix: {workflows: {delete: {pipelines: [{name: p, attempts: 9}]}}}}", 900),
        ("{kratix: {workflows: {configure: {pipelines: [{name: p, attempts: 9}]}}}}", 30),
    ] {
        let request = format!("{{apiVersion: tests/v1, kind: Test, metadata: {{name: a-test}}, status: {status}}}");
        let step =
            holding("{suspend: [approve me, null]}", "delete").request(&request).env("KRATIX_PIPELINE_NAME", "p");
        let retry =
            control(&step.run().exits(0))["retryAfter"].as_str().unwrap().strip_suffix('s').unwrap().parse::<u32>();
        let retry = retry.unwrap();
        assert!((most - most / 4..=most).contains(&retry), "{status}: {retry}");
    }
    // A configure waits for as long as it says.
    let configure = holding("{suspend: [approve me, null]}", "configure").run().exits(0);
    assert_eq!(configure.metadata("workflow-control.yaml"), "suspend: true\nmessage: approve me\n");
}

#[test]
fn the_deletion_of_a_promise_is_held_up_too() {
    let promise = |config: &str, action: &str| {
        let object = "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a}}";
        holding(config, action).request(object).env("KRATIX_WORKFLOW_TYPE", "promise")
    };
    for (suspend, retry) in [("[approve me, 90]", "90s"), ("[approve me, null]", "s")] {
        let outcome = promise(&format!("{{suspend: {suspend}, status: '{{\"a\": 1}}'}}"), "delete").run().exits(0);
        let control = control(&outcome);
        assert_eq!((&control["suspend"], &control["message"]), (&json!(true), &json!("approve me")));
        assert!(control["retryAfter"].as_str().unwrap().ends_with(retry), "{control}");
        assert_eq!(outcome.metadata("status.yaml"), "message: approve me\n");
    }
    // Its configuration still isn't.
    let _ = promise("{suspend: [approve me, 90]}", "configure").run().exits(70).says("suspends a promise workflow");
    let _ = promise("{invalid: [[a, is wrong, null]]}", "delete").run().exits(65).says("a is wrong");
}

#[test]
fn nothing_but_a_suspension_or_an_error_holds_a_deletion_up() {
    let goes_on = |config: &str| {
        let outcome = holding(config, "delete").run().exits(0);
        assert_eq!(names(&outcome), (vec![], vec!["status.yaml"]));
        outcome
    };
    let _ = goes_on("{files: [[a, a]]}").says("files of a delete are not written");
    let _ = goes_on("{invalid: [[a, is wrong, null]]}")
        .says("a deletion is not held up for this; it goes on in spite of: a is");
    for config in ["{internal: lost count}", "{misconfigured: [[a, b, null]]}"] {
        let failed = holding(config, "delete").run();
        assert!(matches!(failed.code, Some(70 | 78)) && names(&failed) == (vec![], vec![]), "{}", failed.stderr);
        // Where errors suspend, nobody could be asked: it waits until somebody can.
        let outcome = holding(config, "delete").env("KRATIX_WASM_ON_ERROR", "suspend").run().exits(0);
        assert!(control(&outcome)["retryAfter"].is_string());
        // Where no deletion may wait, none does.
        let plain =
            Step::hostile(config).env("KRATIX_WORKFLOW_ACTION", "delete").env("KRATIX_WASM_ON_ERROR", "suspend");
        let plain = plain.run().exits(0).says("a deletion is not held up for this; it goes on in spite of the error");
        assert_eq!(names(&plain), (vec![], vec![]));
    }
    // Also for an error before the step is made, and not in a dry run, whose request Kratix deletes itself.
    let wrong = || holding("{}", "delete").arg("--limit=fule=1").env("KRATIX_WASM_ON_ERROR", "suspend");
    assert!(control(&wrong().run().exits(0))["retryAfter"].is_string());
    assert_eq!(wrong().env("KRATIX_DRY_RUN", "true").run().exits(0).metadata.len(), 0);
    // With --on-error it is still held up by who may.
    let held = holding("{suspend: [approve me, 9]}", "delete").env("KRATIX_WASM_ON_ERROR", "suspend").run().exits(0);
    assert_eq!(control(&held)["retryAfter"], "9s");
    let dry = holding("{suspend: [approve me, null]}", "delete").env("KRATIX_DRY_RUN", "true").run().exits(0);
    assert!(!dry.metadata.contains_key("workflow-control.yaml"));
}

#[test]
fn once_it_completes_nothing_holds_it_up() {
    let step = holding("{}", "delete").spec("{suspend: [approve me, 90]}");
    let _ = step.run().exits(0);
    let outcome = step.spec("{}").run().exits(0);
    assert_eq!(names(&outcome), (vec![], vec!["status.yaml"]));
}

#[test]
fn an_earlier_containers_control_stays() {
    let theirs = "suspend: true\nmessage: theirs\n";
    let left = |config: &str| holding(config, "delete").file("metadata/workflow-control.yaml", theirs).run().exits(0);
    let held = left("{suspend: [approve me, 90]}").says("an earlier container stopped the workflow already");
    assert_eq!(held.metadata("workflow-control.yaml"), theirs);
    let goes_on = left("{invalid: [[a, b, null]]}")
        .says("an earlier container holds the deletion up; for this it would go on: a b");
    assert_eq!(goes_on.metadata("workflow-control.yaml"), theirs);
    // What they say of it stays, too.
    let status =
        holding("{status: '{\"message\": \"gone\"}'}", "delete").file("metadata/status.yaml", "message: waits\n");
    let completed = status.file("metadata/workflow-control.yaml", theirs).run().exits(0);
    assert!(completed.metadata("status.yaml").starts_with("message: waits\n"), "{}", completed.metadata("status.yaml"));
    let _ = completed.says("an earlier container holds the deletion up, and decides when it goes on");
    // One that doesn't stop it gives way.
    let step =
        holding("{suspend: [approve me, 90]}", "delete").file("metadata/workflow-control.yaml", "suspend: false\n");
    assert_eq!(control(&step.run().exits(0))["message"], "approve me");
}
