//! What an API server drops from an object and adds to it before it looks at it: unknown fields, nulls that may not be, and
//! defaults (apiextensions-apiserver, `pkg/apiserver/schema/{pruning,defaulting}`).

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::path::Path;
use super::schema::Schema;

/// The fields that every object has, whatever its schema says.
const META: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Drops what the schema doesn't know from an object of the API, and collects where.
pub(super) fn prune(object: &mut Value, schema: &Schema, dropped: &mut Vec<String>) {
    Pruner { dropped }.whole(object, Some(schema), &Path::ROOT, true);
}

/// The same for a part of an object, such as a default.
pub(super) fn prune_part(value: &mut Value, schema: &Schema, dropped: &mut Vec<String>) {
    Pruner { dropped }.whole(value, Some(schema), &Path::ROOT, false);
}

struct Pruner<'d> {
    dropped: &'d mut Vec<String>,
}

impl Pruner<'_> {
    fn whole(&mut self, value: &mut Value, schema: Option<&Schema>, path: &Path<'_>, is_root: bool) {
        match value {
            Value::Object(map) => {
                let Some(schema) = schema else {
                    self.dropped.extend(map.keys().map(|key| path.field(key).dotted()));
                    map.clear();
                    return;
                };
                let keeps_meta = is_root || schema.is_embedded;
                let mut unknown = HashSet::new();
                for (key, value) in map.iter_mut() {
                    if keeps_meta && META.contains(&key.as_str()) {
                        continue;
                    }
                    if let Some(property) = schema.properties.get(key) {
                        self.whole(value, Some(property), &path.field(key), false);
                    } else if schema.additional.is_some() {
                        self.additional(value, schema, &path.field(key));
                    } else if !schema.preserves_unknown {
                        unknown.insert(key.clone());
                    }
                }
                if !unknown.is_empty() {
                    map.retain(|key, _| !unknown.contains(key));
                    self.dropped.extend(unknown.iter().map(|key| path.field(key).dotted()));
                }
            }
            Value::Array(items) => {
                let preserves = schema.is_some_and(|schema| schema.preserves_unknown);
                let inner = schema.and_then(|schema| schema.items.as_deref());
                for (index, item) in items.iter_mut().enumerate() {
                    match inner {
                        Some(inner) if preserves => self.preserved(item, inner, &path.index(index)),
                        None if preserves => {}
                        _ => self.whole(item, inner, &path.index(index), false),
                    }
                }
            }
            _ => {}
        }
    }

    fn additional(&mut self, value: &mut Value, schema: &Schema, path: &Path<'_>) {
        self.whole(value, schema.additional_schema(), path, false);
    }

    /// An item of a list that preserves what is unknown preserves it, too.
    fn preserved(&mut self, value: &mut Value, schema: &Schema, path: &Path<'_>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map.iter_mut() {
                    if schema.is_embedded && META.contains(&key.as_str()) {
                        continue;
                    }
                    if let Some(property) = schema.properties.get(key) {
                        self.whole(value, Some(property), &path.field(key), false);
                    } else if schema.additional.is_some() {
                        self.additional(value, schema, &path.field(key));
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    if let Some(inner) = schema.items.as_deref() {
                        self.preserved(item, inner, &path.index(index));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Drops nulls of maps that the schema neither allows nor has a default for.
pub(super) fn drop_nulls(value: &mut Value, schema: Option<&Schema>) {
    match value {
        Value::Object(map) => {
            let stays = |name: &str, value: &Value| {
                let schema = schema.and_then(|schema| schema.of_field(name));
                !value.is_null() || schema.is_none_or(|schema| schema.nullable || schema.default.is_some())
            };
            map.retain(|name, value| stays(name, value));
            for (name, value) in map.iter_mut() {
                drop_nulls(value, schema.and_then(|schema| schema.of_field(name)));
            }
        }
        Value::Array(items) => {
            let inner = schema.and_then(|schema| schema.items.as_deref());
            for item in items {
                drop_nulls(item, inner);
            }
        }
        _ => {}
    }
}

/// Adds defaults where fields are absent, or null and may not be.
pub(super) fn add_defaults(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(map) => in_map(map, schema),
        Value::Array(items) => {
            let Some(inner) = schema.items.as_deref() else { return };
            for item in items {
                in_place(item, inner);
            }
        }
        _ => {}
    }
}

fn in_map(map: &mut Map<String, Value>, schema: &Schema) {
    for (name, property) in &schema.properties {
        let Some(default) = &property.default else { continue };
        if map.get(name).is_none_or(|value| value.is_null() && !property.nullable) {
            map.insert(name.clone(), default.clone());
        }
    }
    for (name, value) in map.iter_mut() {
        if let Some(property) = schema.properties.get(name) {
            add_defaults(value, property);
        } else if let Some(additional) = schema.additional_schema() {
            in_place(value, additional);
        }
    }
}

fn in_place(value: &mut Value, schema: &Schema) {
    if value.is_null() && !schema.nullable {
        *value = schema.default.clone().unwrap_or(Value::Null);
    }
    add_defaults(value, schema);
}
