//! Keywords that an API server refuses where they stand, or together.

use super::super::refusal::{Kind, Refusal};
use super::super::rules;
use super::super::schema::{Additional, Schema};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// All such keywords in a schema at a path, which is that of a whole object.
pub(super) fn check(schema: &Schema, path: &str, refusals: &mut Vec<Refusal>) {
    let values = &schema.values;
    // The status is validated apart, so what could reach over to it may not be at the root.
    let reaches_status = !values.all_of.is_empty()
        || !values.any_of.is_empty()
        || !values.one_of.is_empty()
        || values.not.is_some()
        || !values.choices.is_empty()
        || values.max_properties.is_some()
        || values.min_properties.is_some()
        || schema.additional.is_some()
        || schema.default.is_some()
        || schema.is_embedded
        || schema.is_int_or_string
        || schema.list_type.is_some()
        || schema.map_type.is_some()
        || !schema.list_map_keys.is_empty();
    if reaches_status || schema.nullable {
        let detail = "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength \
                      Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example \
                      XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the status \
                      subresource is enabled";
        refusals.push(Refusal::bare(Kind::Invalid, path, detail));
    }
    if schema.nullable {
        let detail = "nullable cannot be true at the root";
        refusals.push(Refusal::bare(Kind::Forbidden, format!("{path}.nullable"), detail));
    }
    Keywords { refusals }.schema(schema, path, &Place { is_root: true, in_meta: false, no_defaults: false });
}

#[derive(Debug, Clone)]
struct Place {
    is_root: bool,
    /// Whether it is inside of an object's metadata.
    in_meta: bool,
    no_defaults: bool,
}

struct Keywords<'r> {
    refusals: &'r mut Vec<Refusal>,
}

