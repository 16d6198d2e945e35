//! A Promise of the component that does what it is told, with requests in a namespace and files below a path of their own.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::describing;
use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, get, kubectl};

const PROMISES: &str = "promises.platform.kratix.io";

/// A Promise that is there for as long as the value.
pub(crate) struct Trial<'a> {
    machine: &'a Machine,
    /// What the Promise, its namespace, its Destination and the folder of its files are called.
    pub(crate) name: &'static str,
    /// Other namespaces that have requests.
    namespaces: Vec<&'static str>,
}

/// What is set for a step.
pub(crate) struct Set {
    pub(crate) config: Value,
    pub(crate) inputs: Value,
    pub(crate) policy: Value,
    pub(crate) permissions: Value,
}

impl<'a> Trial<'a> {
    /// One whose generator declares by this word, with this set for what configures and for what deletes. Where a request has a
    /// spec, the component goes by that instead of the config.
    pub(crate) fn new(machine: &'a Machine, name: &'static str, word: &str, configure: &Set, delete: &Set) -> Self {
        let mut destination = get("destinations.platform.kratix.io", "catalog", "default").expect("stage 4 makes it");
        destination["metadata"] = json!({"name": name, "labels": {"trial": name}});
        destination["spec"]["path"] = name.into();
        destination["spec"]["filepath"] = json!({"mode": "nestedByMetadata"});
        destination.as_object_mut().expect("an object").remove("status");
        let trial = Self { machine, name, namespaces: Vec::new() };
        bring_generator(name, word);
        let promise = json!({
            "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Promise",
            "metadata": {"name": name, "labels": {"kratix.io/promise-version": "v1"}},
            "spec": {
                "api": trial.api(),
                "destinationSelectors": [{"matchLabels": {"trial": name}}],
                "workflows": {"resource": {
                    "configure": [pipeline("configure", configure)], "delete": [pipeline("delete", delete)],
                }},
            },
        });
        apply(&[destination, promise]);
        eventually("the Promise is available", || trial.is_available().then_some(()));
        trial
    }

    fn api(&self) -> Value {
        let (group, any) = (self.group(), json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}));
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": self.resource()},
            "spec": {
                "group": group, "scope": "Namespaced", "names": {"kind": "Test", "plural": "tests", "singular": "test"},
                "versions": [{
                    "name": "v1", "served": true, "storage": true,
                    "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": any}}},
                }],
            },
        })
    }

    /// The same with requests in another namespace, too, which is removed with the Promise.
    pub(crate) fn and_in(mut self, namespace: &'static str, word: &str) -> Self {
        bring_generator(namespace, word);
        self.namespaces.push(namespace);
        self
    }

    fn group(&self) -> String {
        format!("{}.example.org", self.name)
    }

    /// What kubectl calls its requests.
    pub(crate) fn resource(&self) -> String {
        format!("tests.{}", self.group())
    }

    fn is_available(&self) -> bool {
        let promise = get(PROMISES, self.name, "default");
        promise.as_ref().and_then(|promise| condition(promise, "Available")).is_some_and(|is| is["status"] == "True")
    }

    /// Asks for something.
    pub(crate) fn request(&self, namespace: &str, name: &str) {
        let metadata = json!({"name": name, "namespace": namespace});
        apply(&[json!({"apiVersion": format!("{}/v1", self.group()), "kind": "Test", "metadata": metadata})]);
    }

    pub(crate) fn get(&self, namespace: &str, name: &str) -> Option<Value> {
        get(&self.resource(), name, namespace)
    }

    /// Runs kubectl for a request: `patch`, then what follows its name.
    #[track_caller]
    pub(crate) fn kubectl(&self, verb: &str, namespace: &str, name: &str, more: &[&str]) {
        kubectl(&[&[verb, "--namespace", namespace, &self.resource(), name], more].concat());
    }

    /// The files of a request in Git, as the last parts of their paths.
    pub(crate) fn files(&self, namespace: &str, name: &str) -> Option<Vec<String>> {
        let tree = self.machine.admin.find("/repos/platform/catalog/git/trees/main?recursive=true&per_page=1000")?;
        let paths = tree["tree"].as_array()?.iter().filter_map(|entry| entry["path"].as_str());
        let folder = format!("{}/resources/{namespace}/{}/{name}/", self.name, self.name);
        let files = paths.filter(|path| path.starts_with(&folder)).filter_map(|path| path.rsplit('/').next());
        Some(files.filter(|file| file.contains('.')).map(str::to_owned).collect())
    }

    /// Waits until a request's files are in Git.
    #[track_caller]
    pub(crate) fn committed(&self, namespace: &str, name: &str) {
        eventually("it is committed", || (self.files(namespace, name)?.len() == 1).then_some(()));
    }

    /// Waits until a request is no more, and none of its files.
    #[track_caller]
    pub(crate) fn gone(&self, namespace: &str, name: &str) {
        eventually("the request is gone", || self.get(namespace, name).is_none().then_some(()));
        eventually("its files are gone", || self.files(namespace, name)?.is_empty().then_some(()));
    }

    /// The Jobs that were started to delete a request.
    pub(crate) fn deletions(&self, namespace: &str, name: &str) -> usize {
        let selector = format!(
            "kratix.io/promise-name={},kratix.io/resource-name={name},kratix.io/workflow-action=delete",
            self.name
        );
        kubectl(&["get", "jobs", "--namespace", namespace, "--selector", &selector, "--output", "name"]).lines().count()
    }

    /// Whether the Promise is there, even if only to be deleted.
    pub(crate) fn is_there(&self) -> bool {
        get(PROMISES, self.name, "default").is_some()
    }
}

