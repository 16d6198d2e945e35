//! The metadata of objects, which no schema describes: decoded as Go's `ObjectMeta`, and validated as that.

mod decode;
pub(super) mod names;
mod update;

use serde_json::{Map, Value};

use super::path::Path;
use super::refusal::{Kind, Refusal};
use super::schema::Schema;

pub(super) use decode::decode;
pub(super) use update::check_update;

/// Bytes that all annotations may have together.
const MAX_ANNOTATIONS: usize = 256 << 10;

/// Decodes the metadata of objects inside of the object; returns why that isn't possible.
pub(super) fn decode_embedded(
    value: &mut Value,
    schema: &Schema,
    path: &Path<'_>,
    dropped: &mut Vec<String>,
) -> Result<(), Box<Refusal>> {
    match value {
        Value::Object(map) => {
            if schema.is_embedded {
                for field in ["apiVersion", "kind"] {
                    if let Some(value) = map.get(field).filter(|value| !value.is_string()) {
                        return Err(Box::new(Refusal::invalid(
                            path.field(field).with_keys(),
                            value.clone(),
                            "must be a string",
                        )));
                    }
                }
                if let Some(metadata) = map.get_mut("metadata") {
                    let place = path.field("metadata");
                    let decoded = decode(metadata, &place, dropped);
                    *metadata =
                        decoded.map_err(|why| Box::new(Refusal::invalid(place.with_keys(), metadata.clone(), why)))?;
                }
            }
            for (name, value) in map.iter_mut() {
                if let Some(property) = schema.properties.get(name) {
                    decode_embedded(value, property, &path.field(name), dropped)?;
                } else if let Some(additional) = schema.additional_schema() {
                    decode_embedded(value, additional, &path.key(name), dropped)?;
                }
            }
            Ok(())
        }
        Value::Array(items) => {
            let Some(inner) = schema.items.as_deref() else { return Ok(()) };
            let mut each = items.iter_mut().enumerate();
            each.try_for_each(|(index, item)| decode_embedded(item, inner, &path.index(index), dropped))
        }
        _ => Ok(()),
    }
}

/// Validates objects inside of the object.
pub(super) fn check_embedded(value: &Value, schema: &Schema, path: &Path<'_>, refusals: &mut Vec<Refusal>) {
    match value {
        Value::Object(map) => {
            if schema.is_embedded {
                check_embedded_object(map, path, refusals);
            }
            for (name, value) in map {
                if let Some(property) = schema.properties.get(name) {
                    check_embedded(value, property, &path.field(name), refusals);
                } else if let Some(additional) = schema.additional_schema() {
                    check_embedded(value, additional, &path.key(name), refusals);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if let Some(inner) = &schema.items {
                    check_embedded(item, inner, &path.index(index), refusals);
                }
            }
        }
        _ => {}
    }
}

fn check_embedded_object(map: &Map<String, Value>, path: &Path<'_>, refusals: &mut Vec<Refusal>) {
    for field in ["apiVersion", "kind"] {
        let place = path.field(field).with_keys();
        let Some(value) = map.get(field) else {
            refusals.push(Refusal::bare(Kind::Required, place, ""));
            continue;
        };
        let problem = match value.as_str() {
            None => "must be a string".to_owned(),
            Some("") => "must not be empty".to_owned(),
            Some(text) if field == "apiVersion" && text.matches('/').count() > 1 => {
                format!("unexpected GroupVersion string: {text}")
            }
            Some(text) if field == "kind" => {
                let problems = names::dns1035(&text.to_lowercase());
                if problems.is_empty() {
                    continue;
                }
                format!("may have mixed case, but should otherwise match: {}", problems.join(","))
            }
            Some(_) => continue,
        };
        refusals.push(Refusal::invalid(place, value.clone(), problem));
    }
    if let Some(Value::Object(metadata)) = map.get("metadata") {
        let place = path.field("metadata");
        for (field, is_prefix) in [("generateName", true), ("name", false)] {
            let name = text_of(metadata, field);
            for problem in path_segment(name, is_prefix) {
                refusals.push(Refusal::invalid(place.field(field).with_keys(), name, problem));
            }
        }
        check_namespace(metadata, !text_of(metadata, "namespace").is_empty(), &place, refusals);
        check_common(metadata, &place, refusals);
    }
}

/// Validates the metadata of a new object, which lives in a namespace.
pub(super) fn check(metadata: &Map<String, Value>, refusals: &mut Vec<Refusal>) {
    let path = Path::ROOT;
    let path = path.field("metadata");
    let generated = text_of(metadata, "generateName");
    if !generated.is_empty() {
        // What is generated ends with other characters.
        let with_end = match generated.strip_suffix('-') {
            Some(rest) if !rest.is_empty() => {
                format!("{}a", &generated[..rest.len() - rest.chars().last().map_or(0, char::len_utf8)])
            }
            _ => generated.to_owned(),
        };
        for problem in names::subdomain(&with_end) {
            refusals.push(Refusal::invalid(path.field("generateName").with_keys(), generated, problem));
        }
    }
    let name = text_of(metadata, "name");
    if name.is_empty() {
        refusals.push(Refusal::bare(
            Kind::Required,
            path.field("name").with_keys(),
            "name or generateName is required",
        ));
    } else {
        for problem in names::subdomain(name) {
            refusals.push(Refusal::invalid(path.field("name").with_keys(), name, problem));
        }
    }
    check_namespace(metadata, true, &path, refusals);
    check_common(metadata, &path, refusals);
}

/// A text of the metadata, empty where there is none.
pub(super) fn text_of<'m>(metadata: &'m Map<String, Value>, field: &str) -> &'m str {
    metadata.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn path_segment(name: &str, is_prefix: bool) -> Vec<String> {
    if !is_prefix && matches!(name, "." | "..") {
        return vec![format!("may not be '{name}'")];
    }
    ["/", "%"].into_iter().filter(|sign| name.contains(sign)).map(|sign| format!("may not contain '{sign}'")).collect()
}

