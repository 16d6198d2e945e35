//! What a generator is given, and what the status and the log say of it.

use kratix_wasm_tests::{Step, assert_golden, root};
use serde_json::{Value, json};

use super::{REQUEST, TEAMS, one, status, team, team_json};

/// A step of the component with three inputs.
fn three(many: &str) -> Step {
    let settings = "apiVersion: v1, kind: ConfigMap, resource: configmaps, name: settings";
    let bindings = format!("{{one: {{{TEAMS}, name: alpha}}, optional: {{{settings}}}, many: {{{TEAMS}, {many}}}}}");
    Step::declaring("inputs").request(REQUEST).config("{inputs: [one, optional, many]}").inputs(&bindings)
}

#[test]
fn the_status_the_log_and_the_report_say_what_was_read() {
    let objects = [team("b", "alpha", ""), team("b", "beta", "")].concat();
    let outcome = three("matchLabels: {}").objects(&objects).arg("--format=json").run().exits(0);
    let read = json!({"one": "alpha@7", "optional": null, "many": ["alpha@7", "beta@7"]});
    assert_eq!(status(&outcome)["inputs"], read);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&report["inputs"], &report["status"]["inputs"]), (&read, &read));
    assert_eq!(outcome.output("inputs/optional"), "");
    let outcome = three("matchLabels: {}").objects(&objects).run().exits(0);
    let _ = outcome.says("read one: alpha@7\nread optional: nothing\nread many: alpha@7, beta@7\nwrote inputs/many\n");
    // Without a version, as in a manifest of one's own, it is only the name.
    let plain = team("b", "alpha", "").replace(", resourceVersion: '7'", "");
    assert_eq!(status(&one("name: alpha").objects(&plain).run().exits(0))["inputs"], json!({"one": "alpha"}));
    // A Promise's status keeps only the message, and nobody is warned of what is the host's.
    let promise =
        one("name: alpha, namespace: c").objects(&team("c", "alpha", "")).env("KRATIX_WORKFLOW_TYPE", "promise");
    let promise = promise.run().exits(0);
    assert!(!promise.metadata.contains_key("status.yaml") && !promise.stderr.contains("warning"), "{}", promise.stderr);
}

#[test]
fn of_many_the_status_names_some() {
    let objects: String =
        (0..23).map(|number| team("b", &format!("t{number:02}"), "")).chain([team("b", "alpha", "")]).collect();
    let outcome = three("matchLabels: {}").objects(&objects).run().exits(0);
    let names = status(&outcome)["inputs"]["many"].clone();
    assert_eq!((names.as_array().unwrap().len(), &names[0], &names[20]), (21, &json!("alpha@7"), &json!("and 4 more")));
    assert_eq!(outcome.output("inputs/many").lines().count(), 24);
    let none = three("matchLabels: {size: none}, may-be-empty: true").objects(&objects).run().exits(0);
    assert_eq!(status(&none)["inputs"]["many"], json!([]));
    assert!(none.stderr.contains("read many: nothing\n") && none.output("inputs/many").is_empty(), "{}", none.stderr);
}

#[test]
fn the_same_objects_in_another_order_are_the_same_bytes() {
    let first = "---\n{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {namespace: b, name: alpha, labels: {x: z, a: b}}, \
                 spec: {z: [{b: 1, a: 2}], c: 1}}\n";
    let turned = "---\n{spec: {c: 1, z: [{a: 2, b: 1}]}, metadata: {labels: {a: b, x: z}, managedFields: [{manager: x}], name: alpha, \
                  namespace: b}, kind: Team, apiVersion: platform.kratix.io/v1alpha1}\n";
    let (second, third) = (team("b", "beta", ""), team("b", "c.d", ""));
    let run = |objects: &[&str]| {
        // In as many files as there are objects, too.
        let apart = objects.iter().enumerate().fold(three("matchLabels: {}"), |step, (number, text)| {
            let step = step.file(&format!("objects-{number}.yaml"), text);
            let path = step.path(&format!("objects-{number}.yaml")).to_str().unwrap().to_owned();
            step.arg("--input-object").arg(path)
        });
        let list: String =
            objects.iter().map(|text| text.trim_start_matches("---\n").trim().to_owned() + ", ").collect();
        let list = format!("{{apiVersion: v1, kind: List, items: [{list}]}}");
        let all = [three("matchLabels: {}").objects(&objects.concat()), three("matchLabels: {}").objects(&list), apart];
        let outcomes = all.map(|step| step.run().exits(0));
        assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:?}");
        outcomes.into_iter().next().unwrap()
    };
    let one = run(&[first, &second, &third]);
    assert_eq!(one, run(&[&third, turned, &second]));
    assert_golden(&root().join("tests/integration/inputs/many.jsonl"), one.output("inputs/many"));
}

