//! Whether a value meets a schema, as kube-openapi's validator says it (`pkg/validation/validate`): with the same words, in
//! the same places, and with its corners, such as which branch of an `anyOf` a refusal is taken from.

mod combined;
mod found;
mod scalar;

use serde_json::{Map, Value};

use super::correlation::Correlated;
use super::number::{Decoded, decoded, is_nearly_integer};
use super::path::Path;
use super::refusal::{Kind, Refusal, shown};
use super::schema::{Additional, Schema};
use found::{Found, Problem};
pub(super) use scalar::is_deeply_equal;

/// What came of a validation.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) refusals: Vec<Refusal>,
    /// Path, keyword, and why it couldn't be evaluated.
    pub(super) unknown: Vec<(String, String, String)>,
}

/// Validates an object of the API. With an old one, what hasn't changed isn't refused.
pub(super) fn validate(object: &Value, schema: &Schema, old: Option<&Value>) -> Outcome {
    let mut validator = Validator { unknown: Vec::new(), undecided: 0 };
    let correlated = old.map(|old| Correlated::root(object, old, schema));
    let found = validator.tracked(object, schema, &Path::ROOT, correlated.as_ref());
    Outcome {
        refusals: found.problems.into_iter().map(|problem| problem.refusal).collect(),
        unknown: validator.unknown,
    }
}

/// Validates a part of an object that stands alone, such as a default.
pub(super) fn validate_part(value: &Value, schema: &Schema) -> Outcome {
    validate(value, schema, None)
}

struct Validator {
    unknown: Vec<(String, String, String)>,
    /// Below how many `anyOf`, `oneOf` and `not` it is: there, what is unknown makes the answer unknown.
    undecided: usize,
}

impl Validator {
    /// Validates a value that can be compared with its old one: what is equal isn't refused.
    fn tracked(&mut self, value: &Value, schema: &Schema, path: &Path<'_>, old: Option<&Correlated<'_>>) -> Found {
        let mut found = self.value(value, schema, path, old);
        if !found.is_valid() && old.is_some_and(Correlated::is_equal) {
            found.problems.clear();
        }
        found
    }

    fn value(&mut self, value: &Value, schema: &Schema, path: &Path<'_>, old: Option<&Correlated<'_>>) -> Found {
        let mut found = Found::default();
        if value.is_null() {
            found.merge(type_of_null(schema, path));
            found.merge(scalar::choices(value, schema, path));
            return found;
        }
        if !schema.kind.is_empty() || schema.is_int_or_string || schema.values.format.is_some() {
            found.merge(type_of(value, schema, path));
            found.matches += 1;
        }
        found.merge(self.combined(value, schema, path));
        found.matches += 1;
        match value {
            Value::String(text) => {
                found.merge(self.string(text, schema, path));
                found.matches += 1;
                if let Some(format) = schema.values.format {
                    found.merge(self.format(text, format, schema, path));
                    found.matches += 1;
                }
            }
            Value::Number(number) => {
                found.merge(scalar::number(decoded(number), schema, path));
                found.matches += 2;
            }
            Value::Array(items) => {
                found.merge(self.list(items, schema, path, old));
                found.matches += 2;
            }
            _ => {}
        }
        found.merge(scalar::choices(value, schema, path));
        found.matches += 1;
        if let Value::Object(map) = value {
            found.merge(self.map(map, schema, path, old));
            found.matches += 1;
        }
        found.matches += 1;
        found
    }

    fn list(&mut self, items: &[Value], schema: &Schema, path: &Path<'_>, old: Option<&Correlated<'_>>) -> Found {
        let mut found = Found::default();
        let values = &schema.values;
        if let Some(inner) = &schema.items {
            for (index, item) in items.iter().enumerate() {
                let old = old.and_then(|old| old.index(index));
                found.merge(self.tracked(item, inner, &path.index(index), old.as_ref()));
            }
        }
        let count = length(items.len());
        if let Some(least) = values.min_items.filter(|least| count < *least) {
            let message = format!("{} in body should have at least {least} items", path.dotted());
            found.add(Problem::new(Kind::Invalid, path, count.into(), message));
        }
        if let Some(most) = values.max_items.filter(|most| count > *most) {
            let message = format!("{} in body should have at most {most} items", path.dotted());
            found.add(Problem::too_many(path, count, most, message));
        }
        found
    }

