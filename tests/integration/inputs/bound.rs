//! Bindings are held against declarations when a step is made, before any request.

use kratix_wasm::author::Bindings;
use kratix_wasm_tests::Step;

use super::{REQUEST, TEAMS, one, team};

/// Nothing is written for it.
#[track_caller]
fn wrong(step: Step, code: i32, says: &[&str]) {
    let mut outcome = step.run().exits(code);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
    for text in says {
        outcome = outcome.says(text);
    }
}

#[test]
fn what_is_bound_to_nothing_says_what_it_is_for_and_how_to_bind_it() {
    let step = || Step::declaring("one").request(REQUEST);
    let unbound = "error: input one of generator hostile is bound to nothing\n  \
                   caused by: it needs one (Team.platform.kratix.io, one): For tests.\n  hint: bind it ";
    wrong(
        step(),
        78,
        &[unbound, "with --inputs, for example {one: {apiVersion: platform.kratix.io/v1alpha1, kind: Team, "],
    );
    wrong(step().env("KRATIX_PIPELINE_NAME", "p"), 78, &[unbound, "in KRATIX_WASM_INPUTS, for example {one: "]);
    // Of three, the optional one need not be bound.
    let some = format!("{{one: {{{TEAMS}, name: a}}}}");
    wrong(Step::declaring("inputs").inputs(&some), 78, &["input many of generator hostile is bound to nothing"]);
    let both = format!("{{one: {{{TEAMS}, name: a}}, many: {{{TEAMS}, matchLabels: {{}}}}}}");
    let step = Step::declaring("inputs").config("{files: [[a, a]]}").inputs(&both);
    let _ = step.objects(&team("default", "a", "")).run().exits(0);
}

/// Whoever copies an example has to change only what is in capitals.
#[test]
fn an_example_of_a_binding_can_be_read() {
    for (word, key) in [("one", "one"), ("settings", "settings")] {
        let stderr = Step::declaring(word).run().exits(78).stderr;
        let (_, example) = stderr.split_once("for example ").unwrap();
        let example = example.trim().replace("NAME", "a");
        let read = Bindings::read("an example", example.as_bytes(), false).unwrap();
        assert_eq!(read.all().map(|(key, _)| &**key).collect::<Vec<_>>(), [key], "{example}");
    }
    let some = format!("{{one: {{{TEAMS}, name: a}}}}");
    let stderr = Step::declaring("inputs").inputs(&some).run().exits(78).stderr;
    let example = stderr.split_once("for example ").unwrap().1.trim().replace("KEY", "a").replace("VALUE", "b");
    assert!(Bindings::read("an example", example.as_bytes(), false).is_ok(), "{example}");
}

#[test]
fn what_is_bound_has_to_be_declared() {
    let also = format!("{{one: {{{TEAMS}, name: a}}, more: {{{TEAMS}, name: a}}}}");
    let says =
        "error: input \"more\" is bound, but generator hostile declares no such input\n  caused by: it declares one\n";
    wrong(Step::declaring("one").inputs(&also), 78, &[says]);
    wrong(Step::declaring("plain").inputs(&format!("{{one: {{{TEAMS}, name: a}}}}")), 78, &["it declares none\n"]);
    // One of contract 0.1.0 has no word for it.
    wrong(Step::team(REQUEST).inputs("{}"), 78, &["doesn't answer"]);
}

#[test]
fn what_is_bound_has_to_fit_what_is_declared() {
    let teams = |which: &str| format!("{TEAMS}, {which}");
    let settings = "apiVersion: v1, kind: ConfigMap, resource: configmaps";
    let three = |one: &str, optional: &str, many: &str| {
        format!("{{one: {{{one}}}, optional: {{{optional}}}, many: {{{many}}}}}")
    };
    let (one, optional, many) =
        (teams("name: a"), format!("{settings}, name: a"), teams("matchLabels: {}, may-be-empty: true"));
    let fits = three(&one, &optional, &many);
    let step = |bindings: &str| Step::declaring("inputs").config("{files: [[a, a]]}").inputs(bindings);
    let _ = step(&fits).objects(&team("default", "a", "")).run().exits(0);
    for (bindings, says) in [
        (
            three(&optional, &optional, &many),
            "input one of generator hostile is bound to a ConfigMap; the generator takes a Team",
        ),
        (
            three(&one, &one, &many),
            "input optional of generator hostile is bound to a Team.platform.kratix.io; the generator",
        ),
        (
            three("apiVersion: other.io/v1, kind: Team, resource: teams, name: a", &optional, &many),
            "input one of generator hostile is bound to a Team.other.io; the generator takes a Team.platform.kratix.io",
        ),
        (
            three(&teams("name: a, may-be-empty: true"), &optional, &many),
            "input one of generator hostile may be empty, which",
        ),
        (three(&one, &format!("{optional}, may-be-empty: true"), &many), "is for many; there is optional of it"),
        (
            three(&one, &format!("{optional}, when-missing: wait"), &many),
            "waits for what is missing, though the generator does",
        ),
    ] {
        wrong(step(&bindings), 78, &[says]);
    }
}

