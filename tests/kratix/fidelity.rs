//! What Kratix writes to Git for the manifests of the corpus (tests/corpus), on Kratix alone. `kratix-wasm render` is compared
//! with the same files, without a cluster; here they are compared with the truth, or made anew (BLESS=1).
//!
//! All scenarios go from step to step together: so the time in which Kratix has to rest is spent once for all.

mod cluster;
mod doubt;
mod record;
mod repositories;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

use kratix_wasm_tests::corpus::{Document, Scenario};
use kratix_wasm_tests::describing;
use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, kubectl};
use cluster::{Cluster, Snapshot, forget_metrics, wait_until_ready_for_requests};
use record::Works;
use repositories::Repositories;

/// Kinds that have to be there before a request.
const FIRST: [&str; 4] = ["Namespace", "GitStateStore", "Destination", "Promise"];

pub(crate) fn kratix_writes_what_the_corpus_says(machine: &Machine) {
    let (restless, others): (Vec<_>, Vec<_>) = Scenario::all().into_iter().partition(Scenario::is_restless);
    let mut differences = Vec::new();
    for scenarios in [others, restless].into_iter().filter(|scenarios| !scenarios.is_empty()) {
        differences.extend(play(machine, &scenarios));
    }
    assert!(differences.is_empty(), "{}\nBLESS=1 takes what comes out now", differences.join("\n\n"));
}

/// Returns what comes out otherwise than expected.
fn play(machine: &Machine, scenarios: &[Scenario]) -> Vec<String> {
    remove(machine, scenarios);
    let _removed = Removed { machine, scenarios };
    let repositories = Repositories::new(machine);
    let cluster = Cluster::new();
    bring_generator(&namespaces(scenarios));
    let heads = Mutex::new(BTreeMap::new());
    in_parallel(&scenarios.iter().collect::<Vec<_>>(), |scenario| {
        for store in scenario.stores() {
            let head = repositories.make(scenario, &store);
            heads.lock().unwrap().insert((scenario.name.clone(), store.name), head);
        }
    });
    let mut heads = heads.into_inner().unwrap();

    let (mut works, mut differences, mut other_draws) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    for step in 1..=scenarios.iter().map(|scenario| scenario.steps).max().unwrap_or_default() {
        let start = Instant::now();
        let all: Vec<&Scenario> = scenarios.iter().filter(|scenario| step <= scenario.steps).collect();
        println!("  step {step} of {} scenarios", all.len());
        in_parallel(&all, |scenario| change_repositories(&repositories, scenario, step));
        in_parallel(&all, |scenario| applies(&repositories, scenario, step, true));
        wait_until_ready_for_requests();
        in_parallel(&all, |scenario| applies(&repositories, scenario, step, false));
        in_parallel(&all, |scenario| deletes(scenario, step));
        let snapshot = cluster.rests(&mut works);
        let names = Works::new(&works);
        for scenario in &all {
            let actual = happened(&repositories, scenario, &snapshot, &names, &mut heads);
            let placed = scenario.expected(step).join("placements.yaml");
            let drawn = fs::read(placed).is_ok_and(|kept| actual["placements.yaml"] == kept);
            if scenario.is_random() && !drawn && std::env::var_os("BLESS").is_none() {
                other_draws.insert(&scenario.name);
            }
            if !other_draws.contains(&scenario.name) {
                let differing = record::compare(scenario, step, &actual);
                // Told at once: what comes after takes long.
                for difference in &differing {
                    println!("  {difference}");
                }
                differences.extend(differing);
            }
        }
        println!("  step {step}: {} s", start.elapsed().as_secs());
    }
    if !other_draws.is_empty() {
        println!("  not compared, since Kratix drew other Destinations: {other_draws:?}");
    }
    differences
}

