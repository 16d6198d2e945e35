//! What the Promise author sets for generators, and whether each generator takes it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::schema::{self, Schema};
use crate::contract::Description;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::labels::Labels;
use crate::limits::Limits;
use crate::text::clean;
use crate::yaml;

/// The config of a step: of its one generator, or by name of several.
#[derive(Debug)]
pub struct Config {
    value: Map<String, Value>,
    several: bool,
    /// Names of generators that have taken theirs, with where they came from.
    taken: BTreeMap<String, String>,
    limits: Limits,
}

impl Config {
    /// Reads a config from YAML text; `shown` is where it came from.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] when it is not a map.
    pub fn read(shown: &str, text: &[u8], several: bool, limits: &Limits) -> Result<Self, Error> {
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
        Self { value: Map::new(), several: false, taken: BTreeMap::new(), limits: limits.clone() }
    }

    /// The whole config as JSON text: a part of what tells a step from others.
    #[must_use]
    pub fn identity(&self) -> String {
        Value::Object(self.value.clone()).to_string()
    }

    /// The config for a generator as JSON text, checked against the generator's own schema; `shown` is where the generator
    /// came from.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] with all violations; [`Exit::Misbehaved`] when the schema is none.
    pub fn of(&mut self, shown: &str, generator: &Description) -> Result<String, Error> {
        // Another one of that name would get the first one's config, and with it its Destinations.
        let first = self.taken.entry(generator.name.clone()).or_insert_with(|| shown.to_owned());
        if first != shown {
            return Err(Error::new(Exit::Config, format!("two generators of the step are called {}", generator.name))
                .because(format!("{first} and {shown} say so"))
                .hint("a config is for the generator of a name, so each needs its own"));
        }
        let value = self.value_for(&generator.name);
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
            .because_each(lines)
            .hint("`kratix-wasm inspect` shows the schema of a generator's config"))
    }

    /// The maps in the config for a generator that may be labels of a Destination: those whose values are strings.
    #[must_use]
    pub fn labels_for(&self, generator: &str) -> Vec<Labels> {
        let mut found = Vec::new();
        find_labels(&self.value_for(generator), &mut found);
        found
    }

    fn value_for(&self, generator: &str) -> Value {
        if self.several {
            return self.value.get(generator).cloned().unwrap_or_else(|| Map::new().into());
        }
        Value::Object(self.value.clone())
    }

    /// Refuses what is set for a generator that the step doesn't have; once all have taken theirs.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`].
    pub fn ensure_taken(&self) -> Result<(), Error> {
        let unknown = self.value.keys().find(|name| self.several && !self.taken.contains_key(*name));
        unknown.map_or(Ok(()), |name| {
            let there: Vec<&str> = self.taken.keys().map(String::as_str).collect();
            Err(Error::new(
                Exit::Config,
                format!("the config names \"{}\", which is no generator of this step", clean(name, 80)),
            )
            .hint(format!("with several generators, a config is keyed by their names: {}", there.join(", "))))
        })
    }
}

fn find_labels(value: &Value, found: &mut Vec<Labels>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_labels(item, found)),
        Value::Object(entries) => {
            let label = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
            // An empty map would allow all labels.
            found.extend(entries.iter().map(label).collect::<Option<Labels>>().filter(|labels| !labels.is_empty()));
            entries.values().for_each(|value| find_labels(value, found));
        }
        _ => {}
    }
}

fn or_whole(field: &str) -> &str {
    if field.is_empty() { "it" } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_looked_for_everywhere_in_a_config() {
        let text = b"a: {x: z}\nb: [{c: {k: v, l: w}}, {}]\nn: 1\nm: {n: 1}\n";
        let config = Config::read("a test", text, false, &Limits::default()).unwrap();
        let labels = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        assert_eq!(config.labels_for("g"), [labels(&[("x", "z")]), labels(&[("k", "v"), ("l", "w")])]);
        let several = Config::read("a test", b"g: {d: {x: z}}\nh: {d: {x: w}}\n", true, &Limits::default()).unwrap();
        assert_eq!(several.labels_for("g"), [labels(&[("x", "z")])]);
    }
}
