//! Inputs in a pod: read from the API server with exactly the rights that `inspect --rbac` printed, and not with one of them less.

use kratix_wasm_tests::Tree;
use serde_json::{Value, json};

use crate::cluster::{Cluster, cluster};
use crate::promise::{Case, PLURAL};
use crate::reading::Reading;

/// A Team that carries the labels by which it is found, and a ConfigMap, in a namespace.
fn bring(cluster: &Cluster, namespace: &str) {
    cluster.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}));
    for name in ["echo", "another"] {
        let mut team = Case::named("default-email").request;
        team["metadata"] = json!({"name": name, "namespace": namespace, "labels": {"tier": "one"}});
        cluster.apply(&team);
    }
    let metadata = json!({"name": "settings", "namespace": namespace});
    cluster.apply(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"region": "north"}}));
}

/// Names a Team: what the component then does is the one text of its spec that is a name, too.
fn request() -> Value {
    json!({
        "apiVersion": "example.org/v1", "kind": "Test", "metadata": {"name": "settings", "namespace": "default"},
        "spec": {"misdeed": "echo", "inputs": ["one", "optional", "many"]},
    })
}

/// How an object is named by a status.
fn named(cluster: &Cluster, kind: &str, namespace: &str, name: &str) -> String {
    let version = "jsonpath={.metadata.resourceVersion}";
    format!("{name}@{}", cluster.kubectl(&["get", kind, name, "--namespace", namespace, "--output", version]))
}

fn status(cluster: &Cluster) -> Value {
    cluster.get("tests.example.org", "settings").expect("it is there")["status"].take()
}

/// Names of the objects that the generator told of in a file.
#[track_caller]
fn told(output: &Tree, key: &str) -> Vec<String> {
    let text = String::from_utf8(output[&format!("inputs/{key}")].clone()).expect("it is UTF-8");
    let objects = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("it is JSON"));
    objects.map(|object| object["metadata"]["name"].as_str().expect("a name").to_owned()).collect()
}

/// Runs the step with all its rights, then with each of them left out in turn.
fn reads_only_with_all_rights(
    cluster: &Cluster,
    bindings: &Value,
    pods: Option<&str>,
    one: [&str; 2],
    rights: &[Value],
) {
    let [namespace, name] = one;
    let reading = Reading::new(cluster, "inputs", bindings, pods);
    assert_eq!(reading.rules, rights);

    reading.allow(&reading.rules);
    let made = reading.start(&request()).completes();
    assert_eq!(told(&made.output, "one"), [name]);
    assert_eq!(told(&made.output, "optional"), ["settings"]);
    assert_eq!(told(&made.output, "many"), ["another", "echo"]);
    let of_default = |kind, name| named(cluster, kind, "default", name);
    let read = json!({
        "one": named(cluster, PLURAL, namespace, name),
        "optional": of_default("configmap", "settings"),
        "many": [of_default(PLURAL, "another"), of_default(PLURAL, "echo")],
    });
    assert_eq!(status(cluster)["inputs"], read);

    for (index, left_out) in rights.iter().enumerate() {
        let mut less = reading.rules.clone();
        let _ = less.remove(index);
        reading.allow(&less);
        let job = reading.start(&request());
        assert_eq!(job.completes().output, Tree::new(), "{left_out}");
        let fault = &status(cluster)["fault"];
        let text = fault["text"].as_str().expect("a text");
        assert_eq!(fault["code"], 78, "{left_out}: {text}");
        assert!(text.starts_with("the API server forbids to read "), "{left_out}: {text}");
        let needed = format!("the verb {} on {}", left_out["verbs"][0].as_str().expect("a verb"), plural(left_out));
        let log = job.log("kratix-wasm");
        assert!(log.contains("hint: ") && log.contains(&needed), "{left_out}: {log}");
    }
}

fn plural(rule: &Value) -> String {
    let text = |field: &str| rule[field][0].as_str().expect("a text");
    [text("resources"), text("apiGroups")].join(".").trim_end_matches('.').to_owned()
}

fn team(more: &Value) -> Value {
    let mut team = json!({"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Team", "resource": "teams"});
    team.as_object_mut().expect("it is a map").extend(more.as_object().expect("it is a map").clone());
    team
}

fn config_map(more: &Value) -> Value {
    let mut object = json!({"apiVersion": "v1", "kind": "ConfigMap", "resource": "configmaps"});
    object.as_object_mut().expect("it is a map").extend(more.as_object().expect("it is a map").clone());
    object
}

#[test]
fn with_the_rights_that_inspect_prints_a_pod_reads_its_inputs_and_with_one_less_it_writes_nothing() {
    let cluster = cluster();
    bring(cluster, "default");
    let bindings = json!({
        "one": team(&json!({"name": "{spec.misdeed}"})),
        "optional": config_map(&json!({"name": "settings"})),
        "many": team(&json!({"matchLabels": {"tier": "one"}})),
    });
    let rights = [
        json!({"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"], "resourceNames": ["settings"]}),
        json!({"apiGroups": ["platform.kratix.io"], "resources": ["teams"], "verbs": ["get"]}),
        json!({"apiGroups": ["platform.kratix.io"], "resources": ["teams"], "verbs": ["list"]}),
    ];
    reads_only_with_all_rights(cluster, &bindings, None, ["default", "echo"], &rights);
}

#[test]
fn pods_in_a_namespace_of_their_own_read_another_one_and_those_of_requests_with_just_these_rights() {
    let cluster = cluster();
    bring(cluster, "default");
    bring(cluster, "elsewhere");
    let bindings = json!({
        "one": team(&json!({"name": "another", "namespace": "elsewhere"})),
        "optional": config_map(&json!({"name": "{name}"})),
        "many": team(&json!({"matchLabels": {"tier": "one"}})),
    });
    let rights = [
        json!({"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"], "resourceNamespace": "*"}),
        json!({
            "apiGroups": ["platform.kratix.io"], "resources": ["teams"], "verbs": ["get"], "resourceNames": ["another"],
            "resourceNamespace": "elsewhere",
        }),
        json!({"apiGroups": ["platform.kratix.io"], "resources": ["teams"], "verbs": ["list"], "resourceNamespace": "*"}),
    ];
    reads_only_with_all_rights(cluster, &bindings, Some("pods"), ["elsewhere", "another"], &rights);
}

/// Kubernetes itself puts it there, and the pod may read nothing and has no token.
#[test]
fn a_config_map_comes_as_a_volume_without_a_token() {
    let cluster = cluster();
    bring(cluster, "default");
    let reading = Reading::new(cluster, "settings", &json!({"settings": {"file": "/brought/settings"}}), None)
        .with_volume(json!({"name": "settings", "configMap": {"name": "settings"}}), "/brought/settings")
        .with_volume(json!({"name": "no-token", "emptyDir": {}}), "/var/run/secrets/kubernetes.io/serviceaccount");
    assert_eq!(reading.rules, [] as [Value; 0]);
    reading.allow(&[]);
    let mut request = request();
    request["spec"] = json!({"inputs": ["settings"]});
    let made = reading.start(&request).completes();
    let told = String::from_utf8(made.output["inputs/settings"].clone()).expect("it is UTF-8");
    let config_map = json!({
        "apiVersion": "v1", "data": {"region": "north"}, "kind": "ConfigMap", "metadata": {"name": "settings"},
    });
    assert_eq!(told, format!("{config_map}\n"));
    assert_eq!(status(cluster)["inputs"], json!({"settings": "settings"}));
}
