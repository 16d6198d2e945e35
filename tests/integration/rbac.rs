//! `inspect --rbac`, and that `check-promise` holds a Promise to what it prints.

use std::fs;
use std::path::Path;
use std::process::Command;

use kratix_wasm_tests::{built, describing};
use serde_json::{Value, json};

/// A Promise with two pipelines that run the hostile generator with this input.
fn promise(binding: &str, config: &str, rbac: &str, mounts: &str) -> String {
    let pipeline = |name: &str| {
        format!(
            "{{metadata: {{name: {name}}}, spec: {{{rbac} containers: [{{name: c, image: i, args: [run, /g/hostile.wasm], \
             {mounts} env: [{{name: KRATIX_WASM_INPUTS, value: '{{one: {binding}}}'}}]}}]}}}}"
        )
    };
    format!(
        "{{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {{name: p}}, spec: {{api: {{spec: {{group: \
         example.org, names: {{kind: Test, plural: tests}}}}}}, workflows: {{{config} resource: {{configure: [{}], delete: \
         [{}]}}}}}}}}",
        pipeline("make"),
        pipeline("unmake")
    )
}

const TEAM: &str = "apiVersion: platform.kratix.io/v1alpha1, kind: Team, resource: teams";
const APART: &str = "config: {pipelineNamespace: pipelines},";

/// Runs a command on the text of a Promise.
fn run(arguments: &[&str], promise: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let file = write("promise.yaml", promise.as_bytes());
    let generator = write("hostile.wasm", &describing("one"));
    let mut command = Command::new(built("kratix-wasm"));
    let given = |path: &Path| path.to_str().unwrap().to_owned();
    for argument in arguments {
        command.arg(argument.replace("PROMISE", &given(&file)).replace("GENERATOR", &given(&generator)));
    }
    let done = command.env_clear().output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

fn inspect(promise: &str) -> (Option<i32>, String, String) {
    run(&["inspect", "--rbac", "-f", "PROMISE"], promise)
}

fn check(promise: &str) -> (Option<i32>, String) {
    let (code, _, stderr) = run(&["check-promise", "PROMISE", "--file=/g/hostile.wasm=GENERATOR"], promise);
    (code, stderr)
}

#[test]
fn what_both_pipelines_need_is_printed_with_whose_token_it_is() {
    let (code, stdout, stderr) = inspect(&promise(&format!("{{{TEAM}, name: \"{{spec.team}}\"}}"), "", "", ""));
    let needs = |action: &str, name: &str| {
        format!(
            "# workflows.resource.{action}, pipeline {name}, below spec:\n# The pods' service account is in the namespace of \
             each request: whoever may create pods there may use its token, and read the same.\nrbac:\n  permissions:\n  - \
             apiGroups:\n    - platform.kratix.io\n    resources:\n    - teams\n    verbs:\n    - get\n"
        )
    };
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, needs("configure", "make") + &needs("delete", "unmake"));
}

#[test]
fn what_is_printed_is_what_check_promise_wants() {
    for (binding, config) in [
        (format!("{{{TEAM}, name: a}}"), ""),
        (format!("{{{TEAM}, name: \"{{name}}\"}}"), ""),
        (format!("{{{TEAM}, matchLabels: {{a: b}}}}"), ""),
        (format!("{{{TEAM}, name: a, namespace: other}}"), APART),
        (format!("{{{TEAM}, name: a, scope: Cluster}}"), APART),
        (format!("{{{TEAM}, matchLabels: {{a: b}}, namespace: \"{{spec.where}}\"}}"), APART),
    ] {
        let (code, stderr) = check(&promise(&binding, config, "", ""));
        assert_eq!(code, Some(78), "{binding}: {stderr}");
        assert!(
            stderr.contains("its pods may not read its inputs: {\"apiGroups\":[\"platform.kratix.io\"]"),
            "{stderr}"
        );
        let (_, printed, _) =
            run(&["inspect", "--rbac", "-f", "PROMISE", "--format=json"], &promise(&binding, config, "", ""));
        let printed: Value = serde_json::from_str(&printed).unwrap();
        let permissions = &printed["pipelines"][0]["permissions"];
        assert_eq!(permissions, &printed["pipelines"][1]["permissions"]);
        let rbac = |permissions: &Value| format!("rbac: {},", json!({"permissions": permissions}));
        let (code, stderr) = check(&promise(&binding, config, &rbac(permissions), ""));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{binding}");
        let mut less = permissions.clone();
        less[0]["verbs"] = json!(["watch"]);
        assert_eq!(check(&promise(&binding, config, &rbac(&less), "")).0, Some(78), "{binding}");
    }
    // What somebody else has set up can't be seen in the Promise.
    let own = promise(&format!("{{{TEAM}, name: a}}"), "", "rbac: {serviceAccount: mine},", "");
    assert_eq!(check(&own).0, Some(0));
}

