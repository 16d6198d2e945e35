//! `check-promise`: an author's mistake is found before any request is touched, in a promise workflow and on a laptop.

use std::process::Command;

use kratix_wasm_tests::{Outcome, Step, built, root};
use serde_json::{Value, json};

fn promise() -> String {
    promise_of("team")
}

fn promise_of(name: &str) -> String {
    std::fs::read_to_string(root().join(format!("promises/{name}/promise.yaml"))).unwrap()
}

/// What a container of the Team Promise runs has another text.
fn with(from: &str, to: &str) -> String {
    let promise = promise();
    assert!(promise.contains(from), "{from}");
    promise.replace(from, to)
}

/// Checks a Promise on a laptop; the image's generator lies in a build's folder.
fn on_a_laptop(promise: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("promise.yaml");
    std::fs::write(&file, promise).unwrap();
    let mut command = Command::new(built("kratix-wasm"));
    let given = ["team", "bucket"]
        .map(|name| format!("--file=/generators/{name}.cwasm={}", built(&format!("{name}.wasm")).display()));
    let done = command.arg("check-promise").arg(&file).args(given).args(arguments).env_clear().output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr).replace(folder.path().to_str().unwrap(), "<folder>"))
}

/// Checks a Promise in a promise workflow, as the first container of its pod, with its generator in the image.
fn in_a_pod(promise: &str, action: &str) -> Outcome {
    let step = Step::new();
    // The image's files lie elsewhere here.
    let generators = step.path("generators");
    std::fs::create_dir_all(&generators).unwrap();
    for name in ["team.cwasm", "bucket.cwasm"] {
        std::fs::copy(built(name), generators.join(name)).unwrap();
    }
    let promise = promise.replace("/generators/", &format!("{}/", generators.display()));
    let step = step
        .request(&promise)
        .env("KRATIX_WORKFLOW_TYPE", "promise")
        .env("KRATIX_WORKFLOW_ACTION", action)
        .env("KRATIX_PIPELINE_NAME", "check");
    step.run_as("check-promise")
}

#[test]
fn our_promises_are_in_order() {
    for name in ["team", "bucket"] {
        let promise = promise_of(name);
        let (code, stdout, stderr) = on_a_laptop(&promise, &[]);
        let line = format!(
            "in order: workflows.resource.configure, pipeline configure, container kratix-wasm: {name} 0.1.0\n"
        );
        assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), &*line, ""));
        let outcome = in_a_pod(&promise, "configure").exits(0);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), (&*line, ""));
        assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
    }
}

#[test]
fn a_binding_that_can_not_work_is_found() {
    let promise = promise_of("bucket");
    for (from, to, says) in [
        ("name: KRATIX_WASM_INPUTS", "name: INPUTS", "input team of generator bucket is bound to nothing"),
        (
            "                      team:\n",
            "                      owner:\n",
            "input team of generator bucket is bound to nothing",
        ),
        ("kind: Team\n", "kind: Squad\n", "is bound to a Squad.platform.kratix.io"),
        ("{spec.team}", "team-{spec.team}", "is a whole name"),
        ("prefix: acme", "prefix: acme.", "the config for generator bucket is wrong"),
        ("                      prefix: acme\n", "", "the config for generator bucket is wrong"),
    ] {
        assert!(promise.contains(from), "{from}");
        let (code, _, stderr) = on_a_laptop(&promise.replace(from, to), &[]);
        assert!(code == Some(78) && stderr.contains(says), "{from}: {stderr}");
    }
}

