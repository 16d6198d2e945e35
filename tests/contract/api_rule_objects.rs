//! Objects that rules are about, and their schema.

use kratix_wasm_tests::Random;
use serde_json::{Value, json};

use crate::api_judge::definition;

/// The schema that rules are about, with bounds by which an API server knows their cost.
fn spec() -> Value {
    let text = json!({"type": "string", "maxLength": 40});
    json!({
        "type": "object",
        "properties": {
            "text": text, "other": text,
            "count": {"type": "integer"}, "most": {"type": "integer"}, "ratio": {"type": "number"},
            "is": {"type": "boolean"},
            "port": {"x-kubernetes-int-or-string": true, "maxLength": 10},
            "span": {"type": "string", "format": "duration", "maxLength": 20},
            "day": {"type": "string", "format": "date", "maxLength": 20},
            "time": {"type": "string", "format": "date-time", "maxLength": 40},
            "names": {"type": "array", "maxItems": 8, "items": text},
            "set": {"type": "array", "maxItems": 8, "x-kubernetes-list-type": "set", "items": text},
            "numbers": {"type": "array", "maxItems": 8, "items": {"type": "integer"}},
            "labels": {"type": "object", "maxProperties": 8, "additionalProperties": text},
            "x-y": text,
            "namespace": text,
            "maybe": {"type": "string", "nullable": true, "maxLength": 10},
            "with": {"type": "string", "default": "d", "maxLength": 10},
            "nested": {"type": "object", "properties": {"a": text, "b": {"type": "integer"}}},
            "parts": {
                "type": "array", "maxItems": 8, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"],
                "items": {"type": "object", "required": ["key"], "properties": {"key": text, "size": {"type": "integer"}}},
            },
        },
    })
}

const TEXTS: &[&str] =
    &["", "a", "ab", "abc", "A-b", "é😀", "10", "1.5", "true", " a ", "a,b,c", "a.b", "xabx", "ab12"];

/// Values of it, each there or not.
pub(crate) fn values(random: &mut Random) -> Value {
    let mut spec = json!({});
    let text = |random: &mut Random| Value::from(*random.pick(TEXTS));
    let texts =
        |random: &mut Random| (0..random.below(4)).map(|_| Value::from(*random.pick(TEXTS))).collect::<Vec<_>>();
    let number = |random: &mut Random| json!([0, 1, 2, 3, 5, -1, 10, 100][random.below(8)]);
    for field in ["text", "other", "x-y", "namespace", "with"] {
        if random.below(4) > 0 {
            spec[field] = text(random);
        }
    }
    for field in ["count", "most"] {
        if random.below(4) > 0 {
            spec[field] = number(random);
        }
    }
    if random.below(3) > 0 {
        spec["ratio"] = json!([0.0, 0.5, 1.0, 2.25, 3.0][random.below(5)]);
        spec["is"] = json!(random.below(2) == 0);
        spec["port"] = json!([json!(80), json!("80%"), json!("http"), json!(-1)][random.below(4)]);
        spec["span"] = json!(["1h", "90m", "1s", "0s", "25h"][random.below(5)]);
        spec["day"] = json!(["2024-02-29", "2020-01-01"][random.below(2)]);
        spec["time"] =
            json!(["2024-02-29T10:00:00Z", "2024-02-29T11:00:00+01:00", "2020-01-01T00:00:00.5Z"][random.below(3)]);
    }
    if random.below(4) > 0 {
        spec["names"] = texts(random).into();
        let mut set = texts(random);
        set.sort_by_key(ToString::to_string);
        set.dedup();
        if random.below(2) == 0 {
            set.reverse();
        }
        spec["set"] = set.into();
        spec["numbers"] = (0..random.below(4)).map(|_| number(random)).collect::<Vec<_>>().into();
    }
    if random.below(3) > 0 {
        spec["labels"] = json!({*random.pick(TEXTS): "v", "app": *random.pick(TEXTS)});
        spec["maybe"] = if random.below(2) == 0 { Value::Null } else { text(random) };
        spec["nested"] =
            if random.below(2) == 0 { json!({"a": "x"}) } else { json!({"b": 3, "a": *random.pick(TEXTS)}) };
        let mut keys = texts(random);
        keys.sort_by_key(ToString::to_string);
        keys.dedup();
        let part = |random: &mut Random, key: &Value| {
            if random.below(3) == 0 { json!({"key": key}) } else { json!({"key": key, "size": random.below(5)}) }
        };
        spec["parts"] = keys.iter().map(|key| part(random, key)).collect::<Vec<_>>().into();
    }
    spec
}

/// An API whose `spec` has these rules.
pub(crate) fn api(rules: &Value) -> Value {
    let mut spec = spec();
    spec["x-kubernetes-validations"] = rules.clone();
    definition(&json!({"type": "object", "properties": {"spec": spec}}))
}