fn happened(
    repositories: &Repositories,
    scenario: &Scenario,
    snapshot: &Snapshot,
    works: &Works,
    heads: &mut BTreeMap<(String, String), String>,
) -> kratix_wasm_tests::Tree {
    let mut actual = record::objects(snapshot, scenario, works);
    for store in scenario.stores() {
        let key = (scenario.name.clone(), store.name.clone());
        let (head, files) = record::store(repositories, scenario, &store, &heads[&key], works);
        heads.insert(key, head);
        actual.extend(files);
    }
    actual
}

/// Does something for a few of them at a time: kubectl computes little and waits long.
fn in_parallel(scenarios: &[&Scenario], act: impl Fn(&Scenario) + Sync) {
    for some in scenarios.chunks(6) {
        std::thread::scope(|scope| {
            for scenario in some {
                let act = &act;
                scope.spawn(move || act(scenario));
            }
        });
    }
}

fn change_repositories(repositories: &Repositories, scenario: &Scenario, step: usize) {
    for store in scenario.stores() {
        let files = scenario.committed_before(step, &store);
        if !files.is_empty() {
            repositories.add(scenario, &store, &files);
        }
    }
}

/// Applies what has to be there first, or the rest.
fn applies(repositories: &Repositories, scenario: &Scenario, step: usize, first: bool) {
    let is_first = |document: &Document| FIRST.iter().any(|kind| document.value["kind"] == *kind);
    let documents = scenario.applied(step).into_iter().filter(|document| is_first(document) == first);
    let texts: Vec<String> = documents.map(|document| pointed(repositories, scenario, document)).collect();
    if texts.is_empty() {
        return;
    }
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().expect("a temporary file");
    fs::write(file.path(), texts.join("---\n")).expect("it can be written");
    // The kind of a request comes with its Promise, and a webhook may be slow.
    let mut said = String::new();
    for _ in 0..30 {
        let ended = Command::new("kubectl").args(["apply", "--filename"]).arg(file.path()).output();
        let ended = ended.expect("kubectl can be started");
        if ended.status.success() {
            return;
        }
        said = String::from_utf8_lossy(&ended.stderr).into_owned();
        sleep(Duration::from_secs(1));
    }
    panic!("{}, step {step}: {said}", scenario.name);
}

/// A document with the address of the real repository in it, where it is a state store.
fn pointed(repositories: &Repositories, scenario: &Scenario, document: Document) -> String {
    if document.value["kind"] != "GitStateStore" {
        return document.text;
    }
    let mut value = document.value;
    let stores = scenario.stores();
    let store = stores.iter().find(|store| value["metadata"]["name"] == store.name);
    let store = store.unwrap_or_else(|| panic!("{}: scenario.yaml lacks a store", scenario.name));
    repositories.point(scenario, store, &mut value["spec"]);
    format!("{value}\n")
}

fn deletes(scenario: &Scenario, step: usize) {
    if let Some(file) = scenario.deleted(step) {
        kubectl(&["delete", "--wait=false", "--filename", file.to_str().expect("it is UTF-8")]);
    }
}

fn namespaces(scenarios: &[Scenario]) -> BTreeSet<String> {
    let own = scenarios.iter().flat_map(Scenario::namespaces);
    own.chain(["kratix-platform-system".to_owned()]).collect()
}

/// Brings the generator to where pods will run: as it is, and as one that may hold up a deletion.
fn bring_generator(namespaces: &BTreeSet<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (file, word) in [("generator.wasm", "plain"), ("holding.wasm", "hold")] {
        fs::write(folder.path().join(file), describing(word)).expect("it can be written");
    }
    let from = format!("--from-file={}", folder.path().display());
    let map = kubectl(&["create", "configmap", "generator", &from, "--dry-run=client", "--output", "json"]);
    let mut map: Value = serde_json::from_str(&map).expect("kubectl prints JSON");
    let namespace = |name: &String| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    apply(&namespaces.iter().map(namespace).collect::<Vec<_>>());
    // Too large to be applied: `apply` keeps a copy in an annotation.
    let maps = namespaces.iter().map(|namespace| {
        map["metadata"]["namespace"] = namespace.as_str().into();
        map.clone()
    });
    let maps = json!({"apiVersion": "v1", "kind": "List", "items": maps.collect::<Vec<_>>()}).to_string();
    let file = folder.path().join("maps.json");
    fs::write(&file, maps).expect("it can be written");
    kubectl(&["create", "--filename", file.to_str().expect("it is UTF-8")]);
}