#[test]
fn an_authors_mistakes_are_found_and_say_where() {
    let container = "workflows.resource.configure, pipeline configure, container kratix-wasm";
    let variable = |name: &str| format!("- name: KRATIX_WASM_{name}\n                    value: ");
    let set = |name: &str, value: &str| with("env:\n", &format!("env:\n                  {}{value}\n", variable(name)));
    for (promise, code, says) in [
        (
            with("public", "publik"),
            78,
            "the config for generator team is wrong: visibility must be one of: public, limited, private",
        ),
        (with("visibility:", "visibilty:"), 78, "visibilty"),
        (
            with("emailDomain: example.com", "emailDomain: ["),
            78,
            "the config of KRATIX_WASM_CONFIG is not a map in YAML",
        ),
        (with("paths:", "path:"), 78, "the policy of KRATIX_WASM_POLICY can't be used: unknown field `path`"),
        (with("kind: Team", "kind: Squad"), 78, "generator team doesn't answer a Squad.platform.kratix.io"),
        (set("LIMITS", "fule=1"), 2, "KRATIX_WASM_LIMITS: there is no bound \"fule\""),
        (with("value: suspend", "value: suspent"), 2, "KRATIX_WASM_ON_ERROR is \"suspent\""),
        (with("visibility: public", "groupType: $é"), 2, "KRATIX_WASM_CONFIG is not UTF-8"),
        (with("value: \"true\"", "value: truthy"), 2, "KRATIX_WASM_PRECOMPILED is \"truthy\""),
        (
            with("args: [run]", "args: [run, --on-eror, suspend]"),
            2,
            "its arguments are wrong: unexpected argument '--on-eror' found",
        ),
        (with("value: /generators/team.cwasm", "value: /generators/team.cwasm.old"), 0, ""),
    ] {
        let (found, stdout, stderr) = on_a_laptop(&promise, &[]);
        if code == 0 {
            assert_eq!(found, Some(2));
            assert!(stderr.contains("hint: name it: --file /generators/team.cwasm.old=FILE\n"), "{stderr}");
            let outcome = in_a_pod(&promise, "configure").exits(0);
            assert!(outcome.metadata("status.yaml").contains("there is no generator at "));
            continue;
        }
        assert_eq!((found, stdout.as_str()), (Some(code), ""), "{says}: {stderr}");
        assert!(stderr.starts_with("error: the Promise team can't work as it is\n"), "{stderr}");
        assert!(stderr.contains(&format!("caused by: {container}: ")) && stderr.contains(says), "{says}: {stderr}");
        let outcome = in_a_pod(&promise, "configure").exits(0);
        let status = kratix_wasm::yaml::read(outcome.metadata("status.yaml").as_bytes()).unwrap();
        let message = status["message"].as_str().unwrap();
        assert!(message.starts_with("the Promise team can't work as it is: ") && message.contains(says), "{message}");
        assert_eq!(status.as_object().unwrap().len(), 1, "of a Promise's status Kratix keeps only the message");
        let control = kratix_wasm::yaml::read(outcome.metadata("workflow-control.yaml").as_bytes()).unwrap();
        assert_eq!((&control["suspend"], &control["message"]), (&json!(true), &json!(message)));
        let _ = in_a_pod(&promise, "delete").exits(0);
    }
}

#[test]
fn all_mistakes_are_named_at_once() {
    let delete = promise().replace("    resource:\n      configure:\n", "    resource:\n      delete:\n");
    let delete = &delete[delete.find("      delete:\n").unwrap()..];
    let both = format!("{}{}", promise(), delete.replace("emailDomain: example.com", "emailDomain: nowhere"));
    let both = both.replacen("public", "publik", 1);
    let (code, _, stderr) = on_a_laptop(&both, &[]);
    assert_eq!(code, Some(78));
    assert!(stderr.contains("workflows.resource.configure, pipeline configure, container kratix-wasm: "), "{stderr}");
    assert!(stderr.contains("workflows.resource.delete, pipeline configure, container kratix-wasm: "), "{stderr}");
    assert!(stderr.contains("visibility must be") && stderr.contains("emailDomain "), "{stderr}");
}

