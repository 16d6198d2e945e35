//! What a preview shows, in each form: what was asked for, and nothing that Secrets hold.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::{Random, assert_golden, built, fail, root, tree};
use serde_json::{Value, json};

use super::{ended, generator, stdout, team};

#[test]
fn a_comment_on_a_pull_request_says_what_lands_where() {
    let page = stdout(team().arg("--format=markdown"));
    assert_golden(&root().join("tests/integration/preview/team.md"), &page);
    let cut = stdout(team().args(["--format=markdown", "--max-bytes=3000"]));
    assert!(cut.len() <= 3000 && cut.contains("Cut to 3,000 bytes, so not shown: "), "{cut}");
}

#[test]
fn diffs_stand_below_the_trees_where_they_are_asked_for() {
    let without = stdout(&mut team());
    assert!(!without.contains("+++ "), "{without}");
    assert_eq!(stdout(team().arg("--contents=false")), without);
    let with = stdout(team().arg("--contents"));
    assert!(with.contains("\n--- /dev/null\n+++ b/terraform/default.search.tf.json\n@@ -0,0 +1,"), "{with}");
    assert_eq!(with.matches("+++ b/").count(), 7);
    assert!(!with.contains('\u{1b}'));
    let colours = stdout(team().arg("--contents").env("CLICOLOR_FORCE", "1").env("TERM", "xterm"));
    assert!(colours.contains("\u{1b}[32m+kind: Group\u{1b}[0m\n"), "{colours}");
}

#[test]
fn ignored_files_are_nowhere_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let ignoring = |arguments: &[&str]| {
        let patterns = ["--ignore-path=.kratix/**", "--ignore-path=catalog/*", "--ignore-path=infrastructure/*"];
        stdout(team().args(patterns).args(arguments))
    };
    let text = ignoring(&["--contents"]);
    assert!(text.contains("files: 3 new, 4 ignored;") && text.contains("catalog\n    nothing changes\n"), "{text}");
    let value: Value = serde_json::from_str(&ignoring(&["--format=json"])).unwrap();
    assert_eq!(value["counts"]["files"], json!({"new": 3}));
    assert_eq!(value["counts"]["ignored"], 4);
    let page = ignoring(&["--format=markdown"]);
    assert!(page.contains("**Files: 3 new**") && page.contains("`--ignore-path`: 4 changes of files."), "{page}");
    let output = folder.path().join("made");
    let written = ignoring(&["--format=dir", "--output", output.to_str().unwrap()]);
    assert_eq!(tree(&output).len(), 3, "{written}");
    for said in [text, value["repositories"].to_string(), page, written] {
        assert!(!said.contains(".kratix") && !said.contains("catalog-info"), "{said}");
    }
    assert!(fail(team().arg("--ignore-path=a**")).contains("invalid value 'a**' for '--ignore-path <GLOB>': it "));
}

/// A platform of one Promise, whose generator writes what a request says.
pub(super) fn written(request: &str) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let platform = json!({"kind": "List", "apiVersion": "v1", "items": [
        {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "GitStateStore", "metadata": {"name": "store"},
            "spec": {"url": "https://git.example.com/a.git", "branch": "main"}},
        {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Destination", "metadata": {"name": "store"},
            "spec": {"path": ".", "stateStoreRef": {"kind": "GitStateStore", "name": "store"}, "filepath": {"mode": "none"},
                "initWorkloads": {"enabled": false}}},
        {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Promise", "metadata": {"name": "tests"},
            "spec": {
                "api": {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                    "metadata": {"name": "tests.example.org"},
                    "spec": {"group": "example.org", "scope": "Namespaced",
                        "names": {"kind": "Test", "plural": "tests", "singular": "test"},
                        "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                            "type": "object", "properties": {"spec": {"type": "object",
                                "x-kubernetes-preserve-unknown-fields": true}}}}}]}},
                "workflows": {"resource": {"configure": [
                    {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Pipeline", "metadata": {"name": "configure"},
                        "spec": {"containers": [{"name": "generate", "image": "example.com/kratix-wasm-generator:1",
                            "args": ["run", "/generators/generator.cwasm"],
                            "env": [{"name": "KRATIX_WASM_POLICY", "value": "destinations: [{a: b}]"}]}]}}]}}}},
    ]});
    fs::write(folder.path().join("platform.json"), platform.to_string()).unwrap();
    let request = format!(
        "{{\"apiVersion\": \"example.org/v1\", \"kind\": \"Test\", \"metadata\": {{\"name\": \"a\"}}, \"spec\": {request}}}"
    );
    fs::write(folder.path().join("request.json"), request).unwrap();
    let mut command = Command::new(built("kratix-wasm"));
    command.current_dir(folder.path()).args(["render", "-f", "platform.json", "-f", "request.json"]).env_clear();
    command.arg(generator("generator", built("hostile.cwasm")));
    (folder, command)
}

