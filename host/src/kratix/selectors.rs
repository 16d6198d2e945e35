//! `destination-selectors.yaml`: which directory goes to which Destinations (kratix-contract 3.4).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::labels::{self, Labels};
use super::metadata::{MAX_BYTES, field};
use crate::text::clean;
use crate::yaml;

/// Where Kratix reads them, in the metadata directory.
pub const FILE: &str = "destination-selectors.yaml";

/// Labels by directory; `.` stands for every file outside the directories that are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selectors(BTreeMap<String, Labels>);

/// The directory of an entry that names none.
pub const ROOT: &str = ".";

impl Selectors {
    /// Reads what an earlier container left, by the rules of Kratix, stricter in two places where Kratix lets something
    /// through that it then mishandles: `..` and `/` as a directory, and labels that are none.
    ///
    /// # Errors
    ///
    /// What is wrong, to be read after the name of the file.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let entries = match yaml::read_scalars(text) {
            Ok(Value::Array(entries)) => entries,
            Err(yaml::ReadError::Empty) => return Ok(Self::default()),
            Ok(_) => return Err("it is not a list".into()),
            Err(error) => return Err(error.to_string()),
        };
        let mut selectors = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            let Value::Object(entry) = entry else { return Err(format!("entry {index} is not a map")) };
            let directory = match field(entry, "directory") {
                None | Some(Value::Null) => "",
                Some(Value::String(directory)) => directory,
                Some(_) => return Err(format!("entry {index} has a directory that is not a string")),
            };
            let Some(Value::Object(given)) = field(entry, "matchLabels") else {
                return Err(format!("entry {index} has no matchLabels"));
            };
            let mut labels = Vec::new();
            for (key, value) in given {
                labels.push((
                    key.clone(),
                    // As Kratix does: its labels are strings, whatever is given.
                    yaml::text(value).ok_or(format!("entry {index} has a label that is not a scalar"))?,
                ));
            }
            let fresh = selectors.add(Some(directory), labels).map_err(|error| format!("entry {index} {error}"))?;
            if !fresh {
                return Err(format!("entry {index} has the directory of an earlier one"));
            }
        }
        Ok(selectors)
    }

    /// Adds an entry; tells whether its directory is new. The same labels once more are no mistake.
    ///
    /// # Errors
    ///
    /// What is wrong, to be read after what made the entry.
    pub fn add(&mut self, directory: Option<&str>, labels: Vec<(String, String)>) -> Result<bool, String> {
        let directory = top_level(directory.unwrap_or_default())?;
        let shown = clean(&directory, 80);
        if labels.is_empty() {
            return Err(format!("sends \"{shown}\" nowhere: it has no labels"));
        }
        let mut entry = Labels::default();
        for (key, value) in labels {
            if let Some(problem) = labels::problem(&key, &value) {
                return Err(format!("sends \"{shown}\" by a label that is none: {problem}"));
            }
            if entry.insert(key.clone(), value).is_some() {
                return Err(format!("sends \"{shown}\" by two values of {key}"));
            }
        }
        match self.0.get(&directory) {
            Some(earlier) if *earlier == entry => Ok(false),
            Some(_) => Err(format!("sends \"{shown}\" elsewhere than an earlier entry")),
            None => {
                self.0.insert(directory, entry);
                Ok(true)
            }
        }
    }

    /// The entries as Kratix reads them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let entry = |(directory, labels): (&String, &Labels)| match directory.as_str() {
            ROOT => json!({"matchLabels": labels}),
            _ => json!({"directory": directory, "matchLabels": labels}),
        };
        self.0.iter().map(entry).collect()
    }

    /// Each directory with its labels, in the order in which they are written.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Labels)> {
        self.0.iter()
    }

    /// The labels that the directory of a path is sent by, if it has an entry of its own.
    #[must_use]
    pub fn labels(&self, directory: &str) -> Option<&Labels> {
        self.0.get(directory)
    }

    /// The file's text, which the next run reads back.
    ///
    /// # Errors
    ///
    /// Why it couldn't.
    pub fn write(&self) -> Result<String, String> {
        let mut writer = yaml::Writer::new(MAX_BYTES);
        writer.add(&self.to_json()).map_err(|_| format!("it has more than {MAX_BYTES} bytes"))?;
        Ok(writer.finish())
    }
}

