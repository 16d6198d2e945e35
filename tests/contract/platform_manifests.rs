//! The manifests of the platform by Kratix' own rules (kratix-contract 7.3 and 7.6) and by the Promise's: nobody says
//! that a Destination is found by no label, or that a file goes nowhere.

use kratix_wasm::yaml;
use kratix_wasm_tests::root;
use serde_json::{Value, json};

use crate::checkers::{documents, promise};
use crate::crd::refusals;
use crate::kratix_promise::assert_known;

/// What `down` finds by which it removes, and nothing else.
const LABEL: &str = "app.kubernetes.io/part-of";

/// The state store and the Destination of a repository.
pub(crate) fn plain(repository: &str) -> [Value; 2] {
    let file = root().join(format!("deploy/4-state-stores/{repository}.yaml"));
    documents(&file).try_into().expect("a state store and a Destination")
}

#[test]
fn state_stores_have_only_fields_that_kratix_has() {
    for [store, _] in ["catalog", "infrastructure"].map(plain) {
        assert_eq!(
            (&store["apiVersion"], &store["kind"]),
            (&json!("platform.kratix.io/v1alpha1"), &json!("GitStateStore"))
        );
        assert_known(&store, &["apiVersion", "kind", "metadata", "spec"]);
        let spec = &store["spec"];
        assert_known(spec, &["url", "branch", "path", "authMethod", "gitAuthor", "secretRef"]);
        assert_known(&spec["secretRef"], &["name", "namespace"]);
        // Kratix takes a URL for SSH only with a user, and looks for a Secret without a namespace in `default`.
        assert_eq!(spec["authMethod"], "ssh");
        assert!(spec["url"].as_str().unwrap().starts_with("ssh://git@"), "{spec}");
        assert!(spec["secretRef"]["namespace"].is_string(), "{spec}");
    }
}

#[test]
fn destinations_have_only_fields_that_kratix_has() {
    for [store, destination] in ["catalog", "infrastructure"].map(plain) {
        assert_eq!((&destination["apiVersion"], &destination["kind"]), (&store["apiVersion"], &json!("Destination")));
        assert_known(&destination, &["apiVersion", "kind", "metadata", "spec"]);
        let spec = &destination["spec"];
        let known = ["path", "stateStoreRef", "strictMatchLabels", "filepath", "cleanup", "initWorkloads"];
        assert_known(spec, &known);
        assert_known(&spec["filepath"], &["mode", "filename"]);
        assert_known(&spec["initWorkloads"], &["enabled"]);
        assert_eq!(spec["stateStoreRef"], json!({"kind": "GitStateStore", "name": store["metadata"]["name"]}));
        // Any other spelling of the root makes Kratix forget files, or write their names in another way.
        assert_eq!(spec["path"], ".");
    }
}

/// Kratix takes one of the Destinations that have all labels of a directory, whichever; it must be the right one.
#[test]
fn each_directory_of_the_promise_finds_its_destination_alone() {
    let promise = &documents(&promise())[0];
    let env = &promise["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0]["env"];
    let config = env.as_array().unwrap().iter().find(|variable| variable["name"] == "KRATIX_WASM_CONFIG").unwrap();
    let config = yaml::read(config["value"].as_str().unwrap().as_bytes()).unwrap();
    let destinations = ["catalog", "infrastructure"].map(|repository| plain(repository)[1].clone());
    for (directory, expected) in [("backstage", "catalog"), ("terraform", "infrastructure")] {
        let labels = config["destinations"][directory].as_object().unwrap();
        let found = destinations
            .iter()
            .filter(|destination| labels.iter().all(|(key, value)| destination["metadata"]["labels"][key] == *value));
        let found: Vec<&Value> = found.map(|destination| &destination["metadata"]["name"]).collect();
        assert_eq!(found, [expected], "{directory}");
    }
}

#[test]
fn what_the_platform_makes_can_be_found_again() {
    let teams = teams();
    for object in ["catalog", "infrastructure"].map(plain).iter().flatten().chain(&teams) {
        assert_eq!(object["metadata"]["labels"][LABEL], "kratix-wasm-platform", "{object}");
    }
}

fn teams() -> Vec<Value> {
    let folder = root().join("deploy/6-team/teams");
    let mut files: Vec<_> = folder.read_dir().expect("it can be listed").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| documents(file)).collect()
}

#[test]
fn the_teams_of_the_platform_are_taken() {
    let teams = teams();
    assert_eq!(teams.len(), 3);
    for team in &teams {
        assert_eq!(refusals(team, None), [""; 0], "{team}");
        let request = kratix_wasm_sdk::Request::configure(team.clone());
        assert!(kratix_wasm_sdk::call::<team::Teams>(&request).is_ok(), "{team}");
    }
    // One with an address of its own, one without, one with a name beyond ASCII.
    assert_eq!(teams.iter().filter(|team| team["spec"]["email"].is_string()).count(), 1);
    assert_eq!(teams.iter().filter(|team| !team["spec"]["name"].as_str().unwrap().is_ascii()).count(), 1);
}
