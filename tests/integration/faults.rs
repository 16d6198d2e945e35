//! Errors that no requester can mend: with `--on-error suspend` they suspend the workflow and never hold up a deletion.

use kratix_wasm_tests::{Outcome, Step};
use serde_json::{Value, json};

const POD: [(&str, &str); 6] = [
    ("KRATIX_WASM_ON_ERROR", "suspend"),
    ("KRATIX_PIPELINE_NAME", "configure"),
    ("KRATIX_CRD_PLURAL", "teams"),
    ("KRATIX_OBJECT_GROUP", "platform.kratix.io"),
    ("KRATIX_WORKFLOW_ACTION", "configure"),
    ("KRATIX_WORKFLOW_TYPE", "resource"),
];

const TEAM: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: a, namespace: b}, spec: {id: \
                    team-alpha, name: Team Alpha}, status: {kratix: {workflows: {pipelines: [{name: configure, attempts: 3}]}}}}";

fn in_pod(step: Step) -> Step {
    POD.iter().fold(step, |step, (name, value)| step.env(name, value))
}

/// A step of the Team Promise in whose config is a typing mistake.
fn misconfigured() -> Step {
    in_pod(Step::team(TEAM)).config("visibility: publik")
}

#[track_caller]
fn status(outcome: &Outcome) -> Value {
    let status = kratix_wasm::yaml::read(outcome.metadata("status.yaml").as_bytes()).unwrap();
    // Kratix never removes a key.
    assert!(status.as_object().unwrap().contains_key("problems"), "{status}");
    status
}

#[test]
fn an_authors_mistake_suspends_the_workflow_and_says_whose_it_is() {
    let outcome = misconfigured().run().exits(0);
    assert!(outcome.output.is_empty());
    let text = "the config for generator team is wrong: visibility must be one of: public, limited, private";
    let message = format!("The Promise is at fault, not this request; its author has to mend it: {text}");
    assert_eq!(
        status(&outcome),
        json!({"message": message, "problems": null, "fault": {"code": 78, "name": "config", "text": text}})
    );
    let control = kratix_wasm::yaml::read(outcome.metadata("workflow-control.yaml").as_bytes()).unwrap();
    assert_eq!((&control["suspend"], &control["message"]), (&json!(true), &json!(message)));
    // The fourth time it takes 30 s × 2³, and up to a quarter less by the request's name.
    let retry: u32 = control["retryAfter"].as_str().unwrap().strip_suffix('s').unwrap().parse().unwrap();
    assert!((180..=240).contains(&retry), "{retry}");
    let outcome = outcome.says("error: the config for generator team is wrong\n  caused by: visibility must be one of");
    let _ = outcome.says("kubectl label teams.platform.kratix.io -A --all kratix.io/manual-reconciliation=true");
}

#[test]
fn each_error_that_comes_again_suspends() {
    let hostile = |config: &str| in_pod(Step::hostile(config)).env("KRATIX_OBJECT_GROUP", "tests");
    let no_generator = Step::new().request(TEAM).arg("/nowhere/team.wasm");
    for (step, code, name, text) in [
        (in_pod(no_generator), 66, "generator", "there is no generator at /nowhere/team.wasm"),
        (hostile("{internal: lost count}"), 70, "misbehaved", "generator hostile has a bug: lost count"),
        (hostile("{files: [[a, x]]}").arg("--limit=files=0"), 2, "usage", "--limit: files can't be \"0\""),
        (hostile("{misdeed: loop}").arg("--limit=fuel=1000000"), 75, "limit", "fuel is 1000000"),
        (hostile("{misconfigured: [[region, is unknown, null]]}"), 78, "config", "region is unknown"),
        (hostile("{files: [[a, x]]}").policy("paths: []"), 78, "config", "generator hostile may not write a"),
        (
            hostile("{files: [[a, x]]}").policy("paths: ["),
            78,
            "config",
            "the policy of KRATIX_WASM_POLICY can't be used",
        ),
        (hostile("a: b: c"), 78, "config", "the config of KRATIX_WASM_CONFIG is not a map in YAML"),
    ] {
        let outcome = step.run().exits(0);
        let fault = &status(&outcome)["fault"];
        assert_eq!((&fault["code"], &fault["name"]), (&json!(code), &json!(name)), "{fault}");
        assert!(fault["text"].as_str().unwrap().contains(text), "{fault}");
        assert!(outcome.metadata("workflow-control.yaml").contains("retryAfter: "));
        assert!(outcome.output.is_empty());
    }
}

#[test]
fn a_mended_promise_clears_the_fault() {
    let step = misconfigured();
    let _ = step.run().exits(0);
    // The next pod has directories of its own; Kratix merges its status over the one before.
    let outcome = in_pod(Step::team(TEAM)).config("visibility: private").run().exits(0);
    assert_eq!((&status(&outcome)["fault"], &status(&outcome)["problems"]), (&json!(null), &json!(null)));
    assert!(!outcome.metadata.contains_key("workflow-control.yaml"));
}

#[test]
fn a_requesters_mistake_is_no_fault() {
    let wrong = TEAM.replace("team-alpha", "Team Alpha");
    let outcome = in_pod(Step::team(&wrong)).run().exits(0);
    assert_eq!(status(&outcome)["fault"], json!(null));
    assert_eq!(status(&outcome)["problems"][0]["field"], "spec.id");
    assert!(!outcome.metadata("workflow-control.yaml").contains("retryAfter"));
    // What the host itself finds.
    let outcome = in_pod(Step::team("{apiVersion: v1, kind: Team}")).run().exits(0);
    assert_eq!(status(&outcome)["fault"], json!(null));
    let message = status(&outcome)["problems"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("is not a Kubernetes object: metadata is missing"), "{message}");
    let _ = in_pod(Step::team("{apiVersion: v1, kind: Team}")).arg("--on-invalid=fail").run().exits(65);
}

