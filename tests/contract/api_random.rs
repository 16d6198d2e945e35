//! Schemas of every keyword.

use kratix_wasm_tests::Random;
use serde_json::{Map, Value, json};

use crate::api_formatted::FORMATS;
use crate::api_random_objects::{scalar, value};

/// Names of fields.
pub(crate) const NAMES: &[&str] = &["a", "b", "c", "name", "kind", "x-y", "e"];
const PATTERNS: &[&str] = &["^a", "b$", "^[a-z]+$", "", "é|\\d", "^(?i)A$"];

/// A schema that is structural.
pub(crate) fn schema(random: &mut Random, depth: usize) -> Value {
    let kinds = if depth == 0 { 5 } else { 8 };
    let mut schema = match random.below(kinds) {
        0 => texts(random),
        1 => numbers(random, "integer"),
        2 => numbers(random, "number"),
        3 => json!({"type": "boolean"}),
        4 => int_or_string(random),
        5 => list(random, depth - 1),
        6 if random.below(3) == 0 => map(random, depth - 1),
        6 if random.below(3) == 0 => {
            json!({"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true})
        }
        _ => object(random, depth - 1),
    };
    if random.below(6) == 0 {
        schema["nullable"] = true.into();
    }
    if random.below(6) == 0 && schema["type"] != "object" && schema["type"] != "array" {
        let choices: Vec<Value> = (0..=random.below(3)).map(|_| scalar(random)).collect();
        schema["enum"] = choices.into();
    }
    if random.below(5) == 0 && schema["x-kubernetes-int-or-string"].is_null() {
        combine(random, &mut schema);
    }
    schema
}

fn maybe(random: &mut Random, schema: &mut Value, keyword: &str, value: impl Into<Value>) {
    if random.below(4) == 0 {
        schema[keyword] = value.into();
    }
}

fn texts(random: &mut Random) -> Value {
    let mut schema = json!({"type": "string"});
    let (least, most) = (random.below(3), random.below(4));
    maybe(random, &mut schema, "minLength", least);
    maybe(random, &mut schema, "maxLength", most);
    let (pattern, format) = (*random.pick(PATTERNS), *random.pick(FORMATS));
    maybe(random, &mut schema, "pattern", pattern);
    maybe(random, &mut schema, "format", format);
    schema
}

fn numbers(random: &mut Random, kind: &str) -> Value {
    let mut schema = json!({"type": kind});
    let limits = [json!(0), json!(1), json!(2.5), json!(-3), json!(10), json!(0.1), json!(3)];
    for keyword in ["minimum", "maximum", "multipleOf"] {
        let limit = random.pick(&limits).clone();
        maybe(random, &mut schema, keyword, limit);
    }
    maybe(random, &mut schema, "exclusiveMinimum", true);
    maybe(random, &mut schema, "exclusiveMaximum", true);
    maybe(random, &mut schema, "format", "int32");
    schema
}

fn int_or_string(random: &mut Random) -> Value {
    let mut schema = json!({"x-kubernetes-int-or-string": true});
    maybe(random, &mut schema, "anyOf", json!([{"type": "integer"}, {"type": "string"}]));
    maybe(random, &mut schema, "pattern", "^[0-9]+%?$");
    maybe(random, &mut schema, "minimum", 2);
    schema
}

fn list(random: &mut Random, depth: usize) -> Value {
    let mut schema = json!({"type": "array", "items": self::schema(random, depth)});
    let (least, most) = (random.below(3), random.below(4));
    maybe(random, &mut schema, "minItems", least);
    maybe(random, &mut schema, "maxItems", most);
    match random.below(5) {
        0 => {
            schema["x-kubernetes-list-type"] = "set".into();
            schema["items"] = if random.below(2) == 0 { texts(random) } else { numbers(random, "integer") };
        }
        1 => {
            let keys = if random.below(2) == 0 { json!(["k"]) } else { json!(["k", "l"]) };
            schema["x-kubernetes-list-type"] = "map".into();
            schema["x-kubernetes-list-map-keys"] = keys;
            schema["items"] = json!({
                "type": "object",
                "required": ["k"],
                "properties": {
                    "k": {"type": "string"},
                    "l": {"type": "integer", "default": 1},
                    "v": self::schema(random, depth),
                },
            });
        }
        2 => schema["x-kubernetes-list-type"] = "atomic".into(),
        _ => {}
    }
    schema
}

fn map(random: &mut Random, depth: usize) -> Value {
    let inner = if random.below(4) == 0 { true.into() } else { self::schema(random, depth) };
    let mut schema = json!({"type": "object", "additionalProperties": inner});
    let (least, most) = (random.below(3), random.below(4));
    maybe(random, &mut schema, "minProperties", least);
    maybe(random, &mut schema, "maxProperties", most);
    schema
}

/// A schema with named fields.
pub(crate) fn object(random: &mut Random, depth: usize) -> Value {
    let mut properties = Map::new();
    for _ in 0..random.below(4) {
        let name = *random.pick(NAMES);
        let mut property = self::schema(random, depth);
        if random.below(4) == 0 {
            let mut default = value(random, &property, 0);
            if default.is_null() {
                default = "d".into();
            }
            property["default"] = default;
        }
        properties.insert(name.to_owned(), property);
    }
    let required: Vec<&str> = (0..random.below(3)).map(|_| *random.pick(NAMES)).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    let (least, most) = (random.below(3), random.below(4));
    maybe(random, &mut schema, "minProperties", least);
    maybe(random, &mut schema, "maxProperties", most);
    if random.below(5) == 0 {
        schema["x-kubernetes-preserve-unknown-fields"] = true.into();
    }
    schema
}

/// Adds `allOf` and the like, which say no types.
fn combine(random: &mut Random, schema: &mut Value) {
    let branch = |random: &mut Random, schema: &Value| {
        let mut branch = match schema["type"].as_str() {
            Some("string") => texts(random),
            Some("integer" | "number") => numbers(random, "number"),
            Some("object") => {
                let names: Vec<String> =
                    schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
                let mut branch = json!({"required": [random.pick(NAMES)]});
                if !names.is_empty() && random.below(2) == 0 {
                    branch["properties"] =
                        json!({random.pick(&names).clone(): {"enum": [scalar(random), scalar(random)]}});
                }
                branch
            }
            Some("array") => json!({"minItems": random.below(3)}),
            _ => json!({"enum": [scalar(random), true]}),
        };
        branch.as_object_mut().expect("it is a map").remove("type");
        branch
    };
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if random.below(2) == 0 {
            let branches: Vec<Value> = (0..=random.below(2)).map(|_| branch(random, schema)).collect();
            schema[keyword] = branches.into();
        }
    }
    if random.below(4) == 0 {
        schema["not"] = branch(random, schema);
    }
}
