//! What becomes of the step as a pod, in the image that is shipped and set up as the Promise says.

use std::fs;

use kratix_wasm_tests::{Tree, describing, root, tree};
use serde_json::{Value, json};

use crate::cluster::{Cluster, PLAYED, cluster};
use crate::pod::{Job, statuses};
use crate::promise::{Case, PLURAL, pipeline};

/// A request that is there for as long as the value.
struct Team<'a> {
    cluster: &'a Cluster,
    request: Value,
}

impl<'a> Team<'a> {
    fn new(cluster: &'a Cluster, request: Value) -> Self {
        cluster.apply(&request);
        Self { cluster, request }
    }

    /// Of a team that is named like this.
    fn named(cluster: &'a Cluster, name: &str) -> Self {
        let mut request = Case::named("default-email").request;
        request["spec"]["name"] = name.into();
        Self::new(cluster, request)
    }

    fn status(&self) -> Value {
        let name = self.request["metadata"]["name"].as_str().expect("a name");
        self.cluster.get(PLURAL, name).expect("it is there")["status"].take()
    }
}

impl Drop for Team<'_> {
    fn drop(&mut self) {
        self.cluster.delete(PLURAL, self.request["metadata"]["name"].as_str().expect("a name"));
    }
}

fn expected(case: &str, directory: &str) -> Tree {
    tree(&root().join("promises/team/cases").join(case).join("expected").join(directory))
}

/// The pipeline of the Promise, with another program in the place of its step.
fn with(change: &Value) -> Value {
    let mut pipeline = pipeline();
    for (field, value) in change.as_object().expect("a change is a map") {
        pipeline["containers"][0][field] = value.clone();
    }
    pipeline
}

#[test]
fn with_kratix_played_by_a_script_a_team_becomes_files_and_a_status_and_so_does_its_update() {
    let cluster = cluster();
    let team = Team::new(cluster, Case::named("given-email").request);
    let made = Job::start(cluster, &pipeline(), &team.request).completes();
    assert_eq!(made.output, expected("given-email", "output"));
    assert_eq!(made.metadata, expected("given-email", "metadata"));
    assert_eq!(team.status()["email"], "alpha@company.com");
    assert_eq!(team.status()["organization"], "team-alpha");

    // Of the status of the first run, and of what an API server adds, nothing shows.
    let update = Team::new(cluster, Case::named("update").request);
    let made = Job::start(cluster, &pipeline(), &update.request).completes();
    assert_eq!(made.output, expected("update", "output"));
    assert_eq!(made.metadata, expected("update", "metadata"));
    assert_eq!(update.status()["email"], "team-alpha@example.com");
}

/// One that only the generator can find: a letter that becomes two.
#[test]
fn with_kratix_played_by_a_script_a_requesters_mistake_suspends_and_starts_nothing_twice() {
    let cluster = cluster();
    let team = Team::named(cluster, &"\u{958}".repeat(60));
    let made = Job::start(cluster, &pipeline(), &team.request).completes();
    assert_eq!(made.output, Tree::new());
    let control = String::from_utf8(made.metadata["workflow-control.yaml"].clone()).expect("it is UTF-8");
    let message = "spec.name has 120 characters; at most 100 are possible";
    assert_eq!(control, format!("suspend: true\nmessage: {message}\n"));
    let status = team.status();
    assert_eq!((&status["message"], &status["problems"][0]["field"]), (&message.into(), &"spec.name".into()));
}

