//! The Terraform file in Terraform itself, without its provider: parsed, told apart, evaluated.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use kratix_wasm_sdk::Request;
use serde_json::{Value, json};

use crate::checkers::{Folder, request, said, terraform_file};
use crate::terraform::NAMES;

#[test]
#[ignore = "needs terraform"]
fn terraform_reads_the_file() {
    let folder = Folder::new();
    folder.write("a.tf.json", &terraform_file(&json!({"id": "a", "name": "${path.root} \" é"})).unwrap());
    let done = terraform(folder.path(), "providers", "");
    assert!(done.status.success(), "{}", said(&done));
    assert!(String::from_utf8_lossy(&done.stdout).contains("/gitea]"), "{done:?}");
}

#[test]
#[ignore = "needs terraform"]
fn two_requests_for_one_id_collide_loudly() {
    let folder = Folder::new();
    for name in ["first", "second"] {
        let mut object = request(&json!({"id": "a", "name": name}));
        object["metadata"]["name"] = name.into();
        let output = kratix_wasm_sdk::call::<team::Teams>(&Request::configure(object)).unwrap();
        let file = format!("default.{name}.tf.json");
        folder.write(&file, &output.read(&format!("terraform/{file}")).unwrap());
    }
    let done = terraform(folder.path(), "providers", "");
    assert!(!done.status.success());
    assert!(said(&done).contains("Duplicate resource \"gitea_org\" configuration"), "{}", said(&done));
    assert!(said(&done).contains("default.first.tf.json"), "{}", said(&done));
}

#[test]
#[ignore = "needs terraform"]
fn names_are_exactly_what_was_given() {
    let folder = Folder::new();
    let literal = |name: &str| -> Value {
        let text = terraform_file(&json!({"id": "a", "name": name})).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        file["resource"]["gitea_org"]["team_a"]["full_name"].clone()
    };
    let names: Vec<Value> = NAMES.iter().map(|name| literal(name)).collect();
    folder.write("a.tf.json", &json!({"locals": {"names": names}}).to_string());
    folder.write("given.json", &json!(NAMES).to_string());
    // Terraform composes characters of what it decodes, too.
    let differing = "[for i, name in local.names : name if name != jsondecode(file(\"given.json\"))[i]]\n";
    let done = terraform(folder.path(), "console", differing);
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), "[]");
}

/// Runs Terraform without its provider, its network and its user's settings.
fn terraform(folder: &Path, subcommand: &str, input: &str) -> Output {
    let mut running = Command::new("terraform")
        .args([subcommand])
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("TF_DATA_DIR", folder.join(".terraform"))
        .env("CHECKPOINT_DISABLE", "1")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("terraform can be started");
    running.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("terraform reads");
    running.wait_with_output().expect("terraform ends")
}
