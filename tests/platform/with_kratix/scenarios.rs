//! What must hold of a platform that the six stages have built, and of what happens to it.

use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, get, kubectl, machine, secret};

/// A Team, as somebody would ask for it.
fn team(namespace: &str, name: &str, id: &str, title: &str) -> Value {
    json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Team",
        "metadata": {"namespace": namespace, "name": name}, "spec": {"id": id, "name": title},
    })
}

impl Machine {
    /// Whether both repositories have a Team's file.
    fn committed(&self, namespace: &str, name: &str) -> Option<()> {
        let catalog = self.file("catalog", "main", "catalog-info.yaml").unwrap_or_default();
        let there = catalog.lines().any(|line| line.trim() == format!("kratix-wasm.io/request: {namespace}/{name}"));
        let terraform = format!("terraform/{namespace}.{name}.tf.json");
        (there && self.files("infrastructure", "kratix").contains(&terraform)).then_some(())
    }

    /// Commits must have been made, and then no more.
    fn heads(&self) -> [String; 2] {
        [self.head("catalog", "main"), self.head("infrastructure", "kratix")]
    }
}

fn status(namespace: &str, name: &str) -> Option<Value> {
    Some(get("teams.platform.kratix.io", name, namespace)?["status"].take())
}

/// The containers of all pods of pipelines that were started again, by name.
fn restarted() -> Vec<String> {
    let pods: Value =
        serde_json::from_str(&kubectl(&["get", "pods", "--namespace", "default", "--output", "json"])).unwrap();
    let pods = pods["items"].as_array().unwrap().iter();
    let containers = pods.flat_map(|pod| {
        let status = &pod["status"];
        [&status["initContainerStatuses"], &status["containerStatuses"]]
            .into_iter()
            .filter_map(Value::as_array)
            .flatten()
    });
    let again = containers.filter(|container| container["restartCount"] != 0);
    again.map(|container| container["name"].as_str().unwrap().to_owned()).collect()
}

/// Stage 6 has shown the way of three Teams already; once more, every stage changes nothing.
#[test]
fn a_stages_up_again_changes_nothing() {
    let machine = machine();
    let kratix = || {
        get("deployment", "kratix-platform-controller-manager", "kratix-platform-system").unwrap()["metadata"].clone()
    };
    let (before, heads) = (kratix(), machine.heads());
    machine.platform(&["up"]);
    assert_eq!(kratix()["generation"], before["generation"]);
    assert_eq!(machine.heads(), heads);
    let status = machine.platform(&["status", "--format", "json"]);
    let stages: Vec<Value> = status.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(stages.len(), 6, "{status}");
    assert!(stages.iter().all(|stage| stage["state"] == "ready"), "{status}");
}

#[test]
fn a_the_credentials_that_are_shown_are_good_for_a_login() {
    let machine = machine();
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

#[test]
fn b_a_bad_request_says_so_in_its_own_status_and_restarts_nothing() {
    let machine = machine();
    let heads = machine.heads();
    // One that only the generator can find: a letter that becomes two.
    apply(&[team("default", "bad", "bad", &"\u{958}".repeat(60))]);
    let status = eventually("the Team says what is wrong", || {
        status("default", "bad")
            .filter(|status| status["message"].as_str().is_some_and(|said| said.contains("120 characters")))
    });
    assert!(status["problems"].as_array().is_some_and(|problems| problems.len() == 1), "{status}");
    assert_eq!(restarted(), Vec::<String>::new());
    assert_eq!(machine.heads(), heads);

    // Mended, it goes on by itself.
    apply(&[team("default", "bad", "bad", "Not bad any more")]);
    eventually("it is committed", || machine.committed("default", "bad"));
    let status =
        eventually("its status is", || self::status("default", "bad").filter(|status| status["problems"].is_null()));
    assert!(status["message"].as_str().is_some_and(|said| said.starts_with("Files are generated")), "{status}");
}

#[test]
fn c_a_second_team_with_a_taken_id_is_named_in_the_plan_and_stops_nobody() {
    let machine = machine();
    apply(&[
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "rivals"}}),
        team("rivals", "second", "payments", "Payments of somebody else"),
        team("rivals", "fine", "fine", "Fine"),
    ]);
    eventually("both are committed", || machine.committed("rivals", "second").and(machine.committed("rivals", "fine")));
    let plan = eventually("the plan has both", || {
        let open = machine.gitea("/repos/platform/infrastructure/pulls?state=open&base_branch=main")?;
        let request = open.as_array()?.iter().find(|request| request["head"]["ref"] == "kratix")?;
        let comments =
            machine.gitea(&format!("/repos/platform/infrastructure/issues/{}/comments", request["number"]))?;
        let mut bodies = comments.as_array()?.iter().filter_map(|comment| comment["body"].as_str().map(str::to_owned));
        bodies.next_back().filter(|body| body.contains("rivals/second") && body.contains("rivals/fine"))
    });
    assert!(plan.contains("- rivals/second: the id `payments` belongs to default/payments"), "{plan}");
    assert!(plan.contains("| rivals/fine | fine | is created |"), "{plan}");
}

