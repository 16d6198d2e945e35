//! A schema of an API (apiextensions' `JSONSchemaProps`), read once: patterns compiled, formats looked up.

mod reader;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

pub(super) use reader::{Reading, read};

use super::format::Format;
use super::pattern::{Pattern, Refusal};
use super::rules::Rule;

/// A schema, or the part of one in `allOf` and the like.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword")]
pub(super) struct Schema {
    /// `type`, empty where there is none.
    pub(super) kind: String,
    pub(super) nullable: bool,
    pub(super) default: Option<Value>,
    pub(super) has_texts: HasTexts,
    pub(super) properties: BTreeMap<String, Schema>,
    /// Whether there are `properties` at all, which may be none.
    pub(super) has_properties: bool,
    pub(super) additional: Option<Additional>,
    pub(super) items: Option<Box<Schema>>,
    pub(super) preserves_unknown: bool,
    pub(super) is_embedded: bool,
    pub(super) is_int_or_string: bool,
    pub(super) list_type: Option<String>,
    pub(super) list_map_keys: Vec<String>,
    pub(super) map_type: Option<String>,
    pub(super) rules: Vec<Rule>,
    /// Whether it has rules, or a schema in it has.
    pub(super) has_rules: bool,
    pub(super) values: Values,
}

/// Whether it is described: what isn't structural may not be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HasTexts {
    pub(super) title: bool,
    pub(super) description: bool,
}

/// What holds for fields that the schema doesn't name.
#[derive(Debug, Clone)]
pub(super) enum Additional {
    /// Whether they may be.
    Allowed(bool),
    /// What they are.
    Of(Box<Schema>),
}

/// What a value has to meet.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// `format`, as written.
    pub(super) format_name: String,
    /// The same where an API server checks it.
    pub(super) format: Option<Format>,
    pub(super) maximum: Option<f64>,
    pub(super) exclusive_maximum: bool,
    pub(super) minimum: Option<f64>,
    pub(super) exclusive_minimum: bool,
    pub(super) multiple_of: Option<f64>,
    pub(super) max_length: Option<i64>,
    pub(super) min_length: Option<i64>,
    pub(super) pattern: Option<Compiled>,
    pub(super) max_items: Option<i64>,
    pub(super) min_items: Option<i64>,
    pub(super) unique_items: bool,
    pub(super) max_properties: Option<i64>,
    pub(super) min_properties: Option<i64>,
    pub(super) required: Vec<String>,
    pub(super) choices: Vec<Value>,
    pub(super) all_of: Vec<Schema>,
    pub(super) any_of: Vec<Schema>,
    pub(super) one_of: Vec<Schema>,
    pub(super) not: Option<Box<Schema>>,
}

impl Values {
    /// Whether nothing has to be met.
    pub(super) fn is_empty(&self) -> bool {
        let limits = [self.maximum, self.minimum, self.multiple_of];
        let counts = [
            self.max_length,
            self.min_length,
            self.max_items,
            self.min_items,
            self.max_properties,
            self.min_properties,
        ];
        self.format_name.is_empty()
            && limits.iter().all(Option::is_none)
            && counts.iter().all(Option::is_none)
            && !(self.exclusive_maximum || self.exclusive_minimum || self.unique_items)
            && self.pattern.is_none()
            && self.not.is_none()
            && self.required.is_empty()
            && self.choices.is_empty()
            && [&self.all_of, &self.any_of, &self.one_of].iter().all(|branches| branches.is_empty())
    }
}

/// A pattern and what came of compiling it.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) text: String,
    pub(super) outcome: Result<Arc<Pattern>, Refusal>,
}

impl Schema {
    /// The schema of a field, named or not.
    pub(super) fn of_field(&self, name: &str) -> Option<&Schema> {
        self.properties.get(name).or_else(|| self.additional_schema())
    }

    /// The schema of fields that aren't named.
    pub(super) fn additional_schema(&self) -> Option<&Schema> {
        match &self.additional {
            Some(Additional::Of(schema)) => Some(schema),
            _ => None,
        }
    }

    /// All schemas directly in it, `allOf` and the like included.
    pub(super) fn inner(&self) -> impl Iterator<Item = &Schema> {
        let values = &self.values;
        let combined = values.all_of.iter().chain(&values.any_of).chain(&values.one_of).chain(values.not.as_deref());
        self.properties.values().chain(self.items.as_deref()).chain(self.additional_schema()).chain(combined)
    }
}
