//! The Promises by Kratix's own rules, which no custom resource definition knows: a pipeline with a field that Kratix
//! doesn't have is refused as a whole (kratix-contract 1.8 and 6.4).

use std::path::Path;

use kratix_wasm::inputs::SERVICE_ACCOUNT;
use kratix_wasm::yaml;
use kratix_wasm_sdk::Request;
use kratix_wasm_tests::root;
use serde_json::{Value, json};

use crate::checkers::{promises, request};

const CONTAINER: &[&str] = &[
    "args",
    "command",
    "env",
    "envFrom",
    "image",
    "imagePullPolicy",
    "name",
    "resources",
    "securityContext",
    "volumeMounts",
];
const SPEC: &[&str] = &[
    "containers",
    "imagePullSecrets",
    "jobOptions",
    "nodeSelector",
    "rbac",
    "restartPolicy",
    "tolerations",
    "volumes",
];
const SECURITY_CONTEXT: &[&str] = &[
    "allowPrivilegeEscalation",
    "appArmorProfile",
    "capabilities",
    "privileged",
    "procMount",
    "readOnlyRootFilesystem",
    "runAsGroup",
    "runAsNonRoot",
    "runAsUser",
    "seLinuxOptions",
    "seccompProfile",
    "windowsOptions",
];
const VOLUME_MOUNT: &[&str] =
    &["mountPath", "mountPropagation", "name", "readOnly", "recursiveReadOnly", "subPath", "subPathExpr"];
/// A rule of Kubernetes' own, and where it holds.
const PERMISSION: &[&str] =
    &["apiGroups", "nonResourceURLs", "resourceNames", "resourceNamespace", "resources", "verbs"];
/// Of volumes, only the kinds that make sense here.
const VOLUME: &[&str] =
    &["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "name", "projected", "secret"];

/// Names that Kratix gives to containers and volumes of the same pod.
const KRATIX_CONTAINERS: &[&str] = &["reader", "work-writer", "status-writer"];
const KRATIX_VOLUMES: &[&str] = &["promise-scheduling", "shared-input", "shared-output", "shared-metadata"];

/// All Promises.
fn read_all() -> Vec<Value> {
    promises().iter().map(|folder| read(folder)).collect()
}

fn read(folder: &Path) -> Value {
    let text = std::fs::read(folder.join("promise.yaml")).expect("the Promise can be read");
    yaml::read(&text).expect("it is YAML")
}

/// The pipelines with their workflow: `resource-configure`.
fn pipelines(promise: &Value) -> Vec<(String, &Value)> {
    let mut pipelines = Vec::new();
    for (kind, actions) in promise["spec"]["workflows"].as_object().expect("a map") {
        assert!(["promise", "resource"].contains(&&**kind), "{kind}");
        for (action, list) in actions.as_object().expect("a map") {
            assert!(["configure", "delete"].contains(&&**action), "{action}");
            let list = list.as_array().expect("a list");
            pipelines.extend(list.iter().map(|pipeline| (format!("{kind}-{action}"), pipeline)));
        }
    }
    assert!(!pipelines.is_empty());
    pipelines
}

fn items<'a>(parent: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    parent[field].as_array().into_iter().flatten()
}

#[track_caller]
pub(crate) fn assert_known(value: &Value, known: &[&str]) {
    for key in value.as_object().into_iter().flatten().map(|(key, _)| key) {
        assert!(known.contains(&&**key), "Kratix would refuse the field {key} of {value}");
    }
}

#[test]
fn pipelines_have_only_fields_that_kratix_has() {
    read_all().iter().for_each(assert_pipelines);
}

/// The pipelines of a Promise, wherever it comes from.
#[track_caller]
pub(crate) fn assert_pipelines(promise: &Value) {
    for (_, pipeline) in pipelines(promise) {
        assert_eq!(pipeline["apiVersion"], "platform.kratix.io/v1alpha1");
        assert_eq!(pipeline["kind"], "Pipeline");
        assert_known(pipeline, &["apiVersion", "kind", "metadata", "spec"]);
        assert_known(&pipeline["metadata"], &["annotations", "labels", "name"]);
        assert_spec(&pipeline["spec"]);
    }
}

