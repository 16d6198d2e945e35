//! What the platform's program says of a platform that is there, and that it changes nothing of it.

use serde_json::Value;

use crate::machine::{Machine, kubectl, secret};

/// What runs, in which generation, and the pods that stay.
fn running() -> String {
    let columns = "custom-columns=:kind,:metadata.namespace,:metadata.name,:metadata.generation,:metadata.uid";
    let workloads = ["get", "deployments,statefulsets", "--all-namespaces", "--output", columns];
    let pods = ["get", "pods", "--selector", "kratix-wasm/role", "--all-namespaces", "--output", columns];
    format!("{}{}", kubectl(&workloads), kubectl(&pods))
}

/// Stage 6 has shown the way of three Teams already; once more, every stage changes nothing.
pub(crate) fn up_again_changes_nothing_that_runs(machine: &Machine) {
    let now = || (running(), machine.heads(), secret("credentials", "kratix-wasm-platform"));
    let before = now();
    machine.platform(&["up"]);
    assert_eq!(now(), before);
    let status = machine.platform(&["status", "--format", "json"]);
    let stages: Vec<Value> = status.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(stages.len(), 6, "{status}");
    assert!(stages.iter().all(|stage| stage["state"] == "ready"), "{status}");
}

pub(crate) fn credentials_for_a_login_are_shown_of_its_own_gitea_alone(machine: &Machine) {
    if !machine.own_gitea() {
        let refused = machine.command(&["credentials"]).output().unwrap();
        assert!(String::from_utf8_lossy(&refused.stderr).contains("is yours"), "{refused:?}");
        return;
    }
    let shown = machine.platform(&["credentials"]);
    let value = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name}: {shown}"));
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let url = value("pages").replace("http://", &format!("http://{}:{}@", value("user"), value("password")));
    let user: Value = ureq::get(format!("{url}/api/v1/user")).call().unwrap().body_mut().read_json().unwrap();
    assert_eq!(user["is_admin"], true);
}

pub(crate) fn verify_prints_the_commands_and_logs_what_pods_have_said(machine: &Machine) {
    let verified = machine.platform(&["verify", "4"]);
    for words in ["# 4-state-stores\n", "ok      ", "        $ kubectl ", "gitstatestores.platform.kratix.io/catalog"] {
        assert!(verified.contains(words), "{words}: {verified}");
    }
    let logs = machine.platform(&["logs", "6"]);
    assert!(logs.contains("/kratix-wasm] wrote backstage/default.payments.yaml"), "{logs}");
}

pub(crate) fn secrets_are_in_secrets_alone(_: &Machine) {
    let objects = kubectl(&[
        "get",
        "pods,configmaps,deployments,statefulsets,jobs,gitstatestores,destinations,promises,works,workplacements,events",
        "--all-namespaces",
        "--output",
        "json",
    ]);
    let mut looked_for = 0;
    for (name, contents) in secret("credentials", "kratix-wasm-platform") {
        let is_key = ["kratix-catalog", "kratix-infrastructure"].contains(&name.as_str());
        for line in contents.lines().filter(|line| is_key || name == "registration" || line.contains("_TOKEN=")) {
            let value = line.rsplit_once("_TOKEN=").map_or(line, |(_, token)| token);
            if value.len() >= 20 && !value.starts_with("-----") {
                assert!(!objects.contains(value), "an entry of {name} is to be read elsewhere");
                looked_for += 1;
            }
        }
    }
    assert!(looked_for > 15, "{looked_for}");
}

/// With another Gitea a second platform would be made over the first.
pub(crate) fn another_gitea_than_before_is_refused(machine: &Machine) {
    let refused = machine.command(&["up"]).env("PLATFORM_ORGANIZATION", "other").output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("this platform was made with another Gitea or organization"), "{said}");
    assert_eq!(refused.status.code(), Some(1));
}