fn check_namespace(metadata: &Map<String, Value>, is_namespaced: bool, path: &Path<'_>, refusals: &mut Vec<Refusal>) {
    let namespace = text_of(metadata, "namespace");
    let place = path.field("namespace").with_keys();
    if is_namespaced && namespace.is_empty() {
        refusals.push(Refusal::bare(Kind::Required, place, ""));
    } else if is_namespaced {
        refusals.extend(
            names::label(namespace).into_iter().map(|problem| Refusal::invalid(place.clone(), namespace, problem)),
        );
    }
}

/// What holds for all metadata, new or changed.
fn check_common(metadata: &Map<String, Value>, path: &Path<'_>, refusals: &mut Vec<Refusal>) {
    if metadata.get("generation").and_then(Value::as_i64).is_some_and(|generation| generation < 0) {
        let detail = "must be greater than or equal to 0";
        refusals.push(Refusal::invalid(path.field("generation").with_keys(), metadata["generation"].clone(), detail));
    }
    check_labels(metadata, path, refusals);
    let owners = metadata.get("ownerReferences").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for owner in owners {
        // The path of a reference is that of all.
        let place = path.field("ownerReferences");
        let text = |field: &str| owner.get(field).and_then(Value::as_str).unwrap_or_default();
        let has_version = !text("apiVersion").is_empty() && text("apiVersion").matches('/').count() <= 1;
        for (field, is_right, problem) in [
            ("apiVersion", has_version, "version must not be empty"),
            ("kind", !text("kind").is_empty(), "must not be empty"),
            ("name", !text("name").is_empty(), "must not be empty"),
            ("uid", !text("uid").is_empty(), "must not be empty"),
        ] {
            if !is_right {
                refusals.push(Refusal::invalid(place.field(field).with_keys(), text(field), problem));
            }
        }
        if (text("apiVersion"), text("kind")) == ("v1", "Event") {
            refusals.push(Refusal::invalid(
                place.with_keys(),
                owner.clone(),
                "/v1, Kind=Event is disallowed from being an owner",
            ));
        }
    }
    let controllers = owners.iter().filter(|owner| owner.get("controller") == Some(&Value::Bool(true)));
    for _ in controllers.skip(1) {
        let detail = "Only one reference can have Controller set to true";
        refusals.push(Refusal::invalid(path.field("ownerReferences").with_keys(), owners.to_vec(), detail));
    }
    let finalizers = metadata.get("finalizers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let place = path.field("finalizers").with_keys();
    for finalizer in finalizers.iter().filter_map(Value::as_str) {
        refusals.extend(
            names::qualified(finalizer).into_iter().map(|problem| Refusal::invalid(place.clone(), finalizer, problem)),
        );
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has("orphan") && has("foregroundDeletion") {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        refusals.push(Refusal::invalid(place, finalizers.to_vec(), detail));
    }
}

fn check_labels(metadata: &Map<String, Value>, path: &Path<'_>, refusals: &mut Vec<Refusal>) {
    let map_of = |field: &str| metadata.get(field).and_then(Value::as_object).into_iter().flatten();
    let place = path.field("labels").with_keys();
    for (key, value) in map_of("labels") {
        let value = value.as_str().unwrap_or_default();
        refusals.extend(
            names::qualified(key).into_iter().map(|problem| Refusal::invalid(place.clone(), key.as_str(), problem)),
        );
        refusals.extend(
            names::label_value(value).into_iter().map(|problem| Refusal::invalid(place.clone(), value, problem)),
        );
    }
    let place = path.field("annotations").with_keys();
    let mut size = 0;
    for (key, value) in map_of("annotations") {
        size += key.len() + value.as_str().map_or(0, str::len);
        let problems = names::qualified(&key.to_lowercase());
        refusals.extend(problems.into_iter().map(|problem| Refusal::invalid(place.clone(), key.as_str(), problem)));
    }
    if size > MAX_ANNOTATIONS {
        refusals.push(Refusal::bare(Kind::TooLong, place, format!("may not be more than {MAX_ANNOTATIONS} bytes")));
    }
}
