//! A mistake of the Promise's author: found before any request is touched, or said by each request and gone with the
//! corrected Promise; and what a dry run says of a wrong request.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, get, kubectl, team};

const PROMISE: &str = "promises.platform.kratix.io";

/// A variable of the Team step, as the Promise in the cluster has it.
fn variable(name: &str) -> (String, String) {
    let promise = get(PROMISE, "team", "default").expect("stage 6 installs it");
    let place = "/spec/workflows/resource/configure/0/spec/containers/0/env";
    let env = promise.pointer(place).and_then(Value::as_array).expect("it has variables");
    let index = env.iter().position(|entry| entry["name"] == name).expect("it is set");
    (format!("{place}/{index}/value"), env[index]["value"].as_str().expect("a text").to_owned())
}

/// A Promise that isn't as it was, until [`Changed::mend`], or else until it goes.
struct Changed {
    path: String,
    before: String,
}

impl Changed {
    /// Changes a variable of the Team step.
    fn new(name: &str, from: &str, to: &str) -> Self {
        let (path, before) = variable(name);
        assert!(before.contains(from), "{before}");
        let changed = Self { path, before };
        changed.set(&changed.before.replace(from, to));
        changed
    }

    fn mend(self) {
        drop(self);
    }

    fn set(&self, value: &str) {
        let patch = json!([{"op": "replace", "path": self.path, "value": value}]);
        kubectl(&["patch", PROMISE, "team", "--type", "json", "--patch", &patch.to_string()]);
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        self.set(&self.before);
    }
}

fn status(name: &str) -> Option<Value> {
    Some(get("teams.platform.kratix.io", name, "default")?["status"].take())
}

fn available() -> Option<()> {
    let promise = get(PROMISE, "team", "default")?;
    let conditions = promise["status"]["conditions"].as_array()?;
    conditions.iter().any(|is| is["type"] == "Available" && is["status"] == "True").then_some(())
}