#[test]
fn a_secret_is_never_an_input() {
    wrong(Step::declaring("secret"), 70, &["input one is of kind Secret, which is never an input"]);
    let bound = |binding: &str| Step::declaring("settings").inputs(&format!("{{settings: {{{binding}}}}}"));
    let says = "is bound to a Secret, which is never an input";
    wrong(bound("apiVersion: v1, kind: Secret, resource: secrets, name: a"), 78, &[says]);
    // Whatever the kind is said to be, a resource has what it has.
    wrong(bound("apiVersion: v1, kind: ConfigMap, resource: secrets, name: a"), 78, &[says]);
    wrong(bound("apiVersion: a.io/v1, kind: Secret, resource: secrets, name: a"), 78, &[says]);
    let secret = "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {password: c2VjcmV0}}";
    let settings = || bound("apiVersion: v1, kind: ConfigMap, resource: configmaps, name: a");
    wrong(
        settings().objects(secret),
        78,
        &["objects.yaml can't be inputs\n  caused by: it has a Secret, which is never an"],
    );
    let list = format!("{{apiVersion: v1, kind: List, items: [{secret}]}}");
    wrong(settings().objects(&list), 78, &["it has a Secret"]);
    let step = Step::declaring("settings").file("brought", secret);
    let path = step.path("brought").to_str().unwrap().to_owned();
    wrong(step.inputs(&format!("{{settings: {{file: {path}}}}}")), 78, &["it has a Secret"]);
    for (place, path) in [
        ("/var/run/secrets", "/var/run/secrets/kubernetes.io/serviceaccount"),
        ("/run/secrets", "/run/secrets/a"),
        ("/proc", "/proc/self/root/var/run/secrets/kubernetes.io/serviceaccount"),
        ("/sys", "/sys"),
        ("/dev", "/dev/stdin"),
    ] {
        wrong(bound(&format!("file: {path}")), 78, &[&format!("has a file in {place}: what a pod has for itself")]);
    }
}

