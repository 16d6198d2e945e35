//! Decodes metadata as Go does: fields that it doesn't know are dropped, what has the wrong type is refused, and what is
//! empty isn't written again.

use serde_json::{Map, Value};

use super::super::path::Path;

enum Shape {
    Text,
    Integer,
    Boolean,
    Time,
    Texts,
    TextMap,
    Any,
    ListOf(&'static [(&'static str, Shape)]),
}

const OWNER: &[(&str, Shape)] = &[
    ("apiVersion", Shape::Text),
    ("kind", Shape::Text),
    ("name", Shape::Text),
    ("uid", Shape::Text),
    ("controller", Shape::Boolean),
    ("blockOwnerDeletion", Shape::Boolean),
];

const MANAGED: &[(&str, Shape)] = &[
    ("manager", Shape::Text),
    ("operation", Shape::Text),
    ("apiVersion", Shape::Text),
    ("time", Shape::Time),
    ("fieldsType", Shape::Text),
    ("fieldsV1", Shape::Any),
    ("subresource", Shape::Text),
];

const FIELDS: &[(&str, Shape)] = &[
    ("name", Shape::Text),
    ("generateName", Shape::Text),
    ("namespace", Shape::Text),
    ("selfLink", Shape::Text),
    ("uid", Shape::Text),
    ("resourceVersion", Shape::Text),
    ("generation", Shape::Integer),
    ("creationTimestamp", Shape::Time),
    ("deletionTimestamp", Shape::Time),
    ("deletionGracePeriodSeconds", Shape::Integer),
    ("labels", Shape::TextMap),
    ("annotations", Shape::TextMap),
    ("ownerReferences", Shape::ListOf(OWNER)),
    ("finalizers", Shape::Texts),
    ("managedFields", Shape::ListOf(MANAGED)),
];

/// Fields of a reference to an owner that are written even when they are empty.
const ALWAYS_WRITTEN: [&str; 4] = ["apiVersion", "kind", "name", "uid"];

/// Metadata as it is kept, or the field that can't be decoded and what it must be.
pub(in super::super) fn decode(value: &Value, path: &Path<'_>, dropped: &mut Vec<String>) -> Result<Value, String> {
    fields(value, FIELDS, path, dropped)
}

fn fields(
    value: &Value,
    shapes: &[(&str, Shape)],
    path: &Path<'_>,
    dropped: &mut Vec<String>,
) -> Result<Value, String> {
    let map = match value {
        Value::Object(map) => map,
        Value::Null => return Ok(Value::Object(Map::new())),
        _ => return Err(format!("{}: must be a map", path.with_keys())),
    };
    let is_owner = std::ptr::eq(shapes, OWNER);
    let mut kept = Map::new();
    for (name, value) in map {
        let place = path.field(name);
        let Some((_, shape)) = shapes.iter().find(|(known, _)| known == name) else {
            dropped.push(place.with_keys());
            continue;
        };
        if let Some(value) = shaped(value, shape, &place, dropped)? {
            kept.insert(name.clone(), value);
        }
    }
    if is_owner {
        for name in ALWAYS_WRITTEN {
            kept.entry(name).or_insert_with(|| "".into());
        }
    }
    Ok(Value::Object(kept))
}

fn shaped(value: &Value, shape: &Shape, path: &Path<'_>, dropped: &mut Vec<String>) -> Result<Option<Value>, String> {
    let must = |what: &str| Err(format!("{}: must be {what}", path.with_keys()));
    let text = |value: &Value| value.as_str().map(str::to_owned).or_else(|| value.is_null().then(String::new));
    Ok(match (shape, value) {
        (_, Value::Null) => None,
        (Shape::Text, Value::String(text)) => (!text.is_empty()).then(|| value.clone()),
        (Shape::Text, _) => return must("a string"),
        (Shape::Integer, Value::Number(number)) if number.is_i64() => {
            (number.as_i64() != Some(0)).then(|| value.clone())
        }
        (Shape::Integer, _) => return must("an integer"),
        (Shape::Boolean, Value::Bool(_)) | (Shape::Any, _) => Some(value.clone()),
        (Shape::Boolean, _) => return must("true or false"),
        (Shape::Time, Value::String(text)) => match super::super::format::parse_date_time(text) {
            Some(_) if text.len() > 19 => Some(value.clone()),
            _ => return must("a time such as 2006-01-02T15:04:05Z"),
        },
        (Shape::Time, _) => return must("a time such as 2006-01-02T15:04:05Z"),
        (Shape::Texts, Value::Array(items)) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| text(item).map(Value::from)).collect();
            match items {
                Some(items) => (!items.is_empty()).then_some(Value::Array(items)),
                None => return must("a list of strings"),
            }
        }
        (Shape::Texts, _) => return must("a list of strings"),
        (Shape::TextMap, Value::Object(map)) => {
            let kept: Option<Map<String, Value>> =
                map.iter().map(|(key, value)| Some((key.clone(), text(value)?.into()))).collect();
            match kept {
                Some(kept) => (!kept.is_empty()).then_some(Value::Object(kept)),
                None => return must("a map of strings"),
            }
        }
        (Shape::TextMap, _) => return must("a map of strings"),
        (Shape::ListOf(shapes), Value::Array(items)) => {
            let mut kept = Vec::new();
            for (index, item) in items.iter().enumerate() {
                kept.push(fields(item, shapes, &path.index(index), dropped)?);
            }
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        (Shape::ListOf(_), _) => return must("a list"),
    })
}
