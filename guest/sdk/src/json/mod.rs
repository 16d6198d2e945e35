//! Reads JSON into an author's type; what doesn't fit is named with its field.
//!
//! By hand, since it is in every component: `serde_json`'s reader below `serde_path_to_error` makes code for each type and
//! each way to read it, and formats floats where none can be. That was 40 of Team's 231 KB. Messages are theirs; a test
//! compares.

mod key;
mod node;
#[cfg(test)]
mod tests;
mod variant;

use std::fmt::{self, Display};

use serde::de::{self, DeserializeOwned, Unexpected};
use serde_json::Value;

use crate::Problem;
use node::Node;

/// Reads a type.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Problem> {
    let value = serde_json::from_str(json).map_err(|error| Problem::general(without_position(&error)))?;
    T::deserialize(Node(value)).map_err(|Mismatch { path, message }| match path.strip_prefix('.').unwrap_or(&path) {
        "" => Problem::general(message),
        field => Problem::new(field, message),
    })
}

/// `serde_json` ends with a position in a text that nobody has seen.
fn without_position(error: &serde_json::Error) -> String {
    let position = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    message.strip_suffix(&position).unwrap_or(&message).to_owned()
}

/// Why a value is none of a type.
#[derive(Debug)]
struct Mismatch {
    /// From where it is noticed down to what doesn't fit: `.members[2].email`.
    path: String,
    message: String,
}

impl Mismatch {
    fn below_key(mut self, key: &str) -> Self {
        self.path.insert_str(0, key);
        self.path.insert(0, '.');
        self
    }

    fn below_index(mut self, index: usize) -> Self {
        self.path.insert_str(0, &format!("[{index}]"));
        self
    }
}

impl Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: Display>(message: T) -> Self {
        Self { path: String::new(), message: message.to_string() }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", found(unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", found(unexpected)))
    }
}

/// What there is, as JSON calls it.
fn found(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Unit => "null".into(),
        Unexpected::Bool(value) => format!("boolean `{value}`"),
        Unexpected::Unsigned(value) => format!("integer `{value}`"),
        Unexpected::Signed(value) => format!("integer `{value}`"),
        Unexpected::Float(value) => format!("floating point `{}`", Value::from(value)),
        Unexpected::Char(value) => format!("character `{value}`"),
        Unexpected::Str(value) => format!("string {value:?}"),
        Unexpected::Bytes(_) => "byte array".into(),
        Unexpected::Option => "Option value".into(),
        Unexpected::NewtypeStruct => "newtype struct".into(),
        Unexpected::Seq => "sequence".into(),
        Unexpected::Map => "map".into(),
        Unexpected::Enum => "enum".into(),
        Unexpected::UnitVariant => "unit variant".into(),
        Unexpected::NewtypeVariant => "newtype variant".into(),
        Unexpected::TupleVariant => "tuple variant".into(),
        Unexpected::StructVariant => "struct variant".into(),
        Unexpected::Other(other) => other.into(),
    }
}
