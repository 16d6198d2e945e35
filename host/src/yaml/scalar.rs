//! What a scalar means to Go's YAML (`resolve.go` of `yaml.v2`) and to the JSON that is made of it.

use serde_json::Value;

use crate::text::clean;

/// Where YAML's own tags begin; in a text `!!`.
const STANDARD: &str = "tag:yaml.org,2002:";

/// The value of a scalar. A float stays one, even when it is whole: as a key it looks different.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn value(text: String, is_plain: bool, tag: Option<&str>) -> Result<Value, String> {
    let name = match tag {
        None if is_plain => return resolve(&text),
        // `!` alone means that it is what it looks like: text.
        None | Some("!") => return Ok(text.into()),
        Some(tag) => tag.strip_prefix(STANDARD).ok_or_else(|| unknown(tag))?,
    };
    if name == "str" {
        return Ok(text.into());
    }
    match (name, resolve(&text)?) {
        ("float", Value::Number(number)) if number.is_f64() || number.is_i64() => Ok(number.as_f64().into()),
        (_, value) if name == type_of(&value) => Ok(value),
        _ => Err(format!("{} is no {}", clean(&text, 80), clean(name, 80))),
    }
}

/// Whether a scalar `<<` stands for the entries of another map.
pub(super) fn is_merge(is_plain: bool, tag: Option<&str>) -> bool {
    tag.map_or(is_plain, |tag| tag == "!" || is_standard(tag, "merge"))
}

/// Whether a tag is this one of YAML's own.
pub(super) fn is_standard(tag: &str, name: &str) -> bool {
    tag.strip_prefix(STANDARD) == Some(name)
}

/// Go reads as if the tag weren't there, and so loses what it was to say.
pub(super) fn unknown(tag: &str) -> String {
    format!("the tag {} has no meaning here", clean(&tag.replacen(STANDARD, "!!", 1), 80))
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        _ => "",
    }
}

/// Whether a plain scalar is text: a time is, too.
#[cfg(feature = "preview")]
pub(super) fn is_text(text: &str) -> bool {
    matches!(resolve(text), Ok(Value::String(_)))
}

/// The value of a plain scalar.
fn resolve(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Ok(true.into()),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(false.into());
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf"
        | "-.INF" => return Err(format!("{text} is a number that JSON doesn't have")),
        _ => {}
    }
    let number = match text.as_bytes()[0] {
        b'.' if !has_stray_underscore(text) => float(&text.replace('_', "")),
        b'0'..=b'9' | b'+' | b'-' => {
            let digits = text.replace('_', "");
            integer(&digits).or_else(|| float(&digits))
        }
        _ => None,
    };
    Ok(number.unwrap_or_else(|| text.into()))
}

/// Whether an underscore doesn't stand between two digits; in a number that begins with a point Go wants them there alone.
fn has_stray_underscore(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let is_between = |index: usize| is_digit(index - 1) && is_digit(index + 1);
    (1..bytes.len()).any(|index| bytes[index] == b'_' && !is_between(index))
}

/// Any of Go's ways to write an integer that fits 64 bits: `12`, `-0x1F`, `0o17`, `017`, `0b11`, and even `0b-11`.
fn integer(text: &str) -> Option<Value> {
    let magnitude = unsigned(text);
    let (radix, digits) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &magnitude[2..]),
        [b'0', b'o' | b'O', ..] => (8, &magnitude[2..]),
        [b'0', b'b' | b'B', ..] => (2, &magnitude[2..]),
        [b'0', _, ..] => (8, &magnitude[1..]),
        _ => (10, magnitude),
    };
    let has_sign = digits.starts_with(['+', '-']);
    if has_sign && !text.starts_with("0b") {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    let number = if text.starts_with('-') { -number } else { number };
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => Some(number.into()),
        // Go knows no large number with a sign.
        (_, Ok(number)) if magnitude == text && !has_sign => Some(number.into()),
        _ => None,
    }
}

/// A number that isn't whole, or is too large for an integer. One that is too large for a float is text to Go: `1e999`, or a
/// commit's `61e9540`. Its writer leaves that bare.
fn float(text: &str) -> Option<Value> {
    let float: f64 = is_decimal(text).then(|| text.parse().ok())??;
    float.is_finite().then(|| float.into())
}

/// `1.5`, `.5`, `1.`, `-1e3`.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = unsigned(mantissa).split_once('.').unwrap_or((unsigned(mantissa), ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && is_digits(fraction)
        && whole.len() + fraction.len() > 0
        && is_digits(unsigned(exponent))
        && !unsigned(exponent).is_empty()
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// A value as it stands in JSON: Go writes a number that is whole without a fraction, and so passes 3.0 on as 3.
pub fn as_json(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().filter(|float| *float != 0.0 || float.is_sign_positive());
            // Display gives a float all its digits, and a whole one no point.
            float.and_then(|float| integer(&float.to_string())).unwrap_or(Value::Number(number))
        }
        Value::Array(items) => items.into_iter().map(as_json).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, as_json(value))).collect(),
        value => value,
    }
}

/// The text that Go makes of a scalar where it wants one; of floats the shortest that means the same among the numbers of
/// half the size. Nothing of what is none.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) if number.is_f64() => {
            #[expect(clippy::cast_possible_truncation, reason = "as Go does")]
            let float = number.as_f64().unwrap_or_default() as f32;
            let scientific = format!("{float:e}");
            let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
            match exponent.parse::<i32>() {
                _ if !float.is_finite() => None,
                Ok(exponent) if !(-4..=5).contains(&exponent) => {
                    let sign = if exponent < 0 { '-' } else { '+' };
                    Some(format!("{mantissa}e{sign}{:02}", exponent.abs()))
                }
                _ => Some(float.to_string()),
            }
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value as the name of an entry.
///
/// # Errors
///
/// Why it can't be one.
pub(super) fn key(value: &Value) -> Result<String, String> {
    match (value, text(value)) {
        // Go knows none that large.
        (Value::Number(number), _) if number.as_i64().is_none() && number.is_u64() => {
            Err(format!("the key {number} is too large a number"))
        }
        (_, Some(text)) => Ok(text),
        (Value::Null, _) => Err("a key is null".into()),
        (Value::Number(number), _) => Err(format!("the key {number} is too large a number")),
        _ => Err("a key is a list or a map".into()),
    }
}