impl Keywords<'_> {
    fn forbid(&mut self, field: String, detail: &str) {
        self.refusals.push(Refusal::bare(Kind::Forbidden, field, detail));
    }

    fn schema(&mut self, schema: &Schema, path: &str, place: &Place) {
        let inner = Place { is_root: false, ..place.clone() };
        let kind = schema.kind.as_str();
        if !kind.is_empty() && !TYPES.contains(&kind) {
            let detail = "supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"";
            self.refusals.push(Refusal::of(Kind::NotSupported, format!("{path}.type"), kind.into(), detail));
        }
        if kind == "null" {
            self.forbid(format!("{path}.type"), "type cannot be set to null, use nullable as an alternative");
        }
        if schema.default.is_some() && place.no_defaults {
            self.forbid(format!("{path}.default"), "must not be set");
        }
        if place.in_meta && schema.is_embedded {
            self.forbid(format!("{path}.x-kubernetes-embedded-resource"), "must not be used inside of resource meta");
        }
        if schema.values.unique_items {
            let detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
            self.forbid(format!("{path}.uniqueItems"), detail);
        }
        if !schema.properties.is_empty()
            && matches!(schema.additional, Some(Additional::Of(_) | Additional::Allowed(false)))
        {
            let detail = "additionalProperties and properties are mutual exclusive";
            self.forbid(format!("{path}.additionalProperties"), detail);
        }
        if let Some(additional) = schema.additional_schema() {
            let inner = Place { no_defaults: inner.no_defaults || inner.in_meta, ..inner.clone() };
            self.schema(additional, &format!("{path}.additionalProperties"), &inner);
        }
        for (name, property) in &schema.properties {
            let is_meta =
                (place.is_root || schema.is_embedded) && matches!(name.as_str(), "metadata" | "kind" | "apiVersion");
            let inner = Place {
                in_meta: inner.in_meta || is_meta,
                no_defaults: inner.no_defaults || (is_meta && place.is_root),
                ..inner.clone()
            };
            self.schema(property, &format!("{path}.properties[{name}]"), &inner);
        }
        if let Some(items) = &schema.items {
            self.schema(items, &format!("{path}.items"), &inner);
        }
        let values = &schema.values;
        for (name, branches) in [("allOf", &values.all_of), ("anyOf", &values.any_of), ("oneOf", &values.one_of)] {
            for (index, branch) in branches.iter().enumerate() {
                self.schema(branch, &format!("{path}.{name}[{index}]"), &inner);
            }
        }
        if let Some(not) = &values.not {
            self.schema(not, &format!("{path}.not"), &inner);
        }
        self.kinds_of_maps_and_lists(schema, path);
        self.rules(schema, path);
    }

    fn kinds_of_maps_and_lists(&mut self, schema: &Schema, path: &str) {
        for (value, name, kind, known) in [
            (&schema.map_type, "x-kubernetes-map-type", "object", &["atomic", "granular"][..]),
            (&schema.list_type, "x-kubernetes-list-type", "array", &["atomic", "set", "map"][..]),
        ] {
            let Some(value) = value else { continue };
            if schema.kind != kind {
                let detail = format!("must be {kind} if {name} is specified");
                let refusal = if schema.kind.is_empty() {
                    Refusal::bare(Kind::Required, format!("{path}.type"), detail)
                } else {
                    Refusal::invalid(format!("{path}.type"), schema.kind.as_str(), detail)
                };
                self.refusals.push(refusal);
            }
            if !known.contains(&value.as_str()) {
                let quoted: Vec<String> = known.iter().map(|known| format!("\"{known}\"")).collect();
                let detail = format!("supported values: {}", quoted.join(", "));
                self.refusals.push(Refusal::of(
                    Kind::NotSupported,
                    format!("{path}.{name}"),
                    value.as_str().into(),
                    detail,
                ));
            }
        }
        let list_type = schema.list_type.as_deref();
        if !schema.list_map_keys.is_empty() && list_type != Some("map") {
            let detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            self.refusals.push(Refusal::bare(Kind::Required, format!("{path}.x-kubernetes-list-type"), detail));
        }
        let Some(items) = &schema.items else { return };
        if matches!(list_type, Some("set" | "map")) && items.nullable {
            let detail = format!("cannot be nullable when x-kubernetes-list-type is {}", list_type.unwrap_or_default());
            self.forbid(format!("{path}.items.nullable"), &detail);
        }
        let detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
        match (list_type, items.kind.as_str()) {
            (Some("set"), "array") if items.list_type.as_deref().is_some_and(|kind| kind != "atomic") => {
                self.refusals.push(Refusal::bare(
                    Kind::Invalid,
                    format!("{path}.items.x-kubernetes-list-type"),
                    detail,
                ));
            }
            (Some("set"), "object") if items.map_type.as_deref() != Some("atomic") => {
                self.refusals.push(Refusal::bare(Kind::Invalid, format!("{path}.items.x-kubernetes-map-type"), detail));
            }
            (Some("map"), _) => self.map_keys(schema, items, path),
            _ => {}
        }
    }

    fn map_keys(&mut self, schema: &Schema, items: &Schema, path: &str) {
        let field = format!("{path}.x-kubernetes-list-map-keys");
        let keys = &schema.list_map_keys;
        if keys.is_empty() {
            self.refusals.push(Refusal::bare(
                Kind::Required,
                field,
                "must not be empty if x-kubernetes-list-type is map",
            ));
            return;
        }
        if items.kind != "object" {
            let detail = "must be object if parent array's x-kubernetes-list-type is map";
            self.refusals.push(Refusal::invalid(format!("{path}.items.type"), items.kind.as_str(), detail));
            return;
        }
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].contains(key) {
                self.refusals.push(Refusal::invalid(field.clone(), keys.clone(), "must not contain duplicate entries"));
            }
            let Some(property) = items.properties.get(key) else {
                self.refusals.push(Refusal::invalid(
                    field.clone(),
                    keys.clone(),
                    "entries must all be names of item properties",
                ));
                continue;
            };
            let place = format!("{path}.items.properties[{key}]");
            if matches!(property.kind.as_str(), "array" | "object") {
                let detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                self.refusals.push(Refusal::invalid(format!("{place}.type"), property.kind.as_str(), detail));
            }
            if !items.values.required.contains(key) && property.default.is_none() {
                let detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
                self.refusals.push(Refusal::bare(Kind::Required, format!("{place}.default"), detail));
            }
            if property.nullable {
                let detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
                self.forbid(format!("{place}.nullable"), detail);
            }
        }
    }

    fn rules(&mut self, schema: &Schema, path: &str) {
        for (index, rule) in schema.rules.iter().enumerate() {
            let path = format!("{path}.x-kubernetes-validations[{index}]");
            let message = rule.message.trim();
            if rule.text.trim().is_empty() {
                self.refusals.push(Refusal::bare(Kind::Required, format!("{path}.rule"), "rule is not specified"));
            } else if !rule.message.is_empty() && message.is_empty() {
                let detail = "must be non-empty if specified";
                self.refusals.push(Refusal::invalid(format!("{path}.message"), rule.message.as_str(), detail));
            } else if message.contains('\n') {
                let detail = "must not contain line breaks";
                self.refusals.push(Refusal::invalid(format!("{path}.message"), rule.message.as_str(), detail));
            } else if rule.text.trim().contains('\n') && message.is_empty() {
                let detail = "message must be specified if rule contains line breaks";
                self.refusals.push(Refusal::bare(Kind::Required, format!("{path}.message"), detail));
            }
            if !rule.field_path.is_empty() && rules::field_path(&rule.field_path, schema).is_none() {
                let detail = "must be a valid path";
                self.refusals.push(Refusal::invalid(format!("{path}.fieldPath"), rule.field_path.as_str(), detail));
            }
            let reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
            if !rule.reason.is_empty() && !reasons.contains(&rule.reason.as_str()) {
                let detail = format!("supported values: \"{}\"", reasons.join("\", \""));
                self.refusals.push(Refusal::of(
                    Kind::NotSupported,
                    format!("{path}.reason"),
                    rule.reason.as_str().into(),
                    detail,
                ));
            }
        }
    }
}