#[test]
fn d_twenty_teams_at_once_all_arrive() {
    let machine = machine();
    let teams: Vec<_> =
        (1..=20).map(|n| team("default", &format!("crowd-{n}"), &format!("crowd-{n}"), "One of twenty")).collect();
    apply(&teams);
    eventually("all are committed", || {
        (1..=20).map(|n| machine.committed("default", &format!("crowd-{n}"))).collect::<Option<Vec<_>>>()
    });
    // Kratix' own may get into each other's way, and begin again.
    assert!(!restarted().contains(&"kratix-wasm".to_owned()), "{:?}", restarted());
}

#[test]
fn e_a_killed_manager_and_a_restarted_gitea_lose_nothing() {
    let machine = machine();
    apply(&[team("default", "during-1", "during-1", "Before the manager is killed")]);
    kubectl(&["delete", "pod", "--namespace", "kratix-platform-system", "--all", "--grace-period", "0", "--force"]);
    apply(&[team("rivals", "during-2", "during-2", "While there is none")]);
    machine.restart_gitea();
    kubectl(&["delete", "team", "crowd-20", "--namespace", "default", "--wait=false"]);
    kubectl(&["rollout", "status", "deployment", "--namespace", "kratix-platform-system", "--timeout", "180s"]);
    eventually("both are committed", || {
        machine.committed("default", "during-1").and(machine.committed("rivals", "during-2"))
    });
    eventually("what was deleted is gone", || machine.committed("default", "crowd-20").is_none().then_some(()));
}

#[test]
fn f_a_new_version_of_the_promise_runs_every_team_again_and_commits_nothing_where_the_output_is_equal() {
    let machine = machine();
    let runs = || -> usize {
        let jobs: Value =
            serde_json::from_str(&kubectl(&["get", "jobs", "--all-namespaces", "--output", "json"])).unwrap();
        let jobs = jobs["items"].as_array().unwrap().iter();
        jobs.filter(|job| job["status"]["succeeded"] == 1).filter_map(|job| job["metadata"]["name"].as_str()).count()
    };
    let teams = kubectl(&["get", "teams", "--all-namespaces", "--output", "name"]).lines().count();
    let (heads, before) = (machine.heads(), runs());
    // Another version, and a step that asks for a little more.
    let change = r#"[{"op": "replace", "path": "/metadata/labels/kratix.io~1promise-version", "value": "v0.1.1"},
        {"op": "replace", "path": "/spec/workflows/resource/configure/0/spec/containers/0/resources/requests/cpu", "value": "21m"}]"#;
    kubectl(&["patch", "promise", "team", "--type", "json", "--patch", change]);
    // Kratix keeps some of a Team's old jobs, so that at least this many are there.
    eventually("every Team has run again", || (runs() >= before + teams).then_some(()));
    assert_eq!(machine.heads(), heads);
}

#[test]
fn f_a_rotation_replaces_all_tokens_and_keys_and_stops_nothing() {
    let machine = machine();
    if !machine.own_gitea() {
        return; // its runners are for whoever brought it to install anew
    }
    let before = secret("credentials", "kratix-wasm-platform");
    machine.platform(&["rotate"]);
    eventually("nothing uses the old ones", || {
        machine.command(&["rotate", "finish"]).output().unwrap().status.success().then_some(())
    });
    let after = secret("credentials", "kratix-wasm-platform");
    for name in ["plan", "apply", "registration", "kratix-catalog", "kratix-infrastructure"] {
        assert_ne!(before[name], after[name], "{name}");
    }
    apply(&[team("default", "rotated", "rotated", "After the rotation")]);
    eventually("it is committed with the new keys", || machine.committed("default", "rotated"));
    let status = machine.platform(&["status", "5"]);
    assert!(status.contains("ready"), "{status}");
}

#[test]
fn g_the_step_has_no_token_of_the_cluster() {
    machine();
    let pods = kubectl(&[
        "get",
        "pods",
        "--namespace",
        "default",
        "--selector",
        "kratix.io/promise-name=team",
        "--output",
        "json",
    ]);
    let pods: Value = serde_json::from_str(&pods).unwrap();
    let steps: Vec<_> = pods["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|pod| pod["spec"]["initContainers"].as_array().unwrap())
        .filter(|container| container["name"] == "kratix-wasm")
        .collect();
    assert!(!steps.is_empty());
    for step in steps {
        let mounts = step["volumeMounts"].as_array().unwrap();
        let token = mounts.iter().filter(|mount| mount["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount");
        assert_eq!(token.map(|mount| mount["name"].as_str().unwrap()).collect::<Vec<_>>(), ["no-token"], "{step}");
    }
}

#[test]
fn h_down_removes_what_up_made_and_nothing_else() {
    let machine = machine();
    kubectl(&["delete", "teams", "--all-namespaces", "--all", "--timeout", "240s"]);
    kubectl(&["create", "namespace", "somebodys"]);
    machine.platform(&["down", "--yes"]);
    let labelled = ["--selector", "app.kubernetes.io/part-of=kratix-wasm-platform", "--output", "name"];
    for kinds in [
        "crd",
        "namespaces",
        "clusterroles,clusterrolebindings",
        "validatingwebhookconfigurations,mutatingwebhookconfigurations",
    ] {
        assert_eq!(kubectl(&[&["get", kinds][..], &labelled].concat()), "", "{kinds}");
    }
    if !machine.own_gitea() {
        assert!(machine.gitea("/orgs/platform").is_none());
        assert!(machine.gitea("/orgs/payments").is_some(), "organizations of Teams stay");
    }
    kubectl(&["get", "namespace", "somebodys"]);
}
