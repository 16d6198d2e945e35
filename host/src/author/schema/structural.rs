//! Reads a schema.

use std::collections::BTreeMap;

use regex_lite::{Regex, RegexBuilder};
use serde_json::{Map, Value};

/// A schema, or a part of one. What isn't said allows everything.
#[derive(Debug, Default)]
pub struct Schema {
    pub(super) kind: Option<Kind>,
    pub(super) nullable: bool,
    pub(super) int_or_string: bool,
    pub(super) allowed: Option<Vec<Value>>,
    pub(super) properties: BTreeMap<String, Schema>,
    pub(super) required: Vec<String>,
    pub(super) additional: Additional,
    pub(super) items: Option<Box<Schema>>,
    pub(super) pattern: Option<Regex>,
    pub(super) bounds: Bounds,
    pub(super) unique_items: bool,
    pub(super) all_of: Vec<Schema>,
    pub(super) any_of: Vec<Schema>,
    pub(super) one_of: Vec<Schema>,
    pub(super) not: Vec<Schema>,
}

/// `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

/// Properties that `properties` doesn't name.
#[derive(Debug, Default)]
pub(super) enum Additional {
    #[default]
    Refused,
    Any,
    Like(Box<Schema>),
}

/// Numbers; lengths are in characters, items and properties.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) exclusive_minimum: bool,
    pub(super) exclusive_maximum: bool,
    pub(super) multiple_of: Option<f64>,
    pub(super) length: (Option<u64>, Option<u64>),
    pub(super) items: (Option<u64>, Option<u64>),
    pub(super) properties: (Option<u64>, Option<u64>),
}

/// Most parts of a schema.
const MAX_PARTS: usize = 1000;
/// Most parts within parts.
const MAX_DEPTH: usize = 32;
/// Most memory of a compiled pattern, in bytes; it also bounds what a match costs.
pub(super) const MAX_PATTERN: usize = 16 * 1024;

impl Schema {
    /// Reads a schema from JSON text.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn read(json: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(json).map_err(|error| format!("it is not JSON: {error}"))?;
        let schema = Reader { parts: 0 }.read(&value, "", 0)?;
        match schema.kind {
            Some(Kind::Object) => Ok(schema),
            _ => Err("its type must be object".into()),
        }
    }
}

struct Reader {
    parts: usize,
}

impl Reader {
    fn read(&mut self, value: &Value, at: &str, depth: usize) -> Result<Schema, String> {
        self.parts += 1;
        if self.parts > MAX_PARTS || depth > MAX_DEPTH {
            return Err(format!("it has more than {MAX_PARTS} parts, or is nested deeper than {MAX_DEPTH}"));
        }
        let Value::Object(keywords) = value else { return Err(wrong(at, "must be an object")) };
        let mut schema = Schema::default();
        for (keyword, value) in keywords {
            self.keyword(&mut schema, keyword, value, &format!("{at}.{keyword}"), depth)?;
        }
        Ok(schema)
    }

    fn keyword(
        &mut self,
        schema: &mut Schema,
        keyword: &str,
        value: &Value,
        at: &str,
        depth: usize,
    ) -> Result<(), String> {
        let bounds = &mut schema.bounds;
        match keyword {
            "type" => schema.kind = Some(kind(value, at)?),
            "nullable" => schema.nullable = boolean(value, at)?,
            "enum" => schema.allowed = Some(list(value, at)?.clone()),
            "properties" => {
                for (name, value) in object(value, at)? {
                    let property = self.read(value, &format!("{at}.{name}"), depth + 1)?;
                    schema.properties.insert(name.clone(), property);
                }
            }
            "required" => {
                let names = list(value, at)?.iter().map(|name| Ok(text(name, at)?.to_owned()));
                schema.required = names.collect::<Result<_, String>>()?;
            }
            "additionalProperties" => {
                schema.additional = match value {
                    Value::Bool(false) => Additional::Refused,
                    Value::Bool(true) => Additional::Any,
                    value => Additional::Like(Box::new(self.read(value, at, depth + 1)?)),
                }
            }
            "x-kubernetes-preserve-unknown-fields" if boolean(value, at)? => schema.additional = Additional::Any,
            "x-kubernetes-int-or-string" => schema.int_or_string = boolean(value, at)?,
            "items" => schema.items = Some(Box::new(self.read(value, at, depth + 1)?)),
            "pattern" => schema.pattern = Some(pattern(text(value, at)?, at)?),
            "uniqueItems" => schema.unique_items = boolean(value, at)?,
            "minimum" => bounds.minimum = Some(number(value, at)?),
            "maximum" => bounds.maximum = Some(number(value, at)?),
            "exclusiveMinimum" => bounds.exclusive_minimum = boolean(value, at)?,
            "exclusiveMaximum" => bounds.exclusive_maximum = boolean(value, at)?,
            "multipleOf" => bounds.multiple_of = Some(number(value, at)?).filter(|divisor| *divisor > 0.0),
            "minLength" => bounds.length.0 = Some(count(value, at)?),
            "maxLength" => bounds.length.1 = Some(count(value, at)?),
            "minItems" => bounds.items.0 = Some(count(value, at)?),
            "maxItems" => bounds.items.1 = Some(count(value, at)?),
            "minProperties" => bounds.properties.0 = Some(count(value, at)?),
            "maxProperties" => bounds.properties.1 = Some(count(value, at)?),
            "allOf" => schema.all_of = self.several(value, at, depth)?,
            "anyOf" => schema.any_of = self.several(value, at, depth)?,
            "oneOf" => schema.one_of = self.several(value, at, depth)?,
            "not" => schema.not = vec![self.read(value, at, depth + 1)?],
            // For people, or like an unknown format to Kubernetes: no check.
            "title" | "description" | "default" | "example" | "format" | "x-kubernetes-preserve-unknown-fields" => {}
            _ => return Err(wrong(at, "is not a keyword of a structural schema")),
        }
        Ok(())
    }

    fn several(&mut self, value: &Value, at: &str, depth: usize) -> Result<Vec<Schema>, String> {
        list(value, at)?.iter().map(|value| self.read(value, at, depth + 1)).collect()
    }
}

fn wrong(at: &str, what: &str) -> String {
    let at = at.strip_prefix('.').unwrap_or(at);
    let at = if at.is_empty() { "the schema" } else { at };
    format!("{} {what}", crate::text::clean(at, 200))
}

fn kind(value: &Value, at: &str) -> Result<Kind, String> {
    Ok(match text(value, at)? {
        "object" => Kind::Object,
        "array" => Kind::Array,
        "string" => Kind::String,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "boolean" => Kind::Boolean,
        _ => return Err(wrong(at, "is not a type")),
    })
}

/// This library's matching takes time linear in the text, whatever the pattern.
fn pattern(pattern: &str, at: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN)
        .nest_limit(50)
        .build()
        .map_err(|error| wrong(at, &format!("is no pattern that can be used here: {error}")))
}

fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| wrong(at, "must be an object"))
}

fn list<'a>(value: &'a Value, at: &str) -> Result<&'a Vec<Value>, String> {
    value.as_array().ok_or_else(|| wrong(at, "must be a list"))
}

fn text<'a>(value: &'a Value, at: &str) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| wrong(at, "must be a string"))
}

fn boolean(value: &Value, at: &str) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| wrong(at, "must be true or false"))
}

fn number(value: &Value, at: &str) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| wrong(at, "must be a number"))
}

fn count(value: &Value, at: &str) -> Result<u64, String> {
    value.as_u64().ok_or_else(|| wrong(at, "must be a whole number that is not negative"))
}
