//! Inputs that aren't there: whose it is, and what becomes of the step.

use kratix_wasm_tests::{Outcome, Step};
use serde_json::json;

use super::{TEAMS, one, status, team};

const NONE: &str = "there is no Team.platform.kratix.io alpha in namespace b";

/// A step for which there is another Team than the one that it is bound to.
fn absent(which: &str) -> Step {
    one(which).objects(&team("b", "other", ""))
}

/// The control file, and the seconds of its retry.
#[track_caller]
fn control(outcome: &Outcome) -> (serde_json::Value, u32) {
    assert!(outcome.output.is_empty(), "something was written");
    let control = kratix_wasm::yaml::read(outcome.metadata("workflow-control.yaml").as_bytes()).unwrap();
    let retry = control["retryAfter"].as_str().expect("a retry").strip_suffix('s').unwrap().parse().unwrap();
    (control, retry)
}

#[test]
fn what_a_requester_named_is_the_requesters_to_mend() {
    for (which, field) in [("name: '{spec.team}'", "spec.team"), ("name: '{name}'", "metadata.name")] {
        let outcome = absent(which).run().exits(0);
        let name = if field == "spec.team" { "alpha" } else { "a" };
        let message = format!("names what can't be used: there is no Team.platform.kratix.io {name} in namespace b");
        assert_eq!(status(&outcome)["problems"], json!([{"field": field, "message": message, "hint": null}]));
        assert_eq!(
            outcome.metadata("workflow-control.yaml"),
            format!("suspend: true\nmessage: \"{field} {message}\"\n")
        );
        let _ = absent(which).arg("--on-invalid=fail").run().exits(65).says(&message);
        let _ = absent(which).env("KRATIX_DRY_RUN", "true").run().exits(65).says(&message);
    }
    // Where the object is named by the author, but its namespace by the requester.
    let chosen = "name: alpha, namespace: '{spec.place.namespace}', required-label: {for: all}";
    assert_eq!(status(&absent(chosen).run().exits(0))["problems"][0]["field"], "spec.place.namespace");
}

