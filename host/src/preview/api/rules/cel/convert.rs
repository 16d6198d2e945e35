//! Types, conversions between them, and arithmetic.

use std::rc::Rc;

use super::super::super::format::{parse_date_time, parse_go_duration};
use super::super::super::refusal::plain_float;
use super::ast::Operator;
use super::eval::{Evaluation, Fault, Result, error, no_overload};
use super::value::Val;

const TYPES: [&str; 13] = [
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
    "google.protobuf.Duration",
    "google.protobuf.Timestamp",
    "optional_type",
];

/// The type of that name.
pub(super) fn type_named<'v>(name: &str) -> Option<Val<'v>> {
    TYPES.iter().find(|known| **known == name).map(|name| Val::Type(name))
}

/// The type of a value.
pub(super) fn type_of<'v>(value: &Val<'v>) -> Result<Val<'v>> {
    Ok(Val::Type(match value {
        Val::Null => "null_type",
        Val::Bool(_) => "bool",
        Val::Int(_) => "int",
        Val::Uint(_) => "uint",
        Val::Double(_) => "double",
        Val::Text(_) => "string",
        Val::Bytes(_) => "bytes",
        Val::Duration(_) => "google.protobuf.Duration",
        Val::Timestamp(_) => "google.protobuf.Timestamp",
        Val::List(..) => "list",
        Val::Map(_) => "map",
        Val::Object(_, typed) if !typed.is_struct() => "map",
        Val::Optional(_) => "optional_type",
        Val::Type(_) => "type",
        Val::Object(..) | Val::Untyped(_) | Val::Broken(_) => {
            return Err(Fault::Unknown("the type of an object has no name here".to_owned()));
        }
    }))
}

/// A value as a message of an API server shows it.
pub(super) fn shown(value: &Val<'_>) -> String {
    match value {
        Val::Null => "null".to_owned(),
        Val::Bool(bool) => bool.to_string(),
        Val::Int(int) => int.to_string(),
        Val::Uint(uint) => uint.to_string(),
        Val::Double(double) => plain_float(*double),
        Val::Text(text) => text.to_string(),
        _ => "a value".to_owned(),
    }
}

/// A place in a list, which a whole number of another type can say, too.
#[expect(clippy::cast_possible_truncation, reason = "it is whole, and beyond the bounds there is no item")]
pub(super) fn index_of(value: &Val<'_>) -> Result<i64> {
    match value {
        Val::Int(int) => Ok(*int),
        Val::Uint(uint) => Ok(i64::try_from(*uint).unwrap_or(i64::MAX)),
        Val::Double(double) if double.fract() == 0.0 => Ok(*double as i64),
        _ => no_overload("an index"),
    }
}

/// A function that makes one type of another.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "in the bounds that are asked for"
)]
pub(super) fn conversion<'v>(name: &str, value: Val<'v>) -> Result<Val<'v>> {
    const RANGE: &str = "integer overflow";
    Ok(match (name, value) {
        ("type", value) => return type_of(&value),
        ("dyn", value)
        | ("int", value @ Val::Int(_))
        | ("uint", value @ Val::Uint(_))
        | ("double", value @ Val::Double(_))
        | ("string", value @ Val::Text(_))
        | ("bytes", value @ Val::Bytes(_))
        | ("bool", value @ Val::Bool(_))
        | ("duration", value @ Val::Duration(_))
        | ("timestamp", value @ Val::Timestamp(_)) => value,
        ("int", Val::Uint(uint)) => Val::Int(i64::try_from(uint).or_else(|_| error("integer overflow"))?),
        ("int", Val::Double(double)) if double.abs() < 9.223_372_036_854_775e18 => Val::Int(double as i64),
        ("int", Val::Double(_)) => return error(RANGE),
        ("int", Val::Text(text)) => Val::Int(text.parse().or_else(|_| error(not_a("int")))?),
        ("int", Val::Timestamp(time)) => {
            Val::Int(i64::try_from(time.div_euclid(1_000_000_000)).or_else(|_| error(RANGE))?)
        }
        ("int", Val::Duration(span)) => Val::Int(span),
        ("uint", Val::Int(int)) => Val::Uint(u64::try_from(int).or_else(|_| error("unsigned integer overflow"))?),
        ("uint", Val::Double(double)) if (0.0..1.844_674_407_370_955e19).contains(&double) => Val::Uint(double as u64),
        ("uint", Val::Text(text)) => Val::Uint(text.parse().or_else(|_| error(not_a("uint")))?),
        ("double", Val::Int(int)) => Val::Double(int as f64),
        ("double", Val::Uint(uint)) => Val::Double(uint as f64),
        ("double", Val::Text(text)) => {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            match text.parse::<f64>() {
                Ok(double) if is_plain && double.is_finite() => Val::Double(double),
                Err(_) if is_plain => return error(not_a("double")),
                _ => return Err(Fault::Unknown("a number in a notation of its own".to_owned())),
            }
        }
        ("string", Val::Int(int)) => Val::Text(int.to_string().into()),
        ("string", Val::Uint(uint)) => Val::Text(uint.to_string().into()),
        ("string", Val::Bool(bool)) => Val::Text(bool.to_string().into()),
        ("string", Val::Double(double)) => Val::Text(if double.fract() == 0.0 && double.abs() < 1e6 {
            (double as i64).to_string().into()
        } else {
            plain_float(double).into()
        }),
        ("string", Val::Bytes(bytes)) => match std::str::from_utf8(&bytes) {
            Ok(text) => Val::Text(text.into()),
            Err(_) => return error("invalid UTF-8 in bytes, cannot convert to string"),
        },
        ("bytes", Val::Text(text)) => Val::Bytes(Rc::from(text.as_bytes())),
        ("bool", Val::Text(text)) => match &*text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Val::Bool(true),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Val::Bool(false),
            _ => return error(not_a("bool")),
        },
        ("duration", Val::Text(text)) => match parse_go_duration(&text) {
            Some(span) => Val::Duration(span),
            None => return error(not_a("google.protobuf.Duration")),
        },
        ("duration", Val::Int(int)) => Val::Duration(int),
        ("timestamp", Val::Text(text)) => match parse_date_time(&text) {
            Some(time) if text.len() > 19 => Val::Timestamp(time),
            _ => return Err(Fault::Unknown("a time that isn't RFC 3339".to_owned())),
        },
        ("timestamp", Val::Int(int)) => Val::Timestamp(i128::from(int) * 1_000_000_000),
        _ => return no_overload(name),
    })
}

