//! The Team Promise as Kratix takes it apart.

use std::fs;
use std::path::PathBuf;

use kratix_wasm::yaml;
use kratix_wasm_tests::root;
use serde_json::{Value, json};

/// What the API is called.
pub(crate) const PLURAL: &str = "teams.platform.kratix.io";

/// The folder of the Promise.
fn folder() -> PathBuf {
    root().join("promises/team")
}

/// A YAML document.
fn read(path: PathBuf) -> Value {
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    yaml::read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The CRD as Kratix completes it (kratix-contract 6.3): a status that can have anything, and names that fit into a label.
pub(crate) fn api() -> Value {
    let mut api = read(folder().join("promise.yaml"))["spec"]["api"].take();
    api["metadata"]["labels"]["kratix.io/promise-name"] = "team".into();
    for version in api["spec"]["versions"].as_array_mut().expect("a list") {
        version["subresources"] = json!({"status": {}});
        let properties = &mut version["schema"]["openAPIV3Schema"]["properties"];
        properties["status"] = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        properties["metadata"] = json!({"type": "object", "properties": {"name": {"type": "string", "maxLength": 63}}});
    }
    api
}

/// The spec of the pipeline that runs for a request.
pub(crate) fn pipeline() -> Value {
    read(folder().join("promise.yaml"))["spec"]["workflows"]["resource"]["configure"][0]["spec"].take()
}

/// A case of the Promise: a request, and what becomes of it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) directory: PathBuf,
    /// Less what only an API server may say.
    pub(crate) request: Value,
}

impl Case {
    pub(crate) fn named(name: &str) -> Self {
        let directory = folder().join("cases").join(name);
        let object = read(directory.join("object.yaml"));
        let mut request = json!({"metadata": {"namespace": "default"}});
        for field in ["apiVersion", "kind", "spec"] {
            request[field] = object[field].clone();
        }
        for field in ["name", "namespace", "labels", "annotations"] {
            if let Some(value) = object["metadata"].get(field) {
                request["metadata"][field] = value.clone();
            }
        }
        Self { directory, request }
    }

    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        let entries = fs::read_dir(folder().join("cases")).expect("there are cases");
        let names = entries.map(|entry| entry.expect("entries can be listed").file_name());
        names.map(|name| Self::named(name.to_str().expect("names are UTF-8"))).collect()
    }

    /// The fields that are at fault, when the step finds the request invalid.
    pub(crate) fn faults(&self) -> Vec<String> {
        let metadata = self.directory.join("expected/metadata");
        if !metadata.join("workflow-control.yaml").exists() {
            return Vec::new();
        }
        let status = read(metadata.join("status.yaml"));
        let problems = status["problems"].as_array().expect("a list");
        problems.iter().map(|problem| problem["field"].as_str().expect("a path").to_owned()).collect()
    }
}
