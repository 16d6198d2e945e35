//! Every outcome, by action and workflow, as Kratix then sees it.

use kratix_wasm_tests::{Outcome, Step, TEST, describing};

const FILES: &str = "files: [[a/x.txt, x]]";

/// A step of each of the four workflows.
fn step(config: &str, action: &str, workflow: &str) -> Step {
    let promise = "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a-promise}}";
    let step = Step::hostile(config).env("KRATIX_WORKFLOW_ACTION", action).env("KRATIX_WORKFLOW_TYPE", workflow);
    if workflow == "promise" { step.request(promise) } else { step }
}

fn names(outcome: &Outcome) -> (Vec<&str>, Vec<&str>) {
    (outcome.output.keys().map(String::as_str).collect(), outcome.metadata.keys().map(String::as_str).collect())
}

#[test]
fn a_complete_answer_is_written() {
    let config =
        format!("{{{FILES}, destinations: [[a, [[env, prod]]], [null, [[tier, gold]]]], status: '{{\"k\": 1}}'}}");
    for workflow in ["resource", "promise"] {
        let outcome = step(&config, "configure", workflow).run().exits(0);
        assert_eq!(outcome.output("a/x.txt"), "x");
        assert_eq!(
            outcome.metadata("destination-selectors.yaml"),
            "- matchLabels:\n    tier: gold\n- directory: a\n  matchLabels:\n    env: prod\n"
        );
        if workflow == "resource" {
            assert_eq!(outcome.metadata("status.yaml"), "k: 1\nproblems: null\nfault: null\n");
        } else {
            // Of a Promise's status Kratix keeps only the message.
            assert!(!outcome.metadata.contains_key("status.yaml"));
            assert!(outcome.stderr.contains("Kratix keeps only message; left out: k"), "{}", outcome.stderr);
        }
    }
}

#[test]
fn of_a_delete_only_the_status_is_written() {
    for workflow in ["resource", "promise"] {
        let config = format!("{{{FILES}, destinations: [[a, [[env, prod]]]], status: '{{\"message\": \"bye\"}}'}}");
        let outcome = step(&config, "delete", workflow).run().exits(0).says("files of a delete are not written");
        assert_eq!(names(&outcome), (vec![], vec!["status.yaml"]));
        assert!(outcome.metadata("status.yaml").starts_with("message: bye\n"));
        // Without files nothing is odd.
        let outcome = step("{}", "delete", workflow).run().exits(0);
        assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
    }
}

#[test]
fn nothing_generated_is_a_mistake_unless_it_is_meant() {
    for workflow in ["resource", "promise"] {
        let outcome = step("{}", "configure", workflow).run().exits(70);
        assert_eq!(
            outcome.stderr,
            "error: the step generated nothing\n  \
             caused by: Kratix would take that for the wish to remove every file of the request\n  \
             hint: a generator that means it says so: empty-is-intended\n"
        );
        assert_eq!(names(&outcome), (vec![], vec![]));
        let outcome = step("{emptyIsIntended: true}", "configure", workflow).run().exits(0);
        assert!(outcome.output.is_empty());
    }
}

#[test]
fn an_invalid_request_suspends_the_workflow_and_says_why() {
    let config = "{invalid: [[spec.size, is negative, ask for more], [null, is odd, null]]}";
    let outcome = step(config, "configure", "resource").run().exits(0);
    assert_eq!(names(&outcome), (vec![], vec!["status.yaml", "workflow-control.yaml"]));
    assert_eq!(outcome.metadata("workflow-control.yaml"), "suspend: true\nmessage: spec.size is negative; is odd\n");
    assert_eq!(
        outcome.metadata("status.yaml"),
        "message: spec.size is negative; is odd\nproblems:\n\
         - field: spec.size\n  message: is negative\n  hint: ask for more\n\
         - field: null\n  message: is odd\n  hint: null\nfault: null\n"
    );
    assert_eq!(
        outcome.stderr,
        "invalid: spec.size is negative (ask for more)\ninvalid: is odd\nsuspended: spec.size is negative; is odd\n"
    );
}

