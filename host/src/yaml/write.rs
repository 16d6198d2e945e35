//! Writing, so that Go's YAML reads the same.

use std::fmt::{self, Write as _};

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};
use serde_yaml::DoubleQuoted;

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
        match document {
            Value::Object(entries) => self.add_map(entries),
            Value::String(text) if is_cut(text) => self.begin()?.add(&DoubleQuoted(text)),
            document => self.begin()?.add(document),
        }
    }

    /// Adds a document that is a map.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn add_map(&mut self, entries: &Map<String, Value>) -> Result<(), TooLong> {
        let out = self.begin()?;
        if entries.keys().any(|key| is_cut(key)) {
            return entries.iter().try_for_each(|(key, value)| out.add_entry(key, value));
        }
        out.add(entries)
    }

    fn begin(&mut self) -> Result<&mut Bounded, TooLong> {
        let Self(out) = self;
        if !out.text.is_empty() {
            out.write_str("---\n")?;
        }
        Ok(out)
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

/// Kubernetes takes every line that begins like this for the end of a document, even a key.
fn is_cut(line: &str) -> bool {
    line.starts_with("---")
}

/// A map of one entry.
struct Entry<'a>(&'a str, &'a Value);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, self.1)])
    }
}

#[derive(Debug)]
struct Bounded {
    text: String,
    limit: usize,
}

impl Bounded {
    fn add(&mut self, value: &impl Serialize) -> Result<(), TooLong> {
        // A block of prose would be folded, and a reviewer wants the string on one line as it was given.
        let options = serde_yaml::ser_options! { prefer_block_scalars: false };
        // Every JSON value is a YAML value, so only the bound can be in the way.
        serde_yaml::to_fmt_writer_with_options(self, value, options).map_err(|_| TooLong)
    }

    /// Adds an entry of a map that is the document.
    fn add_entry(&mut self, key: &str, value: &Value) -> Result<(), TooLong> {
        let start = self.text.len();
        self.add(&Entry(key, value))?;
        if is_cut(&self.text[start..]) {
            // The long form of a key begins with a question mark. Quotes could make it too long for the short form.
            self.text.insert(start + key.len(), '\n');
            self.text.insert_str(start, "? ");
        }
        if self.text.len() > self.limit { Err(TooLong) } else { Ok(()) }
    }
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
