//! What the comparison of the cluster's Teams with Backstage's groups says. The answers in backstage/ are those of a real
//! Backstage (catalog-backend 4.0.5) whose catalog was the generator's files, joined as Kratix joins them.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use kratix_wasm_sdk::Request;
use kratix_wasm_tests::console::blocks;
use kratix_wasm_tests::{root, run};
use serde_json::{Value, json};

/// A Team as the cluster lists it when the step has run.
fn team(namespace: &str, name: &str, id: &str, config: &Value) -> Value {
    let metadata = json!({"namespace": namespace, "name": name});
    let object = json!({"kind": "Team", "metadata": metadata, "spec": {"id": id, "name": "A"}});
    let output = kratix_wasm_sdk::call::<team::Teams>(&Request::configure(object).config(config.clone())).unwrap();
    json!({"metadata": metadata, "status": output.reported().unwrap()})
}

/// The Teams of the answers.
fn teams(config: &Value) -> [Value; 3] {
    [("default", "design", "design"), ("finance", "payments", "payments"), ("sales", "zzz", "payments")]
        .map(|(namespace, name, id)| team(namespace, name, id, config))
}

/// What the command that the page on gitops shows makes of these Teams and of an answer.
fn says(teams: &[Value], answer: &str) -> String {
    let page = fs::read_to_string(root().join("docs/gitops.md")).unwrap();
    let [script] = blocks(&page, "sh").try_into().expect("the page has one such script");
    let compare = script.lines().find(|line| line.starts_with("jq ")).expect("it compares");
    let folder = tempfile::tempdir().unwrap();
    symlink(root().join("deploy"), folder.path().join("deploy")).unwrap();
    fs::write(folder.path().join("teams.json"), json!({"kind": "List", "items": teams}).to_string()).unwrap();
    let answer = root().join(format!("tests/review/scripts/backstage/{answer}.json"));
    fs::copy(answer, folder.path().join("entities.json")).unwrap();
    run(Command::new("bash").args(["-euc", compare]).current_dir(folder.path()))
}

#[test]
fn nothing_is_said_while_each_team_has_its_group() {
    let config = json!({"catalogNamespace": "request"});
    let mut teams = teams(&config).to_vec();
    assert_eq!(says(&teams, "apart"), "");
    // Being deleted, not run yet, and suspended at once.
    let mut going = team("sales", "going", "going", &config);
    going["metadata"]["deletionTimestamp"] = "2026-11-30T12:00:00Z".into();
    let name = |name: &str| json!({"namespace": "sales", "name": name});
    teams.extend([
        going,
        json!({"metadata": name("new")}),
        json!({"metadata": name("wrong"), "status": {"problems": []}}),
    ]);
    assert_eq!(says(&teams, "apart"), "");
}

#[test]
fn a_group_that_another_team_has_taken_over_is_named() {
    assert_eq!(
        says(&teams(&json!({})), "taken-over"),
        "finance/payments: group:default/payments is that of sales/zzz\n"
    );
}

#[test]
fn what_is_missing_or_left_over_is_named() {
    let [design, payments, _] = teams(&json!({"catalogNamespace": "request"}));
    let search = team("finance", "search", "search", &json!({}));
    assert_eq!(
        says(&[design, payments, search], "apart"),
        "finance/search: group:default/search isn't there\ngroup:sales/payments: there is no Team sales/zzz\n"
    );
}

/// A resource in the file, which the location's rules don't allow: the groups are those of before.
#[test]
fn a_file_that_backstage_does_not_take_is_named() {
    let said = says(&teams(&json!({"catalogNamespace": "request"})), "void");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[..2],
        ["finance/payments: group:finance/payments isn't there", "sales/zzz: group:sales/payments isn't there"]
    );
    assert!(
        lines[2].starts_with("location:default/generated-") && lines[2].contains("is not of an allowed kind"),
        "{said}"
    );
    assert_eq!(lines.len(), 3);
}
