//! Functions of lists (Kubernetes' list library, cel-go's `ext.Lists` and `ext.Sets`), and how lists are joined.

use std::cmp::Ordering;
use std::rc::Rc;

use super::ast::Operator;
use super::compare::{equal, order, same_keys};
use super::convert::arithmetic;
use super::eval::{Evaluation, Fault, Result, error, no_overload};
use super::functions::unknown;
use super::value::{ListKind, Val};

/// A call on a list.
pub(super) fn call<'v>(
    evaluation: &mut Evaluation<'v>,
    name: &str,
    items: &[Val<'v>],
    arguments: &[Val<'v>],
) -> Result<Val<'v>> {
    evaluation.pay(items.len())?;
    if let Some(Val::Broken(text)) = items.iter().find(|value| matches!(value, Val::Broken(_))) {
        return error(&**text);
    }
    let plain = |items: Vec<Val<'v>>| Val::List(Rc::new(items), ListKind::Made);
    Ok(match (name, arguments) {
        ("isSorted", []) => {
            for pair in items.windows(2) {
                if ordered(&pair[0], &pair[1])?.is_gt() {
                    return Ok(Val::Bool(false));
                }
            }
            Val::Bool(true)
        }
        ("sum", []) => match items {
            // What the sum of none is, its type says, which only a type checker knows.
            [] => return Err(Fault::Unknown("the sum of an empty list".to_owned())),
            [first, rest @ ..] => {
                let mut sum = first.clone();
                for item in rest {
                    sum = arithmetic(evaluation, Operator::Add, &sum, item)?;
                }
                sum
            }
        },
        ("min" | "max", []) => {
            let [first, rest @ ..] = items else { return error(format!("{name} called on empty list")) };
            let mut best = first;
            for item in rest {
                let wanted = if name == "min" { Ordering::Less } else { Ordering::Greater };
                if ordered(item, best)? == wanted {
                    best = item;
                }
            }
            best.clone()
        }
        ("indexOf" | "lastIndexOf", [wanted]) => {
            let mut found = -1;
            for (place, item) in (0..).zip(items) {
                if equal(evaluation, item, wanted)? {
                    found = place;
                    if name == "indexOf" {
                        break;
                    }
                }
            }
            Val::Int(found)
        }
        ("join", rest) => join(evaluation, items, rest)?,
        ("distinct", []) => {
            let mut kept: Vec<Val<'v>> = Vec::new();
            for item in items {
                if !contains(evaluation, &kept, item)? {
                    kept.push(item.clone());
                }
            }
            plain(kept)
        }
        ("reverse", []) => plain(items.iter().rev().cloned().collect()),
        ("slice", [Val::Int(start), Val::Int(end)]) => {
            let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
            if *start < 0 || *end < 0 {
                return error(format!("cannot slice({start}, {end}), negative indexes not supported"));
            }
            if start > end || *end > count {
                return error(format!("cannot slice({start}, {end}), list is length {count}"));
            }
            let place = |place: i64| usize::try_from(place).unwrap_or(0);
            plain(items[place(*start)..place(*end)].to_vec())
        }
        ("sort", []) => {
            evaluation.pay(items.len() * 20)?;
            let mut sorted = items.to_vec();
            let mut fault = None;
            sorted.sort_by(|one, other| {
                ordered(one, other).unwrap_or_else(|other| {
                    fault = Some(other);
                    Ordering::Equal
                })
            });
            fault.map_or(Ok(plain(sorted)), Err)?
        }
        _ => return Err(unknown(name)),
    })
}

fn ordered(one: &Val<'_>, other: &Val<'_>) -> Result<Ordering> {
    let order = order(one, other).ok().flatten();
    order.map_or_else(|| Err(Fault::Unknown("an order of what has none".to_owned())), Ok)
}

fn join<'v>(evaluation: &mut Evaluation<'v>, items: &[Val<'v>], arguments: &[Val<'v>]) -> Result<Val<'v>> {
    let separator: &str = match arguments {
        [] => "",
        [Val::Text(separator)] => separator,
        _ => return Err(unknown("join")),
    };
    let mut joined = String::new();
    for (place, item) in items.iter().enumerate() {
        let Val::Text(text) = item else { return no_overload("join") };
        evaluation.pay((text.len() + separator.len()) / 16)?;
        if place > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
    }
    Ok(Val::Text(joined.into()))
}

fn contains<'v>(evaluation: &mut Evaluation<'v>, items: &[Val<'v>], wanted: &Val<'v>) -> Result<bool> {
    for item in items {
        if equal(evaluation, item, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `sets.contains` and the like.
pub(super) fn sets<'v>(
    evaluation: &mut Evaluation<'v>,
    name: &str,
    one: &[Val<'v>],
    other: &[Val<'v>],
) -> Result<bool> {
    let holds = |evaluation: &mut Evaluation<'v>, one: &[Val<'v>], other: &[Val<'v>]| -> Result<bool> {
        for item in other {
            if !contains(evaluation, one, item)? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    if name == "intersects" {
        for item in other {
            if contains(evaluation, one, item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    Ok(holds(evaluation, one, other)? && (name == "contains" || holds(evaluation, other, one)?))
}

/// Two lists as one. A set takes what it hasn't yet, a list-map replaces what has the same keys.
pub(super) fn joined<'v>(evaluation: &mut Evaluation<'v>, left: &Val<'v>, right: &Val<'v>) -> Result<Val<'v>> {
    let (Val::List(one, kind), Val::List(other, _)) = (left, right) else { return no_overload("+") };
    evaluation.pay(one.len() + other.len())?;
    let mut items = one.to_vec();
    for item in other.iter() {
        match kind {
            ListKind::Made | ListKind::Data => items.push(item.clone()),
            ListKind::Set => {
                if !contains(evaluation, &items, item)? {
                    items.push(item.clone());
                }
            }
            ListKind::Map(keys) => {
                let mut place = None;
                for (index, known) in items.iter().enumerate().take(one.len()) {
                    if same_keys(evaluation, known, item, keys)? {
                        place = Some(index);
                    }
                }
                match place {
                    Some(place) => items[place] = item.clone(),
                    None => items.push(item.clone()),
                }
            }
        }
    }
    Ok(Val::List(Rc::new(items), *kind))
}