fn not_a(kind: &str) -> String {
    format!("type conversion error from 'string' to '{kind}'")
}

/// Sums, products and the like. What is too large fails.
pub(super) fn arithmetic<'v>(
    evaluation: &mut Evaluation<'v>,
    operator: Operator,
    left: &Val<'v>,
    right: &Val<'v>,
) -> Result<Val<'v>> {
    let overflow = || Fault::Error("integer overflow".to_owned());
    let is_division = matches!(operator, Operator::Divide | Operator::Modulo);
    let by_zero = if operator == Operator::Divide { "division by zero" } else { "modulus by zero" };
    Ok(match (left, right) {
        (Val::Int(_), Val::Int(0)) | (Val::Uint(_), Val::Uint(0)) if is_division => return error(by_zero),
        (Val::Int(left), Val::Int(right)) => Val::Int(
            match operator {
                Operator::Add => left.checked_add(*right),
                Operator::Subtract => left.checked_sub(*right),
                Operator::Multiply => left.checked_mul(*right),
                Operator::Divide => left.checked_div(*right),
                _ => left.checked_rem(*right),
            }
            .ok_or_else(overflow)?,
        ),
        (Val::Uint(left), Val::Uint(right)) => Val::Uint(
            match operator {
                Operator::Add => left.checked_add(*right),
                Operator::Subtract => left.checked_sub(*right),
                Operator::Multiply => left.checked_mul(*right),
                Operator::Divide => left.checked_div(*right),
                _ => left.checked_rem(*right),
            }
            .ok_or_else(|| Fault::Error("unsigned integer overflow".to_owned()))?,
        ),
        (Val::Double(left), Val::Double(right)) => Val::Double(match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide => left / right,
            _ => return no_overload("%"),
        }),
        (Val::Text(left), Val::Text(right)) if operator == Operator::Add => {
            evaluation.pay((left.len() + right.len()) / 16)?;
            Val::Text(format!("{left}{right}").into())
        }
        (Val::Bytes(left), Val::Bytes(right)) if operator == Operator::Add => {
            evaluation.pay((left.len() + right.len()) / 16)?;
            Val::Bytes([&**left, &**right].concat().into())
        }
        (Val::Duration(left), Val::Duration(right)) => Val::Duration(
            match operator {
                Operator::Add => left.checked_add(*right),
                Operator::Subtract => left.checked_sub(*right),
                _ => return no_overload("arithmetic"),
            }
            .ok_or_else(overflow)?,
        ),
        (Val::Timestamp(time), Val::Duration(span)) => Val::Timestamp(match operator {
            Operator::Add => time + i128::from(*span),
            Operator::Subtract => time - i128::from(*span),
            _ => return no_overload("arithmetic"),
        }),
        (Val::Duration(span), Val::Timestamp(time)) if operator == Operator::Add => {
            Val::Timestamp(time + i128::from(*span))
        }
        (Val::Timestamp(left), Val::Timestamp(right)) if operator == Operator::Subtract => {
            Val::Duration(i64::try_from(left - right).map_err(|_| overflow())?)
        }
        _ => return no_overload("arithmetic"),
    })
}