#[test]
fn what_can_not_be_known_is_never_fine() {
    let image = "                # The host with the precompiled generator in it.\n                image: ";
    let other_image = with(&format!("{image}localhost/kratix-wasm-team:0.1.0"), &format!("{image}localhost/other:1"));
    let volume = with(
        "volumeMounts:\n                  - name: no-token",
        "volumeMounts:\n                  - {name: g, mountPath: /generators/}\n                  - name: no-token",
    );
    // Both containers have the mount; only that of the step is to have it.
    let volume = volume.replacen("                  - {name: g, mountPath: /generators/}\n", "", 1);
    let from = with("value: /generators/team.cwasm", "valueFrom: {configMapKeyRef: {name: a, key: b}}");
    let depends = with("emailDomain: example.com", "emailDomain: $(KRATIX_OBJECT_NAMESPACE).com");
    for (promise, reason) in [
        (&other_image, "its image localhost/other:1 is another than this container's"),
        (&volume, "lies in a volume that this container doesn't mount at "),
        (&from, "what KRATIX_WASM_GENERATOR sets is known only in the cluster"),
        (&depends, "what KRATIX_WASM_CONFIG sets is known only in the cluster"),
    ] {
        let outcome =
            in_a_pod(promise, "configure").exits(0).says("warning: not checked: workflows.resource.configure");
        let outcome = outcome.says(reason);
        assert!(outcome.metadata.is_empty() && outcome.stdout.is_empty(), "{}", outcome.stdout);
    }
    let (code, stdout, _) = on_a_laptop(&depends, &["--format=json"]);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["containers"][0]["outcome"]), (Some(0), &json!("not checked")));
    let nothing = "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a}}";
    let (code, _, stderr) = on_a_laptop(nothing, &[]);
    assert_eq!(code, Some(78));
    assert!(stderr.contains("the Promise a has no container of kratix-wasm to check"), "{stderr}");
}

#[test]
fn what_kubernetes_expands_is_checked_as_the_container_gets_it() {
    let expanded = with("emailDomain: example.com", "emailDomain: $(KRATIX_PROMISE_NAME).example.com");
    assert_eq!(on_a_laptop(&expanded, &[]).0, Some(0));
    let escaped = with("emailDomain: example.com", "emailDomain: $$(KRATIX_PROMISE_NAME).example.com");
    assert_eq!(on_a_laptop(&escaped, &[]).0, Some(78));
}

#[test]
fn what_is_no_promise_is_said() {
    let (code, _, stderr) = on_a_laptop("{apiVersion: v1, kind: Team, metadata: {name: a}}", &[]);
    assert_eq!(
        (code, stderr.as_str()),
        (Some(78), "error: <folder>/promise.yaml is no Promise\n  caused by: it is a Team\n")
    );
    let (code, _, stderr) = on_a_laptop("a: b: c", &[]);
    assert!(
        code == Some(78) && stderr.contains("<folder>/promise.yaml is no Promise\n  caused by: line 1"),
        "{stderr}"
    );
    let step = Step::new().request("{apiVersion: v1, kind: Team, metadata: {name: a}}");
    let _ = step.run_as("check-promise").exits(2).says("there is no Promise to check");
    let missing = Step::new().env("KRATIX_WORKFLOW_TYPE", "promise").run_as("check-promise").exits(74);
    assert_eq!(missing.stderr.matches("error: ").count(), 1, "{}", missing.stderr);
}

#[test]
fn what_was_found_is_printed_for_programs() {
    let (code, stdout, _) = on_a_laptop(&with("public", "publik"), &["--format=json"]);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(code, Some(78));
    let container = &report["containers"][0];
    assert_eq!(
        (
            &report["promise"],
            &container["workflow"],
            &container["action"],
            &container["outcome"],
            &container["error"]["name"]
        ),
        (&json!("team"), &json!("resource"), &json!("configure"), &json!("wrong"), &json!("config"))
    );
}

#[test]
fn one_document_is_printed_whatever_is_found_in_a_pod() {
    let step = |promise: &str| {
        let step = Step::new().request(promise).env("KRATIX_WORKFLOW_TYPE", "promise");
        step.env("KRATIX_PIPELINE_NAME", "check").arg("--format=json")
    };
    let nothing = "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a}}";
    let outcome = step(nothing).run_as("check-promise").exits(0);
    let printed: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(printed["error"]["reason"], "promise-other");
    // It can't be suspended, either.
    let nowhere = step(nothing);
    std::fs::remove_dir(nowhere.path("output")).unwrap();
    let nowhere = nowhere.run_as("check-promise").exits(74);
    let printed: Value = serde_json::from_str(&nowhere.stdout).unwrap();
    assert_eq!(printed["error"]["reason"], "directory-missing");
}