#[test]
fn a_pod_in_the_requests_namespace_reads_nothing_outside_it() {
    for place in ["namespace: other", "namespace: \"{spec.where}\", required-label: {a: b}", "scope: Cluster"] {
        let promise = promise(&format!("{{{TEAM}, name: a, {place}}}"), "", "", "");
        for (code, stderr) in [check(&promise), (inspect(&promise).0, inspect(&promise).2)] {
            assert_eq!(code, Some(78), "{stderr}");
            assert!(stderr.contains("hint: set pipelineNamespace in spec.workflows.config"), "{stderr}");
        }
    }
}

#[test]
fn a_token_that_is_covered_can_not_be_used() {
    let rbac = "rbac: {permissions: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]},";
    let mounts = "volumeMounts: [{name: none, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}],";
    let (code, stderr) = check(&promise(&format!("{{{TEAM}, name: a}}"), "", rbac, mounts));
    assert_eq!(code, Some(78));
    assert!(stderr.contains("a volume is mounted over /var/run/secrets/kubernetes.io/serviceaccount"), "{stderr}");
}

#[test]
fn what_needs_nothing_says_so() {
    let (code, stdout, _) = inspect(&promise("{file: /x/teams.yaml}", "", "", ""));
    assert_eq!(code, Some(0));
    assert!(
        stdout.starts_with("# workflows.resource.configure, pipeline make: its inputs need no permission.\n"),
        "{stdout}"
    );
    let none = "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: p}}";
    assert_eq!(inspect(none).1, "# The Promise p runs no step of kratix-wasm.\n");
}

#[test]
fn bindings_that_only_the_cluster_knows_are_not_taken_for_none() {
    let text = promise(&format!("{{{TEAM}, name: a}}"), "", "", "");
    let value = text.find("value: '{one").unwrap();
    let end = text[value..].find("}'}").unwrap() + value + "}'".len();
    let text = format!("{}valueFrom: {{configMapKeyRef: {{name: a, key: b}}}}{}", &text[..value], &text[end..]);
    let (code, stdout, stderr) = inspect(&text);
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
    assert!(stderr.contains("what KRATIX_WASM_INPUTS sets is known only in the cluster"), "{stderr}");
}

/// A binding to a file, in a container with this volume at `/v`.
fn with_volume(file: &str, volume: &str, at: &str) -> String {
    let volumes = format!("volumes: [{{name: v, {volume}}}, {{name: w, configMap: {{name: a}}}}],");
    let mounts = format!("volumeMounts: [{{name: v, mountPath: {at}}}, {{name: w, mountPath: /v/w}}],");
    promise(&format!("{{file: {file}}}"), "", &volumes, &mounts)
}

#[test]
fn a_file_of_secrets_is_never_an_input() {
    for volume in [
        "secret: {secretName: a}",
        "projected: {sources: [{configMap: {name: a}}, {secret: {name: a}}]}",
        "projected: {sources: [{serviceAccountToken: {path: token}}]}",
        "csi: {driver: secrets-store.csi.k8s.io}",
    ] {
        for (file, at) in
            [("/v/a", "/v"), ("/v", "/v/"), ("/v/a", "/v/a"), ("/v/a", "/v/a/b"), ("/run/a", "/var/run/a")]
        {
            let (code, stderr) = check(&with_volume(file, volume, at));
            assert_eq!(code, Some(78), "{volume} {file} {at}: {stderr}");
            let says = "input one is bound to a file of secrets: the volume v at ";
            assert!(stderr.contains(says) && stderr.contains("hint: a Secret is never an input"), "{stderr}");
        }
        assert_eq!(check(&with_volume("/v/w/a", volume, "/v")), (Some(0), String::new()), "{volume}");
    }
    let both = "projected: {sources: [{configMap: {name: a}}, {downwardAPI: {}}]}";
    assert_eq!(check(&with_volume("/v/a", both, "/v")), (Some(0), String::new()));
}

#[test]
fn a_file_that_nothing_brings_is_not_checked() {
    let is_checked = |promise: &str| {
        let (code, stderr) = check(promise);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(
            stderr.is_empty() || stderr.contains("which no volume and no earlier container of its pipeline brings"),
            "{stderr}"
        );
        stderr.is_empty()
    };
    let empty = with_volume("/v/a", "emptyDir: {}", "/v");
    let shared = promise("{file: /kratix/output/teams.yaml}", "", "", "");
    let nowhere = promise("{file: /x/teams.yaml}", "", "", "");
    let second = |promise: &str| promise.replace("containers: [", "containers: [{name: before, image: j}, ");
    for (promise, alone, after) in [(&empty, false, true), (&shared, false, true), (&nowhere, false, false)] {
        assert_eq!((is_checked(promise), is_checked(&second(promise))), (alone, after), "{promise}");
    }
    assert!(is_checked(&promise("{file: /kratix/input/object.yaml}", "", "", "")));
}

#[test]
fn a_permission_counts_however_its_namespace_is_said() {
    let rbac = |namespace: &str| {
        let rule = "apiGroups: [platform.kratix.io], resources: [teams], verbs: [get]";
        format!("rbac: {{permissions: [{{{rule}{namespace}}}]}},")
    };
    let own = |given: &str| promise(&format!("{{{TEAM}, name: a, namespace: pipelines}}"), APART, &rbac(given), "");
    assert_eq!(check(&own(", resourceNamespace: pipelines")), (Some(0), String::new()));
    assert_eq!(check(&own("")), (Some(0), String::new()));
    assert_eq!(check(&own(", resourceNamespace: other")).0, Some(78));
}

