//! Whether a schema is structural: each field's type is said in one place, and `allOf` and the like only add to what it has
//! to meet (apiextensions-apiserver, `pkg/apiserver/schema/validation.go`).

use serde_json::Value;

use super::super::pattern;
use super::super::refusal::{Kind, Refusal};
use super::super::schema::{Additional, Schema};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// All that isn't structural in a schema at a path.
pub(super) fn check(schema: &Schema, path: &str, refusals: &mut Vec<Refusal>) {
    Structural { refusals }.whole(schema, Level::Root, path);
}

struct Structural<'r> {
    refusals: &'r mut Vec<Refusal>,
}

impl Structural<'_> {
    fn forbid(&mut self, field: String, detail: &str) {
        self.refusals.push(Refusal::bare(Kind::Forbidden, field, detail));
    }

    fn require(&mut self, field: String, detail: &str) {
        self.refusals.push(Refusal::bare(Kind::Required, field, detail));
    }

    fn whole(&mut self, schema: &Schema, level: Level, path: &str) {
        if schema.kind == "array" && schema.items.is_none() {
            self.require(format!("{path}.items"), "must be specified");
        }
        if let Some(items) = &schema.items {
            self.whole(items, Level::Item, &format!("{path}.items"));
        }
        for (name, property) in &schema.properties {
            self.whole(property, Level::Field, &format!("{path}.properties[{name}]"));
        }
        if schema.additional.is_some() && level == Level::Root {
            self.forbid(format!("{path}.additionalProperties"), "must not be used at the root");
        }
        if let Some(additional) = schema.additional_schema() {
            self.whole(additional, Level::Field, &format!("{path}.additionalProperties"));
        }
        self.int_or_string(schema, path);
        self.values(schema, path, is_int_or_string(&schema.values.any_of), true);
        self.types(schema, level, path);
        if level == Level::Root || schema.is_embedded {
            for name in ["kind", "apiVersion"] {
                if let Some(other) = schema.properties.get(name).filter(|property| property.kind != "string") {
                    let field = format!("{path}.properties[{name}].type");
                    self.refusals.push(Refusal::invalid(field, other.kind.as_str(), "must be string"));
                }
            }
        }
        if let Some(metadata) = schema.properties.get("metadata") {
            self.metadata(metadata, level, schema.is_embedded, &format!("{path}.properties[metadata]"));
        }
        if schema.is_embedded && !schema.preserves_unknown && schema.properties.is_empty() {
            let detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
            self.require(format!("{path}.properties"), detail);
        }
    }

    fn int_or_string(&mut self, schema: &Schema, path: &str) {
        for (is_set, name) in
            [(schema.preserves_unknown, "preserve-unknown-fields"), (schema.is_embedded, "embedded-resource")]
        {
            if schema.is_int_or_string && is_set {
                let detail = "must be false if x-kubernetes-int-or-string is true";
                self.refusals.push(Refusal::invalid(format!("{path}.x-kubernetes-{name}"), true, detail));
            }
        }
    }

    fn types(&mut self, schema: &Schema, level: Level, path: &str) {
        let field = format!("{path}.type");
        let kind = schema.kind.as_str();
        if schema.is_embedded && kind != "object" {
            let detail = "must be object if x-kubernetes-embedded-resource is true";
            if kind.is_empty() {
                self.require(field.clone(), detail);
            } else {
                self.refusals.push(Refusal::invalid(field.clone(), kind, detail));
            }
        } else if kind.is_empty() && !schema.is_int_or_string && !schema.preserves_unknown {
            let detail = match level {
                Level::Root => "must not be empty at the root",
                Level::Item => "must not be empty for specified array items",
                Level::Field => "must not be empty for specified object fields",
            };
            self.require(field.clone(), detail);
        }
        if schema.is_embedded && schema.additional.is_some() {
            let detail = "must not be used if x-kubernetes-embedded-resource is set";
            self.forbid(format!("{path}.additionalProperties"), detail);
        }
        if level == Level::Root && !kind.is_empty() && kind != "object" {
            self.refusals.push(Refusal::invalid(field, kind, "must be object at the root"));
        }
    }

    fn metadata(&mut self, metadata: &Schema, level: Level, is_embedded: bool, path: &str) {
        if (level == Level::Root || is_embedded) && metadata.kind != "object" {
            self.refusals.push(Refusal::invalid(format!("{path}.type"), metadata.kind.as_str(), "must be object"));
        }
        let is_name = |name: &String| name == "name" || name == "generateName";
        let says_more = !metadata.properties.keys().all(is_name)
            || !metadata.values.is_empty()
            || metadata.nullable
            || metadata.has_texts.title
            || metadata.has_texts.description
            || metadata.additional.is_some()
            || metadata.items.is_some()
            || metadata.preserves_unknown
            || metadata.is_embedded
            || metadata.is_int_or_string
            || metadata.list_type.is_some()
            || metadata.map_type.is_some()
            || !metadata.list_map_keys.is_empty()
            || !metadata.rules.is_empty();
        if level == Level::Root && says_more {
            let detail =
                "must not specify anything other than name and generateName, but metadata is implicitly specified";
            self.forbid(path.to_owned(), detail);
        }
    }

    /// `allOf` and the like, and the pattern. The form that says "an integer or a string" is allowed.
    fn values(&mut self, schema: &Schema, path: &str, skips_any_of: bool, may_skip_in_all_of: bool) {
        let values = &schema.values;
        if !skips_any_of {
            for (index, inner) in values.any_of.iter().enumerate() {
                self.nested(inner, &format!("{path}.anyOf[{index}]"), false);
            }
        }
        for (index, inner) in values.all_of.iter().enumerate() {
            let skips = may_skip_in_all_of && index == 0 && is_int_or_string(&inner.values.any_of);
            self.nested(inner, &format!("{path}.allOf[{index}]"), skips);
        }
        for (index, inner) in values.one_of.iter().enumerate() {
            self.nested(inner, &format!("{path}.oneOf[{index}]"), false);
        }
        if let Some(not) = &values.not {
            self.nested(not, &format!("{path}.not"), false);
        }
        if let Some(compiled) = &values.pattern
            && let Err(refusal @ pattern::Refusal::Invalid(_)) = &compiled.outcome
        {
            let detail = format!("must be a valid regular expression, but isn't: {refusal}");
            self.refusals.push(Refusal::invalid(format!("{path}.pattern"), compiled.text.as_str(), detail));
        }
    }

    fn nested(&mut self, schema: &Schema, path: &str, skips_any_of: bool) {
        self.values(schema, path, skips_any_of, false);
        if let Some(items) = &schema.items {
            self.nested(items, &format!("{path}.items"), false);
        }
        for (name, property) in &schema.properties {
            self.nested(property, &format!("{path}.properties[{name}]"), false);
        }
        let has_additional = matches!(schema.additional, Some(Additional::Of(_) | Additional::Allowed(true)));
        for (is_set, name, state) in [
            (!schema.kind.is_empty(), "type", "empty"),
            (has_additional, "additionalProperties", "undefined"),
            (schema.default.as_ref().is_some_and(|default| *default != Value::Null), "default", "undefined"),
            (schema.has_texts.title, "title", "empty"),
            (schema.has_texts.description, "description", "empty"),
            (schema.nullable, "nullable", "false"),
            (schema.preserves_unknown, "x-kubernetes-preserve-unknown-fields", "false"),
            (schema.is_embedded, "x-kubernetes-embedded-resource", "false"),
            (schema.is_int_or_string, "x-kubernetes-int-or-string", "false"),
            (!schema.list_map_keys.is_empty(), "x-kubernetes-list-map-keys", "empty"),
            (schema.list_type.is_some(), "x-kubernetes-list-type", "undefined"),
            (schema.map_type.is_some(), "x-kubernetes-map-type", "undefined"),
            (!schema.rules.is_empty(), "x-kubernetes-validations", "empty"),
        ] {
            if is_set {
                self.forbid(format!("{path}.{name}"), &format!("must be {state} to be structural"));
            }
        }
        if schema.properties.contains_key("metadata") {
            self.forbid(format!("{path}.properties[metadata]"), "must not be specified in a nested context");
        }
    }
}

fn is_int_or_string(branches: &[Schema]) -> bool {
    let is_just = |schema: &Schema, kind: &str| {
        schema.kind == kind
            && schema.values.is_empty()
            && schema.properties.is_empty()
            && schema.items.is_none()
            && schema.additional.is_none()
            && schema.rules.is_empty()
            && !(schema.has_texts.title || schema.has_texts.description || schema.nullable || schema.default.is_some())
            && !(schema.preserves_unknown || schema.is_embedded || schema.is_int_or_string)
            && schema.list_type.is_none()
            && schema.map_type.is_none()
            && schema.list_map_keys.is_empty()
    };
    matches!(branches, [first, second] if is_just(first, "integer") && is_just(second, "string"))
}
