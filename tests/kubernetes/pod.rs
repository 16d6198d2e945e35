//! A pipeline that runs as Kratix has it run, with Kratix's own program played by a script.

use std::sync::atomic::{AtomicU32, Ordering};

use kratix_wasm_tests::{Tree, tree};
use serde_json::{Value, json};

use crate::cluster::{Cluster, PLAYED, eventually, unpack};
use crate::shape::{access, job};

/// A Job for a request; it is deleted with the value.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    cluster: &'a Cluster,
    namespace: String,
    name: String,
}

/// What a pipeline made, as Kratix's own program found it.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) output: Tree,
    pub(crate) metadata: Tree,
}

impl<'a> Job<'a> {
    /// Starts the Team Promise's pipeline for a request.
    pub(crate) fn start(cluster: &'a Cluster, pipeline: &Value, request: &Value) -> Self {
        cluster.apply(&json!({"apiVersion": "v1", "kind": "List", "items": access()}));
        let request = request["metadata"]["name"].as_str().expect("a name");
        Self::of(cluster, job(&new_name("team", request), request, pipeline, PLAYED))
    }

    /// Starts this one, which has a name of its own.
    pub(crate) fn of(cluster: &'a Cluster, job: Value) -> Self {
        cluster.apply(&job);
        let text = |field: &str| job["metadata"][field].as_str().expect("it has it").to_owned();
        Self { cluster, namespace: text("namespace"), name: text("name") }
    }

    fn kubectl(&self, arguments: &[&str]) -> String {
        self.cluster.kubectl(&[arguments, &["--namespace", &self.namespace]].concat())
    }

    /// The Job's pod.
    pub(crate) fn pod(&self) -> Option<Value> {
        let selector = format!("job-name={}", self.name);
        let pods = self.kubectl(&["get", "pods", "--selector", &selector, "--output", "json"]);
        let mut pods: Value = serde_json::from_str(&pods).expect("kubectl prints JSON");
        let pods = pods["items"].as_array_mut().expect("a list");
        assert!(pods.len() < 2, "the Job made another pod: {pods:#?}");
        pods.pop()
    }

    /// What a container printed.
    pub(crate) fn log(&self, container: &str) -> String {
        self.kubectl(&["logs", &format!("job/{}", self.name), "--container", container])
    }

    /// Waits until the pod is done, with nothing started twice, and returns what the pipeline made.
    #[track_caller]
    pub(crate) fn completes(&self) -> Made {
        let pod = eventually("the pod is done", || {
            let pod = self.pod()?;
            assert_ne!(pod["status"]["phase"], "Failed", "{:#}", pod["status"]);
            (pod["status"]["phase"] == "Succeeded").then_some(pod)
        });
        for container in statuses(&pod) {
            assert_eq!(container["restartCount"], 0, "{container:#}");
            assert_eq!(container["state"]["terminated"]["reason"], "Completed", "{container:#}");
        }
        let work = tempfile::tempdir().expect("a temporary directory");
        unpack(&self.log("work-writer"), work.path());
        let [output, metadata] = ["input", "metadata"].map(|name| tree(&work.path().join(name)));
        Made { output, metadata }
    }

    /// Waits until a container failed, and returns how it ended.
    #[track_caller]
    pub(crate) fn fails(&self, container: &str) -> Value {
        eventually("the container fails", || {
            let pod = self.pod()?;
            let status = statuses(&pod).find(|status| status["name"] == container)?;
            // The second is as soon as the kubelet has started it once more.
            let ends = [&status["state"]["terminated"], &status["lastState"]["terminated"]];
            ends.into_iter().find(|end| end["exitCode"].as_u64().is_some_and(|code| code != 0)).cloned()
        })
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        self.cluster.delete_in(&self.namespace, "job", &self.name);
    }
}

/// What Kratix could call a Job.
pub(crate) fn new_name(promise: &str, request: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("kratix-{promise}-{request}-configure-{:05x}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// How the containers of a pod are, in the order in which they run.
pub(crate) fn statuses(pod: &Value) -> impl Iterator<Item = &Value> {
    let of = |kind: &str| pod["status"][kind].as_array().into_iter().flatten();
    of("initContainerStatuses").chain(of("containerStatuses"))
}
