//! Reading one document, with the errors that a person is shown.

use serde_json::Value;

use super::build::{Builder, Most};
use super::scalar;
use super::syntax::{Fault, Parser};
use crate::text::clean;

/// Why a text is not the one YAML document that is wanted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No document, or one that is null.
    #[error("it is empty")]
    Empty,
    /// More than one document.
    #[error("it has {0} documents; one is wanted")]
    Several(usize),
    /// Text of Windows, say. Go would read it where a byte order mark tells, and Kratix never writes it.
    #[error("it is UTF-16, not UTF-8")]
    Utf16,
    /// Not YAML, a key twice, or expansion without measure; with line, column and an excerpt, in one line.
    #[error("{0}")]
    Invalid(String),
}

/// Reads the one document of a text.
///
/// Plain scalars, keys included, have the types that Go's YAML gives them (`yes` is true, `0123` is 83), since that is
/// what `kubectl` would send. What Go loses without a word is refused: a value whose key comes twice, a tag that it doesn't
/// know. So is a document that is too deep, or that aliases expand without measure.
///
/// # Errors
///
/// A [`ReadError`].
pub fn read(text: &[u8]) -> Result<Value, ReadError> {
    read_scalars(text).map(scalar::as_json)
}

/// Reads the one document of a text, but for floats that are whole: here they stay floats, since [`text`](super::text)
/// makes something else of them.
///
/// # Errors
///
/// A [`ReadError`].
pub fn read_scalars(text: &[u8]) -> Result<Value, ReadError> {
    let mut documents = each(text, |_| Most::OF_A_STEP)?;
    match documents.len() {
        0 => Err(ReadError::Empty),
        1 => Ok(documents.remove(0)),
        several => Err(ReadError::Several(several)),
    }
}

/// Reads all documents of a text, as [`read`] does one; none where there is none.
///
/// # Errors
///
/// A [`ReadError`].
pub fn read_all(text: &[u8]) -> Result<Vec<Value>, ReadError> {
    Ok(each(text, |_| Most::OF_A_STEP)?.into_iter().map(scalar::as_json).collect())
}

/// The same of a text that may be long: of manifests there can be many. Memory grows with its length, whatever it has.
///
/// # Errors
///
/// A [`ReadError`].
#[cfg(feature = "preview")]
pub fn read_manifests(text: &[u8]) -> Result<Vec<Value>, ReadError> {
    Ok(each(text, Most::of_manifests)?.into_iter().map(scalar::as_json).collect())
}

/// The documents of a text that are not null.
fn each(text: &[u8], most: impl FnOnce(&str) -> Most) -> Result<Vec<Value>, ReadError> {
    // ASCII comes first, as in every YAML that anybody writes; in UTF-8 no text has a NUL.
    if matches!(text, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..]) {
        return Err(ReadError::Utf16);
    }
    let text = std::str::from_utf8(text).map_err(|error| ReadError::Invalid(error.to_string()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let documents = documents(text, most(text)).map_err(|fault| invalid(text, &fault))?;
    // `kubectl` passes over a document that is null.
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

fn documents(text: &str, most: Most) -> Result<Vec<Value>, Fault> {
    let (mut parser, mut builder, mut documents) = (Parser::new(text)?, Builder::new(most), Vec::new());
    while let Some((at, event)) = parser.event()? {
        documents.extend(builder.take(event).map_err(|what| Fault { at, what })?);
    }
    Ok(documents)
}

/// Says where, as editors count, and shows the line.
fn invalid(text: &str, Fault { at, what }: &Fault) -> ReadError {
    let before = &text[..*at];
    let is_line_end = ['\n', '\r'];
    let start = before.rfind(is_line_end).map_or(0, |end| end + 1);
    let end = text[*at..].find(is_line_end).map_or(text.len(), |length| at + length);
    let line = 1 + before.matches(is_line_end).count() - before.matches("\r\n").count();
    let column = 1 + before[start..].chars().count();
    // Far out in a long line, the line's beginning would show nothing of it.
    let start = if at - start > 60 { *at } else { start };
    let (what, excerpt) = (clean(what, 300), clean(&text[start..end], 100));
    let shown = if excerpt.is_empty() { String::new() } else { format!(", in `{excerpt}`") };
    ReadError::Invalid(format!("line {line} column {column}: {what}{shown}"))
}
