//! What `--format json` prints, held to docs/schema/ by a validator of others. The schemas are closed: a key that one doesn't
//! name fails here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kratix_wasm_tests::{Step, built, root, run};
use serde_json::{Value, json};

use crate::checkers::{Folder, ask, promise};

fn schema(command: &str) -> PathBuf {
    root().join(format!("docs/schema/{command}.json"))
}

/// Why the schema of a command refuses values, each in turn.
#[track_caller]
fn refusals(command: &str, values: &[Value]) -> Vec<Option<String>> {
    let folder = Folder::new();
    let values = folder.write("values.json", &json!(values).to_string());
    let verdicts = ask("json-schema", &[&schema(command), &values]).unwrap_or_else(|error| panic!("{error}"));
    serde_json::from_value(verdicts).expect("a list of reasons")
}

#[track_caller]
fn assert_described(command: &str, printed: &[Value]) {
    for (value, refusal) in printed.iter().zip(refusals(command, printed)) {
        assert_eq!(refusal, None, "{value:#}");
    }
    // Nothing can be more than is described, or less.
    let more = printed.iter().map(|value| with(value, "more", Some(json!(null))));
    let keys = printed[0].as_object().expect("a map").keys();
    let changed: Vec<Value> = more.chain(keys.map(|key| with(&printed[0], key, None))).collect();
    for (value, refusal) in changed.iter().zip(refusals(command, &changed)) {
        assert!(refusal.is_some(), "{value:#}");
    }
}

fn with(value: &Value, key: &str, new: Option<Value>) -> Value {
    let mut value = value.clone();
    let map = value.as_object_mut().expect("a map");
    match new {
        Some(new) => map.insert(key.into(), new),
        None => map.remove(key),
    };
    value
}

fn host(arguments: &[&str]) -> Value {
    let printed = run(Command::new(built("kratix-wasm")).args(arguments).arg("--format=json").env_clear());
    serde_json::from_str(&printed).expect("JSON")
}

fn step(step: &Step) -> Value {
    serde_json::from_str(&run(step.command().arg("--format=json"))).expect("JSON")
}

#[test]
fn what_run_prints_is_described() {
    let example = fs::read_to_string(root().join("promises/team/example-resource.yaml")).expect("it is there");
    let sent = "destinations: [[b, [[a, b]]], [null, [[c, d]]]]";
    let first = Step::hostile("{}").spec(&format!("{{files: [[a.yaml, a], [b/c.yaml, c]], {sent}}}"));
    let team = "apiVersion: platform.kratix.io/v1alpha1, kind: Team";
    let one = format!("{{one: {{{team}, resource: teams, name: alpha}}}}");
    let three = one.replace("}}", &format!("}}, many: {{{team}, resource: teams, matchLabels: {{}}}}}}"));
    let reads = |step: Step| step.objects(&format!("{{{team}, metadata: {{name: alpha, resourceVersion: '7'}}}}"));
    let twice =
        Step::declaring("one").another_declaring("one").inputs(&format!("{{hostile: {one}}}")).arg("--overwrite");
    let printed = [
        step(&Step::team(&example)),
        step(&reads(Step::declaring("inputs").config("{files: [[a, a]]}").inputs(&three))),
        step(&reads(twice.config("{hostile: {files: [[a, a]]}}"))),
        step(&Step::declaring("one").inputs(&one).env("KRATIX_WORKFLOW_ACTION", "delete")),
        step(&Step::team(&example.replace("team-alpha", "api")).env("KRATIX_WORKFLOW_ACTION", "configure")),
        step(&Step::team(&example).env("KRATIX_WORKFLOW_ACTION", "delete")),
        step(&Step::team(&example).config("emailDomain: 1").env("KRATIX_WASM_ON_ERROR", "suspend")),
        step(&Step::hostile("{suspend: [wait, 5]}")),
        step(&Step::hostile("{suspend: [wait, null]}")),
        step(&Step::hostile("{invalid: [[null, is wrong, mend it], [spec.a, is odd, null]]}")),
        step(&Step::hostile("{files: [[a, a]]}").file("output/a", "theirs").arg("--overwrite")),
        step(&Step::hostile("{files: [[a, a]]}").env("KRATIX_WORKFLOW_ACTION", "delete")),
        step(&first),
        step(&first.spec("{files: [[b/c.yaml, new]]}")),
    ];
    assert_described("run", &printed);
    for outcome in ["complete", "suspended", "invalid", "fault"] {
        assert!(printed.iter().any(|value| value["outcome"] == outcome), "none is {outcome}");
    }
    for list in ["generators", "files", "removed", "destinations", "problems", "warnings"] {
        assert!(printed.iter().any(|value| value[list].as_array().is_some_and(|list| !list.is_empty())), "no {list}");
    }
    let read: Vec<&Value> = printed[..4].iter().map(|value| &value["inputs"]).collect();
    let several = json!({"one": "alpha@7", "optional": null, "many": ["alpha@7"]});
    assert_eq!(read, [&json!(null), &several, &json!({"hostile": {"one": "alpha@7"}}), &json!({"one": null})]);
}

