//! Reading, as Go's YAML does.

use serde_json::Value;
use serde_yaml::Options;
use serde_yaml::options::{AliasLimits, DuplicateKeyPolicy};

/// Why a text is not the one YAML document that is wanted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No document, or one that is null.
    #[error("it is empty")]
    Empty,
    /// More than one document.
    #[error("it has {0} documents; one is wanted")]
    Several(usize),
    /// Not YAML, a key twice, or expansion without measure; with line, column and an excerpt.
    #[error("{0}")]
    Invalid(String),
}

/// Reads the one document of a text.
///
/// Duplicate keys are refused, and aliases may not expand a document beyond measure. Plain scalars have the types that
/// Go's YAML gives them (`yes` is true, `0123` is 83), since that is what `kubectl` would send.
///
/// # Errors
///
/// A [`ReadError`].
pub fn read(text: &[u8]) -> Result<Value, ReadError> {
    let text = std::str::from_utf8(text).map_err(|error| ReadError::Invalid(error.to_string()))?;
    let documents: Vec<Value> =
        serde_yaml::from_multiple_with_options(text, options()).map_err(|error| invalid(&error))?;
    let several = documents.len();
    match documents.into_iter().next() {
        Some(Value::Null) | None if several <= 1 => Err(ReadError::Empty),
        Some(document) if several == 1 => Ok(with_whole_numbers(document)),
        _ => Err(ReadError::Several(several)),
    }
}

/// Go writes a number that is whole without a fraction when it makes JSON of YAML, and so passes 3.0 on as 3.
fn with_whole_numbers(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(with_whole_numbers).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, with_whole_numbers(value))).collect(),
        Value::Number(number) if number.is_f64() => {
            // Display gives a float all its digits, and a whole one no point.
            let digits = number.as_f64().filter(|float| *float != 0.0 || float.is_sign_positive());
            let digits = digits.map_or(String::new(), |float| float.to_string());
            let whole = digits.parse::<i64>().map(Value::from).or_else(|_| digits.parse::<u64>().map(Value::from));
            whole.unwrap_or(Value::Number(number))
        }
        other => other,
    }
}

fn options() -> Options {
    let mut alias_limits = AliasLimits::default();
    alias_limits.max_total_replayed_events = 50_000;
    serde_yaml::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        legacy_octal_numbers: true,
        bom_inside_document_as_content: true,
        // Go drops a tag that it doesn't know, and what it was to say with it.
        reject_unsupported_tags: true,
        budget: serde_yaml::budget! { max_events: 500_000, max_aliases: 1_000, max_anchors: 1_000, max_depth: 100 },
        alias_limits: alias_limits,
    }
}

/// The library's message without its own label and its advice to programmers.
fn invalid(error: &serde_yaml::Error) -> ReadError {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let lines = text.lines().map(|line| line.split(", set DuplicateKeyPolicy").next().unwrap_or(line));
    ReadError::Invalid(lines.collect::<Vec<_>>().join("\n"))
}
