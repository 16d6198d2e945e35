//! The schemas of Kratix' kinds (its `CustomResourceDefinition`s), as far as they decide: types, what must be there, what may
//! stand there, defaults. Fields that a schema doesn't have are dropped by the API server.

use serde_json::{Map, Value};

use super::Refusal;
use super::decode::quoted;
use crate::kratix::labels;
use crate::kratix::name::is_subdomain;

/// A field of a kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// Where: `spec.path`; items of a list are `[]`, values of a map with any keys `{}`.
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
    /// What it may be; empty where that is anything.
    pub(super) values: &'static [&'static str],
    /// What it is where it isn't given, in JSON; empty where that is nothing.
    pub(super) default: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Flag,
    Integer,
    List,
    Fields,
    /// A map with any keys and values.
    Anything,
}

impl Field {
    /// A field that needn't be there.
    pub(super) const fn new(path: &'static str, kind: Kind) -> Self {
        Self { path, kind, is_required: false, values: &[], default: "" }
    }

    pub(super) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub(super) const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    pub(super) const fn or(self, default: &'static str) -> Self {
        Self { default, ..self }
    }
}

/// What an API server makes of an object.
#[derive(Debug)]
pub(super) struct Checked {
    /// The object, with defaults and without what was dropped.
    pub(super) object: Value,
    /// Fields that were dropped: `spec.stateStoreRef.namespace`.
    pub(super) dropped: Vec<String>,
    pub(super) refusals: Vec<Refusal>,
}

/// Checks an object of a kind.
pub(super) fn check(object: &Value, kind: &str, fields: &[Field]) -> Checked {
    let mut checker = Checker { fields, dropped: Vec::new(), wrong: Vec::new() };
    let mut object = object.clone();
    checker.metadata(&object["metadata"]);
    if let Value::Object(entries) = &mut object {
        let mut spec: Map<String, Value> =
            entries.shift_remove("spec").map(|spec| ("spec".to_owned(), spec)).into_iter().collect();
        checker.entries(&mut spec, "", "");
        entries.extend(spec);
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let told = |wrong: String| Refusal::new(format!("{kind}.platform.kratix.io {} is invalid: {wrong}", quoted(name)));
    let Checker { dropped, wrong, .. } = checker;
    Checked { dropped, refusals: wrong.into_iter().map(told).collect(), object }
}

#[derive(Debug)]
struct Checker<'a> {
    fields: &'a [Field],
    dropped: Vec<String>,
    wrong: Vec<String>,
}

impl Checker<'_> {
    /// What every object has: a name, labels, annotations.
    fn metadata(&mut self, metadata: &Value) {
        match metadata["name"].as_str() {
            None | Some("") => {
                self.wrong.push("metadata.name: Required value: name or generateName is required".into());
            }
            Some(name) if !is_subdomain(name) => {
                self.wrong.push(format!("metadata.name: Invalid value: {}: {SUBDOMAIN}", quoted(name)));
            }
            Some(_) => {}
        }
        for what in ["labels", "annotations"] {
            for (key, value) in metadata[what].as_object().into_iter().flatten() {
                match value.as_str() {
                    None => {
                        self.wrong.push(format!("metadata.{what}: Invalid value: {}: it is no string", quoted(key)));
                    }
                    Some(value) => {
                        let wrong = if what == "labels" {
                            labels::problem(key, value)
                        } else {
                            labels::problem(&key.to_lowercase(), "")
                        };
                        self.wrong.extend(wrong.map(|wrong| format!("metadata.{what}: Invalid value: {wrong}")));
                    }
                }
            }
        }
    }

    /// Entries at a place, which the schema knows by another one: without places in lists and keys of maps.
    fn entries(&mut self, entries: &mut Map<String, Value>, place: &str, known: &str) {
        let fields = self.fields.iter().filter(|field| parent(field.path) == known && !field.path.ends_with("[]"));
        let fields: Vec<Field> = fields.copied().collect();
        let at = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
        if let Some(any) = fields.iter().find(|field| field.path.ends_with("{}")) {
            entries.retain(|_, value| !value.is_null());
            entries.iter_mut().for_each(|(key, value)| self.value(value, any, &at(key)));
            return;
        }
        entries.retain(|key, _| {
            let is_known = fields.iter().any(|field| name(field.path) == key);
            if !is_known {
                self.dropped.push(at(key));
            }
            is_known
        });
        for field in &fields {
            let name = name(field.path);
            // A field that is null is none.
            if entries.get(name).is_some_and(Value::is_null) {
                entries.shift_remove(name);
            }
            if !entries.contains_key(name) && !field.default.is_empty() {
                let default = serde_json::from_str(field.default).unwrap_or_default();
                entries.insert(name.to_owned(), default);
            }
            match entries.get_mut(name) {
                Some(value) => self.value(value, field, &at(name)),
                None if field.is_required => self.wrong.push(format!("{}: Required value", at(name))),
                None => {}
            }
        }
    }

    fn value(&mut self, value: &mut Value, field: &Field, place: &str) {
        match (field.kind, value) {
            (Kind::Text, Value::String(text)) if !field.values.is_empty() && !field.values.contains(&text.as_str()) => {
                let values = field.values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
                self.wrong.push(format!("{place}: Unsupported value: {}: supported values: {values}", quoted(text)));
            }
            (Kind::Fields, Value::Object(entries)) => self.entries(entries, place, field.path),
            (Kind::List, Value::Array(items)) => {
                let item = format!("{}[]", field.path);
                if let Some(field) = self.fields.iter().find(|field| field.path == item).copied() {
                    items
                        .iter_mut()
                        .enumerate()
                        .for_each(|(index, value)| self.value(value, &field, &format!("{place}[{index}]")));
                }
            }
            (Kind::Text, Value::String(_)) | (Kind::Flag, Value::Bool(_)) | (Kind::Anything, Value::Object(_)) => {}
            (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {}
            (kind, value) => {
                let (wanted, found) = (kind.name(), shape(value));
                self.wrong.push(format!(
                    "{place}: Invalid value: {found:?}: {place} in body must be of type {wanted}: {found:?}"
                ));
            }
        }
    }
}

/// Kubernetes' words for a name that is no DNS subdomain.
pub(super) const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
     '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

fn parent(path: &str) -> &str {
    path.strip_suffix("{}").unwrap_or_else(|| path.rsplit_once('.').map_or("", |(parent, _)| parent))
}

fn name(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Flag => "boolean",
            Self::Integer => "integer",
            Self::List => "array",
            Self::Fields | Self::Anything => "object",
        }
    }
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
