//! Kratix and what it has, seen as a whole: whether it is at rest, and with which objects.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::doubt::{Doubt, doubts, is_usable, lacks_another};
use super::record::without;
use crate::machine::kubectl;

/// Rest that lasts as long is the end. Kratix asks some things again after 5 s.
const REST: Duration = Duration::from_secs(7);
/// The same where something failed, or isn't placed: what fails it tries again after 15 s.
const REST_IN_DOUBT: Duration = Duration::from_secs(22);
/// The same where something has to come: some things it looks at again after 60 s.
const REST_IN_EXPECTATION: Duration = Duration::from_secs(100);
/// Longest that a step of all scenarios takes.
const LONGEST: Duration = Duration::from_mins(12);

/// Longest until Promises take requests.
const LONGEST_UNTIL_READY: Duration = Duration::from_mins(4);

/// Controllers that write to Git.
const WRITERS: [&str; 3] = ["workplacement", "destination", "gitstatestore"];
const DEPTH: &str = "workqueue_depth{";
const ACTIVE: &str = "controller_runtime_active_workers{";

const KINDS: &str = "promises.platform.kratix.io,works.platform.kratix.io,workplacements.platform.kratix.io,\
                     destinations.platform.kratix.io,gitstatestores.platform.kratix.io,jobs.batch";

/// A cluster with Kratix alone.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Of the manager's numbers.
    address: String,
    token: String,
}

/// What controllers have to do.
struct Busy {
    writers_wait: bool,
    writers_work: bool,
    any: bool,
}

/// The objects at one time.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) objects: Vec<Value>,
    /// Of those whose status changes to and fro, the uids.
    pub(crate) flapping: BTreeSet<String>,
}

impl Cluster {
    pub(crate) fn new() -> Self {
        forget_metrics();
        let (role, account) = ("kratix-platform-metrics-reader", "kratix-platform-system:default");
        kubectl(&["create", "clusterrolebinding", "fidelity", "--clusterrole", role, "--serviceaccount", account]);
        let token =
            kubectl(&["create", "token", "default", "--namespace", "kratix-platform-system", "--duration", "2h"]);
        let service = "kratix-platform-controller-manager-metrics-service";
        let address = ["get", "service", service, "--namespace", "kratix-platform-system"];
        let address = kubectl(&[&address[..], &["--output", "jsonpath={.spec.clusterIP}"]].concat());
        Self { address: format!("https://{address}:8443/metrics"), token: token.trim().to_owned() }
    }

    /// What the manager says of its controllers.
    fn busy(&self) -> Busy {
        let authorization = format!("Authorization: Bearer {}", self.token);
        let numbers = Command::new("curl")
            .args(["--silent", "--insecure", "--max-time", "5", "--header", &authorization, &self.address])
            .output()
            .expect("curl can be started");
        let numbers = String::from_utf8_lossy(&numbers.stdout).into_owned();
        let mut busy = Busy { writers_wait: false, writers_work: false, any: !numbers.contains(ACTIVE) };
        for line in numbers.lines().filter(|line| !line.ends_with(" 0")) {
            let is_writer = WRITERS.iter().any(|name| line.contains(&format!("controller=\"{name}\"")));
            let (waits, works) = (line.starts_with(DEPTH), line.starts_with(ACTIVE));
            busy.writers_wait |= waits && is_writer;
            busy.writers_work |= works && is_writer;
            busy.any |= waits || works;
        }
        busy
    }