#[test]
fn what_inspect_prints_is_described() {
    let of = |name: &str| host(&["inspect", built(name).to_str().expect("it is UTF-8")]);
    assert_described("inspect", &[of("team.wasm"), of("hostile.wasm")]);
}

#[test]
fn what_inspect_prints_of_a_promise_is_described() {
    let folder = Folder::new();
    let binding = |which: &str| format!("{{one: {{apiVersion: v1, kind: ConfigMap, resource: configmaps, {which}}}}}");
    let pipeline = |name: &str, which: &str| {
        let env = json!([{"name": "KRATIX_WASM_INPUTS", "value": binding(which)}]);
        let containers = json!([{"name": "c", "image": "i", "args": ["run", "x.wasm"], "env": env}]);
        json!({"metadata": {"name": name}, "spec": {"containers": containers}})
    };
    let pipelines =
        json!([pipeline("a", "name: x, namespace: other"), pipeline("b", "matchLabels: {}, scope: Cluster")]);
    let none = json!({"metadata": {"name": "c"}, "spec": {"containers": [{"name": "c", "args": ["run", "x.wasm"]}]}});
    let workflows =
        json!({"config": {"pipelineNamespace": "z"}, "resource": {"configure": pipelines, "delete": [none]}});
    let promise = json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Promise", "metadata": {"name": "p"},
        "spec": {"workflows": workflows},
    });
    let file = folder.write("promise.yaml", &promise.to_string());
    let printed = host(&["inspect", "--rbac", "-f", file.to_str().expect("it is UTF-8")]);
    assert_eq!(printed["pipelines"].as_array().map(Vec::len), Some(3), "{printed:#}");
    assert_described("inspect-rbac", &[printed]);
}

#[test]
fn what_version_prints_is_described() {
    assert_described("version", &[host(&["version"])]);
}

#[test]
fn what_check_promise_prints_is_described() {
    let text = fs::read_to_string(promise()).expect("it is there");
    let folder = Folder::new();
    let check = |promise: &str| {
        let file = folder.write("promise.yaml", promise);
        let given = format!("--file=/generators/team.cwasm={}", built("team.wasm").display());
        let mut command = Command::new(built("kratix-wasm"));
        command.arg("check-promise").arg(file).args([&given, "--format=json"]).env_clear();
        serde_json::from_slice::<Value>(&command.output().expect("it can be started").stdout).expect("JSON")
    };
    let cluster = text.replace("value: /generators/team.cwasm", "valueFrom: {configMapKeyRef: {name: a, key: b}}");
    let printed = [
        check(&text),
        check(&text.replace("public", "publik")),
        check(&cluster),
        check("{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a}}"),
    ];
    assert_described("check-promise", &printed);
    let outcomes = printed.iter().flat_map(|value| value["containers"].as_array().expect("a list"));
    let outcomes: Vec<&Value> = outcomes.map(|container| &container["outcome"]).collect();
    assert_eq!(outcomes, ["in order", "wrong", "not checked"]);
}