/// Also after a failure, which it must not hide by one of its own.
impl Drop for Trial<'_> {
    fn drop(&mut self) {
        let kubectl = |arguments: &[&str]| {
            let ended = Command::new("kubectl").args(arguments).output().expect("kubectl can be started");
            String::from_utf8_lossy(&ended.stdout).into_owned()
        };
        // What still waits is approved of, and the Promise goes while others are tried.
        let (resource, columns) = (self.resource(), "custom-columns=:metadata.namespace,:metadata.name");
        let requests = kubectl(&["get", &resource, "--all-namespaces", "--no-headers", "--output", columns]);
        for request in requests.lines() {
            let [namespace, name] = request.split_whitespace().collect::<Vec<_>>()[..] else { continue };
            let approved = r#"{"spec": {}}"#;
            kubectl(&["patch", "--namespace", namespace, &resource, name, "--type", "merge", "--patch", approved]);
        }
        kubectl(&["delete", PROMISES, self.name, "--wait=false"]);
        kubectl(&["wait", "--for=delete", &resource, "--all", "--all-namespaces", "--timeout", "120s"]);
        for namespace in self.namespaces.iter().chain([&self.name]) {
            kubectl(&["delete", "namespace", namespace, "--timeout", "120s"]);
        }
        kubectl(&["delete", "destinations.platform.kratix.io", self.name]);
    }
}

/// What a condition of an object says.
pub(crate) fn condition<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|is| is["type"] == name)
}

/// Brings the generator to where pods will run.
fn bring_generator(namespace: &str, word: &str) {
    apply(&[json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})]);
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), describing(word)).expect("it can be written");
    let from = format!("--from-file=generator.wasm={}", file.path().display());
    kubectl(&["delete", "configmap", "generator", "--namespace", namespace, "--ignore-not-found"]);
    kubectl(&["create", "configmap", "generator", "--namespace", namespace, &from]);
}

fn pipeline(name: &str, Set { config, inputs, policy, permissions }: &Set) -> Value {
    let set =
        [("CONFIG", config), ("INPUTS", inputs), ("POLICY", policy)].into_iter().filter(|(_, value)| !value.is_null());
    let env: Vec<Value> =
        set.map(|(name, value)| json!({"name": format!("KRATIX_WASM_{name}"), "value": value.to_string()})).collect();
    json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Pipeline", "metadata": {"name": name},
        "spec": {
            "containers": [{
                "name": "kratix-wasm",
                "image": "localhost/kratix-wasm-team:0.1.0",
                "imagePullPolicy": "IfNotPresent",
                "args": ["run", "/generator/generator.wasm"],
                "env": env,
                "resources": {"requests": {"cpu": "20m", "memory": "24Mi"}, "limits": {"cpu": "1", "memory": "256Mi"}},
                "securityContext": {"runAsNonRoot": true, "runAsUser": 65532, "readOnlyRootFilesystem": true},
                "volumeMounts": [{"name": "generator", "mountPath": "/generator", "readOnly": true}],
            }],
            "volumes": [{"name": "generator", "configMap": {"name": "generator"}}],
            "jobOptions": {"backoffLimit": 3},
            "rbac": {"permissions": permissions},
        },
    })
}
