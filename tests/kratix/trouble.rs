//! What must hold when parts of the platform are killed, are away, are replaced.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, kubectl, secret, team};

/// The Teams that have a Job which succeeded, as namespace/name, and each of these Jobs.
fn ran() -> BTreeSet<(String, String)> {
    let selector = "kratix.io/promise-name=team,kratix.io/workflow-type=resource,kratix.io/workflow-action=configure";
    let jobs = kubectl(&["get", "jobs", "--all-namespaces", "--selector", selector, "--output", "json"]);
    let jobs: Value = serde_json::from_str(&jobs).unwrap();
    let succeeded = jobs["items"].as_array().unwrap().iter().filter(|job| job["status"]["succeeded"] == 1);
    succeeded
        .map(|job| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (of, name) = (&job["metadata"]["labels"]["kratix.io/resource-name"], text(&job["metadata"]["name"]));
            (format!("{}/{}", text(&job["metadata"]["namespace"]), text(of)), name)
        })
        .collect()
}

pub(crate) fn a_killed_manager_and_a_gitea_that_is_away_lose_nothing(machine: &Machine) {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "meanwhile"}});
    apply(&[namespace, team("default", "before", "before", "There before")]);
    eventually("it is committed", || machine.committed("default", "before"));

    apply(&[team("default", "killed", "killed", "Just before the manager is killed")]);
    let deleted = ["before".to_owned()].into_iter().chain((1..=20).map(|n| format!("crowd-{n}"))).collect::<Vec<_>>();
    let delete = ["delete", "teams", "--namespace", "default", "--ignore-not-found", "--wait=false"].map(str::to_owned);
    let delete = [&delete[..], &deleted].concat();
    kubectl(&delete.iter().map(String::as_str).collect::<Vec<_>>());
    kubectl(&["delete", "pod", "--namespace", "kratix-platform-system", "--all", "--grace-period", "0", "--force"]);
    apply(&[team("meanwhile", "nobody", "nobody", "While there is no manager")]);
    kubectl(&["rollout", "status", "deployment", "--namespace", "kratix-platform-system", "--timeout", "180s"]);
    machine.without_gitea(|| {
        apply(&[team("meanwhile", "nowhere", "nowhere", "While there is no Gitea")]);
        // So that it is known to be in the middle.
        if machine.own_gitea() {
            eventually("Kratix can't write", || {
                let stores: Value =
                    serde_json::from_str(&kubectl(&["get", "gitstatestores", "--output", "json"])).unwrap();
                let conditions =
                    stores["items"].as_array()?.iter().filter_map(|one| one["status"]["conditions"].as_array());
                conditions.flatten().find(|is| is["type"] == "Ready" && is["status"] == "False").map(drop)
            });
        }
        eventually("it is to be written", || {
            let placements = kubectl(&["get", "workplacements", "--namespace", "meanwhile", "--output", "name"]);
            placements.contains("nowhere").then_some(())
        });
    });
    for (namespace, name) in [("default", "killed"), ("meanwhile", "nobody"), ("meanwhile", "nowhere")] {
        eventually(&format!("{name} is committed"), || machine.committed(namespace, name));
    }
    for name in deleted {
        eventually(&format!("{name} is gone"), || machine.gone("default", &name));
        eventually(&format!("Kratix is done with {name}"), || {
            let left = kubectl(&["get", "workplacements", "--namespace", "default", "--output", "name"]);
            (!left.contains(&format!("/team-{name}-configure-"))).then_some(())
        });
    }
}