    fn map(
        &mut self,
        map: &Map<String, Value>,
        schema: &Schema,
        path: &Path<'_>,
        old: Option<&Correlated<'_>>,
    ) -> Found {
        let mut found = Found::default();
        let values = &schema.values;
        let count = length(map.len());
        if let Some(least) = values.min_properties.filter(|least| count < *least) {
            let message = format!("{} in body should have at least {least} properties", path.dotted());
            found.add(Problem::new(Kind::Invalid, path, count.into(), message));
        }
        if let Some(most) = values.max_properties.filter(|most| count > *most) {
            let message = format!("{} in body should have at most {most} properties", path.dotted());
            found.add(Problem::too_many(path, count, most, message));
        }
        let is_root = path.is_root();
        for (name, value) in map {
            let (inner, place) = match (schema.properties.get(name), &schema.additional) {
                (Some(property), _) => (property, path.field(name)),
                (None, Some(Additional::Of(inner))) => (&**inner, path.key(name)),
                (None, Some(Additional::Allowed(false))) => {
                    let message = format!("{}.{name} in body is a forbidden property", path.dotted());
                    found.add(Problem::new(Kind::Invalid, path, name.as_str().into(), message));
                    continue;
                }
                _ => continue,
            };
            let keeps_type = is_root && matches!(name.as_str(), "kind" | "apiVersion");
            let old = old.filter(|_| !keeps_type).and_then(|old| old.key(name));
            found.merge(self.tracked(value, inner, &place, old.as_ref()));
        }
        for name in &values.required {
            if !map.contains_key(name) {
                let place = path.field(name);
                let message = format!("{}.{name} in body is required", path.dotted());
                found.add(Problem { refusal: Refusal::bare(Kind::Required, place.dotted(), ""), message });
            }
        }
        found
    }
}

pub(super) fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn type_names(schema: &Schema) -> &str {
    if schema.is_int_or_string { "integer,string" } else { &schema.kind }
}

fn type_of_null(schema: &Schema, path: &Path<'_>) -> Found {
    let names = type_names(schema);
    if !names.is_empty() && !schema.nullable {
        let message = format!("{} in body must be of type {names}: \"null\"", path.dotted());
        return Found::one(Problem::new(Kind::TypeInvalid, path, "null".into(), message));
    }
    Found::matched()
}

/// A schema that has a format takes lists and strings, whatever its type is.
fn type_of(value: &Value, schema: &Schema, path: &Path<'_>) -> Found {
    let names = type_names(schema);
    let has = |name: &str| names.split(',').any(|known| known == name);
    let (is, format) = match value {
        Value::Null => ("null", ""),
        Value::Bool(_) => ("boolean", ""),
        Value::String(_) => ("string", ""),
        Value::Array(_) => ("array", ""),
        Value::Object(_) => ("object", ""),
        Value::Number(number) => match decoded(number) {
            Decoded::Integer(_) => ("integer", "int64"),
            Decoded::Float(_) => ("number", "float64"),
        },
    };
    let is_whole =
        matches!(value, Value::Number(number) if is == "number" && is_nearly_integer(decoded(number).float()));
    let fits = has(is) || (is_whole && has("integer")) || (is == "integer" && has("number"));
    let has_length = matches!(value, Value::String(_) | Value::Array(_));
    let is_formatted = schema.values.format.is_some();
    if is_formatted && !has_length && !fits {
        let wanted = &schema.values.format_name;
        let message = format!("{} in body must be of type {wanted}: {}", path.dotted(), shown(&format.into()));
        return Found::one(Problem::new(Kind::TypeInvalid, path, format.into(), message));
    }
    let is_number = has("number") || has("integer");
    let is_excused = is_formatted && has_length && !is_number;
    if !fits && !is_excused {
        let message = format!("{} in body must be of type {names}: {}", path.dotted(), shown(&is.into()));
        return Found::one(Problem::new(Kind::TypeInvalid, path, is.into(), message));
    }
    Found::matched()
}
