//! Whether the defaults of a schema are values that it takes (apiextensions-apiserver,
//! `pkg/apiserver/schema/defaulting/validation.go`).

use super::super::metadata;
use super::super::path::Path;
use super::super::refusal::Refusal;
use super::super::schema::Schema;
use super::super::settle;
use super::super::validate::validate_part;

/// All defaults in a schema at a path that it would refuse.
pub(super) fn check(schema: &Schema, path: &str, refusals: &mut Vec<Refusal>) {
    if let Some(default) = &schema.default {
        let place = format!("{path}.default");
        let mut pruned = default.clone();
        let mut dropped = Vec::new();
        settle::prune_part(&mut pruned, schema, &mut dropped);
        if !dropped.is_empty() {
            refusals.push(Refusal::invalid(place.clone(), default.clone(), "must not have unknown fields"));
        }
        let mut found = match metadata::decode_embedded(&mut pruned, schema, &Path::ROOT, &mut dropped) {
            Ok(()) => Vec::new(),
            Err(refusal) => vec![*refusal],
        };
        if found.is_empty() {
            metadata::check_embedded(&pruned, schema, &Path::ROOT, &mut found);
        }
        if found.is_empty() {
            found = validate_part(default, schema).refusals;
        }
        for mut refusal in found {
            refusal.field = if refusal.field == "<nil>" { place.clone() } else { format!("{place}.{}", refusal.field) };
            refusals.push(refusal);
        }
    }
    if let Some(items) = &schema.items {
        check(items, &format!("{path}.items"), refusals);
    }
    for (name, property) in &schema.properties {
        check(property, &format!("{path}.properties[{name}]"), refusals);
    }
}

/// Decodes the metadata of objects in defaults, as it is decoded in requests.
pub(super) fn decode(schema: &mut Schema) {
    if let Some(mut default) = schema.default.take() {
        // What can't be decoded was refused.
        drop(metadata::decode_embedded(&mut default, schema, &Path::ROOT, &mut Vec::new()));
        schema.default = Some(default);
    }
    if let Some(items) = &mut schema.items {
        decode(items);
    }
    schema.properties.values_mut().for_each(decode);
}
