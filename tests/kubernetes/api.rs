//! The Promise's API on a real API server: what is taken, what is refused and with which words, what people see.

use serde_json::{Value, json};

use crate::cluster::{Cluster, cluster};
use crate::promise::{Case, PLURAL};

/// A request that is right, but for this.
fn team(name: &str, change: &Value) -> Value {
    let mut spec = json!({"id": "team-alpha", "name": "Team Alpha", "email": "alpha@example.com"});
    for (field, value) in change.as_object().expect("a change is a map") {
        spec[field] = value.clone();
    }
    json!({
        "apiVersion": "platform.kratix.io/v1alpha1",
        "kind": "Team",
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    })
}

/// Asks for an object that isn't there afterwards.
fn create(cluster: &Cluster, object: &Value) -> Result<(), String> {
    let answer = cluster.ask("create", object);
    let name = object["metadata"]["name"].as_str().expect("a name");
    let namespace = object["metadata"]["namespace"].as_str().expect("a namespace");
    if answer.is_ok() {
        let _ = cluster.kubectl(&["delete", "--namespace", namespace, PLURAL, name]);
    }
    answer
}

#[test]
fn every_case_is_taken_or_refused_as_its_step_would() {
    let cluster = cluster();
    cluster.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "finance"}}));
    let mut refused = 0;
    for case in Case::all() {
        let (answer, faults) = (create(cluster, &case.request), case.faults());
        let case = case.directory.display();
        if faults.is_empty() {
            assert_eq!(answer, Ok(()), "{case}");
            continue;
        }
        let refusal = answer.expect_err(&case.to_string());
        for fault in faults {
            assert!(refusal.contains(&format!("{fault}: Invalid value")), "{case}: no {fault} in {refusal}");
        }
        refused += 1;
    }
    assert!(refused > 1, "{refused}");
}

#[test]
fn every_rule_refuses_in_its_own_words() {
    let cluster = cluster();
    for (change, words) in [
        (json!({"id": "team--alpha"}), "the id must consist of lower case letters and digits, with single hyphens"),
        (json!({"id": "ghost"}), "the id is a name that Gitea keeps for itself; add to it, for example -team"),
        (json!({"id": "a".repeat(41)}), "may not be more than 40 bytes"),
        (json!({"id": null}), "spec.id: Required value"),
        (json!({"name": "Alpha "}), "the name must be one line that begins with what can be seen"),
        (json!({"name": "Al\u{202E}pha"}), "the name has a character that can't be seen"),
        (json!({"name": "é".repeat(101)}), "may not be more than 100 bytes"),
        (json!({"email": "alpha@localhost"}), "the email must be an address, for example team@example.com"),
        (
            json!({"email": format!("{}@b.co", "a".repeat(65))}),
            "the email must have at most 64 characters before the @",
        ),
        (
            json!({"members": ["user:default/alice"]}),
            "a member must be the name of a user in Backstage, without user:default/",
        ),
        (json!({"members": ["alice", "Alice"]}), "the members must be different users; upper and lower case make no"),
        (json!({"members": vec!["alice"; 201]}), "must have at most 200 items"),
        (json!({"parent": "platform"}), "unknown field \"spec.parent\""),
    ] {
        let refusal = create(cluster, &team("wrong", &change)).expect_err("it is wrong");
        assert!(refusal.contains(words), "{change}: {refusal}");
    }
    assert_eq!(create(cluster, &team(&"n".repeat(63), &json!({}))), Ok(()));
    let refusal = create(cluster, &team(&"n".repeat(64), &json!({}))).expect_err("it fits into no label");
    assert!(refusal.contains("metadata.name: Too long"), "{refusal}");
}

#[test]
fn all_but_the_id_can_be_changed() {
    let cluster = cluster();
    let change = |change: &Value| cluster.ask("apply", &team("changed", change));
    assert_eq!(change(&json!({})), Ok(()));
    let refusal = change(&json!({"id": "other"})).expect_err("it is immutable");
    let words = "spec.id: Invalid value: \"string\": the id can't be changed; make a new Team and delete this one";
    let as_newer_servers_say = words.replace("\"string\"", "\"other\"");
    assert!(refusal.contains(words) || refusal.contains(&as_newer_servers_say), "{refusal}");
    assert_eq!(change(&json!({"name": "Other", "email": null})), Ok(()));
    let found = cluster.get(PLURAL, "changed").expect("it is there");
    assert_eq!(found["spec"], json!({"id": "team-alpha", "name": "Other"}));
    cluster.delete(PLURAL, "changed");
}

#[test]
fn people_see_what_happens_next_and_what_is_wrong() {
    let cluster = cluster();
    cluster.apply(&team("shown", &json!({})));
    let shown = || -> Vec<Vec<String>> {
        let table = cluster.kubectl(&["get", "team", "shown"]);
        let row =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(Into::into).collect();
        table.lines().map(row).collect()
    };
    let head = ["NAME", "ID", "ORGANIZATION", "MESSAGE", "STATUS"];
    assert_eq!(shown(), [&head[..], &["shown", "team-alpha"]]);
    let status = json!({"status": {
        "organization": "team-alpha",
        "message": "Files are generated",
        "conditions": [{"type": "Other", "message": "No"}, {"type": "Reconciled", "message": "Reconciled"}],
    }});
    let patch = ["--subresource", "status", "--type", "merge", "--patch", &status.to_string()];
    let _ = cluster.kubectl(&[&["patch", "team", "shown"], &patch[..]].concat());
    assert_eq!(shown(), [&head[..], &["shown", "team-alpha", "team-alpha", "Files are generated", "Reconciled"]]);
    cluster.delete(PLURAL, "shown");
}
