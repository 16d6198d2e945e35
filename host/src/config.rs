//! What the Promise author sets for generators, and whether each generator takes it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::exit::Exit;
use crate::limits::Limits;
use crate::sandbox::contract::Description;
use crate::schema::{self, Schema};
use crate::text::clean;
use crate::yaml;

/// The config of a step: of its one generator, or by name of several.
#[derive(Debug)]
pub struct Config {
    value: Map<String, Value>,
    several: bool,
    taken: BTreeSet<String>,
    limits: Limits,
}

impl Config {
    /// Reads a config from YAML text; `shown` is where it came from.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] when it is not a map, [`Exit::Limit`] when it is too large.
    pub fn read(shown: &str, text: &[u8], several: bool, limits: &Limits) -> Result<Self, Error> {
        if text.len() > limits.config_bytes {
            return Err(Error::new(Exit::Limit, format!("the config of {shown} is too large")).because(format!(
                "it has {} bytes; the bound config-bytes is {}",
                text.len(),
                limits.config_bytes
            )));
        }
        let wrong = |cause: String| {
            Error::new(Exit::Config, format!("the config of {shown} is not a map in YAML"))
                .because(cause)
                .hint("for example: {emailDomain: example.org}")
        };
        let value = match yaml::read(text) {
            Ok(Value::Object(value)) => value,
            Err(yaml::ReadError::Empty) => Map::new(),
            Ok(_) => return Err(wrong("it is another type".into())),
            Err(error) => return Err(wrong(error.to_string())),
        };
        Ok(Self { value, several, ..Self::empty(limits) })
    }

    /// No config at all.
    #[must_use]
    pub fn empty(limits: &Limits) -> Self {
        Self { value: Map::new(), several: false, taken: BTreeSet::new(), limits: limits.clone() }
    }

    /// Reads a config from a file.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read); [`Exit::Config`] when the file can't be read.
    pub fn read_file(path: &Path, several: bool, limits: &Limits) -> Result<Self, Error> {
        use std::io::Read as _;
        let mut text = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(limits.config_bytes as u64 + 1).read_to_end(&mut text))
            .map_err(|error| {
                Error::new(Exit::Config, format!("cannot read the config {}", path.display()))
                    .because(crate::error::plain(&error))
            })?;
        Self::read(&path.display().to_string(), &text, several, limits)
    }

    /// The whole config as JSON text: a part of what tells a step from others.
    #[must_use]
    pub fn identity(&self) -> String {
        Value::Object(self.value.clone()).to_string()
    }

    /// The config for a generator as JSON text, checked against the generator's own schema.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] with all violations; [`Exit::Misbehaved`] when the schema is none.
    pub fn of(&mut self, generator: &Description) -> Result<String, Error> {
        let value = if self.several {
            self.taken.insert(generator.name.clone());
            self.value.get(&generator.name).cloned().unwrap_or_else(|| Map::new().into())
        } else {
            Value::Object(self.value.clone())
        };
        let unusable = |cause: &str| {
            Error::new(Exit::Misbehaved, format!("the config schema of generator {} can't be used", generator.name))
                .because(cause)
                .hint("report it to the author of the generator")
        };
        let schema = match &generator.config_schema {
            None => Schema::default(),
            Some(schema) if schema.len() > self.limits.config_bytes => {
                return Err(unusable(&format!("it has more than {} bytes", self.limits.config_bytes)));
            }
            Some(schema) => Schema::read(schema).map_err(|cause| unusable(&cause))?,
        };
        let violations = schema::check(&schema, &value).map_err(unusable)?;
        if violations.is_empty() {
            return Ok(value.to_string());
        }
        let lines: Vec<String> = violations
            .iter()
            .map(|violation| format!("{} {}", or_whole(&violation.field), violation.message).trim().to_owned())
            .collect();
        Err(Error::new(Exit::Config, format!("the config for generator {} is wrong", generator.name))
            .because(lines.join("\n"))
            .hint("`kratix-wasm inspect` shows the schema of a generator's config"))
    }

    /// Refuses what is set for a generator that the step doesn't have; once all have taken theirs.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`].
    pub fn ensure_taken(&self) -> Result<(), Error> {
        let unknown = self.value.keys().find(|name| self.several && !self.taken.contains(*name));
        unknown.map_or(Ok(()), |name| {
            let there: Vec<&str> = self.taken.iter().map(String::as_str).collect();
            Err(Error::new(
                Exit::Config,
                format!("the config names \"{}\", which is no generator of this step", clean(name, 80)),
            )
            .hint(format!("with several generators, a config is keyed by their names: {}", there.join(", "))))
        })
    }
}

fn or_whole(field: &str) -> &str {
    if field.is_empty() { "it" } else { field }
}