#[test]
fn a_namespace_that_is_not_said_is_the_default_one() {
    let unsaid = team("b", "alpha", "").replace("namespace: b, ", "");
    let empty = team("b", "alpha", "").replace("namespace: b", "namespace: ''");
    let step = |objects: &str| {
        one("name: alpha").request("{apiVersion: v1, kind: Test, metadata: {name: a}}").objects(objects)
    };
    for objects in [&unsaid, &empty, &team("default", "alpha", "")] {
        assert_eq!(step(objects).run().exits(0).output("inputs/one"), team_json("default", "alpha"));
    }
    let _ = step(&[&*unsaid, &*empty].concat())
        .run()
        .exits(78)
        .says("Team.platform.kratix.io alpha in namespace default is given twice");
    // A resource of the cluster has none.
    let cluster = |objects: &str| one("name: alpha, scope: Cluster").objects(objects).run();
    let _ = cluster(&unsaid).exits(0);
    let _ = cluster(&empty).exits(0);
    let _ = cluster(&team("b", "alpha", "")).exits(78).says("there is no Team.platform.kratix.io alpha; it is");
}

#[test]
fn only_what_is_wholly_asked_for_is_found() {
    for object in [
        "{apiVersion: platform.kratix.io/v1, kind: Team, metadata: {name: alpha, namespace: b}}",
        "{apiVersion: other.io/v1alpha1, kind: Team, metadata: {name: alpha, namespace: b}}",
        "{apiVersion: platform.kratix.io/v1alpha1, kind: Teams, metadata: {name: alpha, namespace: b}}",
        "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: alpha, namespace: c}}",
        "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: beta, namespace: b}}",
    ] {
        let _ = one("name: alpha").objects(object).run().exits(78).says("there is no Team.platform.kratix.io alpha");
    }
    for (objects, says) in [
        ("a: b: c", "line 1"),
        ("[]", "it has something without apiVersion, kind and metadata.name"),
        ("{apiVersion: v1, kind: ConfigMap}", "it has something without"),
        ("{apiVersion: v1, kind: ConfigMap, metadata: {name: ''}}", "it has something without"),
        ("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: []}]}", "it has something without"),
        ("{apiVersion: v1, kind: List}", "it has something without"),
        (&[team("b", "x", ""), team("b", "x", "")].concat(), "Team.platform.kratix.io x in namespace b is given twice"),
    ] {
        let outcome = one("name: alpha").objects(objects).run().exits(78);
        let _ = outcome.says("error: the objects of <root>/objects.yaml can't be inputs\n").says(says);
    }
    let step = one("name: alpha").arg("--input-object").arg("/nowhere.yaml");
    let _ = step.run().exits(78).says("error: cannot read the objects of /nowhere.yaml\n");
    let large = one("name: alpha").objects(&"#".repeat(2000)).arg("--limit=input-bytes=1000").run().exits(75);
    let _ = large.says("caused by: input-bytes is 1000\n");
}

#[test]
fn the_key_of_a_status_is_the_hosts_only_where_there_are_inputs() {
    let files = "files: [[a, a]], status: '{\"inputs\": {\"mine\": 1}}'";
    let outcome = Step::hostile(&format!("{{{files}}}")).run().exits(0);
    assert_eq!(status(&outcome)["inputs"], json!({"mine": 1}));
    let there = team("b", "alpha", "");
    let says = "generator hostile returned a status with the key inputs, which the host keeps itself";
    let _ = one("name: alpha").config(&format!("{{{files}}}")).objects(&there).run().exits(70).says(says);
    let hidden = "{files: [[a, a]], status: '{\"in\\u200bputs \": null}'}";
    let _ = one("name: alpha").config(hidden).objects(&there).run().exits(70).says(says);
    let suspends = "{suspend: [wait, 5], status: '{\"inputs\": 1}'}";
    let _ = one("name: alpha").config(suspends).objects(&there).run().exits(70).says(says);
    let outcome = one("name: alpha").config("{suspend: [wait, 5]}").objects(&there).run().exits(0);
    assert_eq!(status(&outcome)["inputs"], json!({"one": "alpha@7"}));
}

