//! What the guard sees in a plan.

use std::fs;

use serde_json::{Value, json};

use crate::origin::jq;

#[test]
fn the_guard_sees_what_is_destroyed_replaced_or_moved() {
    let folder = tempfile::tempdir().unwrap();
    let change = |id: &str, actions: Value, importing: bool| {
        let mut change = json!({"actions": actions, "before": {"name": id}, "after": {"name": id}});
        if importing {
            change["importing"] = json!({"id": "7"});
        }
        json!({"type": "gitea_org", "mode": "managed", "name": format!("team_{id}"), "change": change})
    };
    let words = |changes: &[Value], before: Value, after: Value| {
        let plan = json!({"resource_changes": changes, "output_changes": {"owners": {"before": before}}, "variables": {"owners": {"value": after}}});
        jq("guard.jq", &[], &plan, folder.path())["words"].clone()
    };
    let (a, b) = (json!({"team_x": "ns/a"}), json!({"team_x": "ns/b"}));
    let update = json!(["update"]);
    assert_eq!(words(&[change("x", json!(["create"]), false)], json!({}), a.clone()), json!([]));
    assert_eq!(words(&[change("x", update.clone(), false)], a.clone(), a.clone()), json!([]));
    assert_eq!(words(&[change("x", json!(["delete"]), false)], a.clone(), json!({})), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", json!(["delete", "create"]), false)], a.clone(), a.clone()), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", json!(["create", "delete"]), false)], a.clone(), a.clone()), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", json!(["forget"]), false)], a.clone(), json!({})), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", update.clone(), false)], a.clone(), b.clone()), json!(["transfer: x"]));
    assert_eq!(words(&[change("x", json!(["no-op"]), false)], a, b.clone()), json!(["transfer: x"]));
    // In the state, but nobody's: its Team was deleted and it couldn't be destroyed.
    assert_eq!(words(&[change("x", update.clone(), false)], json!({}), b.clone()), json!(["transfer: x"]));
    assert_eq!(words(&[change("x", update, true)], Value::Null, b), json!(["adopt: x"]), "a maintainer's import");
}

#[test]
fn an_import_is_done_once_and_only_of_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: Value| {
        let file = folder.path().join(name);
        fs::write(&file, contents.to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let accepted = ["new", "done", "gone", "other"].map(|id| json!({"address": format!("team_{id}"), "id": id}));
    let selected = file("selected", json!({"accepted": accepted}));
    let managed = file("managed", json!({"team_done": {"owner": "a/b"}}));
    let there = file("there", json!({"id": 7, "name": "new"}));
    let import = |address: &str, id: &str| json!({"to": address, "id": id});
    let left = |imports: Value| {
        let arguments = ["--slurpfile", "selected", &selected, "--slurpfile", "managed", &managed];
        let arguments = [&arguments[..], &["--slurpfile", "organizations", &there]].concat();
        jq("imports.jq", &arguments, &json!({"import": imports}), folder.path())["import"].clone()
    };
    let new = import("gitea_org.team_new", "7");
    assert_eq!(left(new.clone()), json!([new]), "one block needs no list");
    assert_eq!(
        left(json!([
            new,
            import("gitea_org.team_done", "7"),
            import("gitea_org.team_gone", "8"),
            import("gitea_org.team_other", "7"),
            import("gitea_org.team_nobodys", "7"),
            import("gitea_repository.ours", "9"),
        ])),
        json!([new, import("gitea_repository.ours", "9")])
    );
    assert_eq!(left(Value::Null), json!([]));
}