/// What fails again each time, with the words that say why.
fn faults(cluster: &Cluster) -> [(Value, u64, &'static str); 4] {
    [
        (with_variable("GENERATOR", "/generators/none.cwasm"), 66, "there is no generator at"),
        (crashing(cluster), 70, "it panicked"),
        (with_variable("LIMITS", "fuel=1000"), 75, "fuel"),
        (with_variable("CONFIG", "{visibility: secret}"), 78, "visibility must be one of: public, limited, private"),
    ]
}

#[test]
fn with_kratix_played_by_a_script_a_failing_step_is_told_by_its_pod_and_nothing_is_written() {
    let cluster = cluster();
    let team = Team::named(cluster, "Team Alpha");
    for (pipeline, code, words) in faults(cluster) {
        let job = Job::start(cluster, &and_variable(pipeline, "ON_ERROR", "fail"), &team.request);
        let end = job.fails("kratix-wasm");
        assert_eq!((&end["exitCode"], &end["reason"]), (&code.into(), &"Error".into()), "{end:#}");
        let message = end["message"].as_str().expect("it left a termination message");
        assert!(message.starts_with("error: ") && message.contains(words), "{message}");
        let pod = job.pod().expect("it is there");
        let mut after = statuses(&pod).filter(|status| ["work-writer", "status-writer"].contains(&name(status)));
        for _ in 0..2 {
            let container = after.next().expect("there are two");
            assert!(container["state"]["waiting"].is_object(), "{container:#}");
        }
        assert_eq!(team.status(), Value::Null);
    }
}

#[test]
fn with_kratix_played_by_a_script_an_authors_mistake_suspends_and_starts_nothing_twice() {
    let cluster = cluster();
    for (pipeline, code, words) in faults(cluster) {
        let team = Team::named(cluster, "Team Alpha");
        let job = Job::start(cluster, &and_variable(pipeline, "ON_ERROR", "suspend"), &team.request);
        let made = job.completes();
        assert_eq!(made.output, Tree::new());
        assert!(made.metadata.contains_key("workflow-control.yaml"), "{:?}", made.metadata.keys());
        let fault = &team.status()["fault"];
        assert_eq!(fault["code"], code);
        assert!(fault["text"].as_str().expect("a text").contains(words), "{fault}");
        let pod = job.pod().expect("it is there");
        let step = statuses(&pod).find(|status| name(status) == "kratix-wasm").expect("it is there");
        let message = step["state"]["terminated"]["message"].as_str().expect("it left a termination message");
        assert!(message.contains(words), "{message}");
    }
}

/// With a component that crashes, shipped as docs/shipping-generators.md has it for trying things out: in a ConfigMap.
fn crashing(cluster: &Cluster) -> Value {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), describing("panic")).expect("it can be written");
    cluster.delete("configmap", "crashing");
    let from = format!("--from-file=crashing.wasm={}", file.path().display());
    let _ = cluster.kubectl(&["create", "configmap", "crashing", &from]);

    let generator = json!([{"name": "KRATIX_WASM_GENERATOR", "value": "/generators/crashing.wasm"}]);
    let mut pipeline = with(&json!({"image": "localhost/kratix-wasm:0.1.0", "env": generator}));
    let mount = json!({"name": "generator", "mountPath": "/generators", "readOnly": true});
    pipeline["containers"][0]["volumeMounts"].as_array_mut().expect("a list").push(mount);
    let volume = json!({"name": "generator", "configMap": {"name": "crashing"}});
    pipeline["volumes"].as_array_mut().expect("a list").push(volume);
    pipeline
}

/// With a variable of the step, which counts for more than one of the same name before it.
fn with_variable(name: &str, value: &str) -> Value {
    and_variable(pipeline(), name, value)
}

fn and_variable(mut pipeline: Value, name: &str, value: &str) -> Value {
    let variable = json!({"name": format!("KRATIX_WASM_{name}"), "value": value});
    pipeline["containers"][0]["env"].as_array_mut().expect("a list").push(variable);
    pipeline
}

fn name(container: &Value) -> &str {
    container["name"].as_str().expect("a name")
}

/// Asked by a program that looks around in the step's place; the step itself has nothing to do so.
#[test]
fn with_kratix_played_by_a_script_a_step_has_no_token_and_no_rights() {
    let cluster = cluster();
    let team = Team::named(cluster, "Team Alpha");
    let probe = with(&json!({"image": PLAYED, "command": ["/bin/pipeline-adapter"], "args": ["probe"], "env": []}));
    let job = Job::start(cluster, &probe, &team.request);
    let _ = job.completes();
    let found = job.log("kratix-wasm");
    let expected = [
        "Uid 65532",
        "Gid 65532",
        "CapEff 0000000000000000",
        "CapBnd 0000000000000000",
        "NoNewPrivs 1",
        "Seccomp 2",
        "writes /kratix/output",
        "writes /kratix/metadata",
        "/var/run/secrets/kubernetes.io",
        "/var/run/secrets/kubernetes.io/serviceaccount",
    ];
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);

    // Without what the Promise mounts over it, it would have one.
    let mut without = probe;
    without["containers"][0]["volumeMounts"] = json!([]);
    let job = Job::start(cluster, &without, &team.request);
    let _ = job.completes();
    assert!(job.log("kratix-wasm").contains("/serviceaccount/token"), "{}", job.log("kratix-wasm"));
}
