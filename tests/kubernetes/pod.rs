//! A pipeline that runs as Kratix has it run, with Kratix's own program played by a script.

use std::sync::atomic::{AtomicU32, Ordering};

use kratix_wasm_tests::{Tree, tree};
use serde_json::{Value, json};

use crate::cluster::{Cluster, PLAYED, eventually, unpack};
use crate::shape::{access, job};

/// A Job for a request of the namespace `default`; it is deleted with the value.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    cluster: &'a Cluster,
    name: String,
}

/// What a pipeline made, as Kratix's own program found it.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) output: Tree,
    pub(crate) metadata: Tree,
}

impl<'a> Job<'a> {
    /// Starts the pipeline for a request.
    pub(crate) fn start(cluster: &'a Cluster, pipeline: &Value, request: &Value) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let request = request["metadata"]["name"].as_str().expect("a name");
        let name = format!("kratix-team-{request}-configure-{:05x}", COUNT.fetch_add(1, Ordering::Relaxed));
        let objects = [&access()[..], &[job(&name, request, pipeline, PLAYED)]].concat();
        cluster.apply(&json!({"apiVersion": "v1", "kind": "List", "items": objects}));
        Self { cluster, name }
    }

    /// The Job's pod.
    pub(crate) fn pod(&self) -> Option<Value> {
        let selector = format!("job-name={}", self.name);
        let pods = self.cluster.kubectl(&["get", "pods", "--selector", &selector, "--output", "json"]);
        let mut pods: Value = serde_json::from_str(&pods).expect("kubectl prints JSON");
        let pods = pods["items"].as_array_mut().expect("a list");
        assert!(pods.len() < 2, "the Job made another pod: {pods:#?}");
        pods.pop()
    }

    /// What a container printed.
    pub(crate) fn log(&self, container: &str) -> String {
        self.cluster.kubectl(&["logs", &format!("job/{}", self.name), "--container", container])
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
        self.cluster.delete("job", &self.name);
    }
}

/// How the containers of a pod are, in the order in which they run.
pub(crate) fn statuses(pod: &Value) -> impl Iterator<Item = &Value> {
    let of = |kind: &str| pod["status"][kind].as_array().into_iter().flatten();
    of("initContainerStatuses").chain(of("containerStatuses"))
}
