//! Deletions that wait: what a real Kratix does with them, and what it lets go without asking. docs/pipeline-step.md says the same.

use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, get, kubectl};
use crate::mistakes::DryRuns;
use crate::trial::{Set, Trial, condition};

const MESSAGE: &str = "waits for an approval";
const APPROVED: [&str; 4] = ["--type", "merge", "--patch", r#"{"spec": {}}"#];

/// A Promise whose requests have no spec: then a deletion waits. With one that says nothing it completes.
fn holding<'a>(machine: &'a Machine, name: &'static str) -> Trial<'a> {
    let set = |config: Value| Set {
        config,
        inputs: Value::Null,
        policy: json!({"deletion": "may-wait"}),
        permissions: json!([]),
    };
    let configure = set(json!({"files": [["kept.txt", "kept"]]}));
    Trial::new(machine, name, "hold", &configure, &set(json!({"suspend": [MESSAGE, 10]})))
}

/// A request that is committed, then deleted, and waits.
fn waiting(trial: &Trial<'_>, namespace: &str, name: &str) {
    trial.request(namespace, name);
    trial.committed(namespace, name);
    trial.kubectl("delete", namespace, name, &["--wait=false"]);
    waits(trial, namespace, name, 1);
}

/// Waits until a request has been asked so often, and waits.
#[track_caller]
fn waits(trial: &Trial<'_>, namespace: &str, name: &str, times: usize) {
    eventually(&format!("{name} waits"), || {
        // Before the request is looked at: Kratix says there that a Job runs before it starts that.
        let asked = trial.deletions(namespace, name);
        let request = trial.get(namespace, name)?;
        let pipeline = &request["status"]["kratix"]["workflows"]["pipelines"][0];
        (asked >= times && pipeline["phase"] == "Suspended" && condition(&request, "DeleteWorkflowCompleted").is_some())
            .then_some(())
    });
}

/// Lets no Job be started in a namespace until it goes.
struct NoJobs<'a>(&'a str);

impl<'a> NoJobs<'a> {
    fn more(namespace: &'a str) -> Self {
        kubectl(&["create", "quota", "no-jobs", "--hard", "count/jobs.batch=0", "--namespace", namespace]);
        eventually("the quota is in force", || {
            get("resourcequota", "no-jobs", namespace)?["status"]["used"]["count/jobs.batch"].as_str().map(drop)
        });
        Self(namespace)
    }
}

impl Drop for NoJobs<'_> {
    fn drop(&mut self) {
        kubectl(&["delete", "quota", "no-jobs", "--namespace", self.0, "--ignore-not-found"]);
    }
}

pub(crate) fn one_that_waits_keeps_its_files_and_is_asked_again_until_it_is_approved(machine: &Machine) {
    let trial = holding(machine, "held");
    let (namespace, name) = (trial.name, "approved");
    waiting(&trial, namespace, name);
    let request = trial.get(namespace, name).expect("it waits");
    let pipeline = &request["status"]["kratix"]["workflows"]["pipelines"][0];
    assert_eq!((&request["status"]["message"], &pipeline["message"]), (&json!(MESSAGE), &json!(MESSAGE)));
    assert!(pipeline["nextRetryAt"].is_string(), "{pipeline}");
    let deleted = condition(&request, "DeleteWorkflowCompleted").expect("it says how it is");
    assert_eq!((&deleted["status"], &deleted["reason"]), (&json!("False"), &json!("DeleteWorkflowSuspended")));

    // By itself, when it is time.
    waits(&trial, namespace, name, 2);
    // Whoever takes the label away only has it asked at once.
    trial.kubectl("label", namespace, name, &["kratix.io/workflow-suspended-"]);
    waits(&trial, namespace, name, 3);
    // Nor does it help to insist.
    trial.kubectl("delete", namespace, name, &["--wait=false", "--force", "--grace-period=0"]);
    assert_eq!(trial.files(namespace, name), Some(vec!["kept.txt".to_owned()]));
    assert!(trial.get(namespace, name).is_some());

    trial.kubectl("patch", namespace, name, &APPROVED);
    trial.gone(namespace, name);
}

