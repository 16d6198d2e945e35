//! The Helm chart, by Helm itself: without values it renders the plain manifests.

use std::path::{Path, PathBuf};
use std::process::Command;

use kratix_wasm::yaml;
use kratix_wasm_tests::root;
use serde_json::{Value, json};

use crate::checkers::{Folder, documents, promise, said};
use crate::platform_manifests::plain;

pub(crate) fn chart() -> PathBuf {
    root().join("deploy/charts/team")
}

/// What Helm prints, or what it says is wrong. It knows no cluster, and nothing of the person who runs the tests.
fn helm(arguments: &[&Path]) -> Result<String, String> {
    let tool = root().join("target/rig/bin/helm");
    assert!(tool.exists(), "{} is not there: run the tests with `./x test contract`", tool.display());
    let home = Folder::new();
    let ended = Command::new(tool).args(arguments).env_clear().env("HOME", home.path()).output();
    let ended = ended.expect("helm can be started");
    if ended.status.success() { Ok(String::from_utf8(ended.stdout).expect("text")) } else { Err(said(&ended)) }
}

/// The objects that a chart makes of values, in the order of their kinds and names.
pub(crate) fn render(chart: &Path, values: &Value) -> Result<Vec<Value>, String> {
    let folder = Folder::new();
    let values = folder.write("values.yaml", &yaml::write(std::slice::from_ref(values)));
    let text = helm(&["template".as_ref(), "team".as_ref(), chart, "--values".as_ref(), &values])?;
    Ok(sorted(documents(&folder.write("rendered.yaml", &text))))
}

pub(crate) fn rendered(values: &Value) -> Vec<Value> {
    render(&chart(), values).unwrap_or_else(|error| panic!("{values}: {error}"))
}

pub(crate) fn sorted(mut objects: Vec<Value>) -> Vec<Value> {
    objects.sort_by_key(named);
    objects
}

pub(crate) fn named(object: &Value) -> String {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    format!("{}/{}", text(&object["kind"]), text(&object["metadata"]["name"]))
}

/// Without the marks of who made it: the label that `down` removes by, and the annotation by which Helm doesn't.
fn unmarked(mut objects: Vec<Value>) -> Vec<Value> {
    for object in &mut objects {
        let metadata = object["metadata"].as_object_mut().expect("an object has metadata");
        for (field, mark) in [("labels", "app.kubernetes.io/part-of"), ("annotations", "helm.sh/resource-policy")] {
            if let Some(map) = metadata.get_mut(field).and_then(Value::as_object_mut) {
                map.shift_remove(mark);
                if map.is_empty() {
                    metadata.shift_remove(field);
                }
            }
        }
    }
    objects
}

pub(crate) fn read(path: &str) -> Value {
    yaml::read(&std::fs::read(root().join(path)).expect("it can be read")).expect("it is YAML")
}

#[test]
fn the_default_rendering_is_the_plain_manifests() {
    let mut manifests = documents(&promise());
    manifests.extend(["catalog", "infrastructure"].map(plain).into_iter().flatten());
    assert_eq!(manifests.len(), 5);
    assert_eq!(unmarked(rendered(&json!({}))), unmarked(sorted(manifests)));
}

/// In the repository the chart has links to the manifests.
#[test]
fn the_packaged_chart_renders_the_same() {
    let folder = Folder::new();
    let _ = helm(&["package".as_ref(), &chart(), "--destination".as_ref(), folder.path()]).unwrap();
    let package = folder.path().join("team-0.1.0.tgz");
    assert_eq!(render(&package, &json!({})).unwrap(), rendered(&json!({})));
}

#[test]
fn helm_finds_nothing_to_complain_about() {
    helm(&["lint".as_ref(), "--strict".as_ref(), &chart()]).unwrap();
}

#[test]
fn the_chart_has_the_version_of_the_promise() {
    let chart = read("deploy/charts/team/Chart.yaml");
    let promise = read("promises/team/promise.yaml");
    let version = chart["version"].as_str().unwrap();
    assert_eq!(promise["metadata"]["labels"]["kratix.io/promise-version"], format!("v{version}"));
    assert_eq!(chart["appVersion"], version);
}

/// With a Promise Kratix deletes all its Teams, and without a Destination their files stay in Git for ever.
#[test]
fn helm_removes_nothing_that_teams_need() {
    for object in rendered(&json!({})) {
        assert_eq!(object["metadata"]["annotations"], json!({"helm.sh/resource-policy": "keep"}), "{object}");
    }
}