#[test]
fn a_deletion_goes_on_in_spite_of_any_error() {
    for step in [
        misconfigured(),
        in_pod(Step::new().request(TEAM).arg("/nowhere/team.wasm")),
        in_pod(Step::team("a: b: c")),
        in_pod(Step::team(TEAM)).arg("--limit=fuel=1000"),
        in_pod(Step::team(TEAM)).file("metadata/status.yaml", "- no map"),
    ] {
        let before = (step.tree("output"), step.tree("metadata"));
        let outcome = step.env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(0);
        let outcome = outcome
            .says("warning: a deletion is not held up for this; it goes on in spite of the error\n")
            .says("error: ");
        assert_eq!(before.0, outcome.output);
        assert_eq!(before.1.get("status.yaml"), outcome.metadata.get("status.yaml"));
    }
}

#[test]
fn what_may_be_another_time_fails() {
    let step = misconfigured().file("metadata/workflow-control.yaml", "suspend: perhaps");
    let _ = step.run().exits(74).says("workflow-control.yaml of an earlier container is wrong");
    let _ = in_pod(Step::new().arg("--precompiled").generator("team.cwasm")).run().exits(74);
}

#[test]
fn an_earlier_containers_suspension_stays() {
    let step = misconfigured()
        .file("metadata/workflow-control.yaml", "suspend: true\nmessage: approve me\n")
        .file("metadata/status.yaml", "message: approve me\n");
    let outcome = step.run().exits(0).says("an earlier container stopped the workflow already");
    assert_eq!(outcome.metadata("workflow-control.yaml"), "suspend: true\nmessage: approve me\n");
    assert_eq!(outcome.metadata("status.yaml"), "message: approve me\n");
}

#[test]
fn a_promise_is_suspended_with_its_text() {
    let promise = "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a-promise}}";
    let promise = |config: &str| in_pod(Step::hostile(config)).request(promise).env("KRATIX_WORKFLOW_TYPE", "promise");
    for (config, text) in [
        ("{invalid: [[spec.size, is negative, null]]}", "the request is invalid: spec.size is negative"),
        ("{internal: lost count}", "generator hostile has a bug: lost count"),
    ] {
        let outcome = promise(config).run().exits(0);
        assert_eq!(outcome.metadata("status.yaml"), format!("message: \"{text}\"\n"));
        assert!(outcome.metadata("workflow-control.yaml").starts_with("suspend: true\n"));
        let _ = promise(config)
            .env("KRATIX_WORKFLOW_ACTION", "delete")
            .run()
            .exits(0)
            .says("a deletion is not held up for this");
    }
}

#[test]
fn a_dry_run_fails_instead_of_waiting() {
    let dry = |step: Step| step.env("KRATIX_DRY_RUN", "true").run();
    let _ = dry(in_pod(Step::team(&TEAM.replace("team-alpha", "Team Alpha")))).exits(65).says("the request is invalid");
    let _ = dry(misconfigured()).exits(78);
    let hostile = |config: &str| in_pod(Step::hostile(config)).env("KRATIX_OBJECT_GROUP", "tests");
    let _ = dry(hostile("{suspend: [approve me, null]}")).exits(65).says("for which a dry run can't wait");
    // Kratix tries that again by itself.
    let _ = dry(hostile("{suspend: [waiting for DNS, 90]}")).exits(0);
    let outcome = dry(in_pod(Step::team(TEAM))).exits(0);
    assert_eq!(outcome.output.len(), 2);
    let _ =
        in_pod(Step::team(TEAM)).env("KRATIX_DRY_RUN", "perhaps").run().exits(2).says("KRATIX_DRY_RUN is \"perhaps\"");
}

#[test]
fn an_option_counts_for_more_than_the_environment() {
    let _ = misconfigured().arg("--on-error=fail").run().exits(78);
    let step = Step::team(TEAM).config("visibility: publik");
    let _ = step.run().exits(78);
    let _ = Step::team(TEAM).config("visibility: publik").arg("--on-error=suspend").run().exits(0);
    let _ = Step::team(TEAM).env("KRATIX_WASM_ON_ERROR", "retry").run().exits(2).says("set it to suspend or fail");
}

#[test]
fn a_hint_is_for_where_one_is() {
    let missing = || Step::new().request(TEAM).arg("/nowhere/team.wasm");
    let _ = missing().run().exits(66).says("hint: `./x build` leaves this repository's in target/dist");
    let pod = in_pod(missing()).run().exits(0).says("(feature gate ImageVolume) leaves out such a volume");
    assert!(!pod.stderr.contains("./x build"), "{}", pod.stderr);
    // A deletion that somebody tries on a laptop.
    let _ = missing().env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(66).says("./x build");
    let bound = |step: Step| step.arg("--limit=fuel=1000").run();
    let _ = bound(Step::team(TEAM)).exits(75).says("to allow more, --limit fuel=2000 or KRATIX_WASM_LIMITS");
    let _ = bound(in_pod(Step::team(TEAM))).exits(0).says("to allow more, fuel=2000 in KRATIX_WASM_LIMITS");
}

#[test]
fn what_a_generator_finds_counts_for_more_than_what_others_left() {
    let step = |id: &str| {
        let step = Step::team(&TEAM.replace("team-alpha", id)).arg("--on-invalid=fail");
        std::os::unix::fs::symlink("/nowhere", step.path("metadata/workflow-control.yaml")).unwrap();
        step
    };
    let _ = step("Team Alpha").run().exits(65).says("the request is invalid");
    let _ = step("team-alpha").run().exits(74).says("workflow-control.yaml");
}