/// The spec of a pipeline, or as much of it as a document shows.
#[track_caller]
fn assert_spec(spec: &Value) {
    assert_known(spec, SPEC);
    assert_known(&spec["jobOptions"], &["backoffLimit"]);
    assert_known(&spec["rbac"], &["permissions", "serviceAccount"]);
    items(&spec["rbac"], "permissions").for_each(|rule| assert_known(rule, PERMISSION));
    for volume in items(spec, "volumes") {
        assert_known(volume, VOLUME);
        assert_known(&volume["image"], &["pullPolicy", "reference"]);
        assert_known(&volume["configMap"], &["defaultMode", "items", "name", "optional"]);
    }
    for container in items(spec, "containers") {
        assert_known(container, CONTAINER);
        assert_known(&container["securityContext"], SECURITY_CONTEXT);
        assert_known(&container["securityContext"]["capabilities"], &["add", "drop"]);
        assert_known(&container["securityContext"]["seccompProfile"], &["localhostProfile", "type"]);
        assert_known(&container["resources"], &["claims", "limits", "requests"]);
        for variable in items(container, "env") {
            assert_known(variable, &["name", "value", "valueFrom"]);
            assert!(variable.get("value").is_none_or(Value::is_string), "{variable}");
        }
        items(container, "volumeMounts").for_each(|mount| assert_known(mount, VOLUME_MOUNT));
    }
}

/// What `docs/shipping-generators.md` shows is parts of such specs, and mounts what it names.
#[test]
fn the_ways_to_ship_a_generator_are_shown_in_fields_that_kratix_has() {
    let text = std::fs::read_to_string(root().join("docs/shipping-generators.md")).expect("it can be read");
    let specs: Vec<Value> = text
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a first part"))
        .map(|yaml| yaml::read(yaml.as_bytes()).expect("it is YAML"))
        .collect();
    assert_eq!(specs.len(), 3, "baked in, an image volume, a ConfigMap");
    for spec in &specs {
        assert_spec(spec);
        let volumes: Vec<&Value> = items(spec, "volumes").map(|volume| &volume["name"]).collect();
        let mounts = items(spec, "containers").flat_map(|container| items(container, "volumeMounts"));
        assert_eq!(mounts.map(|mount| &mount["name"]).collect::<Vec<_>>(), volumes);
    }
}

/// `<promise>-<type>-<action>-<pipeline>` names roles, accounts and Jobs.
#[test]
fn pipeline_ids_are_short_enough() {
    for promise in read_all() {
        for (workflow, pipeline) in pipelines(&promise) {
            let name = |object: &Value| object["metadata"]["name"].as_str().expect("a name").to_owned();
            let id = format!("{}-{workflow}-{}", name(&promise), name(pipeline));
            assert!(id.len() <= 60, "{id} has {} characters", id.len());
        }
    }
}

#[test]
fn names_of_kratix_are_left_to_kratix() {
    let promises = read_all();
    for (_, pipeline) in promises.iter().flat_map(pipelines) {
        let spec = &pipeline["spec"];
        let names = |field| items(spec, field).map(|item| item["name"].as_str().expect("a name")).collect::<Vec<_>>();
        let (containers, volumes) = (names("containers"), names("volumes"));
        assert!(
            !containers.is_empty() && !containers.iter().any(|name| KRATIX_CONTAINERS.contains(name)),
            "{containers:?}"
        );
        assert!(!volumes.iter().any(|name| KRATIX_VOLUMES.contains(name)), "{volumes:?}");
        for mount in items(spec, "containers").flat_map(|container| items(container, "volumeMounts")) {
            assert!(!mount["mountPath"].as_str().expect("a path").starts_with("/kratix"), "{mount}");
            assert!(volumes.contains(&mount["name"].as_str().expect("a name")), "{mount} mounts no volume");
        }
    }
}