#[test]
fn what_a_secret_holds_is_in_no_form_but_the_files_themselves() {
    let secrets = [
        "kind: Secret\ndata: {a: hush}\n",
        "{data: {a: hush}, kind: Secret}",
        "kind: Secret\r\nstringData:\r\n  a: |\r\n    hush\r\n",
        "kind: List\nitems:\n- kind: ConfigMap\n- kind: Secret\n  stringData: {a: hush}\n",
        "kind: SecretList\nitems:\n- data: {a: hush}\n",
        "{\"kind\": \"S\\u0065cret\", \"data\": {\"a\": \"hush\"}}",
        "kind: ConfigMap\n---\n# hush\nkind: Secret\ndata: {a: hush}\n---\nkind: ConfigMap\n",
        "a: b: c\nkind: Secret\ndata: {a: hush}\n",
        "{\"kind\":\n\"Secret\", \"data\": {\"a\": \"hush\"}",
        "kind: ConfigMap\ndata:\n  nested: |\n    kind: Secret\n    data: {a: hush}\n",
        "kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{\"data\": \"hush\"}'\n",
    ];
    let files: Vec<Value> = secrets.iter().enumerate().map(|(n, text)| json!([format!("{n}.yaml"), text])).collect();
    let (folder, _) = written(&json!({"files": files}).to_string());
    let shown = |arguments: &[&str]| {
        let (folder, mut command) = written(&json!({"files": files}).to_string());
        let said = stdout(command.args(arguments));
        drop(folder);
        said
    };
    for arguments in [&["--contents"][..], &["--format=json"], &["--format=markdown"]] {
        let said = shown(arguments);
        assert!(said.contains("10.yaml") && said.contains("(hidden value 1)"), "{said}");
        assert!(!said.contains("hush"), "{arguments:?}: {said}");
    }
    let output = folder.path().join("made");
    shown(&["--format=dir", "--output", output.to_str().unwrap()]);
    for (n, text) in secrets.iter().enumerate() {
        assert_eq!(fs::read_to_string(output.join(format!("store/{n}.yaml"))).unwrap(), *text);
    }
}

/// Of what is all in one file, too.
#[test]
fn what_a_secret_holds_is_hidden_in_a_file_of_all() {
    let files = json!([["a.yaml", "kind: ConfigMap\n"], ["b.yaml", "kind: Secret\ndata: {a: hush}\n"]]);
    let (folder, mut command) = written(&json!({"files": files}).to_string());
    let platform = fs::read_to_string(folder.path().join("platform.json")).unwrap();
    let platform = platform.replace(r#""mode":"none""#, r#""mode":"aggregatedYAML","filename":"all.yaml""#);
    fs::write(folder.path().join("platform.json"), platform).unwrap();
    let said = stdout(command.arg("--contents"));
    assert!(said.contains("+++ b/all.yaml") && said.contains("hidden value 1") && !said.contains("hush"), "{said}");
}

#[test]
fn a_work_that_nearly_is_too_large_is_noticed_whatever_its_groups() {
    let mut random = Random(7);
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    let mut noise = || (0..700_000).map(|_| *random.pick(&letters)).collect::<String>();
    let spec = json!({
        "files": [["a.txt", noise()], ["b/c.txt", noise()]],
        "destinations": [["b", [["a", "b"]]]],
    });
    let (_folder, mut command) = written(&spec.to_string());
    let done = ended(&mut command);
    let said = String::from_utf8_lossy(&done.stdout);
    let notice =
        said.lines().find(|line| line.starts_with("notice: of default/a of tests, pipeline configure, the files take"));
    assert!(notice.is_some_and(|line| line.contains("near to the 1536 KiB")), "{said}");
}
