//! What came of a step, made comparable: without times, numbers of versions and what Kratix draws by chance.

use std::collections::BTreeSet;
use std::fs;

use kratix_wasm::yaml;
use kratix_wasm_tests::corpus::{Scenario, Store, escaped};
use kratix_wasm_tests::{Tree, tree};
use serde_json::{Map, Value, json};

use super::cluster::{Snapshot, name, uid};
use super::repositories::{Commit, Repositories};

/// What differs from run to run.
const UNSTABLE: [&str; 8] = [
    "lastTransitionTime",
    "observedGeneration",
    "suspendedGeneration",
    "nextRetryAt",
    "lastSuccessfulConfigureWorkflowTime",
    "lastAvailableTime",
    "lastRun",
    "versionID",
];

/// The beginning of a name that ends with digits.
const CLONE: &str = "/tmp/kratix-repo";
/// In the place of conditions that change to and fro.
const FLAPS: &str = "they change to and fro";

/// Names of Works, and what is written in their place.
#[derive(Debug)]
pub(crate) struct Works(Vec<(String, String)>);

impl Works {
    pub(crate) fn new(names: &BTreeSet<String>) -> Self {
        let without = |name: &String| Some((name.clone(), format!("{}-xxxxx", name.rsplit_once('-')?.0)));
        Self(names.iter().filter_map(without).collect())
    }

    fn hide(&self, text: &str) -> String {
        let text = self.0.iter().fold(text.to_owned(), |text, (name, hidden)| text.replace(name, hidden));
        // The folder of Kratix' clone, in messages.
        let mut parts = text.split(CLONE);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + CLONE + part.trim_start_matches(|one: char| one.is_ascii_digit()))
    }

    /// The same of contents, which may be no text.
    fn hide_in(&self, bytes: Vec<u8>) -> Vec<u8> {
        match String::from_utf8(bytes) {
            Ok(text) => self.hide(&text).into_bytes(),
            Err(error) => error.into_bytes(),
        }
    }
}

/// The tree of a store's branch and the commits of Kratix since the step before.
pub(crate) fn store(
    repositories: &Repositories,
    scenario: &Scenario,
    store: &Store,
    before: &str,
    works: &Works,
) -> (String, Tree) {
    let head = repositories.head(scenario, store);
    let mut record = Tree::new();
    for (path, bytes) in repositories.files(scenario, store, &head) {
        let path = format!("{}/tree/{}", store.name, escaped(&works.hide(&path)));
        record.insert(path, works.hide_in(bytes));
    }
    let commits = repositories.commits(scenario, store, before, &head);
    let kratix = |commit: &Commit| commit.author == "kratix";
    let mut log: Vec<String> = commits.iter().filter(|one| kratix(one)).map(|one| works.hide(&one.subject)).collect();
    log.sort();
    let log: String = log.into_iter().map(|subject| subject + "\n").collect();
    record.insert(format!("{}/log", store.name), log.into_bytes());
    (head, record)
}

/// The Promises and requests of a scenario that are there, and where their Works are placed.
pub(crate) fn objects(snapshot: &Snapshot, scenario: &Scenario, works: &Works) -> Tree {
    let promises = scenario.promises();
    let known = ["Work", "WorkPlacement", "Destination", "GitStateStore", "Job"];
    let mut record = Tree::new();
    for object in snapshot.objects.iter().filter(|object| !known.iter().any(|kind| object["kind"] == *kind)) {
        let (kind, metadata) = (object["kind"].as_str().expect("it has one"), &object["metadata"]);
        let promise = if kind == "Promise" { &metadata["name"] } else { &metadata["labels"]["kratix.io/promise-name"] };
        // One that Kratix hasn't looked at has no label.
        let namespace = metadata["namespace"].as_str();
        let is_own = match promise.as_str() {
            Some(promise) => promises.contains(promise),
            None => namespace.is_some_and(|namespace| scenario.namespaces().contains(namespace)),
        };
        if is_own {
            let place = namespace.map(|namespace| format!("{namespace}.")).unwrap_or_default();
            let mut kept = Map::new();
            if !metadata["labels"].is_null() {
                kept.insert("labels".into(), sorted(metadata["labels"].clone()));
            }
            if metadata["deletionTimestamp"].is_string() {
                kept.insert("deleted".into(), true.into());
            }
            let mut status = sorted(stable(object["status"].clone()));
            if snapshot.flapping.contains(&uid(object)) {
                status["conditions"] = FLAPS.into();
            }
            kept.insert("status".into(), status);
            let text = works.hide(&yaml::write(&[Value::Object(kept)]));
            record.insert(format!("status/{place}{kind}.{}.yaml", name(object)), text.into_bytes());
        }
    }
    record.insert("placements.yaml".into(), placements(snapshot, &promises, works).into_bytes());
    record
}