#[test]
fn an_invalid_request_fails_where_that_is_wanted() {
    let config = "{invalid: [[spec.size, is negative, ask for more], [null, is odd, null]]}";
    let outcome = step(config, "configure", "resource").arg("--on-invalid=fail").run().exits(65);
    assert_eq!(
        outcome.stderr,
        "error: the request is invalid\n  caused by: spec.size is negative (ask for more)\n    is odd\n"
    );
    assert_eq!(names(&outcome), (vec![], vec![]));
}

#[test]
fn an_invalid_request_never_holds_a_deletion_up_and_never_suspends_a_promise() {
    let config = "{invalid: [[spec.size, is negative, null]]}";
    let outcome = step(config, "delete", "resource").run().exits(0);
    let outcome = outcome.says("a deletion is not held up for this; it goes on in spite of: spec.size is negative");
    assert_eq!(names(&outcome), (vec![], vec!["status.yaml"]));
    for action in ["configure", "delete"] {
        let outcome = step(config, action, "promise").run().exits(65).says("spec.size is negative");
        assert_eq!(names(&outcome), (vec![], vec![]));
    }
}

#[test]
fn a_suspension_is_kratixs_own() {
    let config = "{suspend: [waiting for DNS, 90], status: '{\"zone\": \"a\"}'}";
    let outcome = step(config, "configure", "resource").run().exits(0);
    assert_eq!(outcome.metadata("workflow-control.yaml"), "suspend: true\nmessage: waiting for DNS\nretryAfter: 90s\n");
    assert_eq!(outcome.metadata("status.yaml"), "zone: a\nmessage: waiting for DNS\nproblems: null\nfault: null\n");
    let outcome = step(config, "delete", "resource").run().exits(0).says("a deletion is not held up for this");
    assert_eq!(names(&outcome), (vec![], vec!["status.yaml"]));
    let _ = step(config, "configure", "promise").run().exits(70).says("suspends a promise workflow");
}

/// Kratix deletes the request of a dry run itself.
#[test]
fn a_deletion_that_may_wait_waits_in_no_dry_run() {
    let deletion = |dry_run: &str| {
        let step = Step::new().request(TEST).config("{suspend: [wait, 60]}").policy("deletion: may-wait");
        let step = step.generator_of("hold.wasm", describing("hold")).env("KRATIX_WORKFLOW_ACTION", "delete");
        step.env("KRATIX_PIPELINE_NAME", "delete").env("KRATIX_DRY_RUN", dry_run).run().exits(0)
    };
    assert_eq!(names(&deletion("false")), (vec![], vec!["status.yaml", "workflow-control.yaml"]));
    let dry = deletion("true").says("a deletion is not held up for this; it goes on in spite of: wait");
    assert_eq!(names(&dry), (vec![], vec!["status.yaml"]));
}

#[test]
fn a_suspension_that_means_nothing_is_refused() {
    let _ = step("{suspend: [wait, 0]}", "configure", "resource").run().exits(70).says("after 0 s");
    let _ = step("{suspend: ['', null]}", "configure", "resource").run().exits(70).says("without a message");
}

#[test]
fn a_wrong_config_and_a_bug_fail_the_step_in_every_workflow() {
    for (action, workflow) in
        [("configure", "resource"), ("delete", "resource"), ("configure", "promise"), ("delete", "promise")]
    {
        let outcome = step("{misconfigured: [[region, is unknown, use eu]]}", action, workflow).run().exits(78);
        assert!(
            outcome
                .stderr
                .contains("the config for generator hostile is wrong\n  caused by: region is unknown (use eu)")
        );
        assert_eq!(names(&outcome), (vec![], vec![]));
        let outcome = step("{internal: lost count}", action, workflow).run().exits(70);
        assert!(outcome.stderr.contains("generator hostile has a bug\n  caused by: lost count"), "{}", outcome.stderr);
        assert_eq!(names(&outcome), (vec![], vec![]));
    }
}

#[test]
fn problems_are_named_at_all_and_not_without_end() {
    let _ = step("{invalid: []}", "configure", "resource").run().exits(70).says("names no problem");
    let blank = "doesn't say what";
    let _ = step("{invalid: [[a, \"\\u200b \", null]]}", "configure", "resource").run().exits(70).says(blank);
    let many = "[spec.x, is wrong, null], ".repeat(60);
    let outcome = step(&format!("{{invalid: [{many}]}}"), "configure", "resource").run().exits(0);
    assert!(outcome.stderr.contains("invalid: and 10 more\n"), "{}", outcome.stderr);
}