    /// Waits until Kratix is at rest, or does the same again and again. Every name of a Work that there was meanwhile is added
    /// to `works`.
    pub(crate) fn rests(&self, works: &mut BTreeSet<String>) -> Snapshot {
        let (start, mut changed) = (Instant::now(), Instant::now());
        let (mut before, mut seen) = (BTreeMap::new(), BTreeSet::new());
        let mut versions = BTreeMap::new();
        let (mut flapping, mut churns) = (BTreeSet::new(), false);
        loop {
            sleep(Duration::from_secs(1));
            let busy = self.busy();
            let Some(mut snapshot) = Snapshot::take() else { continue };
            works.extend(snapshot.of("Work").map(name));
            let now = snapshot.gists();
            let mut news = now.len() != before.len();
            for gist in &now {
                news |= seen.insert((gist.0.clone(), gist.1.clone()));
            }
            let differs = |uid: &&String| before.get(*uid).is_some_and(|gist| gist != &now[*uid]);
            let flaps: BTreeSet<String> = now.keys().filter(differs).cloned().collect();
            let other_versions = snapshot.versions();
            if news || busy.writers_wait {
                (flapping, churns, changed) = (BTreeSet::new(), false, Instant::now());
            } else {
                churns |= versions != other_versions;
                flapping.extend(flaps);
                if busy.any && !churns {
                    changed = Instant::now();
                }
            }
            (before, versions) = (now, other_versions);

            let doubts = doubts(&snapshot);
            let needed = match doubts.iter().map(|(_, doubt)| doubt).max() {
                None if !churns => REST,
                None | Some(Doubt::Failed) => REST_IN_DOUBT,
                Some(Doubt::Coming) => REST_IN_EXPECTATION,
            };
            if changed.elapsed() >= needed && !busy.writers_work {
                for (what, doubt) in doubts {
                    println!("  {doubt:?}: {what}");
                }
                snapshot.flapping = flapping;
                return snapshot;
            }
            assert!(start.elapsed() < LONGEST, "Kratix doesn't rest: {doubts:#?}");
        }
    }
}

/// Waits until Promises take requests, as far as they will. Destinations needn't be ready for what is scheduled to them.
pub(crate) fn wait_until_ready_for_requests() {
    let start = Instant::now();
    loop {
        sleep(Duration::from_secs(1));
        let Some(snapshot) = Snapshot::take() else { continue };
        let missing = snapshot.of("Promise").filter(|promise| !is_usable(promise) && !lacks_another(promise));
        let missing: Vec<String> = missing.map(name).collect();
        if missing.is_empty() {
            return;
        }
        if start.elapsed() > LONGEST_UNTIL_READY {
            println!("  requests go to these all the same: {missing:?}");
            return;
        }
    }
}

/// What `new` made.
pub(crate) fn forget_metrics() {
    kubectl(&["delete", "clusterrolebinding", "fidelity", "--ignore-not-found"]);
}

impl Snapshot {
    /// None when a kind goes just now.
    fn take() -> Option<Self> {
        let get = |arguments: &[&str]| {
            let ended = Command::new("kubectl").arg("get").args(arguments).output().expect("kubectl can be started");
            ended.status.success().then(|| String::from_utf8_lossy(&ended.stdout).into_owned())
        };
        let requests =
            get(&["crd", "--selector", "kratix.io/promise-name", "--output", "jsonpath={.items[*].metadata.name}"])?;
        let mut kinds = KINDS.to_owned();
        for request in requests.split_whitespace() {
            kinds.push(',');
            kinds.push_str(request);
        }
        let mut list: Value = serde_json::from_str(&get(&[&kinds, "--all-namespaces", "--output", "json"])?).ok()?;
        match list["items"].take() {
            Value::Array(objects) => Some(Self { objects, flapping: BTreeSet::new() }),
            _ => None,
        }
    }

    pub(crate) fn of(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.objects.iter().filter(move |object| object["kind"] == kind)
    }

    fn versions(&self) -> BTreeMap<String, String> {
        self.objects.iter().map(|object| (uid(object), object["metadata"]["resourceVersion"].to_string())).collect()
    }

    /// What of each object matters. Kratix renews some annotations again and again.
    fn gists(&self) -> BTreeMap<String, String> {
        let gist = |object: &Value| {
            let metadata = &object["metadata"];
            let status = without(object["status"].clone(), &["lastTransitionTime"]);
            format!("{} {} {} {status}", metadata["generation"], metadata["deletionTimestamp"], metadata["labels"])
        };
        self.objects.iter().map(|object| (uid(object), gist(object))).collect()
    }
}

pub(crate) fn uid(object: &Value) -> String {
    object["metadata"]["uid"].as_str().expect("every object has one").to_owned()
}

pub(crate) fn name(object: &Value) -> String {
    object["metadata"]["name"].as_str().expect("every object has a name").to_owned()
}