/// The Jobs of all Teams.
fn jobs() -> BTreeSet<String> {
    let selector = "kratix.io/promise-name=team,kratix.io/workflow-type=resource";
    kubectl(&["get", "jobs", "--all-namespaces", "--selector", selector, "--output", "name"])
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Names of the Teams whose status has something by a key: what an alert would ask.
fn teams_with(key: &str) -> BTreeSet<String> {
    let teams: Value =
        serde_json::from_str(&kubectl(&["get", "teams", "--all-namespaces", "--output", "json"])).unwrap();
    let has = teams["items"].as_array().unwrap().iter().filter(|team| !team["status"][key].is_null());
    has.map(|team| team["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn an_authors_mistake_is_found_before_any_request_is_touched(machine: &Machine) {
    apply(&[team("default", "untouched", "untouched", "Untouched"), team("default", "leaving", "leaving", "Leaving")]);
    for name in ["untouched", "leaving"] {
        eventually("it is committed", || machine.committed("default", name));
    }
    let (heads, ran) = (machine.heads(), jobs());

    let start = Instant::now();
    let changed = Changed::new("KRATIX_WASM_CONFIG", "visibility: public", "visibility: publik");
    let message = eventually("the Promise says what is wrong", || {
        let promise = get(PROMISE, "team", "default")?;
        let message = promise["status"]["message"].as_str()?.to_owned();
        message.contains("publik").then_some(()).or(message.contains("visibility must be one of").then_some(()))?;
        Some(message)
    });
    println!("The mistake stood in the Promise's status after {:.1} s: {message}", start.elapsed().as_secs_f64());
    assert!(message.starts_with("the Promise team can't work as it is: workflows.resource.configure"), "{message}");
    assert_eq!(available(), None);
    assert_eq!(jobs(), ran);
    assert_eq!(machine.heads(), heads);

    let start = Instant::now();
    kubectl(&["delete", "team", "leaving", "--namespace", "default", "--timeout", "60s"]);
    println!("A Team was deleted meanwhile in {:.1} s", start.elapsed().as_secs_f64());
    eventually("its files are gone", || machine.gone("default", "leaving"));
    apply(&[team("default", "meanwhile", "meanwhile", "Asked for meanwhile")]);

    let start = Instant::now();
    changed.mend();
    eventually("the Promise is available again", available);
    println!("The corrected Promise was available after {:.1} s", start.elapsed().as_secs_f64());
    eventually("who asked meanwhile has files", || machine.committed("default", "meanwhile"));
    println!("Who asked meanwhile had files after {:.1} s", start.elapsed().as_secs_f64());
    assert_eq!(teams_with("fault"), BTreeSet::new());
}

pub(crate) fn what_only_a_request_shows_is_said_by_each_and_gone_with_the_corrected_promise(machine: &Machine) {
    apply(&[team("default", "steady", "steady", "Steady"), team("default", "left", "left", "Left")]);
    for name in ["steady", "left"] {
        eventually("it is committed", || machine.committed("default", name));
    }
    apply(&[team("default", "mistaken", "mistaken", &"\u{958}".repeat(60))]);
    eventually("a requester's mistake is told", || teams_with("problems").contains("mistaken").then_some(()));
    let heads = machine.heads();

    let start = Instant::now();
    let changed = Changed::new("KRATIX_WASM_POLICY", "backstage/", "elsewhere/");
    let told = eventually("each Team says what is wrong", || {
        let told = teams_with("fault");
        ["steady", "left"].iter().all(|name| told.contains(*name)).then_some(told)
    });
    println!("Two Teams of {} said so after {:.1} s", told.len(), start.elapsed().as_secs_f64());
    let steady = status("steady").unwrap();
    assert_eq!((&steady["fault"]["code"], &steady["fault"]["name"]), (&json!(78), &json!("config")));
    let message = steady["message"].as_str().unwrap();
    assert!(message.starts_with("The Promise is at fault, not this request; its author has to mend it: "), "{message}");
    assert!(message.contains("generator team may not write backstage/default.steady.yaml"), "{message}");
    // The requester's mistake is another's.
    assert!(!told.contains("mistaken") && !teams_with("problems").contains("steady"));
    assert_eq!(machine.heads(), heads, "what was committed before stays");

    let start = Instant::now();
    kubectl(&["delete", "team", "left", "--namespace", "default", "--timeout", "60s"]);
    println!("A suspended Team was deleted in {:.1} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    changed.mend();
    eventually("every Team goes on by itself", || teams_with("fault").is_empty().then_some(()));
    println!("The corrected Promise was everywhere after {:.1} s", start.elapsed().as_secs_f64());
    eventually("its status is what it was", || {
        status("steady")?["message"].as_str()?.starts_with("Files are generated").then_some(())
    });
    // What no new Promise would take sleeps on, until its requester changes it.
    assert_eq!(teams_with("problems"), BTreeSet::from(["mistaken".to_owned()]));
    kubectl(&["delete", "team", "mistaken", "--namespace", "default", "--timeout", "60s"]);
}

pub(crate) fn the_label_wakes_all_at_once(machine: &Machine) {
    apply(&[team("default", "woken", "woken", "Woken")]);
    eventually("it is committed", || machine.committed("default", "woken"));
    let changed = Changed::new("KRATIX_WASM_POLICY", "backstage/", "elsewhere/");
    eventually("it says what is wrong", || teams_with("fault").contains("woken").then_some(()));
    changed.mend();
    eventually("the Promise is available", available);
    let start = Instant::now();
    kubectl(&["label", "teams", "--all-namespaces", "--all", "--overwrite", "kratix.io/manual-reconciliation=true"]);
    eventually("none has a fault", || teams_with("fault").is_empty().then_some(()));
    println!("The label woke all within {:.1} s", start.elapsed().as_secs_f64());
}

/// Kratix' dry runs, which are off unless its config says otherwise, and where they are written.
pub(crate) struct DryRuns;

impl DryRuns {
    pub(crate) fn on() -> Self {
        let config = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kratix", "namespace": SYSTEM},
            "data": {"config": "featureFlags: {dryRun: true}\n"},
        });
        // Not the infrastructure: its repository takes no other paths than the review knows.
        let mut destination = get("destinations.platform.kratix.io", "catalog", "default").expect("stage 4 makes it");
        destination["metadata"] = json!({"name": "dry-runs", "labels": {"kratix.io/dry-run": "true"}});
        destination["spec"]["path"] = "dry-runs".into();
        destination["spec"]["filepath"] = json!({"mode": "nestedByMetadata"});
        destination.as_object_mut().expect("an object").remove("status");
        apply(&[config, destination]);
        restart_manager();
        eventually("the Promise is available", available);
        Self
    }

    /// Starts one of a Team that isn't there.
    fn start(name: &str, title: &str) {
        let dry_run = json!({
            "apiVersion": "platform.kratix.io/v1alpha1", "kind": "DryRun",
            "metadata": {"name": name, "namespace": "default"},
            "spec": {
                "promiseRef": {"name": "team"}, "resourceRequestRef": {"name": name, "namespace": "default"},
                "resource": {"id": name, "name": title},
            },
        });
        apply(&[dry_run]);
    }

    /// How one ended.
    fn end(name: &str) -> Value {
        eventually("the dry run ends", || {
            let ended = get("dryruns.platform.kratix.io", name, "default")?;
            let conditions = ended["status"]["conditions"].as_array()?;
            conditions.iter().find(|is| is["type"] == "Completed").cloned()
        })
    }
}

impl Drop for DryRuns {
    fn drop(&mut self) {
        kubectl(&["delete", "dryruns", "--all", "--namespace", "default"]);
        eventually("nothing is left of them", || {
            let teams = kubectl(&["get", "teams", "--namespace", "default", "--output", "name"]);
            (!teams.contains("kratix-dry-run-")).then_some(())
        });
        kubectl(&["delete", "destination", "dry-runs"]);
        kubectl(&["delete", "configmap", "kratix", "--namespace", SYSTEM]);
        restart_manager();
    }
}

const SYSTEM: &str = "kratix-platform-system";

fn restart_manager() {
    let manager = "deployment/kratix-platform-controller-manager";
    kubectl(&["rollout", "restart", manager, "--namespace", SYSTEM]);
    kubectl(&["rollout", "status", manager, "--namespace", SYSTEM, "--timeout", "180s"]);
}

pub(crate) fn a_dry_run_of_a_wrong_request_ends_as_failed_and_of_a_good_one_is_written(machine: &Machine) {
    let _on = DryRuns::on();
    let start = Instant::now();
    DryRuns::start("dry-good", "Good");
    DryRuns::start("dry-wrong", &"\u{958}".repeat(60));
    // The pod goes with the last try.
    eventually("the pod says what is wrong", || {
        let pods = kubectl(&["get", "pods", "--namespace", "default", "--output", "json"]);
        pods.contains("caused by: spec.name has 120 characters; at most 100 are possible").then_some(())
    });
    let end = DryRuns::end("dry-good");
    assert_eq!(end["status"], "True", "{end}");
    println!("The dry run of a good request ended after {:.1} s", start.elapsed().as_secs_f64());
    assert_eq!(DryRuns::end("dry-wrong")["reason"], "PipelineFailed");
    println!("The dry run of a wrong request ended after {:.1} s", start.elapsed().as_secs_f64());
    assert_eq!(machine.committed("default", "dry-good"), None);
}
