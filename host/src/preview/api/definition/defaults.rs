//! Whether the defaults of a schema are values that it takes (apiextensions-apiserver,
//! `pkg/apiserver/schema/defaulting/validation.go`).

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
        for mut refusal in validate_part(default, schema).refusals {
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
