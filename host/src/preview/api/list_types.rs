//! What the types of lists demand: items of a set are unique, and so are the keys of those of a map
//! (apiextensions-apiserver, `pkg/apiserver/schema/listtype`).

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::path::Path;
use super::refusal::{Kind, Refusal, json};
use super::schema::Schema;

/// All lists in a value that have doubles.
pub(super) fn check(value: &Value, schema: &Schema, path: &Path<'_>, refusals: &mut Vec<Refusal>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if let Some(additional) = schema.additional_schema() {
                    check(value, additional, &path.key(name), refusals);
                }
                if let Some(property) = schema.properties.get(name) {
                    check(value, property, &path.field(name), refusals);
                }
            }
        }
        Value::Array(items) => {
            match schema.list_type.as_deref() {
                Some("set") => {
                    for index in doubles(items.iter().map(json)) {
                        refusals.push(duplicate(&path.index(index), items[index].clone()));
                    }
                }
                Some("map") => check_keys(items, schema, path, refusals),
                _ => {}
            }
            if let Some(inner) = &schema.items {
                for (index, item) in items.iter().enumerate() {
                    check(item, inner, &path.index(index), refusals);
                }
            }
        }
        _ => {}
    }
}

fn duplicate(path: &Path<'_>, value: Value) -> Refusal {
    Refusal::of(Kind::Duplicate, path.with_keys(), value, "")
}

fn check_keys(items: &[Value], schema: &Schema, path: &Path<'_>, refusals: &mut Vec<Refusal>) {
    if let Some(index) = items.iter().position(|item| !item.is_object() && !item.is_null()) {
        let problem = "must be an object for an array of list-type map";
        refusals.push(Refusal::invalid(path.index(index).with_keys(), items[index].clone(), problem));
        return;
    }
    let key_of = |item: &Value| -> Value {
        let fields = schema.list_map_keys.iter().filter_map(|name| Some((name.clone(), item.get(name)?.clone())));
        Value::Object(fields.collect::<Map<_, _>>())
    };
    let keys: Vec<Value> = items.iter().map(key_of).collect();
    for index in doubles(keys.iter().map(json)) {
        refusals.push(duplicate(&path.index(index), keys[index].clone()));
    }
}

/// Where each value that occurs more than once occurs the second time.
fn doubles(values: impl Iterator<Item = String>) -> Vec<usize> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut second = Vec::new();
    for (index, value) in values.enumerate() {
        let times = seen.entry(value).or_default();
        *times += 1;
        if *times == 2 {
            second.push(index);
        }
    }
    second
}
