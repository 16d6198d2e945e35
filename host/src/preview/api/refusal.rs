//! Why an API server refuses something, in its own words (apimachinery, `pkg/util/validation/field`).

use std::fmt::{self, Write as _};

use serde_json::Value;

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Duplicate,
    Forbidden,
    Invalid,
    NotSupported,
    Required,
    TooLong,
    TooMany,
    /// The same words as `Invalid`; rules aren't evaluated on what has the wrong type.
    TypeInvalid,
}

/// One refusal of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) kind: Kind,
    pub(super) field: String,
    /// What is there, where it is shown.
    pub(super) value: Option<Value>,
    pub(super) detail: String,
}

impl Refusal {
    /// A refusal that shows the value.
    pub(super) fn of(kind: Kind, field: String, value: Value, detail: impl Into<String>) -> Self {
        Self { kind, field, value: Some(value), detail: detail.into() }
    }

    /// A refusal of a value that isn't right.
    pub(super) fn invalid(field: impl Into<String>, value: impl Into<Value>, detail: impl Into<String>) -> Self {
        Self::of(Kind::Invalid, field.into(), value.into(), detail)
    }

    /// A refusal that shows no value.
    pub(super) fn bare(kind: Kind, field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, field: field.into(), value: None, detail: detail.into() }
    }

    /// Whether rules are left out when it is there: what they would be asked about isn't what they were written for.
    pub(super) fn blocks_rules(&self) -> bool {
        use Kind::{NotSupported, Required, TooLong, TooMany, TypeInvalid};
        matches!(self.kind, NotSupported | Required | TooLong | TooMany | TypeInvalid)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Duplicate => "Duplicate value",
            Kind::Forbidden => "Forbidden",
            Kind::Invalid | Kind::TypeInvalid => "Invalid value",
            Kind::NotSupported => "Unsupported value",
            Kind::Required => "Required value",
            Kind::TooLong => "Too long",
            Kind::TooMany => "Too many",
        };
        write!(out, "{}: {kind}", self.field)?;
        if let Some(value) = &self.value {
            write!(out, ": {}", shown(value))?;
        }
        if !self.detail.is_empty() {
            write!(out, ": {}", self.detail)?;
        }
        Ok(())
    }
}

/// A value as Go shows it in a refusal: plain numbers, quoted strings, JSON with sorted keys.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => integer.to_string(),
            (None, Some(float)) => plain_float(float),
            (None, None) => number.to_string(),
        },
        Value::Null | Value::Bool(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => json(value),
    }
}

/// JSON as Go writes it: keys sorted, numbers in its notation, and three signs of HTML escaped.
pub(super) fn json(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            let fields: Vec<String> = keys
                .into_iter()
                .map(|key| format!("{}:{}", json(&Value::from(key.as_str())), json(&map[key])))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::String(text) => {
            let written = Value::from(text.as_str()).to_string();
            written
                .replace('<', "\\u003c")
                .replace('>', "\\u003e")
                .replace('&', "\\u0026")
                .replace('\u{2028}', "\\u2028")
                .replace('\u{2029}', "\\u2029")
        }
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (None, Some(float)) => json_float(float),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn json_float(float: f64) -> String {
    let size = float.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) { scientific(float, 1) } else { format!("{float}") }
}

/// A float as Go's `%v` writes it.
pub(super) fn plain_float(float: f64) -> String {
    let size = float.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) { scientific(float, 2) } else { format!("{float}") }
}

fn scientific(float: f64, digits: usize) -> String {
    let written = format!("{float:e}");
    let (mantissa, exponent) = written.split_once('e').expect("there is an exponent");
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
    format!("{mantissa}e{sign}{exponent:0>digits$}")
}

/// A text in quotes as Go's `strconv.Quote` writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\0'..='\u{1f}' | '\u{7f}' => hex(&mut out, 'x', 2, character),
            _ if is_printed(character) => out.push(character),
            '\0'..='\u{ffff}' => hex(&mut out, 'u', 4, character),
            _ => hex(&mut out, 'U', 8, character),
        }
    }
    out.push('"');
    out
}

fn hex(out: &mut String, letter: char, digits: usize, character: char) {
    write!(out, "\\{letter}{:0digits$x}", u32::from(character)).expect("a string takes all that is written");
}

/// Rust escapes in its own notation what shows nothing, and what joins the character before it, which Go prints.
fn is_printed(character: char) -> bool {
    character == '\''
        || character.escape_debug().len() == 1
        || !character.escape_default().all(|c| c != '{') && {
            let before: String = format!("a{character}");
            before.escape_debug().to_string() == before
        }
}
