//! When values are equal, and which one is less. Numbers of different types are compared by their size; lists that are sets
//! or maps by their schema, whatever the order of their items.

use std::cmp::Ordering;

use super::super::super::validate::is_deeply_equal;
use super::eval::{Evaluation, Result, error};
use super::value::{ListKind, Val};

/// Whether two values are equal.
pub(super) fn equal<'v>(evaluation: &mut Evaluation<'v>, left: &Val<'v>, right: &Val<'v>) -> Result<bool> {
    evaluation.pay(1)?;
    Ok(match (left, right) {
        (Val::Broken(text), _) | (_, Val::Broken(text)) => return error(&**text),
        (Val::Null, Val::Null) => true,
        (Val::Bool(left), Val::Bool(right)) => left == right,
        (Val::Text(left), Val::Text(right)) => left == right,
        (Val::Bytes(left), Val::Bytes(right)) => left == right,
        (Val::Duration(left), Val::Duration(right)) => left == right,
        (Val::Timestamp(left), Val::Timestamp(right)) => left == right,
        (Val::Type(left), Val::Type(right)) => left == right,
        (Val::Int(_) | Val::Uint(_) | Val::Double(_), Val::Int(_) | Val::Uint(_) | Val::Double(_)) => {
            numbers(left, right) == Some(Ordering::Equal)
        }
        (Val::Optional(left), Val::Optional(right)) => match (left, right) {
            (Some(left), Some(right)) => equal(evaluation, left, right)?,
            (left, right) => left.is_none() && right.is_none(),
        },
        (Val::List(left, kind), Val::List(right, _)) => {
            left.len() == right.len() && lists(evaluation, left, right, *kind)?
        }
        (Val::Untyped(left), Val::Untyped(right)) => is_deeply_equal(left, right),
        (Val::Object(one, typed), Val::Object(other, _)) => {
            if one.len() != other.len() {
                return Ok(false);
            }
            for (name, value) in *one {
                let Some(other) = other.get(name) else {
                    // A null of a named field is as good as none, and what isn't known may be absent.
                    if typed.field(name).is_none() || (value.is_null() && typed.is_struct()) {
                        continue;
                    }
                    return Ok(false);
                };
                let is_equal = match typed.field(name) {
                    Some(field) if !(value.is_null() || other.is_null()) => {
                        let (value, other) = (super::value::of_data(value, field), super::value::of_data(other, field));
                        equal(evaluation, &value, &other)?
                    }
                    _ => is_deeply_equal(value, other),
                };
                if !is_equal {
                    return Ok(false);
                }
            }
            true
        }
        (Val::Object(..) | Val::Map(_), Val::Object(..) | Val::Map(_)) => {
            let (left, right) = (entries(left), entries(right));
            evaluation.pay(left.len().saturating_mul(right.len()))?;
            left.len() == right.len() && all_in(evaluation, &left, &right)?
        }
        _ => false,
    })
}

fn all_in<'v>(
    evaluation: &mut Evaluation<'v>,
    left: &[(Val<'v>, Val<'v>)],
    right: &[(Val<'v>, Val<'v>)],
) -> Result<bool> {
    for (key, value) in left {
        let mut is_found = false;
        for (other, in_other) in right {
            if equal(evaluation, key, other)? {
                is_found = equal(evaluation, value, in_other)?;
                break;
            }
        }
        if !is_found {
            return Ok(false);
        }
    }
    Ok(true)
}

/// All entries of a map.
pub(super) fn entries<'v>(map: &Val<'v>) -> Vec<(Val<'v>, Val<'v>)> {
    match map {
        Val::Map(entries) => entries.to_vec(),
        Val::Object(object, typed) => {
            let entry = |(name, value): (&String, &'v serde_json::Value)| {
                let field = typed.field(name)?;
                let key = if typed.is_struct() { super::value::escaped(name)? } else { name.clone() };
                Some((Val::Text(key.into()), super::value::of_data(value, field)))
            };
            object.iter().filter_map(entry).collect()
        }
        _ => Vec::new(),
    }
}

fn lists<'v>(evaluation: &mut Evaluation<'v>, left: &[Val<'v>], right: &[Val<'v>], kind: ListKind<'v>) -> Result<bool> {
    if matches!(kind, ListKind::Made | ListKind::Data) {
        for (left, right) in left.iter().zip(right) {
            if !equal(evaluation, left, right)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    // Each of the other's has one like it here, by its keys where it has some.
    for item in right {
        let mut is_equal = false;
        for other in left {
            let is_it = match kind {
                ListKind::Map(keys) => same_keys(evaluation, other, item, keys)?,
                _ => true,
            };
            if is_it && equal(evaluation, other, item)? {
                is_equal = true;
                break;
            }
        }
        if !is_equal {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether two items of a list-map have the same keys.
pub(super) fn same_keys<'v>(
    evaluation: &mut Evaluation<'v>,
    one: &Val<'v>,
    other: &Val<'v>,
    keys: &[String],
) -> Result<bool> {
    for key in keys {
        let key = Val::Text(key.as_str().into());
        let same = match (evaluation.find(one, &key)?, evaluation.find(other, &key)?) {
            (Some(one), Some(other)) => equal(evaluation, &one, &other)?,
            (one, other) => one.is_none() && other.is_none(),
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How two numbers are ordered; nothing where one is none.
#[expect(clippy::cast_precision_loss, reason = "an API server loses it, too")]
pub(super) fn numbers(left: &Val<'_>, right: &Val<'_>) -> Option<Ordering> {
    let whole = |value: &Val<'_>| match value {
        Val::Int(int) => Some(i128::from(*int)),
        Val::Uint(uint) => Some(i128::from(*uint)),
        _ => None,
    };
    // As cel-go does, with what a double can't hold lost.
    let mixed = |int: i128, double: f64| (int as f64).partial_cmp(&double);
    match (left, right) {
        (Val::Double(left), Val::Double(right)) => left.partial_cmp(right),
        (Val::Double(double), other) => mixed(whole(other)?, *double).map(Ordering::reverse),
        (other, Val::Double(double)) => mixed(whole(other)?, *double),
        (left, right) => Some(whole(left)?.cmp(&whole(right)?)),
    }
}

/// How two values are ordered; nothing where a number is none.
pub(super) fn order(left: &Val<'_>, right: &Val<'_>) -> Result<Option<Ordering>> {
    Ok(Some(match (left, right) {
        (Val::Bool(left), Val::Bool(right)) => left.cmp(right),
        (Val::Text(left), Val::Text(right)) => left.cmp(right),
        (Val::Bytes(left), Val::Bytes(right)) => left.cmp(right),
        (Val::Duration(left), Val::Duration(right)) => left.cmp(right),
        (Val::Timestamp(left), Val::Timestamp(right)) => left.cmp(right),
        (Val::Int(_) | Val::Uint(_) | Val::Double(_), Val::Int(_) | Val::Uint(_) | Val::Double(_)) => {
            return Ok(numbers(left, right));
        }
        _ => return error("no such overload"),
    }))
}
