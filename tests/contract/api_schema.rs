//! What an API server makes of objects: the Promises' own, and generated ones of generated schemas.

use kratix_wasm_tests::Random;
use serde_json::{Value, json};

use crate::api_formatted::FORMATTED;
use crate::api_judge::{Question, agree, definition, definition_of, thing};
use crate::api_random as random;
use crate::api_random_objects as random_objects;
use crate::checkers::{documents, promises};

/// An object, changed somewhere.
fn mutated(random: &mut Random, value: &mut Value) {
    let odd = [
        json!(null),
        json!(""),
        json!("A b"),
        json!(-1),
        json!(1e300),
        json!([]),
        json!({}),
        json!(["a", "a"]),
        json!("é".repeat(300)),
    ];
    match value {
        Value::Object(map) if !map.is_empty() && random.below(6) > 0 => {
            let names: Vec<String> = map.keys().cloned().collect();
            let name = random.pick(&names);
            match random.below(8) {
                0 => _ = map.remove(name),
                1 => _ = map.insert(format!("{name}x"), json!(1)),
                _ => mutated(random, &mut map[name]),
            }
        }
        Value::Array(items) if !items.is_empty() && random.below(4) > 0 => {
            let index = random.below(items.len());
            if random.below(2) == 0 { items.push(items[index].clone()) } else { mutated(random, &mut items[index]) }
        }
        other => *other = random.pick(&odd).clone(),
    }
}

#[test]
fn requests_of_the_promises_are_judged_as_by_kubernetes() {
    let mut random = Random(5);
    let mut questions = Vec::new();
    for folder in promises() {
        let promise = &documents(&folder.join("promise.yaml"))[0];
        let example = documents(&folder.join("example-resource.yaml"))[0].clone();
        let mut objects = vec![(example.clone(), None)];
        for _ in 0..400 {
            let mut object = example.clone();
            for _ in 0..=random.below(2) {
                mutated(&mut random, &mut object);
            }
            let is_change = random.below(3) == 0 && object["metadata"]["name"].is_string();
            objects.push((object, is_change.then(|| example.clone())));
        }
        questions.push(Question { api: promise["spec"]["api"].clone(), objects });
    }
    let agreement = agree(&questions);
    assert!(agreement.taken > 50 && agreement.refused > 300 && agreement.not_checked == 0, "{agreement:?}");
}

#[test]
fn generated_objects_of_generated_schemas_are_judged_as_by_kubernetes() {
    let mut random = Random(6);
    let questions: Vec<Question> = (0..400).map(|_| question(&mut random)).collect();
    let agreement = agree(&questions);
    assert!(agreement.taken > 300 && agreement.refused > 700, "{agreement:?}");
    assert!(agreement.refused_apis < 600 && agreement.not_checked < 300, "{agreement:?}");
}

fn question(random: &mut Random) -> Question {
    let schema = random::object(random, 3);
    let api = definition(&json!({"type": "object", "properties": {"spec": schema}}));
    let object = |random: &mut Random| {
        let wrong = [0, 0, 5, 20][random.below(4)];
        let mut object = thing(&random_objects::value(random, &schema, wrong));
        if random.below(4) == 0 {
            object["metadata"] = random_objects::metadata(random);
        }
        if random.below(8) == 0 {
            object["status"] = json!({"a": 1});
        }
        object
    };
    let mut objects: Vec<(Value, Option<Value>)> = (0..10).map(|_| (object(random), None)).collect();
    for _ in 0..3 {
        // What is stored was once taken, or the schema was another then.
        let old = thing(&random_objects::value(random, &schema, 10));
        let mut new = old.clone();
        if random.below(4) > 0 {
            mutated(random, &mut new["spec"]);
        }
        objects.push((new, Some(old)));
    }
    Question { api, objects }
}

#[test]
fn formats_are_judged_as_by_kubernetes() {
    let formats = [
        "bsonobjectid",
        "byte",
        "cidr",
        "creditcard",
        "date",
        "date-time",
        "datetime",
        "duration",
        "email",
        "hexcolor",
        "hostname",
        "ipv4",
        "ipv6",
        "isbn",
        "isbn10",
        "isbn13",
        "k8s-short-name",
        "k8s-long-name",
        "mac",
        "password",
        "rgbcolor",
        "ssn",
        "uri",
        "uuid",
        "uuid3",
        "uuid4",
        "uuid5",
        "int32",
        "int64",
        "float",
        "nonsense",
        "d-a-t-e",
    ];
    let questions = formats.map(|format| Question {
        api: definition(&json!({
            "type": "object",
            "properties": {"spec": {"type": "object", "properties": {"text": {"type": "string", "format": format}}}},
        })),
        objects: FORMATTED.iter().map(|text| (thing(&json!({"text": text})), None)).collect(),
    });
    let agreement = agree(&questions);
    assert!(agreement.taken > 700 && agreement.refused > 1000 && agreement.not_checked < 50, "{agreement:?}");
}

#[test]
fn another_version_is_stored_as_the_stored_one() {
    let version = |name: &str, is_stored: bool, spec: Value| {
        json!({"name": name, "served": true, "storage": is_stored, "schema": {"openAPIV3Schema": {
            "type": "object", "properties": {"spec": spec},
        }}})
    };
    let text = json!({"type": "string"});
    let old = version("v1", false, json!({"type": "object", "properties": {"a": text, "b": text}}));
    let new = version(
        "v2",
        true,
        json!({"type": "object", "properties": {"a": text, "c": {"type": "string", "default": "d"}}}),
    );
    let object = thing(&json!({"a": "1", "b": "2", "c": "3"}));
    let mut other = object.clone();
    other["apiVersion"] = "test.example/v3".into();
    let mut stored = object.clone();
    stored["apiVersion"] = "test.example/v2".into();
    let api = definition_of(json!([old, new]));
    let agreement = agree(&[Question { api, objects: vec![(object, None), (other, None), (stored, None)] }]);
    assert_eq!((agreement.taken, agreement.refused), (2, 1));
}