pub(crate) fn one_that_waits_is_let_go_without_being_asked_by_a_quota_a_changed_spec_or_a_deleted_namespace(
    machine: &Machine,
) {
    let trial = holding(machine, "let-go").and_in("leaving", "hold");
    let namespace = trial.name;

    // Kratix takes the Job that it couldn't start for the one that ran before.
    waiting(&trial, namespace, "quota");
    let no_jobs = NoJobs::more(namespace);
    trial.gone(namespace, "quota");
    drop(no_jobs);

    // It is asked for the changed spec. Of the spec that is back there is a Job already.
    waiting(&trial, namespace, "changed");
    let other = json!({"spec": {"suspend": ["waits for another approval", 600]}}).to_string();
    trial.kubectl("patch", namespace, "changed", &["--type", "merge", "--patch", &other]);
    eventually("it is asked for the changed spec", || {
        let request = trial.get(namespace, "changed")?;
        let pipeline = &request["status"]["kratix"]["workflows"]["pipelines"][0];
        (pipeline["phase"] == "Suspended" && pipeline["message"] == "waits for another approval").then_some(())
    });
    trial.kubectl(
        "patch",
        namespace,
        "changed",
        &["--type", "json", "--patch", r#"[{"op": "remove", "path": "/spec"}]"#],
    );
    trial.gone(namespace, "changed");

    // Who may change the request can take Kratix' finalizers away. Its files then stay for good.
    waiting(&trial, namespace, "finalizers");
    let none = ["--type", "merge", "--patch", r#"{"metadata": {"finalizers": null}}"#];
    trial.kubectl("patch", namespace, "finalizers", &none);
    eventually("the request is gone", || trial.get(namespace, "finalizers").is_none().then_some(()));
    assert_eq!(trial.files(namespace, "finalizers"), Some(vec!["kept.txt".to_owned()]));
    kubectl(&["delete", "works.platform.kratix.io", "--all", "--namespace", namespace, "--timeout", "120s"]);

    // With the namespace go the Works, whoever still waits; and as no Job can be started there any more, it waits for ever.
    waiting(&trial, "leaving", "left");
    kubectl(&["delete", "namespace", "leaving", "--wait=false"]);
    eventually("its files are gone", || trial.files("leaving", "left")?.is_empty().then_some(()));
    eventually("nothing but the request is left", || {
        let request = trial.get("leaving", "left")?;
        let pipeline = &request["status"]["kratix"]["workflows"]["pipelines"][0];
        (pipeline["phase"] == "Running" && trial.deletions("leaving", "left") == 0).then_some(())
    });
    trial.kubectl("patch", "leaving", "left", &none);
}

pub(crate) fn a_deleted_promise_waits_for_every_request_and_a_dry_run_for_none(machine: &Machine) {
    let trial = holding(machine, "staying");
    let namespace = trial.name;
    {
        let _on = DryRuns::on();
        let dry_run = json!({
            "apiVersion": "platform.kratix.io/v1alpha1", "kind": "DryRun",
            "metadata": {"name": "dry", "namespace": namespace},
            "spec": {
                "promiseRef": {"name": trial.name}, "resourceRequestRef": {"name": "dry", "namespace": namespace},
                "resource": {"suspend": [MESSAGE, 10]},
            },
        });
        apply(&[dry_run]);
        let requests = || kubectl(&["get", &trial.resource(), "--namespace", namespace, "--output", "name"]);
        eventually("its request is made", || requests().contains("/kratix-dry-run-dry-").then_some(()));
        kubectl(&["delete", "dryruns", "dry", "--namespace", namespace, "--timeout", "120s"]);
        eventually("its request is gone", || requests().is_empty().then_some(()));
    }

    waiting(&trial, namespace, "first");
    trial.request(namespace, "second");
    trial.committed(namespace, "second");
    kubectl(&["delete", "promises.platform.kratix.io", trial.name, "--wait=false"]);
    waits(&trial, namespace, "second", 1);
    waits(&trial, namespace, "first", 2);
    for name in ["first", "second"] {
        assert_eq!(trial.files(namespace, name), Some(vec!["kept.txt".to_owned()]), "{name}");
        trial.kubectl("patch", namespace, name, &APPROVED);
    }
    eventually("the Promise is gone", || (!trial.is_there()).then_some(()));
    for name in ["first", "second"] {
        eventually("its files are gone", || trial.files(namespace, name)?.is_empty().then_some(()));
    }
}
