//! Which objects a requester may choose, and how a request gets into an address.

use kratix_wasm_tests::Step;

use super::{TEAMS, one, status, team, team_json};

const ALL: [(&str, &str); 4] = [("b", "a"), ("b", "alpha"), ("c", "alpha"), ("c", "a")];

fn all(labels: &str) -> String {
    ALL.iter().map(|(namespace, name)| team(namespace, name, labels)).collect()
}

/// What a step of this binding reads.
#[track_caller]
fn read(which: &str) -> String {
    one(which).objects(&all("")).run().exits(0).output("inputs/one").to_owned()
}

#[test]
fn a_value_of_the_request_is_a_whole_name() {
    for (which, namespace, name) in [
        ("name: alpha", "b", "alpha"),
        ("name: '{name}'", "b", "a"),
        ("name: '{spec.team}'", "b", "alpha"),
        ("name: '{spec.team}', namespace: '{namespace}'", "b", "alpha"),
        ("name: alpha, namespace: c", "c", "alpha"),
    ] {
        assert_eq!(read(which), team_json(namespace, name), "{which}");
    }
    for (which, says) in [
        ("name: 'team-{name}'", "one has a name that is \"team-{name}\", but a value of the request is a whole name"),
        ("name: '{name}.{namespace}'", "{name}, {namespace} and fields such as {spec.cluster} are possible"),
        ("name: '{ name }'", "are possible"),
        ("name: '{metadata.name}'", "are possible"),
        ("name: '{metadata.annotations.x}'", "are possible"),
        ("name: '{status.team}'", "are possible"),
        ("name: '{spec}'", "are possible"),
        ("name: '{spec.}'", "are possible"),
        ("name: '{spec.teams[0]}'", "are possible"),
        ("name: '{spec.a/b}'", "are possible"),
        ("name: '{}'", "are possible"),
        ("name: ''", "one has a name that is \"\", not lower case"),
        ("name: '..'", "one has a name that is \"..\""),
        ("name: 'a/b'", "one has a name that is \"a/b\""),
        ("name: 'a?watch=true'", "one has a name that is"),
        ("name: 'a%2fb'", "one has a name that is"),
        ("name: Alpha", "one has a name that is"),
        ("name: a, namespace: a.b", "one has a namespace that is \"a.b\", not up to 63"),
        ("name: a, namespace: '*'", "one has a namespace that is"),
        ("name: a, namespace: ''", "one has a namespace that is"),
    ] {
        let _ = one(which).objects(&all("")).run().exits(78).says(says);
    }
}

#[test]
fn beyond_the_requests_namespace_an_object_has_to_say_that_it_is_for_this() {
    let says =
        "one lets a request choose an object outside its own namespace: a required-label has to say which objects";
    for which in [
        "name: '{spec.team}', namespace: c",
        "name: '{name}', namespace: c",
        "name: alpha, namespace: '{spec.place.namespace}'",
        "name: alpha, namespace: '{name}'",
        "name: '{spec.team}', namespace: '{spec.place.namespace}'",
        "name: '{spec.team}', scope: Cluster",
        "name: '{namespace}', scope: Cluster",
        "name: '{spec.team}', namespace: c, required-label: {}",
    ] {
        let _ = one(which).run().exits(78).says(says);
    }
    let says = "one takes all objects of a namespace that the request chooses: matchLabels has to say which";
    let many = |which: &str| {
        let step = Step::declaring("inputs").request(super::REQUEST).config("{inputs: [many]}");
        step.inputs(&format!("{{one: {{{TEAMS}, name: alpha}}, many: {{{TEAMS}, {which}}}}}"))
    };
    let _ = one("matchLabels: {}, namespace: '{spec.place.namespace}'").run().exits(78).says(says);
    let chosen = many("matchLabels: {for: all}, namespace: '{spec.place.namespace}'").objects(&all("for: all")).run();
    assert_eq!(chosen.exits(0).output("inputs/many").lines().count(), 2);
    // What the Promise author wrote is not a requester's to choose.
    for which in ["matchLabels: {}, namespace: c", "name: alpha, namespace: c"] {
        let _ = many(which).objects(&all("")).run().exits(0);
    }

    let labelled = |labels: &str| {
        let step = one("name: '{spec.team}', namespace: '{spec.place.namespace}', required-label: {for: all, by: us}");
        step.objects(&all(labels)).run()
    };
    let _ = labelled("for: all, by: us, more: x").exits(0);
    // A requester doesn't learn whether there is one.
    let absent = one("name: '{spec.team}', namespace: '{spec.place.namespace}', required-label: {for: all, by: us}");
    let absent = absent.objects(&team("c", "other", "")).run().exits(0);
    for labels in ["", "for: all", "for: none, by: us", "for: All, by: us"] {
        let outcome = labelled(labels).exits(0);
        assert!(outcome.output.is_empty());
        let problems = &status(&outcome)["problems"];
        assert_eq!(problems[0]["field"], "spec.team");
        assert_eq!(
            problems[0]["message"],
            "names what can't be used: there is no Team.platform.kratix.io alpha in namespace c that carries by=us,for=all"
        );
        assert_eq!(outcome, absent);
    }
}

