//! What strings and numbers have to meet, and values that have to be one of some.

use serde_json::Value;

use super::super::format::Format;
use super::super::number::{Decoded, decoded, is_nearly_integer};
use super::super::path::Path;
use super::super::pattern;
use super::super::refusal::{Kind, Refusal, json, plain_float, quoted, shown};
use super::super::schema::Schema;
use super::found::{Found, Problem, field};
use super::{Validator, length};

impl Validator {
    pub(super) fn string(&mut self, text: &str, schema: &Schema, path: &Path<'_>) -> Found {
        let values = &schema.values;
        let count =
            if values.max_length.is_some() || values.min_length.is_some() { length(text.chars().count()) } else { 0 };
        if let Some(most) = values.max_length.filter(|most| count > *most) {
            let message = format!("{} in body should be at most {most} chars long", path.dotted());
            let detail = match most {
                1 => "may not be more than 1 byte".to_owned(),
                0.. => format!("may not be more than {most} bytes"),
                _ => "value is too long".to_owned(),
            };
            return Found::one(Problem { refusal: Refusal::bare(Kind::TooLong, field(path), detail), message });
        }
        if let Some(least) = values.min_length.filter(|least| count < *least) {
            let message = format!("{} in body should be at least {least} chars long", path.dotted());
            return Found::one(Problem::new(Kind::Invalid, path, text.into(), message));
        }
        let Some(compiled) = &values.pattern else { return Found::default() };
        match &compiled.outcome {
            Ok(pattern) if !pattern.is_match(text) => {
                let message = format!("{} in body should match '{}'", path.dotted(), compiled.text);
                Found::one(Problem::new(Kind::Invalid, path, text.into(), message))
            }
            Err(pattern::Refusal::Unknown(why)) => {
                self.cannot_tell(path, &format!("pattern: {}", compiled.text), why);
                Found::default()
            }
            _ => Found::default(),
        }
    }

    pub(super) fn format(&mut self, text: &str, format: Format, schema: &Schema, path: &Path<'_>) -> Found {
        match format.is_met(text) {
            Some(true) => Found::default(),
            Some(false) => {
                let name = &schema.values.format_name;
                let message = format!("{} in body must be of type {name}: {}", path.dotted(), quoted(text));
                Found::one(Problem::new(Kind::TypeInvalid, path, text.into(), message))
            }
            None => {
                let why = format!("whether {} is one isn't known here", quoted(text));
                self.cannot_tell(path, &format!("format: {}", schema.values.format_name), &why);
                Found::default()
            }
        }
    }

    fn cannot_tell(&mut self, path: &Path<'_>, keyword: &str, why: &str) {
        let why = if self.undecided > 0 {
            format!("{why}; what anyOf, oneOf or not make of it isn't known, either")
        } else {
            why.to_owned()
        };
        self.unknown.push((path.with_keys(), keyword.to_owned(), why));
    }
}

/// What a number has to meet. Limits of integers lose what is behind their point.
#[expect(clippy::cast_possible_truncation, reason = "as Go converts it")]
pub(super) fn number(number: Decoded, schema: &Schema, path: &Path<'_>) -> Found {
    let mut found = Found::default();
    let values = &schema.values;
    let as_json = || match number {
        Decoded::Integer(integer) => Value::from(integer),
        Decoded::Float(float) => Value::from(float),
    };
    let mut refuse = |kind_of_limit: &str, limit: String| {
        let message = format!("{} in body should be {kind_of_limit} {limit}", path.dotted());
        found.add(Problem::new(Kind::Invalid, path, as_json(), message));
    };
    let mut bad_factor = None;
    if let Some(factor) = values.multiple_of {
        match number {
            Decoded::Integer(_) if (factor as i64) <= 0 => bad_factor = Some(Value::from(factor as i64)),
            Decoded::Integer(integer) if integer % (factor as i64) != 0 => {
                refuse("a multiple of", (factor as i64).to_string());
            }
            Decoded::Integer(_) => {}
            Decoded::Float(_) if factor <= 0.0 => bad_factor = Some(Value::from(factor)),
            Decoded::Float(float) => {
                let multiple = if factor < 1.0 { 1.0 / factor * float } else { float / factor };
                if !is_nearly_integer(multiple) {
                    refuse("a multiple of", plain_float(factor));
                }
            }
        }
    }
    if let Some(least) = values.minimum {
        let words = if values.exclusive_minimum { "greater than" } else { "greater than or equal to" };
        match number {
            Decoded::Integer(integer) => {
                let least = least as i64;
                if integer < least || (values.exclusive_minimum && integer == least) {
                    refuse(words, least.to_string());
                }
            }
            Decoded::Float(float) => {
                if !(float > least || (!values.exclusive_minimum && float >= least)) {
                    refuse(words, plain_float(least));
                }
            }
        }
    }
    if let Some(most) = values.maximum {
        let words = if values.exclusive_maximum { "less than" } else { "less than or equal to" };
        match number {
            Decoded::Integer(integer) => {
                let most = most as i64;
                if integer > most || (values.exclusive_maximum && integer == most) {
                    refuse(words, most.to_string());
                }
            }
            Decoded::Float(float) => {
                if !(float < most || (!values.exclusive_maximum && float <= most)) {
                    refuse(words, plain_float(most));
                }
            }
        }
    }
    if let Some(factor) = bad_factor {
        let message = format!("factor MultipleOf declared for {} must be positive: {}", path.dotted(), shown(&factor));
        found.add(Problem::new(Kind::Invalid, path, factor, message));
    }
    found
}

/// Whether a value is one of `enum`; nothing is where there is none. A null is never one of them.
pub(super) fn choices(value: &Value, schema: &Schema, path: &Path<'_>) -> Found {
    let choices = &schema.values.choices;
    if choices.is_empty() || choices.iter().any(|choice| is_choice(value, choice)) {
        return Found::default();
    }
    let plain = |choice: &Value| choice.as_str().map_or_else(|| json(choice), str::to_owned);
    let listed: Vec<String> = choices.iter().map(|choice| quoted(&plain(choice))).collect();
    let detail = format!("supported values: {}", listed.join(", "));
    let plainly: Vec<String> = choices.iter().map(plain).collect();
    let message = format!("{} in body should be one of [{}]", path.dotted(), plainly.join(" "));
    Found::one(Problem { refusal: Refusal::of(Kind::NotSupported, field(path), value.clone(), detail), message })
}

/// The value is converted to the choice's type first, as Go's reflection can: a float loses its fraction, and an integer
/// becomes the character of that number.
#[expect(clippy::cast_possible_truncation, clippy::float_cmp, reason = "as Go converts it")]
fn is_choice(value: &Value, choice: &Value) -> bool {
    match (value, choice) {
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Number(value), Value::Number(choice)) => match (decoded(value), decoded(choice)) {
            (Decoded::Integer(value), Decoded::Integer(choice)) => value == choice,
            (Decoded::Float(value), Decoded::Integer(choice)) => value.trunc() as i64 == choice,
            (value, Decoded::Float(choice)) => value.float() == choice,
        },
        (Value::Number(value), Value::String(choice)) => match decoded(value) {
            Decoded::Integer(value) => {
                let character = u32::try_from(value).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                choice.chars().eq([character])
            }
            Decoded::Float(_) => false,
        },
        _ => is_deeply_equal(value, choice),
    }
}

/// Whether two values are the same as Go has them in memory, where 1 and 1.0 differ.
pub(in super::super) fn is_deeply_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => decoded(one) == decoded(other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_deeply_equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| is_deeply_equal(one, other)))
        }
        _ => one == other,
    }
}