fn placements(snapshot: &Snapshot, promises: &BTreeSet<String>, works: &Works) -> String {
    let own = |object: &&Value| object["spec"]["promiseName"].as_str().is_some_and(|name| promises.contains(name));
    let of = |kind: &'static str| snapshot.of(kind).filter(own);
    let conditions = |object: &Value| {
        let flaps = snapshot.flapping.contains(&uid(object));
        if flaps { FLAPS.into() } else { sorted(stable(object["status"]["conditions"].clone())) }
    };
    let mut all: Vec<Value> = of("Work")
        .map(|work| {
            let same = |placement: &&Value| {
                placement["metadata"]["labels"]["kratix.io/work"] == work["metadata"]["name"]
                    && placement["metadata"]["namespace"] == work["metadata"]["namespace"]
            };
            let mut placed: Vec<Value> = of("WorkPlacement")
                .filter(same)
                .map(|placement| {
                    json!({
                        "name": works.hide(&name(placement)),
                        "destination": placement["spec"]["targetDestinationName"],
                        "misplaced": placement["metadata"]["labels"]["kratix.io/misplaced"] == "true",
                        "conditions": conditions(placement),
                    })
                })
                .collect();
            placed.sort_by_key(Value::to_string);
            json!({
                "work": works.hide(&name(work)), "namespace": work["metadata"]["namespace"],
                "conditions": conditions(work), "placements": placed,
            })
        })
        .collect();
    all.sort_by_key(Value::to_string);
    works.hide(&yaml::write(&[Value::Array(all)]))
}

/// Without what differs from run to run; conditions by their types.
fn stable(value: Value) -> Value {
    without(value, &UNSTABLE)
}

/// Whether it is a condition that is there or not, depending on whether Kratix looked while the Promise was just changing.
fn is_chance(value: &Value) -> bool {
    value["type"] == "PromiseAvailable" && value["status"] == "True"
}

/// The same for some keys. Conditions come in any order.
pub(crate) fn without(value: Value, keys: &[&str]) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(key, _)| !keys.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key, without(value, keys))).collect())
        }
        Value::Array(list) => {
            let mut list: Vec<Value> = list.into_iter().map(|value| without(value, keys)).collect();
            list.retain(|one| !is_chance(one));
            if list.iter().all(|one| one["type"].is_string()) {
                list.sort_by_key(|one| one["type"].to_string());
            }
            Value::Array(list)
        }
        value => value,
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(sorted).collect()),
        value => value,
    }
}

/// Compares with what is kept, or keeps it instead where BLESS is set. Returns what differs.
pub(crate) fn compare(scenario: &Scenario, step: usize, actual: &Tree) -> Vec<String> {
    let folder = &scenario.expected(step);
    let kept = if folder.exists() { tree(folder) } else { Tree::new() };
    if std::env::var_os("BLESS").is_some() {
        if kept != *actual {
            let _ = fs::remove_dir_all(folder);
            for (path, bytes) in actual {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it can be made");
                fs::write(path, bytes).expect("it can be written");
            }
        }
        return Vec::new();
    }
    let paths: BTreeSet<&String> = kept.keys().chain(actual.keys()).collect();
    let is_written = |path: &str| scenario.stores().iter().any(|store| path.starts_with(&format!("{}/", store.name)));
    let is_compared = |path: &&String| {
        let is_chance = scenario.is_chance(step) && is_written(path);
        // Where Kratix never rests, it is chance what it is just saying: a WorkPlacement that is written may be pending for ever.
        let is_saying = *path == "placements.yaml" || path.starts_with("status/");
        !(is_chance || scenario.is_restless() && is_saying || scenario.is_racy() && path.ends_with("/log"))
    };
    let differing = paths.into_iter().filter(is_compared).filter(|path| kept.get(*path) != actual.get(*path));
    let shown = |bytes: Option<&Vec<u8>>| {
        bytes.map_or("(none)".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let told = |path: &String| {
        let (kept, actual) = (shown(kept.get(path)), shown(actual.get(path)));
        format!("{}\n--- expected\n{kept}\n--- actual\n{actual}", folder.join(path).display())
    };
    differing.map(told).collect()
}