#[test]
fn a_promise_workflow_has_no_namespace_of_its_own() {
    let of_promise = |binding: &str, rbac: &str| {
        promise(&format!("{{{TEAM}, name: a{binding}}}"), "", rbac, "")
            .replace("resource: {configure", "promise: {configure")
    };
    for binding in ["", ", namespace: \"{namespace}\""] {
        let promise = of_promise(binding, "");
        for (code, stderr) in [check(&promise), (inspect(&promise).0, inspect(&promise).2)] {
            assert_eq!(code, Some(78), "{stderr}");
            assert!(stderr.contains("is bound by {namespace}, and a Promise is in no namespace"), "{stderr}");
        }
    }
    // What Kratix' own namespace is called isn't known: it may be the one.
    let rbac = "rbac: {permissions: [{apiGroups: [platform.kratix.io], resources: [teams], verbs: [get]}]},";
    assert!(!check(&of_promise(", namespace: z", rbac)).1.contains("may not read"));
    assert!(check(&of_promise(", scope: Cluster", rbac)).1.contains("may not read"));
}

#[test]
fn a_token_of_the_promise_covers_nothing() {
    let check = |volume: &str, at: &str| {
        let rbac = "rbac: {permissions: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]},";
        let spec = format!("{rbac} volumes: [{{name: v, {volume}}}],");
        let mounts = format!("volumeMounts: [{{name: v, mountPath: {at}/secrets/kubernetes.io/serviceaccount/}}],");
        check(&promise(&format!("{{{TEAM}, name: a}}"), "", &spec, &mounts)).0
    };
    for at in ["/var/run", "/run"] {
        assert_eq!(check("projected: {sources: [{serviceAccountToken: {path: token}}]}", at), Some(0));
        assert_eq!(check("emptyDir: {}", at), Some(78));
    }
}

#[test]
fn what_a_promise_sets_counts_for_more_than_env_from() {
    let text = promise(&format!("{{{TEAM}, name: a}}"), "", "", "");
    let from = |text: &str| text.replace("env: [", "envFrom: [{configMapRef: {name: a}}], env: [");
    assert_eq!(inspect(&from(&text)), inspect(&text));
    let by_argument = text.replace("name: KRATIX_WASM_INPUTS, value", "name: X, value");
    let (code, _, stderr) = inspect(&from(&by_argument));
    assert!(code == Some(2) && stderr.contains("what envFrom sets is known only in the cluster"), "{stderr}");
    let inputs = format!("/g/hostile.wasm, --inputs, '{{one: {{{TEAM}, name: a}}}}'");
    assert_eq!(inspect(&from(&by_argument.replace("/g/hostile.wasm", &inputs))), inspect(&text));
    // Which generators there are decides how bindings are read.
    let unnamed = text.replace("[run, /g/hostile.wasm]", "[run]");
    assert_eq!((inspect(&from(&unnamed)).0, inspect(&unnamed).0), (Some(2), Some(0)));
}

/// What Kubernetes puts in looks like what the author wrote.
#[test]
fn a_requesters_value_is_no_part_of_bindings_by_expansion() {
    let bound = |name: &str| promise(&format!("{{{TEAM}, name: {name}, namespace: z}}"), APART, "", "");
    let by_argument = bound("a").replace(
        "/g/hostile.wasm",
        &format!("/g/hostile.wasm, --inputs, '{{one: {{{TEAM}, name: $(KRATIX_OBJECT_NAME), namespace: z}}}}'"),
    );
    let by_file = |variable: &str| {
        bound("a").replace(
            "name: KRATIX_WASM_INPUTS, value",
            &format!("name: KRATIX_WASM_INPUTS_FILE, value: /v/$({variable})}}, {{name: X, value"),
        )
    };
    let before = |variable: &str| bound("$(X)").replace("env: [", &format!("env: [{{name: X, {variable}}}, "));
    for promise in [
        bound("$(KRATIX_OBJECT_NAME)"),
        bound("a").replace("namespace: z", "namespace: $(KRATIX_OBJECT_NAMESPACE)"),
        before("value: x-$(KRATIX_OBJECT_NAME)"),
        before("valueFrom: {fieldRef: {fieldPath: metadata.namespace}}"),
        by_argument,
        by_file("KRATIX_OBJECT_NAME"),
    ] {
        for (code, stderr) in [check(&promise), (inspect(&promise).0, inspect(&promise).2)] {
            assert_eq!(code, Some(78), "{promise}: {stderr}");
            assert!(stderr.contains("hint: use {name} and {namespace}"), "{stderr}");
        }
    }
    // What is the same for all requests may be there.
    assert_eq!(inspect(&bound("$(KRATIX_PROMISE_NAME)")).0, Some(0));
}
