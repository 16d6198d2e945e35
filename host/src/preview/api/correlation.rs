//! Which old value belongs to a new one: fields by name, items of a list only by the keys of a list-map
//! (apiserver, `pkg/cel/common/{equality,maplist}.go`).

use serde_json::Value;

use super::schema::Schema;
use super::validate::is_deeply_equal;

/// A new value, and the old one that is compared with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Correlated<'v> {
    new: &'v Value,
    old: &'v Value,
    schema: &'v Schema,
}

impl<'v> Correlated<'v> {
    /// A whole object.
    pub(super) const fn root(new: &'v Value, old: &'v Value, schema: &'v Schema) -> Self {
        Self { new, old, schema }
    }

    /// The field of that name, where both have it and the schema knows it.
    pub(super) fn key(&self, name: &str) -> Option<Self> {
        let (new, old) = (self.new.as_object()?.get(name)?, self.old.as_object()?.get(name)?);
        Some(Self { new, old, schema: self.schema.of_field(name)? })
    }

    /// The item at an index of the new list, in a list-map.
    pub(super) fn index(&self, index: usize) -> Option<Self> {
        let new = self.new.as_array()?.get(index)?;
        let old = item_like(new, self.old.as_array()?, self.schema)?;
        Some(Self { new, old, schema: self.schema.items.as_deref()? })
    }

    /// Whether nothing has changed. Items of a list-map may have changed places.
    pub(super) fn is_equal(&self) -> bool {
        match (self.new, self.old) {
            (Value::Array(new), Value::Array(old)) => {
                let is_map = self.schema.list_type.as_deref() == Some("map") && !self.schema.list_map_keys.is_empty();
                let equal_items = || (0..new.len()).all(|index| self.index(index).is_some_and(|item| item.is_equal()));
                new.len() == old.len() && if is_map { equal_items() } else { is_deeply_equal(self.new, self.old) }
            }
            (Value::Object(new), Value::Object(old)) => {
                new.len() == old.len() && new.keys().all(|name| self.key(name).is_some_and(|field| field.is_equal()))
            }
            _ => is_deeply_equal(self.new, self.old),
        }
    }
}

/// The first item of an old list-map with the same keys as a new one.
pub(super) fn item_like<'v>(new: &Value, old: &'v [Value], schema: &Schema) -> Option<&'v Value> {
    if schema.list_type.as_deref() != Some("map") || schema.list_map_keys.is_empty() {
        return None;
    }
    let keys = keys_of(new, schema)?;
    let is_same = |item: &&Value| {
        keys_of(item, schema)
            .is_some_and(|other| keys.iter().zip(other).all(|(one, other)| is_deeply_equal(one, other)))
    };
    old.iter().find(is_same)
}

fn keys_of<'v>(item: &'v Value, schema: &Schema) -> Option<Vec<&'v Value>> {
    let map = item.as_object()?;
    let scalar = |name: &String| {
        map.get(name).filter(|value| matches!(value, Value::Bool(_) | Value::Number(_) | Value::String(_)))
    };
    schema.list_map_keys.iter().map(scalar).collect()
}
