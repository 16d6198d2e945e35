//! Reads a schema as Go decodes it: what has the wrong type is refused, what it doesn't know is dropped.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::format;
use super::super::pattern::{Pattern, Refusal};
use super::super::rules::Rule;
use super::{Additional, Compiled, HasTexts, Schema, Values};

/// Levels of schemas in schemas that are read.
const MAX_DEPTH: usize = 100;
/// Bytes that all patterns of an API may have together: what they take grows with that.
const MAX_PATTERNS: usize = 256 << 10;

/// What is found while schemas are read.
#[derive(Debug, Default)]
pub(in super::super) struct Reading {
    /// What an API server can't decode or doesn't support.
    pub(in super::super) refusals: Vec<String>,
    /// Fields that Kubernetes doesn't know, and drops.
    pub(in super::super) dropped: Vec<String>,
    patterns: HashMap<String, Result<Arc<Pattern>, Refusal>>,
    length: usize,
}

impl Reading {
    /// Compiles a pattern, or takes it from those that were.
    pub(in super::super) fn pattern(&mut self, text: &str) -> Result<Arc<Pattern>, Refusal> {
        if let Some(known) = self.patterns.get(text) {
            return known.clone();
        }
        self.length += text.len();
        let outcome = if self.length > MAX_PATTERNS {
            Err(Refusal::Unknown(format!("the patterns of the API have more than {MAX_PATTERNS} bytes together")))
        } else {
            Pattern::new(text).map(Arc::new)
        };
        self.patterns.insert(text.to_owned(), outcome.clone());
        outcome
    }
}

/// Reads the schema at a path such as `spec.versions[0].schema.openAPIV3Schema`.
pub(in super::super) fn read(value: &Value, path: &str, reading: &mut Reading) -> Schema {
    Reader { reading, path: path.to_owned(), depth: 0 }.schema(value)
}

/// Keywords that an API server knows and refuses.
const UNSUPPORTED: [&str; 6] = ["id", "$ref", "additionalItems", "patternProperties", "definitions", "dependencies"];

struct Reader<'r> {
    reading: &'r mut Reading,
    path: String,
    depth: usize,
}

