//! Reading one document, with the errors that a person is shown.

use granit_parser::{Marker, Parser};
use serde_json::Value;

use super::build::Builder;
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
    /// Not YAML, a key twice, or expansion without measure; with line, column and an excerpt.
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
    let text = std::str::from_utf8(text).map_err(|error| ReadError::Invalid(error.to_string()))?;
    // As Go's parser has it.
    let options = granit_parser::options! { bom_inside_document_as_content: true };
    let mut builder = Builder::default();
    let mut documents = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| invalid(text, *error.marker(), &error.info()))?;
        let document = builder.take(event, span.is_empty()).map_err(|what| invalid(text, span.start, &what))?;
        // `kubectl` passes over a document that is null.
        documents.extend(document.filter(|document| !document.is_null()));
    }
    match documents.len() {
        0 => Err(ReadError::Empty),
        1 => Ok(documents.remove(0)),
        several => Err(ReadError::Several(several)),
    }
}

/// Says where, and shows the line.
fn invalid(text: &str, at: Marker, what: &str) -> ReadError {
    let offset = at.byte_offset().unwrap_or_default();
    let is_line_end = ['\n', '\r'];
    let start = text[..offset].rfind(is_line_end).map_or(0, |end| end + 1);
    let end = text[offset..].find(is_line_end).map_or(text.len(), |length| offset + length);
    // Far out in a long line, the line's beginning would show nothing of it.
    let start = if offset - start > 60 { offset } else { start };
    let line = clean(&text[start..end], 100);
    let what = clean(what, 300);
    ReadError::Invalid(format!("line {} column {}: {what}\n  {line}", at.line(), at.col() + 1).trim_end().to_owned())
}