pub(crate) fn a_new_version_of_the_promise_runs_every_team_again_and_commits_nothing_where_the_output_is_equal(
    machine: &Machine,
) {
    let teams = kubectl(&[
        "get",
        "teams",
        "--selector",
        "!kratix.io/workflow-suspended",
        "--all-namespaces",
        "--no-headers",
        "--output",
        "custom-columns=:metadata.namespace,:metadata.name",
    ]);
    let teams: Vec<String> = teams.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join("/")).collect();
    assert!(teams.len() > 1, "{teams:?}");
    let (heads, before) = (machine.heads(), ran());
    // Another version, and a step that asks for a little more.
    let change = r#"[{"op": "replace", "path": "/metadata/labels/kratix.io~1promise-version", "value": "v0.1.1"},
        {"op": "replace", "path": "/spec/workflows/resource/configure/0/spec/containers/0/resources/requests/cpu", "value": "21m"}]"#;
    kubectl(&["patch", "promise", "team", "--type", "json", "--patch", change]);
    for team in &teams {
        eventually(&format!("{team} has run again"), || ran().difference(&before).find(|(of, _)| of == team).map(drop));
    }
    // What is written after that comes after what they would have.
    apply(&[team("default", "last", "last", "Comes after them")]);
    eventually("it is committed", || machine.committed("default", "last"));
    for (repository, branch, head) in [("catalog", "main", &heads[0]), ("infrastructure", "kratix", &heads[1])] {
        let since = machine.admin.get(&format!("/repos/platform/{repository}/compare/{head}...{branch}"));
        let since = since["commits"].as_array().unwrap().iter();
        let messages: Vec<_> = since.map(|commit| commit["commit"]["message"].as_str().unwrap()).collect();
        assert!(messages.len() == 1 && messages[0].contains("team-last-"), "{repository}: {messages:?}");
    }
}

pub(crate) fn a_rotation_replaces_all_tokens_and_keys_and_stops_nothing(machine: &Machine) {
    let before = secret("credentials", "kratix-wasm-platform");
    machine.platform(&["rotate"]);
    let finish = || machine.command(&["rotate", "finish"]).output().unwrap();
    if machine.own_gitea() {
        eventually("nothing uses the old ones", || finish().status.success().then_some(()));
        let status = machine.platform(&["status", "5"]);
        assert!(status.contains("ready"), "{status}");
    } else {
        // Its runners are for whoever brought it to install anew.
        let refused = finish();
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("the runner plan isn't there with a new registration"), "{said}");
        assert_eq!(refused.status.code(), Some(1));
    }
    let after = secret("credentials", "kratix-wasm-platform");
    for name in ["plan", "apply", "registration", "kratix-catalog", "kratix-infrastructure"] {
        assert_ne!(before[name], after[name], "{name}");
    }
    for name in ["catalog", "infrastructure"] {
        let of_kratix = secret(&format!("{name}-ssh"), "kratix-platform-system");
        assert_eq!(of_kratix["sshPrivateKey"], after[&format!("kratix-{name}")], "{name}");
    }
    apply(&[team("default", "rotated", "rotated", "After the rotation")]);
    eventually("it is committed with the new keys", || machine.committed("default", "rotated"));
}

pub(crate) fn the_step_has_no_token_of_the_cluster(_: &Machine) {
    let pods =
        kubectl(&["get", "pods", "--all-namespaces", "--selector", "kratix.io/promise-name=team", "--output", "json"]);
    let pods: Value = serde_json::from_str(&pods).unwrap();
    let mut steps = 0;
    for pod in pods["items"].as_array().unwrap() {
        let volume =
            |name: &Value| pod["spec"]["volumes"].as_array().unwrap().iter().find(|volume| volume["name"] == *name);
        let containers = pod["spec"]["initContainers"].as_array().unwrap().iter();
        for step in containers.filter(|container| container["name"] == "kratix-wasm") {
            let mounts = step["volumeMounts"].as_array().unwrap().iter();
            let secrets = mounts.filter(|mount| mount["mountPath"].as_str().unwrap().starts_with("/var/run/secrets"));
            let [mount] = secrets.collect::<Vec<_>>()[..] else { panic!("one volume hides the token: {step}") };
            assert_eq!(mount["mountPath"], "/var/run/secrets/kubernetes.io/serviceaccount");
            assert_eq!(volume(&mount["name"]).unwrap()["emptyDir"], json!({}), "{pod}");
            steps += 1;
        }
    }
    assert!(steps > 0);
}