impl Reader<'_> {
    fn refuse(&mut self, problem: &str) {
        let message = format!("{}: {problem}", self.path);
        self.reading.refusals.push(message);
    }

    /// Does something one step further down.
    fn below<T>(&mut self, part: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push_str(part);
        let done = work(self);
        self.path.truncate(length);
        done
    }

    fn schema(&mut self, value: &Value) -> Schema {
        let mut schema = Schema::default();
        let Value::Object(map) = value else {
            if !value.is_null() {
                self.refuse("must be a schema");
            }
            return schema;
        };
        if self.depth == MAX_DEPTH {
            self.refuse("schemas nest too deeply");
            return schema;
        }
        self.depth += 1;
        for (keyword, value) in map {
            if !value.is_null() {
                self.below(&format!(".{keyword}"), |reader| reader.keyword(&mut schema, keyword, value));
            }
        }
        self.depth -= 1;
        schema.has_rules = !schema.rules.is_empty() || schema.inner().any(|inner| inner.has_rules);
        schema.has_properties = map.get("properties").is_some_and(Value::is_object);
        schema
    }

    fn keyword(&mut self, schema: &mut Schema, keyword: &str, value: &Value) {
        match keyword {
            "type" => schema.kind = self.string(value),
            "title" => schema.has_texts = HasTexts { title: !self.string(value).is_empty(), ..schema.has_texts },
            "description" => {
                schema.has_texts = HasTexts { description: !self.string(value).is_empty(), ..schema.has_texts };
            }
            "nullable" => schema.nullable = self.boolean(value),
            "default" => schema.default = Some(value.clone()),
            "properties" => schema.properties = self.schemas(value),
            "additionalProperties" => schema.additional = self.additional(value),
            "items" => match value {
                Value::Object(_) => schema.items = Some(Box::new(self.schema(value))),
                Value::Array(items) if !items.is_empty() => {
                    self.refuse("Forbidden: items must be a schema object and not an array");
                }
                _ => {}
            },
            "x-kubernetes-preserve-unknown-fields" => {
                schema.preserves_unknown = self.boolean(value);
                if !schema.preserves_unknown {
                    self.refuse("Invalid value: false: must be true or undefined");
                }
            }
            "x-kubernetes-embedded-resource" => schema.is_embedded = self.boolean(value),
            "x-kubernetes-int-or-string" => schema.is_int_or_string = self.boolean(value),
            "x-kubernetes-list-type" => schema.list_type = Some(self.string(value)),
            "x-kubernetes-map-type" => schema.map_type = Some(self.string(value)),
            "x-kubernetes-list-map-keys" => schema.list_map_keys = self.strings(value),
            "x-kubernetes-validations" => schema.rules = self.rules(value),
            "$schema" | "example" | "externalDocs" => {}
            _ if UNSUPPORTED.contains(&keyword) => self.refuse(&format!("Forbidden: {keyword} is not supported")),
            _ => self.value_keyword(&mut schema.values, keyword, value),
        }
    }

    fn value_keyword(&mut self, values: &mut Values, keyword: &str, value: &Value) {
        match keyword {
            "format" => {
                values.format_name = self.string(value);
                values.format = format::find(&values.format_name);
            }
            "maximum" => values.maximum = self.float(value),
            "minimum" => values.minimum = self.float(value),
            "exclusiveMaximum" => values.exclusive_maximum = self.boolean(value),
            "exclusiveMinimum" => values.exclusive_minimum = self.boolean(value),
            "multipleOf" => values.multiple_of = self.float(value),
            "maxLength" => values.max_length = self.integer(value),
            "minLength" => values.min_length = self.integer(value),
            "maxItems" => values.max_items = self.integer(value),
            "minItems" => values.min_items = self.integer(value),
            "maxProperties" => values.max_properties = self.integer(value),
            "minProperties" => values.min_properties = self.integer(value),
            "uniqueItems" => values.unique_items = self.boolean(value),
            "required" => values.required = self.strings(value),
            "enum" => values.choices = self.list(value).to_vec(),
            "pattern" => {
                let text = self.string(value);
                if !text.is_empty() {
                    let outcome = self.reading.pattern(&text);
                    values.pattern = Some(Compiled { text, outcome });
                }
            }
            "allOf" => values.all_of = self.listed(value),
            "anyOf" => values.any_of = self.listed(value),
            "oneOf" => values.one_of = self.listed(value),
            "not" => values.not = Some(Box::new(self.schema(value))),
            _ => self.reading.dropped.push(self.path.clone()),
        }
    }

    fn string(&mut self, value: &Value) -> String {
        if let Some(text) = value.as_str() {
            return text.to_owned();
        }
        self.refuse("must be a string");
        String::new()
    }

    fn boolean(&mut self, value: &Value) -> bool {
        value.as_bool().unwrap_or_else(|| {
            self.refuse("must be true or false");
            false
        })
    }

    fn float(&mut self, value: &Value) -> Option<f64> {
        let number = value.as_f64();
        if number.is_none() {
            self.refuse("must be a number");
        }
        number
    }

    fn integer(&mut self, value: &Value) -> Option<i64> {
        let number = value.as_i64();
        if number.is_none() {
            self.refuse("must be an integer");
        }
        number
    }

    fn list<'v>(&mut self, value: &'v Value) -> &'v [Value] {
        if let Some(items) = value.as_array() {
            return items;
        }
        self.refuse("must be a list");
        &[]
    }

    fn strings(&mut self, value: &Value) -> Vec<String> {
        self.list(value).iter().map(|item| self.string(item)).collect()
    }

    fn map<'v>(&mut self, value: &'v Value) -> Option<&'v Map<String, Value>> {
        let map = value.as_object();
        if map.is_none() {
            self.refuse("must be a map");
        }
        map
    }

    fn schemas(&mut self, value: &Value) -> BTreeMap<String, Schema> {
        let Some(map) = self.map(value) else { return BTreeMap::new() };
        let read = |(name, value): (&String, &Value)| {
            (name.clone(), self.below(&format!("[{name}]"), |reader| reader.schema(value)))
        };
        map.iter().map(read).collect()
    }

    fn listed(&mut self, value: &Value) -> Vec<Schema> {
        let items = self.list(value).iter().enumerate();
        items.map(|(index, item)| self.below(&format!("[{index}]"), |reader| reader.schema(item))).collect()
    }

    fn additional(&mut self, value: &Value) -> Option<Additional> {
        match value {
            Value::Bool(allowed) => Some(Additional::Allowed(*allowed)),
            Value::Object(_) => Some(Additional::Of(Box::new(self.schema(value)))),
            _ => {
                self.refuse("must be a schema, or true or false");
                None
            }
        }
    }

    fn rules(&mut self, value: &Value) -> Vec<Rule> {
        let items = self.list(value).iter().enumerate();
        items.filter_map(|(index, item)| self.below(&format!("[{index}]"), |reader| reader.rule(item))).collect()
    }

    fn rule(&mut self, value: &Value) -> Option<Rule> {
        let mut rule = Rule::default();
        for (keyword, value) in self.map(value)? {
            if value.is_null() {
                continue;
            }
            self.below(&format!(".{keyword}"), |reader| match keyword.as_str() {
                "rule" => rule.text = reader.string(value),
                "message" => rule.message = reader.string(value),
                "messageExpression" => rule.message_expression = reader.string(value),
                "reason" => rule.reason = reader.string(value),
                "fieldPath" => rule.field_path = reader.string(value),
                "optionalOldSelf" => rule.optional_old_self = Some(reader.boolean(value)),
                _ => reader.reading.dropped.push(reader.path.clone()),
            });
        }
        rule.compile(self.reading);
        Some(rule)
    }
}