/// Removes all that scenarios make, also after a failure.
struct Removed<'a> {
    machine: &'a Machine,
    scenarios: &'a [Scenario],
}

impl Drop for Removed<'_> {
    fn drop(&mut self) {
        remove(self.machine, self.scenarios);
    }
}

fn remove(machine: &Machine, scenarios: &[Scenario]) {
    let start = Instant::now();
    let promises: BTreeSet<String> = scenarios.iter().flat_map(Scenario::promises).collect();
    let left = || there("promises", &promises);
    if !left().is_empty() {
        kubectl(&["label", "promises", "--all", "kratix.io/paused-"]);
        delete("promises", &promises, "--wait=false");
        // What waits, or waits for a file that is no more, is let go: its repository goes, too.
        eventually("the Promises are gone", || {
            if left().is_empty() {
                return Some(());
            }
            if start.elapsed() > Duration::from_secs(20) {
                let_go(&left());
            }
            sleep(Duration::from_secs(2));
            None
        });
    }
    delete("destinations", &scenarios.iter().flat_map(Scenario::destinations).collect(), "--timeout=60s");
    let stores = scenarios.iter().flat_map(Scenario::stores).map(|store| store.name);
    delete("gitstatestores", &stores.collect(), "--timeout=60s");
    delete("namespaces", &scenarios.iter().flat_map(Scenario::namespaces).collect(), "--timeout=180s");
    kubectl(&["delete", "configmap", "generator", "--namespace", "kratix-platform-system", "--ignore-not-found"]);
    forget_metrics();
    repositories::remove(machine);
    println!("  removed in {} s", start.elapsed().as_secs());
}

/// Those of the names that are there.
fn there(kind: &str, names: &BTreeSet<String>) -> Vec<String> {
    let there = kubectl(&["get", kind, "--output", "jsonpath={.items[*].metadata.name}"]);
    there.split_whitespace().filter(|name| names.contains(*name)).map(str::to_owned).collect()
}

fn delete(kind: &str, names: &BTreeSet<String>, option: &str) {
    let names = there(kind, names);
    if !names.is_empty() {
        let arguments = ["delete", kind, "--ignore-not-found", option].into_iter();
        kubectl(&arguments.chain(names.iter().map(String::as_str)).collect::<Vec<_>>());
    }
}

/// Takes the finalizers off the requests and what was made for them.
fn let_go(promises: &[String]) {
    let kinds = kubectl(&[
        "get",
        "crd",
        "--selector",
        "kratix.io/promise-name",
        "--output",
        "jsonpath={.items[*].metadata.name}",
    ]);
    let own = format!("kratix.io/promise-name in ({})", promises.join(","));
    for (kind, selector) in
        kinds.split_whitespace().map(|kind| (kind, "")).chain([("works", own.as_str()), ("workplacements", "")])
    {
        let columns = "custom-columns=:metadata.namespace,:metadata.name";
        let listed = Command::new("kubectl")
            .args(["get", kind, "--all-namespaces", "--no-headers", "--output", columns, "--selector", selector])
            .output()
            .expect("kubectl can be started");
        for object in String::from_utf8_lossy(&listed.stdout).lines() {
            let [namespace, name] = object.split_whitespace().collect::<Vec<_>>()[..] else { continue };
            let none = r#"{"metadata": {"finalizers": null}}"#;
            // It may be gone meanwhile.
            let _ = Command::new("kubectl")
                .args(["patch", "--namespace", namespace, kind, name, "--type", "merge", "--patch", none])
                .output();
        }
    }
}