#[test]
fn what_render_prints_is_described() {
    let team = built("team.cwasm");
    let render = |promise: &str, requests: &str| {
        let generator = format!("team={}", team.display());
        let manifests =
            [promise, "deploy/4-state-stores/catalog.yaml", "deploy/4-state-stores/infrastructure.yaml", requests];
        let manifests = manifests.iter().flat_map(|path| ["-f", path]);
        let mut kratix_wasm = Command::new(built("kratix-wasm"));
        kratix_wasm.current_dir(root()).arg("render").args(manifests).args([
            "--generator",
            &generator,
            "--format",
            "json",
        ]);
        let ended = kratix_wasm.output().expect("it can be started");
        serde_json::from_slice::<Value>(&ended.stdout).expect("it prints JSON")
    };
    let wrong = tempfile::NamedTempFile::with_suffix(".yaml").expect("a temporary file");
    let team = "apiVersion: platform.kratix.io/v1alpha1\nkind: Team\nmetadata: {name: a}\nspec: {id: A, name: b}\n";
    fs::write(wrong.path(), team).expect("it can be written");
    let printed = [
        render("promises/team/promise.yaml", "deploy/6-team/teams"),
        render("promises/team/promise.yaml", wrong.path().to_str().expect("UTF-8")),
        render("promises/team/promise.yaml", "promises/bucket/example-resource.yaml"),
    ];
    assert_eq!(printed[0]["counts"], json!({"requests": {"complete": 3}, "files": {"new": 7}, "ignored": 0}));
    assert_eq!(printed[1]["refused"][0]["outcome"], "refused");
    assert_described("preview", &printed);
}

#[test]
fn what_a_command_that_fails_prints_is_described() {
    let fails = |mut command: Command| {
        let done = command.arg("--format=json").output().expect("it can be started");
        assert!(!done.status.success());
        serde_json::from_slice::<Value>(&done.stdout).expect("JSON")
    };
    let inspect = |file: &str| {
        let mut command = Command::new(built("kratix-wasm"));
        command.args(["inspect", file]).env_clear();
        command
    };
    let printed = [
        fails(Step::hostile("{files: [[a, a]]}").env("KRATIX_WASM_POLICY", "paths: [b]").command()),
        fails(Step::hostile("{misdeed: loop}").command()),
        fails(Step::new().arg("x.wasm").command()),
        fails(inspect("nowhere.wasm")),
    ];
    assert_described("error", &printed);
    let reasons: Vec<&Value> = printed.iter().map(|value| &value["error"]["reason"]).collect();
    assert_eq!(reasons, ["policy-path", "bound-fuel", "request-missing", "generator-missing"]);
}

/// A map whose keys are ours has just those that its schema names, and nearly always all of them.
#[test]
fn every_schema_is_closed() {
    let mut seen = Vec::new();
    for file in fs::read_dir(root().join("docs/schema")).expect("it is there") {
        let file = file.expect("it can be listed").path();
        let text = fs::read_to_string(&file).expect("it is text");
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{}", file.display());
        ensure_closed(&file, &schema);
        seen.push(file.file_stem().expect("a name").to_str().expect("UTF-8").to_owned());
    }
    seen.sort();
    assert_eq!(
        seen,
        ["check-promise", "error", "inspect", "inspect-rbac", "preview", "run", "version"],
        "each is held to what is printed"
    );
}

fn ensure_closed(file: &Path, schema: &Value) {
    let is_map = schema["type"] == "object" || schema["type"] == json!(["object", "null"]);
    if let (true, Some(properties)) = (is_map, schema["properties"].as_object()) {
        assert_eq!(schema["additionalProperties"], false, "{}: {schema:#}", file.display());
        let required = schema["required"].as_array().expect("a list");
        assert!(required.iter().all(|key| properties.contains_key(key.as_str().expect("a name"))), "{required:?}");
        let optional: Vec<_> = properties.keys().filter(|key| !required.contains(&json!(key))).collect();
        let may_be_left_out = [&["directory"][..], &["impact"], &["resourceNames", "resourceNamespace"]];
        assert!(optional.is_empty() || may_be_left_out.iter().any(|keys| optional == *keys), "{optional:?}");
    }
    let parts = schema.as_object().into_iter().flat_map(|map| map.values());
    for part in parts.chain(schema.as_array().into_iter().flatten()) {
        ensure_closed(file, part);
    }
}
