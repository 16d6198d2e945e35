//! A step that needs another Promise's object: it waits for it, goes on by itself, and says what it read.

use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, get, kubectl, team};
use crate::trial::{Set, Trial};

pub(crate) fn a_request_waits_for_another_promises_object_and_says_what_it_read(machine: &Machine) {
    let one = json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Team", "resource": "teams", "name": "{name}",
        "when-missing": "wait",
    });
    let set = |config: Value| Set {
        config,
        inputs: json!({"one": one}),
        policy: Value::Null,
        // What `inspect --rbac` prints of it.
        permissions: json!([{"apiGroups": ["platform.kratix.io"], "resources": ["teams"], "verbs": ["get"]}]),
    };
    let trial = Trial::new(
        machine,
        "needy",
        "one",
        &set(json!({"inputs": ["one"], "files": [["made.txt", "made"]]})),
        &set(json!({"status": "{}"})),
    );
    let (namespace, name) = (trial.name, "needed");
    trial.request(namespace, name);
    let waits = eventually("it waits", || {
        let status = trial.get(namespace, name)?["status"].take();
        (status["kratix"]["workflows"]["pipelines"][0]["phase"] == "Suspended").then_some(status)
    });
    let message = format!("waits for input one: there is no Team.platform.kratix.io {name} in namespace {namespace}");
    assert_eq!(waits["message"], message);
    assert!(waits["kratix"]["workflows"]["pipelines"][0]["nextRetryAt"].is_string(), "{waits}");
    assert_eq!((&waits["fault"], &waits["problems"]), (&Value::Null, &Value::Null), "{waits}");
    assert_eq!(trial.files(namespace, name), Some(Vec::new()));

    apply(&[team(namespace, name, name, "Needed by another")]);
    trial.committed(namespace, name);
    let status = eventually("its status says what it read", || {
        let status = trial.get(namespace, name)?["status"].take();
        (!status["inputs"].is_null()).then_some(status)
    });
    let read = status["inputs"]["one"].as_str().expect("it is a text");
    let version = read.strip_prefix(&format!("{name}@")).unwrap_or_else(|| panic!("{read}"));
    assert!(!version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()), "{read}");

    // Without the Team the request can be deleted all the same.
    kubectl(&["delete", "team", name, "--namespace", namespace, "--timeout", "120s"]);
    assert!(get("teams.platform.kratix.io", name, namespace).is_none());
    trial.kubectl("delete", namespace, name, &["--timeout", "120s"]);
    trial.gone(namespace, name);
    eventually("the Team's files are gone", || machine.gone(namespace, name));
}
