//! Objects that meet a schema, or nearly.

use kratix_wasm_tests::Random;
use serde_json::{Map, Value, json};

use crate::api_formatted::FORMATTED;
use crate::api_random::NAMES;

const TEXTS: &[&str] =
    &["", "a", "ab", "A", "abc", "é", "😀😀", "a b", "1", "65", "10.0.0.1", "2024-02-29", "a@b.co", "x\"<&>\n"];

/// A value of no schema.
pub(crate) fn scalar(random: &mut Random) -> Value {
    match random.below(9) {
        0 => Value::Null,
        1 => true.into(),
        2 => 65.into(),
        3 => json!(random.below(12)),
        4 => json!([1.0, 2.5, -3.0, 0.1, 1e20, 3.000_000_000_01][random.below(6)]),
        5 => json!(-2),
        6 => (*random.pick(FORMATTED)).into(),
        _ => (*random.pick(TEXTS)).into(),
    }
}

/// A value of about that schema; the more often another, the higher `wrong` is in percent.
pub(crate) fn value(random: &mut Random, schema: &Value, wrong: usize) -> Value {
    if random.below(100) < wrong {
        return match random.below(4) {
            0 => json!({"a": scalar(random), "q": {"r": 1}}),
            1 => json!([scalar(random), {"a": 1}]),
            _ => scalar(random),
        };
    }
    if schema["nullable"] == true && random.below(5) == 0 {
        return Value::Null;
    }
    if let Some(choices) = schema["enum"].as_array()
        && random.below(3) > 0
    {
        return random.pick(choices).clone();
    }
    if schema["x-kubernetes-embedded-resource"] == true {
        return embedded(random);
    }
    match schema["type"].as_str() {
        Some("string") if !schema["format"].is_null() => (*random.pick(FORMATTED)).into(),
        Some("string") => (*random.pick(TEXTS)).into(),
        Some("integer") => json!([0, 1, 2, 3, 4, 6, 10, -3][random.below(8)]),
        Some("number") => json!([0.0, 1.0, 2.5, 0.3, 7.5, -3.0, 1e21, 0.000_000_1][random.below(8)]),
        Some("boolean") => json!(random.below(2) == 0),
        Some("array") => {
            let items: Vec<Value> = (0..random.below(4)).map(|_| value(random, &schema["items"], wrong)).collect();
            items.into()
        }
        Some("object") => {
            let mut map = Map::new();
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                if random.below(4) > 0 {
                    map.insert(name.clone(), value(random, property, wrong));
                }
            }
            for _ in 0..random.below(3) {
                let name = *random.pick(NAMES);
                let inner = &schema["additionalProperties"];
                if inner.is_object() || random.below(4) == 0 {
                    map.entry(name).or_insert_with(|| value(random, inner, wrong));
                }
            }
            map.into()
        }
        _ => {
            if random.below(2) == 0 {
                json!(random.below(5))
            } else {
                json!(["5%", "12", "x"][random.below(3)])
            }
        }
    }
}

fn embedded(random: &mut Random) -> Value {
    let mut object = json!({
        "apiVersion": random.pick(&["v1", "apps/v1", "a/b/c", ""]),
        "kind": random.pick(&["Pod", "pod_", "ConfigMap"]),
        "metadata": metadata(random),
        "spec": {"any": [1, null]},
    });
    if random.below(5) == 0 {
        object.as_object_mut().expect("it is a map").remove("kind");
    }
    object
}

/// Metadata of an object, mostly right.
pub(crate) fn metadata(random: &mut Random) -> Value {
    let mut metadata = json!({"name": random.pick(&["a", "a", "a.b-c", "A", "a_b", "a/b", "..", ""])});
    let names = ["app", "example.com/app", "-a", "a b", "/a", "b/", "a/b/c", "A.b_c"];
    for field in ["labels", "annotations"] {
        if random.below(3) == 0 {
            metadata[field] = json!({*random.pick(&names): random.pick(TEXTS)});
        }
    }
    match random.below(12) {
        0 => metadata["labels"] = json!({"a": null}),
        1 => metadata["labels"] = json!({"a": 1}),
        2 => metadata["nonsense"] = json!({"a": 1}),
        3 => metadata["finalizers"] = json!(["example.com/x", random.pick(&names)]),
        4 => {
            metadata["ownerReferences"] =
                json!([{"apiVersion": "v1", "kind": "Pod", "name": random.pick(TEXTS), "uid": "u", "more": 1}]);
        }
        5 => metadata["namespace"] = json!(random.pick(&["default", "A", "a.b"])),
        6 => metadata["name"] = json!("x".repeat(60 + random.below(6))),
        7 => metadata["generation"] = json!(7),
        8 => metadata["annotations"] = json!({}),
        _ => {}
    }
    metadata
}
