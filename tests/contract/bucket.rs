//! The API of the Bucket Promise: what it refuses, the generator refuses, or the host when it looks for the input.

use kratix_wasm_sdk::{Request, Stop, call, inputs};
use kratix_wasm_tests::root;
use serde_json::{Value, json};

use crate::crd::refusals_of;

fn bucket(name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "storage.example.org/v1alpha1",
        "kind": "Bucket",
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    })
}

fn refused(object: &Value, old: Option<&Value>) -> Vec<String> {
    let promise = root().join("promises/bucket/promise.yaml");
    refusals_of(&promise, object, old)
}

#[test]
fn what_is_wrong_is_refused_in_plain_words() {
    let team = "the team must be the name of a Team, for example example-team";
    for (spec, field, words) in [
        (json!({"team": "../x", "region": "a"}), "spec.team", team),
        (json!({"team": "a/b", "region": "a"}), "spec.team", team),
        (json!({"team": "A", "region": "a"}), "spec.team", team),
        (json!({"team": "a..b", "region": "a"}), "spec.team", team),
        (json!({"team": "a".repeat(64), "region": "a"}), "spec.team", "may not be more than 63 bytes"),
        (json!({"region": "a"}), "spec.team", "Required value"),
        (json!({"team": "a"}), "spec.region", "Required value"),
    ] {
        let found = refused(&bucket("logs", &spec), None);
        assert!(found.len() == 1 && found[0].starts_with(field) && found[0].contains(words), "{spec}: {found:?}");
    }
    assert_eq!(refused(&bucket("logs", &json!({"team": "a.b-c", "region": "a"})), None), [""; 0]);
}

#[test]
fn the_team_can_be_changed_and_the_region_cannot() {
    let old = bucket("logs", &json!({"team": "a", "region": "eu-west-1"}));
    assert_eq!(refused(&bucket("logs", &json!({"team": "b", "region": "eu-west-1"})), Some(&old)), [""; 0]);
    let found = refused(&bucket("logs", &json!({"team": "a", "region": "eu-central-1"})), Some(&old));
    assert!(found.len() == 1 && found[0].contains("the region can't be changed"), "{found:?}");
}

#[test]
fn the_api_and_the_generator_agree_on_names() {
    let team = json!({"metadata": {"name": "a"}, "spec": {"id": "a"}, "status": {"email": "a@example.com"}});
    inputs::provide([("team", vec![team])]);
    for name in ["logs", "logs-2", "0", "logs.2026", "logs--2"] {
        let object = bucket(name, &json!({"team": "a", "region": "eu-west-1"}));
        let config = json!({"prefix": "acme", "regions": ["eu-west-1"]});
        let generated = call::<bucket::Buckets>(&Request::configure(object.clone()).config(config));
        assert!(!matches!(generated, Err(Stop::Misconfigured(_) | Stop::Internal(_))), "{generated:?}");
        let refusals = refused(&object, None);
        assert_eq!(refusals.is_empty(), generated.is_ok(), "{name}: {refusals:?}");
    }
}
