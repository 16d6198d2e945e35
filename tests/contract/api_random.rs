//! Schemas of every keyword, and objects that meet them, or nearly.

use kratix_wasm_tests::Random;
use serde_json::{Map, Value, json};

const NAMES: &[&str] = &["a", "b", "c", "name", "kind", "x-y", "e"];
const TEXTS: &[&str] =
    &["", "a", "ab", "A", "abc", "é", "😀😀", "a b", "1", "65", "10.0.0.1", "2024-02-29", "a@b.co", "x\"<&>\n"];
const PATTERNS: &[&str] = &["^a", "b$", "^[a-z]+$", "", "é|\\d", "^(?i)A$"];
const FORMATS: &[&str] = &[
    "date",
    "date-time",
    "datetime",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "cidr",
    "mac",
    "uri",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
    "byte",
    "password",
    "isbn",
    "isbn10",
    "isbn13",
    "creditcard",
    "ssn",
    "hexcolor",
    "rgbcolor",
    "bsonobjectid",
    "k8s-short-name",
    "k8s-long-name",
    "int32",
    "int64",
    "double",
    "nonsense",
];
/// Texts of these formats, and others that are nearly so.
pub(crate) const FORMATTED: &[&str] = &[
    "2024-02-29",
    "2023-02-29",
    "2024-2-9",
    "0000-01-01",
    "2024-02-29T23:59:59Z",
    "2024-02-29t23:59:59z",
    "2024-02-29T24:00:00Z",
    "2024-02-29T23:59:59.5+01:00",
    "2024-02-29T23:59:59x5Z",
    "2024-02-29T23:59:59",
    "1h",
    "1h30m",
    "-1.5h",
    "22 ns",
    "1 day",
    "3 Weeks",
    "1x",
    "5",
    "0",
    ".5s",
    "1us",
    "1µs",
    "1μs",
    "9999999999h",
    "a1h",
    "1d 2",
    "a@b.co",
    "a@b",
    "a.@b.co",
    "a..b@c",
    "@b",
    "a b@c.d",
    " a@b ",
    "é@b.co",
    "a@[1.2.3.4]",
    "A <a@b.co>",
    "example.com",
    "-a.com",
    "a",
    "a.b",
    "a.c1",
    "ex_a.com",
    "😀.com",
    "é.fr",
    "a--b.com",
    "1.2.3.4",
    "01.2.3.4",
    "256.0.0.1",
    "1.2.3",
    "::1",
    "1::2::3",
    "::ffff:1.2.3.4",
    "::ffff:1.2.3.04",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "10.0.0.0/8",
    "10.0.0.0/33",
    "10.0.0.00/08",
    "::/0",
    "::/129",
    "1.2.3.4/",
    "01:23:45:67:89:ab",
    "01-23-45-67-89-ab",
    "0123.4567.89ab",
    "01:23:45:67:89",
    "01:23-45:67:89:ab",
    "01:23:45:67:89:ab:cd:ef",
    "http://a.b/c?d#e",
    "/a/b",
    "a/b",
    "http://a b",
    "*",
    "http://",
    "http://a:80",
    "http://a:x",
    "mailto:a@b",
    "://a",
    "http://[::1]/",
    "http://a/%zz",
    "http://a%20b",
    "http://u:p@h/",
    "1a:b",
    "//a",
    "http://é",
    "http://a^",
    "550e8400-e29b-41d4-a716-446655440000",
    "550e8400e29b41d4a716446655440000",
    "550E8400-E29B-31D4-A716-446655440000",
    "550e8400-e29b-51d4-c716-446655440000",
    "YWJj",
    "YWI=",
    "YWI",
    "",
    "YQ==",
    "YW-_",
    "3836221195",
    "1-61729-085-8",
    "3 401 01319 X",
    "9784873113685",
    "978-4-87311-368-5",
    "4220855426222389",
    "374953669708156",
    "30190239451016",
    "191-60-2869",
    "191 60 2869",
    "191602869",
    "#fff",
    "fff000",
    "#ff",
    "rgb(0,31,255)",
    "rgb(0, 31, 256)",
    "rgb(01,2,3)",
    "507f1f77bcf86cd799439011",
    "507f1f77bcf86cd79943901",
    "a-b",
    "a.b-c",
    "-a",
    "A",
    "a-",
    "a..b",
    "😀",
];

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

fn scalar(random: &mut Random) -> Value {
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
