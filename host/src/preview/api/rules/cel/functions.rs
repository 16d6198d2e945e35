//! Functions, called alone or on a value: those of the language, and of the libraries that Kubernetes adds.

use std::rc::Rc;

use super::ast::Expression;
use super::eval::{Evaluation, Fault, Result, error, no_overload};
use super::value::Val;
use super::{convert, lists, strings};

/// Functions of libraries that aren't here. An API server knows them.
const ELSEWHERE: [&str; 22] = [
    "authorizer",
    "cidr",
    "format",
    "getDate",
    "ip",
    "isCIDR",
    "isGreaterThan",
    "isIP",
    "isLessThan",
    "isQuantity",
    "isSemver",
    "isURL",
    "quantity",
    "semver",
    "transformList",
    "transformMap",
    "transformMapEntry",
    "url",
    "validate",
    "quote",
    "sortBy",
    "flatten",
];

/// The value of a call.
pub(super) fn call<'v>(
    evaluation: &mut Evaluation<'v>,
    name: &str,
    target: Option<&Expression>,
    arguments: &[Expression],
) -> Result<Val<'v>> {
    // Functions of a library are named after it, and its name is no value.
    if let Some(Expression::Name(library)) = target
        && matches!(library.as_str(), "optional" | "sets" | "lists" | "strings" | "math")
    {
        let arguments = values(evaluation, arguments)?;
        return of_library(evaluation, library, name, &arguments);
    }
    if target.is_some() && name == "orValue" || name == "or" {
        return alternative(evaluation, name, target, arguments);
    }
    let on_target = target.is_some();
    let mut all = match target {
        Some(target) => vec![evaluation.value(target)?],
        None => Vec::new(),
    };
    all.extend(values(evaluation, arguments)?);
    if let Some(Val::Broken(text)) = all.iter().find(|value| matches!(value, Val::Broken(_))) {
        return error(&**text);
    }
    match (name, all.as_mut_slice()) {
        ("size", [value]) => size(evaluation, value),
        (
            "dyn" | "type" | "int" | "uint" | "double" | "string" | "bytes" | "bool" | "duration" | "timestamp",
            [value],
        ) if !on_target => convert::conversion(name, value.clone()),
        ("hasValue", [Val::Optional(value)]) => Ok(Val::Bool(value.is_some())),
        ("value", [Val::Optional(Some(value))]) => Ok((**value).clone()),
        ("value", [Val::Optional(None)]) => error("optional.none() dereference"),
        ("getHours" | "getMinutes" | "getSeconds" | "getMilliseconds", [Val::Duration(span)]) => {
            let unit = match name {
                "getHours" => 3_600_000_000_000,
                "getMinutes" => 60_000_000_000,
                "getSeconds" => 1_000_000_000,
                _ => 1_000_000,
            };
            Ok(Val::Int(*span / unit))
        }
        (_, [Val::Text(text), rest @ ..]) if on_target => strings::call(evaluation, name, text, rest),
        ("matches", [Val::Text(text), rest @ ..]) => strings::call(evaluation, name, text, rest),
        (_, [Val::List(items, _), rest @ ..]) if on_target => lists::call(evaluation, name, items, rest),
        _ => Err(unknown(name)),
    }
}

/// Why a function can't be called here.
pub(super) fn unknown(name: &str) -> Fault {
    if ELSEWHERE.contains(&name) {
        Fault::Unknown(format!("the function {name} isn't evaluated here"))
    } else {
        Fault::Unknown(format!("no function {name} for these values"))
    }
}

fn values<'v>(evaluation: &mut Evaluation<'v>, arguments: &[Expression]) -> Result<Vec<Val<'v>>> {
    arguments.iter().map(|argument| evaluation.value(argument)).collect()
}

/// What takes the place of an optional's value; it is looked at only then.
fn alternative<'v>(
    evaluation: &mut Evaluation<'v>,
    name: &str,
    target: Option<&Expression>,
    arguments: &[Expression],
) -> Result<Val<'v>> {
    let (Some(target), [other]) = (target, arguments) else { return Err(unknown(name)) };
    match evaluation.value(target)? {
        Val::Optional(Some(value)) if name == "orValue" => Ok((*value).clone()),
        value @ Val::Optional(Some(_)) => Ok(value),
        Val::Optional(None) => evaluation.value(other),
        _ => no_overload(name),
    }
}

fn of_library<'v>(
    evaluation: &mut Evaluation<'v>,
    library: &str,
    name: &str,
    arguments: &[Val<'v>],
) -> Result<Val<'v>> {
    match (library, name, arguments) {
        ("optional", "none", []) => Ok(Val::Optional(None)),
        ("optional", "of", [value]) => Ok(Val::Optional(Some(Rc::new(value.clone())))),
        ("sets", "contains" | "intersects" | "equivalent", [Val::List(one, _), Val::List(other, _)]) => {
            Ok(Val::Bool(lists::sets(evaluation, name, one, other)?))
        }
        ("lists", "range", [Val::Int(count)]) => {
            let count = usize::try_from(*count).unwrap_or(0);
            evaluation.pay(count)?;
            let items = (0..count).map(|place| Val::Int(i64::try_from(place).unwrap_or(i64::MAX))).collect();
            Ok(Val::List(Rc::new(items), super::value::ListKind::Made))
        }
        _ => Err(unknown(&format!("{library}.{name}"))),
    }
}

fn size<'v>(evaluation: &mut Evaluation<'v>, value: &Val<'v>) -> Result<Val<'v>> {
    let count = match value {
        Val::Text(text) => {
            evaluation.pay(text.len() / 16)?;
            text.chars().count()
        }
        Val::Bytes(bytes) => bytes.len(),
        Val::List(items, _) => items.len(),
        Val::Map(entries) => entries.len(),
        Val::Object(map, _) => map.len(),
        _ => return no_overload("size"),
    };
    Ok(Val::Int(i64::try_from(count).unwrap_or(i64::MAX)))
}