/// Kubernetes takes an environment variable only as a string, and a generator its config only by its schema's types: that
/// `check-promise` finds (tests/integration). What is in Team's are the defaults, to be changed.
#[test]
fn the_config_of_the_team_promise_shows_the_defaults() {
    let promise = read(&root().join("promises/team"));
    let config = yaml::read(variable(&promise, "KRATIX_WASM_CONFIG").as_bytes()).expect("it is YAML");
    let object = request(&json!({"id": "a", "name": "A"}));
    let with = kratix_wasm_sdk::call::<team::Teams>(&Request::configure(object.clone()).config(config)).unwrap();
    let without = kratix_wasm_sdk::call::<team::Teams>(&Request::configure(object)).unwrap();
    assert_eq!(with, without);
}

/// What a Promise's own step is set.
fn variable<'a>(promise: &'a Value, name: &str) -> &'a str {
    let pipelines = pipelines(promise);
    let (_, pipeline) = pipelines.iter().find(|(name, _)| name == "resource-configure").expect("it runs a step");
    let mut variables = items(&pipeline["spec"]["containers"][0], "env");
    let variable = variables.find(|variable| variable["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    variable["value"].as_str().expect("a string")
}

/// A pod whose step asks the API server has its token, and may do with it what the binding needs, no less and no more; all
/// others have none.
#[test]
fn a_step_has_a_token_for_its_inputs_alone() {
    let mut asking = 0;
    for (_, pipeline) in read_all().iter().flat_map(pipelines) {
        for container in items(&pipeline["spec"], "containers") {
            let inputs = items(container, "env").find(|variable| variable["name"] == "KRATIX_WASM_INPUTS");
            let is_covered = items(container, "volumeMounts").any(|mount| mount["mountPath"] == SERVICE_ACCOUNT);
            assert_eq!(is_covered, inputs.is_none(), "{container}");
            let Some(inputs) = inputs else {
                assert!(pipeline["spec"].get("rbac").is_none(), "{pipeline}");
                continue;
            };
            let inputs = yaml::read(inputs["value"].as_str().expect("a string").as_bytes()).expect("it is YAML");
            let permission = |binding: &Value| {
                let group =
                    binding["apiVersion"].as_str().expect("it has one").rsplit_once('/').map_or("", |(group, _)| group);
                let verb = if binding.get("name").is_some() { "get" } else { "list" };
                json!({"apiGroups": [group], "resources": [binding["resource"]], "verbs": [verb]})
            };
            let needed: Vec<Value> = inputs.as_object().expect("a map").values().map(permission).collect();
            assert_eq!(pipeline["spec"]["rbac"], json!({"permissions": needed}));
            asking += 1;
        }
    }
    assert_eq!(asking, 1, "the Bucket's");
}

/// Kratix holds the requests of a Promise for as long as one that it requires isn't there (kratix-contract 6.5).
#[test]
fn a_promise_requires_those_whose_objects_are_its_inputs() {
    let promises = read_all();
    let (bucket, team) = (&promises[0], &promises[1]);
    assert_eq!(bucket["spec"]["requiredPromises"], json!([{"name": team["metadata"]["name"]}]));
    let binding = &yaml::read(variable(bucket, "KRATIX_WASM_INPUTS").as_bytes()).expect("it is YAML")["team"];
    let api = &team["spec"]["api"]["spec"];
    let version = format!("{}/{}", api["group"].as_str().unwrap(), api["versions"][0]["name"].as_str().unwrap());
    assert_eq!(
        (&binding["apiVersion"], &binding["kind"], &binding["resource"]),
        (&json!(version), &api["names"]["kind"], &api["names"]["plural"])
    );
}