#[test]
fn a_binding_has_all_that_it_needs_and_nothing_else() {
    let all = |which: &str| format!("{TEAMS}, {which}");
    for (binding, says) in [
        ("", "one has no apiVersion: apiVersion, or file, says where its objects are"),
        ("apiVersion: v1", "one has no kind"),
        ("apiVersion: v1, kind: Team", "one has no resource"),
        (TEAMS, "one has neither a name nor matchLabels; {} stands for all objects"),
        (&all("name: a, matchLabels: {}"), "one has a name and matchLabels"),
        (&all("name: "), "one has a key with nothing behind it"),
        (&all("name: ~"), "one has a key with nothing behind it"),
        (&all("name: a, may-be-empty: ~"), "one has a key with nothing behind it"),
        (&all("name: a, nmae: b"), "unknown field `nmae`, expected one of"),
        (&all("name: a, \"\\e[31m\": b"), "unknown field `[31m`"),
        (&all("name: 1"), "one has a name that YAML doesn't take for text: put it in quotes"),
        (&all("matchLabels: {a: yes}"), "one has a matchLabels with a that YAML doesn't take for text"),
        (
            &all("name: {spec.team}"),
            "one has a name that is a map: a value of the request is a text, \"{spec.cluster}\" in quotes",
        ),
        (&all("name: a, namespace: {name}"), "one has a namespace that is a map"),
        (&all("name: a, when-missing: never"), "unknown variant `never`, expected `fail` or `wait`"),
        (&all("name: a, scope: cluster"), "unknown variant `cluster`, expected `Namespaced` or `Cluster`"),
        (&all("name: a, scope: Cluster, namespace: b"), "one has a namespace and the scope Cluster"),
        (&all("matchLabels: {a: ~}"), "invalid type: null, expected a string"),
        (&all("matchLabels: {'a b': c}"), "one has matchLabels of which \"a b\" is no key of a Kubernetes label"),
        (&all("matchLabels: {a: 'b,c=d'}"), "one has matchLabels of which \"b,c=d\" is no value of a Kubernetes label"),
        (&all("name: a, required-label: {a: 'b/c'}"), "one has required-label of which \"b/c\" is no value"),
        (&all("matchLabels: {a: b}, required-label: {a: b}"), "one has a required-label, which is for a name"),
        ("apiVersion: /v1, kind: Team, resource: teams, name: a", "one has the apiVersion \"/v1\", which is none"),
        ("apiVersion: a.io/, kind: Team, resource: teams, name: a", "which is none"),
        ("apiVersion: a/b/v1, kind: Team, resource: teams, name: a", "which is none"),
        ("apiVersion: ../v1, kind: Team, resource: teams, name: a", "which is none"),
        ("apiVersion: 'v1?x', kind: Team, resource: teams, name: a", "which is none"),
        ("apiVersion: v1, kind: Team.a.io, resource: teams, name: a", "one without a group is wanted"),
        ("apiVersion: v1, kind: a b, resource: teams, name: a", "has the kind \"a b\""),
        (
            "apiVersion: v1, kind: Team, resource: Teams, name: a",
            "has the resource \"Teams\"; the plural in lower case",
        ),
        ("apiVersion: v1, kind: Team, resource: teams/status, name: a", "has the resource \"teams/status\""),
        ("file: /a, name: b", "one has a file, beside which there is nothing to say of the objects"),
        ("file: /a, matchLabels: {}", "one has a file, beside which"),
        ("file: /a, required-label: {}", "one has a file, beside which"),
        ("file: /a, scope: Cluster", "one has a file, beside which"),
        ("file: /a, when-missing: wait", "one waits for a file"),
        ("file: a", "one has the file \"a\"; a path from / on is wanted, without . and .."),
        ("file: /", "a path from / on is wanted"),
        ("file: /kratix/input/../../var/run/secrets", "a path from / on is wanted"),
        ("file: /a/./b", "a path from / on is wanted"),
        ("file: /a//b", "a path from / on is wanted"),
        ("file: \"/a\\nb\"", "a path from / on is wanted"),
    ] {
        let says = ["error: the bindings of inputs of KRATIX_WASM_INPUTS can't be used\n", says];
        wrong(Step::declaring("one").inputs(&format!("{{one: {{{binding}}}}}")), 78, &says);
    }
    for (bindings, says) in [
        ("[]", "they are not a map"),
        ("a: b: c", "line 1"),
        ("{one: ~}", "one is not a map"),
        ("{one: [], two: a}", "one is not a map\n    two is not a map"),
    ] {
        wrong(Step::declaring("one").inputs(bindings), 78, &[says]);
    }
    wrong(Step::declaring("one").inputs(""), 78, &["is bound to nothing"]);
    wrong(one("name: a").arg("--inputs={}").arg("--inputs-file=x"), 2, &["cannot be used with"]);
}

#[test]
fn bindings_of_several_generators_are_by_their_names() {
    let both = |bindings: &str| {
        let step = Step::declaring("one").another_declaring("one").config("{hostile: {inputs: [one]}}");
        step.arg("--overwrite").objects(&team("default", "alpha", "")).inputs(bindings)
    };
    let named = format!("{{one: {{{TEAMS}, name: alpha}}}}");
    let outcome = both(&format!("{{hostile: {named}}}")).arg("--format=json").run().exits(0);
    // It is in the step twice, and sees its inputs each time.
    assert!(outcome.output("inputs/one").contains("\"alpha\""));
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["inputs"], serde_json::json!({"hostile": {"one": "alpha@7"}}));
    wrong(both(&named), 78, &["with several generators they are keyed by the generators' names"]);
    let below = format!("{{hostile: {named}}}");
    wrong(
        Step::declaring("one").inputs(&below),
        78,
        &["hostile has bindings below it: of one generator they are keyed by its inputs"],
    );
    wrong(
        both(&format!("{{hostile: {named}, other: {named}}}")),
        78,
        &[
            "error: inputs are bound for \"other\", which is no generator of this step\n",
            "bindings are keyed by their names: hostile",
        ],
    );
    wrong(both("{hostile: ~}"), 78, &["with several generators they are keyed by the generators' names"]);
    wrong(both("{}"), 78, &["input one of generator hostile is bound to nothing", "for example {hostile: {one: {"]);
}