#[test]
fn a_status_with_what_is_not_a_generators_is_refused() {
    for (status, says) in [
        ("[]", "returned a status that is not a JSON object"),
        ("{", "returned a status that is not JSON"),
        (r#"{"kratix": {}}"#, "returned a status with the key kratix, which Kratix keeps itself"),
        (r#"{"conditions": []}"#, "with the key conditions"),
        (r#"{"workflowsSucceeded": 1}"#, "with the key workflowsSucceeded"),
        (r#"{"problems": null}"#, "with the key problems, which the host keeps itself"),
        (r#"{"message": 3}"#, "with a message that is not a string"),
        (r#"{"krat\u200bix": {}}"#, "with the key kratix, which Kratix keeps itself"),
        (r#"{"message": "a", "message ": "b"}"#, "with two keys that both read \"message\""),
        (&format!(r#"{{"a": {}{}}}"#, "[".repeat(32), "]".repeat(32)), "that is nested deeper than 32 levels"),
    ] {
        let outcome =
            step(&format!("{{{FILES}, status: '{status}'}}"), "configure", "resource").run().exits(70).says(says);
        assert_eq!(names(&outcome), (vec![], vec![]));
    }
    // Little as JSON, but not as YAML.
    let deep_and_wide = format!(r#"{{"a": {}{}1{}}}"#, "[".repeat(31), "1,".repeat(2_000), "]".repeat(31));
    let step = step(&format!("{{{FILES}, status: '{deep_and_wide}'}}"), "configure", "resource");
    let _ = step.run().exits(75).says("returned a status that is too large\n  caused by: status-bytes is 64Ki");
}

#[test]
fn a_message_is_one_line_whatever_its_key_hides() {
    for key in ["message", r"mess\u200bage", "message ", r"\u2800message"] {
        let config = format!(r#"{{{FILES}, status: '{{"{key}": "all well\nerror: pay mallory"}}'}}"#);
        let outcome = step(&config, "configure", "resource").run().exits(0);
        assert!(outcome.stderr.ends_with("\nstatus: all well error: pay mallory\n"), "{}", outcome.stderr);
        let status = outcome.metadata("status.yaml");
        assert!(status.starts_with("message: \"all well error: pay mallory\"\nproblems"), "{status}");
    }
}

#[test]
fn what_was_done_is_printed_for_programs() {
    let config = format!("{{{FILES}, destinations: [[a, [[env, prod]]]]}}");
    let outcome = step(&config, "configure", "resource").arg("--format=json").run().exits(0);
    assert_eq!(outcome.stderr, "");
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["outcome"], "complete");
    assert_eq!(report["files"][0]["path"], "a/x.txt");
    assert_eq!(report["destinations"][0]["matchLabels"]["env"], "prod");
    let outcome = step("{invalid: [[a, b, null]]}", "configure", "resource").arg("--format=json").run().exits(0);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&report["outcome"], &report["problems"][0]["field"]), (&"invalid".into(), &"a".into()));
}

#[test]
fn a_report_that_can_not_be_printed_does_not_undo_the_step() {
    let step = step(&format!("{{{FILES}}}"), "configure", "resource").arg("--format=json");
    let full = std::fs::File::create("/dev/full").unwrap();
    let done = step.command().stdout(full).output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    let says = "warning: the step is done, but can't be reported: cannot write to stdout: no space left on device\n";
    assert_eq!(String::from_utf8(done.stderr).unwrap(), says);
    assert!(step.path("output/a/x.txt").exists());
}

/// Letters that gzip can make no more than a quarter shorter.
fn noise(length: usize) -> String {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[(state >> 58) as usize])
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn files_that_etcd_may_not_take_are_warned_of() {
    let said = |length: usize| {
        let spec = format!("{{files: [[a, '{}']]}}", noise(length));
        Step::hostile("{}").spec(&spec).run().exits(0).stderr
    };
    assert!(said(1_300_000).contains("near to the 1536 KiB that etcd takes by default"));
    assert!(said(1_700_000).contains("more than the 1536 KiB that etcd takes by default"));
    assert!(!said(1_000_000).contains("warning"));
}
