//! The end: what `down` removes, what it leaves, and when it removes nothing.

use serde_json::json;

use crate::machine::{Machine, apply, eventually, kubectl, names, team};

/// Whose wish is refused, with these words.
#[track_caller]
fn refuses(machine: &Machine, arguments: &[&str], words: &str) {
    let refused = machine.command(arguments).stdin(std::process::Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains(words), "{arguments:?}: {said}");
    assert_eq!(refused.status.code(), Some(1), "{arguments:?}: {said}");
}

pub(crate) fn down_removes_what_up_made_and_nothing_else(machine: &Machine) {
    kubectl(&["create", "namespace", "somebodys"]);
    apply(&[team("somebodys", "theirs", "theirs", "Somebody's")]);
    // Of one that is deleted before it is written Kratix looks for its note for ever.
    eventually("it is committed", || machine.committed("somebodys", "theirs"));
    refuses(machine, &["down"], "nothing was removed");
    refuses(machine, &["down", "--yes"], "there are other Teams: ");
    refuses(machine, &["down", "6", "--yes"], "there are other Teams: ");
    assert!(
        kubectl(&["get", "teams", "--all-namespaces", "--output", "name"]).contains("/payments"),
        "nothing is removed"
    );
    for stage in ["5", "4"] {
        refuses(machine, &["down", stage, "--yes"], "in the repositories is what Kratix has committed");
    }
    refuses(machine, &["down", "2", "--yes"], "there are promise.platform.kratix.io/team");

    kubectl(&["delete", "teams", "--all-namespaces", "--all", "--timeout", "240s"]);
    // A state store of somebody's would go with Kratix.
    apply(&[json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "BucketStateStore", "metadata": {"name": "somebodys"},
        "spec": {"endpoint": "s3.invalid", "bucketName": "somebodys", "secretRef": {"name": "somebodys", "namespace": "somebodys"}},
    })]);
    refuses(machine, &["down", "--yes"], "with Kratix would go what isn't the platform's");
    kubectl(&["get", "promise", "team"]);
    kubectl(&["delete", "bucketstatestores", "somebodys", "--timeout", "60s"]);
    machine.platform(&["down", "--yes"]);

    for namespace in ["somebodys", "meanwhile", "rivals"] {
        kubectl(&["delete", "namespace", namespace, "--ignore-not-found"]);
    }
    assert_eq!(names().difference(&machine.before).collect::<Vec<_>>(), Vec::<&String>::new(), "is left");
    assert_eq!(machine.before.difference(&names()).collect::<Vec<_>>(), Vec::<&String>::new(), "was there before");
    if !machine.own_gitea() {
        assert!(machine.admin.get_if_there("/orgs/platform").is_none());
        let users = machine.admin.get("/admin/users?limit=50");
        let users = users.as_array().unwrap().iter().map(|user| user["login"].as_str().unwrap());
        assert_eq!(users.filter(|name| name.starts_with("platform-")).collect::<Vec<_>>(), Vec::<&str>::new());
        // Organizations of Teams stay.
        let _ = machine.admin.get("/orgs/payments");
    }
}
