//! Which versions of the contract run, and who has to upgrade when two don't meet (docs/contract.md).

use kratix_wasm_tests::{Outcome, Step, describing};

/// A generator of 0.1.0, in text form: see what it says of itself.
const OLD: &str = include_str!("contract/generator-0.1.0.wat");
const REQUEST: &str = "{apiVersion: v1, kind: Test, metadata: {name: a, namespace: b}, spec: {x: 1}}";
const POLICY: &str = "{destinations: [{env: prod}]}";

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

/// The step with such a generator; the length of the Promise's name says what it answers.
fn step(text: &str, promise: &str) -> Step {
    let step = Step::new().request(REQUEST).policy(POLICY).config("{a: 'yes'}");
    step.generator_of("old.wasm", component(text)).env("KRATIX_PROMISE_NAME", promise)
}

#[track_caller]
fn completes(text: &str) -> Outcome {
    let outcome = step(text, "").run().exits(0).says("old: warning: a warning\n");
    let object = r#"{"apiVersion":"v1","kind":"Test","metadata":{"name":"a","namespace":"b"},"spec":{"x":1}}"#;
    assert_eq!(outcome.output("object.json"), object);
    assert_eq!(outcome.output("config.yaml"), "a: \"yes\"\n");
    assert_eq!(outcome.output("dir/a"), "");
    assert_eq!(outcome.metadata("destination-selectors.yaml"), "- directory: dir\n  matchLabels:\n    env: prod\n");
    assert_eq!(outcome.metadata("status.yaml"), "message: done\nproblems: null\nfault: null\n");
    outcome
}

#[test]
fn a_generator_of_0_1_0_runs_as_it_ever_did() {
    completes(OLD);
    let suspended = step(OLD, "1").run().exits(0);
    let control = "suspend: true\nmessage: is odd\nretryAfter: 90s\n";
    assert_eq!(suspended.metadata("workflow-control.yaml"), control);
    let invalid = step(OLD, "22").run().exits(0);
    let problems = "- field: spec.id\n  message: is odd\n  hint: mend it\n";
    assert!(invalid.metadata("status.yaml").contains(problems), "{}", invalid.metadata("status.yaml"));
    let _ = step(OLD, "333").run().exits(78).says("the config for generator old is wrong");
    let _ = step(OLD, "4444").run().exits(70).says("generator old has a bug\n  caused by: is odd\n");
}

#[test]
fn a_deletion_is_not_held_up_for_a_generator_that_can_not_say_that_it_would() {
    let step = step(OLD, "1").env("KRATIX_WORKFLOW_ACTION", "delete").policy("{deletion: may-wait}");
    let outcome = step.run().exits(0).says("a deletion is not held up for this");
    assert!(!outcome.metadata.contains_key("workflow-control.yaml"));
}

/// One that can't hold a deletion up doesn't keep a later one from doing so.
#[test]
fn every_generator_that_may_hold_a_deletion_up_is_asked() {
    let deleted = |spec: &str| {
        let request = REQUEST.replace("x: 1", spec);
        let step = Step::new().request(&request).policy("{deletion: may-wait}").env("KRATIX_WORKFLOW_ACTION", "delete");
        let step = step.generator_of("old.wasm", component(OLD)).generator_of("hold.wasm", describing("hold"));
        step.env("KRATIX_PROMISE_NAME", "1").run().exits(0)
    };
    let held = deleted("suspend: [approve me, 9]");
    assert_eq!(held.metadata("workflow-control.yaml"), "suspend: true\nmessage: approve me\nretryAfter: 9s\n");
    let goes_on = deleted("files: []").says("it goes on in spite of: is odd");
    assert!(!goes_on.metadata.contains_key("workflow-control.yaml"));
}

#[test]
fn generators_of_two_versions_run_side_by_side() {
    let step = || Step::new().policy(POLICY).config("{old: {a: 'yes'}}");
    let request = |path: &str| REQUEST.replace("x: 1", &format!("files: [[{path}, new]]"));
    let both = step().request(&request("dir/b")).generator_of("old.wasm", component(OLD)).generator("hostile.wasm");
    let outcome = both.run().exits(0);
    let paths: Vec<&str> = outcome.output.keys().map(String::as_str).collect();
    assert_eq!(paths, ["config.yaml", "dir/a", "dir/b", "object.json"]);
    // What an earlier generator made, an old one reads as before.
    let both = step().request(&request("dir/a")).generator("hostile.wasm").generator_of("old.wasm", component(OLD));
    assert_eq!(both.arg("--overwrite").run().exits(0).output("dir/a"), "new");
}