#[test]
fn what_the_promise_author_named_is_the_authors_to_mend() {
    let says = format!(
        "error: an input of the step isn't there\n  caused by: input one: {NONE}; it is for this: For tests.\n"
    );
    let outcome = absent("name: alpha").run().exits(78).says(&says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
    let labelled = "matchLabels: {size: large}";
    let _ =
        absent(labelled).run().exits(78).says("there is no Team.platform.kratix.io with size=large in namespace b; it");
    // All that are missing are said at once.
    let step = Step::declaring("inputs").objects(&team("c", "other", ""));
    let step = step.inputs(&format!("{{one: {{{TEAMS}, name: alpha}}, many: {{{TEAMS}, matchLabels: {{}}}}}}"));
    let _ = step
        .run()
        .exits(78)
        .says("input one: there is no")
        .says("\n    input many: there is no Team.platform.kratix.io in");
    // As every error of the author's, where the Promise has it so.
    let fault = status(&absent("name: alpha").env("KRATIX_WASM_ON_ERROR", "suspend").run().exits(0))["fault"].clone();
    assert_eq!((&fault["code"], &fault["name"]), (&json!(78), &json!("config")));
}

#[test]
fn what_may_come_is_waited_for() {
    for which in ["name: alpha, when-missing: wait", "name: '{spec.team}', when-missing: wait"] {
        let outcome = absent(which).run().exits(0);
        let (control, retry) = control(&outcome);
        assert_eq!(
            (&control["suspend"], &control["message"]),
            (&json!(true), &json!(format!("waits for input one: {NONE}")))
        );
        assert!((22..=30).contains(&retry), "{retry}");
        assert_eq!(
            status(&outcome),
            json!({"message": control["message"], "problems": null, "fault": null, "inputs": {"one": null}})
        );
        // It is tried again by itself, so a dry run isn't held up for ever.
        let _ = absent(which).env("KRATIX_DRY_RUN", "true").run().exits(0);
        let _ = absent(which).arg("--on-invalid=fail").run().exits(0);
        // Nobody waits for what a Promise needs: it would be unavailable, and not say why.
        let promise = format!("{which}, namespace: c, required-label: {{for: all}}");
        let _ = absent(&promise).env("KRATIX_WORKFLOW_TYPE", "promise").run().exits(78).says("input one: there is no");
    }
    // What is wrong counts for more than what is only late.
    let step = Step::declaring("inputs").objects(&team("c", "other", ""));
    let late = format!("{{one: {{{TEAMS}, name: alpha, when-missing: wait}}, many: {{{TEAMS}, matchLabels: {{}}}}}}");
    let _ = step.inputs(&late).run().exits(78).says("input many");
    // Once it is there, it goes on.
    let there = one("name: alpha, when-missing: wait").objects(&team("b", "alpha", "")).run().exits(0);
    assert!(!there.metadata.contains_key("workflow-control.yaml"));
}

#[test]
fn each_try_waits_longer() {
    let mut before = 0;
    for (attempts, most) in [(0, 30), (1, 60), (3, 240), (9, 900), (4_000_000_000_u64, 900)] {
        let request = super::REQUEST.strip_suffix('}').unwrap();
        let tried = format!("[{{name: p, attempts: {attempts}}}, {{name: q, attempts: 1}}]");
        let request = format!("{request}, status: {{kratix: {{workflows: {{pipelines: {tried}}}}}}}}}");
        let step = absent("name: alpha, when-missing: wait").request(&request).env("KRATIX_PIPELINE_NAME", "p");
        let (_, retry) = control(&step.run().exits(0));
        assert!((most - most / 4..=most).contains(&retry) && retry >= before, "{attempts}: {retry}");
        before = retry;
    }
}

#[test]
fn in_a_delete_what_is_missing_is_absent() {
    let delete = |step: Step| step.env("KRATIX_WORKFLOW_ACTION", "delete");
    for which in [
        "name: alpha",
        "name: '{spec.team}'",
        "name: alpha, when-missing: wait",
        "matchLabels: {size: large}",
        "name: '{spec.team}', namespace: c, required-label: {for: all}",
    ] {
        let outcome = delete(one(which)).objects(&team("b", "other", "")).run().exits(0);
        assert_eq!(status(&outcome), json!({"problems": null, "fault": null, "inputs": {"one": null}}), "{which}");
        assert!(!outcome.metadata.contains_key("workflow-control.yaml"));
    }
    let outcome = delete(one("name: alpha").inputs("{one: {file: /nowhere/at/all}}")).run().exits(0);
    assert_eq!(status(&outcome)["inputs"], json!({"one": null}));
    // Nor does a generator see then what lacks the label.
    let outcome = delete(one("name: alpha, namespace: c, required-label: {for: all}"));
    let outcome = outcome.objects(&team("c", "alpha", "for: none")).run().exits(0);
    assert_eq!(status(&outcome)["inputs"], json!({"one": null}));
}

#[test]
fn more_than_one_where_one_is_taken_is_the_authors_to_mend() {
    let two = [team("b", "alpha", "size: large"), team("b", "beta", "size: large")].concat();
    let _ = one("matchLabels: {size: large}").objects(&two).run().exits(78).says(
        "error: 2 objects are bound to input one\n  \
         caused by: the generator takes one, and there is more than one Team.platform.kratix.io with size=large in namespace b\n",
    );
    let _ = one("matchLabels: {}").objects(&team("b", "alpha", "")).run().exits(0);
}

#[test]
fn at_a_command_line_somebody_has_to_be_asked() {
    let step = one("name: alpha").run().exits(78);
    let step = step.says("error: nobody was asked for the Team.platform.kratix.io alpha in namespace b\n");
    let _ = step.says("caused by: it is bound to input one (Team.platform.kratix.io, one): For tests.\n  hint: name its manifest with");
    let _ = one("matchLabels: {}")
        .run()
        .exits(78)
        .says("nobody was asked for the Team.platform.kratix.io in namespace b\n");
    let delete = one("name: alpha").env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(0);
    assert_eq!(status(&delete)["inputs"], json!({"one": null}));
    // A pod asks its own cluster, and there is none here.
    let pod = one("name: alpha").env("KRATIX_PIPELINE_NAME", "p").run().exits(78);
    let _ = pod.says("KUBERNETES_SERVICE_HOST is not set, so there is no API server to ask");
    let _ = one("name: alpha")
        .arg("--inputs-from-cluster")
        .env("PATH", "/nowhere")
        .run()
        .exits(2)
        .says("there is no kubectl on the PATH");
    let _ = one("name: alpha").objects("").arg("--inputs-from-cluster").run().exits(2).says("cannot be used with");
}

#[test]
fn a_delete_pipeline_needs_no_bindings() {
    let step = Step::declaring("inputs").config("{inputs: [one, many], status: '{\"x\": 1}'}");
    let _ = step.run().exits(78).says("is bound to nothing");
    let deleted = step.env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(0);
    assert_eq!(status(&deleted)["inputs"], json!({"one": null, "optional": null, "many": []}));
}