#[test]
fn what_a_request_has_in_place_of_a_name_is_its_requesters_to_mend() {
    for (field, message) in [
        (
            "spec.wrong",
            "is \"a/b\", not lower case letters, digits, hyphens and dots, a letter or digit at both ends of each part",
        ),
        ("spec.place", "must be a string"),
        ("spec.nothing.at.all", "is missing"),
        ("spec.team.name", "is missing"),
    ] {
        let which = format!("name: '{{{field}}}'");
        let outcome = one(&which).objects(&all("")).run().exits(0);
        assert!(outcome.output.is_empty());
        let problem = serde_json::json!([{"field": field, "message": message, "hint": null}]);
        assert_eq!(status(&outcome)["problems"], problem, "{field}");
        assert!(!outcome.metadata("workflow-control.yaml").contains("retryAfter"));
        let _ =
            one(&which).objects(&all("")).arg("--on-invalid=fail").run().exits(65).says(&format!("{field} {message}"));
        let _ = one(&which).objects(&all("")).env("KRATIX_DRY_RUN", "true").run().exits(65);
        // In a delete it is as if it weren't there.
        let delete = one(&which).objects(&all("")).env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(0);
        assert_eq!(status(&delete)["inputs"], serde_json::json!({"one": null}));
    }
}

#[test]
fn a_promise_has_no_namespace_to_bind_to() {
    let promise = |which: &str| one(which).objects(&all("")).env("KRATIX_WORKFLOW_TYPE", "promise");
    for which in ["name: alpha", "name: alpha, namespace: '{namespace}', required-label: {a: b}"] {
        let says = "input one: metadata.namespace is missing: a Promise has none, so the binding has to name one";
        let _ = promise(which).run().exits(78).says(says);
    }
    let _ = promise("name: '{spec.wrong}', namespace: c, required-label: {a: b}")
        .run()
        .exits(78)
        .says("input one: spec.wrong is");
    assert_eq!(promise("name: alpha, namespace: c").run().exits(0).output("inputs/one"), team_json("c", "alpha"));
}

/// Whoever starts a dry run names the namespace of the request that Kratix hands in.
#[test]
fn a_dry_run_reads_nothing_of_another_namespace() {
    let run = |own: &str| {
        let step = one("name: alpha").env("KRATIX_OBJECT_NAMESPACE", own).env("KRATIX_DRY_RUN", "true");
        step.env("KRATIX_PIPELINE_NAME", "p").arg("--inputs-from-cluster").env("PATH", "/nowhere").run()
    };
    let _ =
        run("c").exits(65).says("error: a dry run in namespace c may not read inputs for a request in namespace b\n");
    // In its own it asks.
    let _ = run("b").exits(2).says("kubectl");
}