/// The directory of an entry, if it has one of its own. Kratix fails when that doesn't exist.
#[must_use]
pub fn named_directory(directory: &str) -> Option<String> {
    top_level(directory).ok().filter(|directory| directory != ROOT)
}

/// Cleans a directory as Go's `path.Clean` does, as far as a single element goes.
fn top_level(directory: &str) -> Result<String, String> {
    let parts: Vec<&str> = directory.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let shown = clean(directory, 80);
    match parts.as_slice() {
        _ if directory.starts_with('/') => Err(format!("has the directory \"{shown}\", which is not relative")),
        [] => Ok(ROOT.into()),
        [".."] => Err(format!("has the directory \"{shown}\", which lies outside the output")),
        [top] => Ok((*top).to_owned()),
        _ => Err(format!("has the directory \"{shown}\", which is not at the top level")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kratix_takes_is_read() {
        let text =
            b"- directory: dashboards/\n  matchLabels: {role: observability}\n- matchlabels: {on: true, 'n': 3}\n";
        let selectors = Selectors::read(text).unwrap();
        assert_eq!(
            selectors.write().unwrap(),
            "- matchLabels:\n    \"n\": \"3\"\n    \"true\": \"true\"\n- directory: dashboards\n  matchLabels:\n    role: observability\n"
        );
        assert_eq!(Selectors::read(b"").unwrap(), Selectors::default());
        assert_eq!(Selectors::read(b"[]").unwrap(), Selectors::default());
    }

    #[test]
    fn a_number_is_the_text_that_kratix_makes_of_it() {
        let read = |value: &str| Selectors::read(format!("- matchLabels: {{release: {value}}}").as_bytes());
        for (given, text) in
            [("61e9540", "61e9540"), ("1.50", "1.5"), ("123456789.125", ""), ("12e5", ""), ("12e50", "")]
        {
            // With a plus sign it is no label.
            let expected = (!text.is_empty()).then(|| format!("- matchLabels:\n    release: \"{text}\"\n"));
            assert_eq!(read(given).ok().map(|selectors| selectors.write().unwrap()), expected, "{given}");
        }
    }

    #[test]
    fn what_kratix_refuses_or_mishandles_is_refused() {
        for (text, why) in [
            ("a: 1", "it is not a list"),
            ("- {directory: a}", "entry 0 has no matchLabels"),
            ("- {directory: a, matchLabels: {}}", "entry 0 sends \"a\" nowhere: it has no labels"),
            (
                "- {matchLabels: {a: b}}\n- {directory: ./, matchLabels: {a: b}}",
                "entry 1 has the directory of an earlier one",
            ),
            (
                "- {directory: a/b, matchLabels: {a: b}}",
                "entry 0 has the directory \"a/b\", which is not at the top level",
            ),
            (
                "- {directory: .., matchLabels: {a: b}}",
                "entry 0 has the directory \"..\", which lies outside the output",
            ),
            ("- {directory: /, matchLabels: {a: b}}", "entry 0 has the directory \"/\", which is not relative"),
            ("- {directory: /abs, matchLabels: {a: b}}", "entry 0 has the directory \"/abs\", which is not relative"),
            (
                "- {directory: a, matchLabels: {a: x y}}",
                "entry 0 sends \"a\" by a label that is none: \"x y\" is no value of a Kubernetes label",
            ),
            ("- {directory: a, matchLabels: {a: [b]}}", "entry 0 has a label that is not a scalar"),
            ("- 3", "entry 0 is not a map"),
        ] {
            assert_eq!(Selectors::read(text.as_bytes()), Err(why.to_owned()), "{text}");
        }
    }
}