/// Kratix never removes a key.
#[test]
fn what_is_no_longer_read_leaves_the_status() {
    let request = "{apiVersion: tests/v1, kind: Test, metadata: {name: a}, status: {inputs: {one: alpha@7}}}";
    let step = || Step::hostile("{files: [[a, a]]}").request(request);
    assert_eq!(status(&step().run().exits(0))["inputs"], json!(null));
    assert!(status(&step().run().exits(0)).as_object().unwrap().contains_key("inputs"));
    let own = Step::hostile("{files: [[a, a]], status: '{\"inputs\": {\"mine\": 1}}'}").request(request);
    assert_eq!(status(&own.run().exits(0))["inputs"], json!({"mine": 1}));
    // What an earlier container of the pod has just read stays.
    let others = step().file("metadata/status.yaml", "inputs: {one: beta@8}\n").run().exits(0);
    assert_eq!(status(&others)["inputs"], json!({"one": "beta@8"}));
    // It is of the last good answer, as all else of a status then.
    let invalid = Step::hostile("{invalid: [[a, b, null]]}").request(request).run().exits(0);
    assert!(!status(&invalid).as_object().unwrap().contains_key("inputs"));
    // Of several pipelines it may be another's.
    let several = request.replace("status: {", "status: {kratix: {workflows: {pipelines: [{name: p}, {name: q}]}}, ");
    let several = step().request(&several).env("KRATIX_PIPELINE_NAME", "p").run().exits(0);
    assert!(!status(&several).as_object().unwrap().contains_key("inputs"));
    let fault = Step::hostile("{internal: lost count}").request(request).env("KRATIX_WASM_ON_ERROR", "suspend");
    assert!(!status(&fault.run().exits(0)).as_object().unwrap().contains_key("inputs"));
    let never = Step::hostile("{files: [[a, a]]}").run().exits(0);
    assert!(!status(&never).as_object().unwrap().contains_key("inputs"));
}

#[test]
fn what_was_not_declared_can_not_be_asked_for() {
    let there = team("b", "alpha", "");
    for (word, config) in [("one", "{inputs: [two]}"), ("plain", "{inputs: [one]}"), ("one", "{inputs: [one, '']}")] {
        let bindings = if word == "one" { format!("{{one: {{{TEAMS}, name: alpha}}}}") } else { "{}".to_owned() };
        let step = Step::declaring(word).request(REQUEST).config(config).inputs(&bindings).objects(&there);
        let outcome = step.arg("--format=json").run().exits(70).says("error: generator hostile breaks the contract\n");
        assert_eq!(serde_json::from_str::<Value>(&outcome.stdout).unwrap()["error"]["reason"], "input-undeclared");
        assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
    }
    // While it says what it declares, nothing is.
    let early = Step::declaring("early").arg("--format=json").run().exits(70);
    assert_eq!(serde_json::from_str::<Value>(&early.stdout).unwrap()["error"]["reason"], "input-undeclared");
    let _ = Step::declaring("twice").run().exits(70).says("it declares input one twice");
    let many = Step::declaring("many-inputs").run();
    assert!(matches!(many.code, Some(70 | 75)), "{}", many.stderr);
}

#[test]
fn all_inputs_of_a_step_are_bounded_together() {
    let objects = [team("b", "alpha", ""), team("b", "beta", "")].concat();
    for (limit, twice) in [("input-bytes=350", "input-bytes=700"), ("inputs=2", "inputs=4")] {
        let step = three("matchLabels: {}").objects(&objects).arg(format!("--limit={limit}"));
        let outcome = step.run().exits(75).says("error: the step reached the bound input");
        assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
        let outcome = outcome.says(&format!("caused by: {}\n", limit.replace('=', " is ")));
        let _ = outcome.says(&format!("to allow more, --limit {twice} or KRATIX_WASM_LIMITS\n"));
        // One alone isn't too much.
        let _ = one("name: alpha").objects(&objects).arg(format!("--limit={limit}")).run().exits(0);
    }
}
