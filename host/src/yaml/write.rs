//! Writing, so that Go's YAML reads the same.

use std::fmt::{self, Write as _};

use serde_json::Value;

/// The text would be longer than its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it would be too long as YAML")]
pub struct TooLong;

/// Writes documents, separated by `---`, into a text that never grows over a bound.
///
/// A short document can be long as YAML: each line of a deep one begins with its indentation.
#[derive(Debug)]
pub struct Writer(Bounded);

impl Writer {
    /// For a text of at most this many bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self(Bounded { text: String::new(), limit })
    }

    /// Adds a document.
    ///
    /// # Errors
    ///
    /// [`TooLong`] when it doesn't fit. The writer is of no use from then on.
    pub fn add(&mut self, document: &Value) -> Result<(), TooLong> {
        let Self(out) = self;
        if !out.text.is_empty() {
            out.write_str("---\n")?;
        }
        let start = out.text.len();
        // A block of prose would be folded, and a reviewer wants the string on one line as it was given.
        let options = serde_yaml::ser_options! { prefer_block_scalars: false };
        // Every JSON value is a YAML value, so only the bound can be in the way.
        serde_yaml::to_fmt_writer_with_options(out, document, options).map_err(|_| TooLong)?;
        // Kubernetes takes every line that begins like this for the end of a document, even a key. JSON is YAML too.
        if out.text[start..].lines().any(|line| line.starts_with("---")) {
            out.text.truncate(start);
            writeln!(out, "{document:#}")?;
        }
        Ok(())
    }

    /// The text; it ends with a newline.
    #[must_use]
    pub fn finish(self) -> String {
        self.0.text
    }
}

/// Writes documents that the host made itself.
///
/// # Panics
///
/// When there is no memory for them.
#[must_use]
pub fn write(documents: &[Value]) -> String {
    let mut writer = Writer::new(usize::MAX);
    for document in documents {
        writer.add(document).expect("no text is longer");
    }
    writer.finish()
}

#[derive(Debug)]
struct Bounded {
    text: String,
    limit: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() > self.limit - self.text.len() {
            return Err(fmt::Error);
        }
        self.text.push_str(text);
        Ok(())
    }
}

impl From<fmt::Error> for TooLong {
    fn from(_: fmt::Error) -> Self {
        Self
    }
}