#[test]
fn a_later_patch_runs_as_long_as_it_uses_nothing_new() {
    completes(&OLD.replace("@0.1.0", "@0.1.1"));
    completes(&OLD.replace("@0.1.0", "@0.1.27"));
    // Parts of one component may be of several patches.
    completes(&OLD.replace("generation@0.1.0", "generation@0.1.9"));
}

#[test]
fn a_newer_interface_needs_a_newer_host() {
    let log = OLD.replace("generator/log@0.1.0", "generator/telemetry@0.1.7");
    let newer = "old.wasm is built for contract 0.1.7 and uses what this host of 0.1.1 lacks\n  caused by: kratix-wasm:generator/telemetry@0.1.7\n  hint: the host has to be upgraded";
    let _ = step(&log, "").run().exits(66).says(newer);
    // What a generator declares counts, also where the host could do without.
    let declaring = OLD.trim_end().strip_suffix(')').unwrap().to_owned()
        + "(instance $more) (export \"kratix-wasm:generator/health@0.1.7\" (instance $more)))";
    let _ = step(&declaring, "").run().exits(66).says("caused by: kratix-wasm:generator/health@0.1.7\n");
    // Of a patch that this host knows, it is no interface at all.
    let unknown = OLD.replace("generator/log@0.1.0", "generator/telemetry@0.1.0");
    let _ = step(&unknown, "")
        .run()
        .exits(66)
        .says("asks for kratix-wasm:generator/telemetry@0.1.0, which no generator gets");
}

/// The old generator with more exports.
fn exporting(names: &[&str]) -> String {
    let exports = names.iter().enumerate().map(|(index, name)| {
        format!("(instance $more{index}) (export \"kratix-wasm:generator/{name}\" (instance $more{index}))")
    });
    OLD.trim_end().strip_suffix(')').unwrap().to_owned() + &exports.collect::<String>() + ")"
}

#[test]
fn no_export_of_ours_is_left_out_without_a_word() {
    for (names, says) in [
        (
            &["declarationz@0.1.1"][..],
            "doesn't fit the contract 0.1.1\n  caused by: it exports kratix-wasm:generator/declarationz@0.1.1, which the contract doesn't have",
        ),
        (&["log@0.1.0"], "it exports kratix-wasm:generator/log@0.1.0, which the contract doesn't have"),
        (&["declarations@0.2.0"], "is built for contract 0.2.0, and this host runs 0.1.0, 0.1.1\n  hint: the host"),
        (
            &["declarations@0.0.1"],
            "is built for contract 0.0.1, and this host runs 0.1.0, 0.1.1\n  hint: the generator",
        ),
        (&["declarations@0.1.1-rc.1"], "is built for contract 0.1.1-rc.1, and this host runs"),
        (&["generation@0.3.0", "declarations@0.2.0"], "is built for contract 0.2.0, and this host runs"),
    ] {
        let _ = step(&exporting(names), "").run().exits(66).says(says);
    }
    // Beside its own generator it is for a host of that track.
    completes(&exporting(&["generation@0.2.0", "declarations@0.2.3", "health@0.2.1"]));
    completes(&exporting(&["generation@0.0.9"]));
}

#[test]
fn another_track_names_both_versions_and_who_has_to_upgrade() {
    for (version, who) in [
        ("0.2.0", "the host has to be upgraded"),
        ("1.0.0", "the host has to be upgraded"),
        ("0.0.9", "the generator has to be upgraded"),
        ("0.1.0-rc.1", "the generator has to be upgraded"),
    ] {
        let text = OLD.replace("@0.1.0", &format!("@{version}"));
        let says = format!("old.wasm is built for contract {version}, and this host runs 0.1.0, 0.1.1\n  hint: {who}");
        let _ = step(&text, "").run().exits(66).says(&says);
    }
    let import = OLD.replace("generator/log@0.1.0", "generator/log@0.2.0");
    let _ = step(&import, "").run().exits(66).says("old.wasm is built for contract 0.2.0, and this host runs");
}
