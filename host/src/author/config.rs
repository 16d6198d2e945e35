//! The config: what the Promise author sets for each generator of a step.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::error::AuthorError;
use super::schema::{self, Schema};
use crate::contract::{Description, GeneratorName};
use crate::error::Error;
use crate::kratix::labels::Labels;
use crate::limits::Limits;
use crate::yaml;

/// The config of a step.
#[derive(Debug, Clone)]
pub enum Config {
    /// That of its one generator.
    One(Map<String, Value>),
    /// By name of a generator.
    ByName(Map<String, Value>),
}

/// The config of one generator, in order by the generator's own schema.
#[derive(Debug, Clone)]
pub struct Checked {
    /// As JSON text.
    pub json: String,
    /// The maps in it that may be labels of a Destination: those whose values are strings.
    pub labels: Vec<Labels>,
}

impl Config {
    /// Reads a config from YAML text; `shown` is where it came from. For `several` generators it is keyed by their names.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config) when it is not a map.
    pub fn read(shown: &str, text: &[u8], several: bool) -> Result<Self, Error> {
        let wrong = |cause: String| AuthorError::ConfigIsNoMap { shown, cause }.into();
        let value = match yaml::read(text) {
            Ok(Value::Object(value)) => value,
            Err(yaml::ReadError::Empty) => Map::new(),
            Ok(_) => return Err(wrong("it is another type".into())),
            Err(error) => return Err(wrong(error.to_string())),
        };
        Ok(if several { Self::ByName(value) } else { Self::One(value) })
    }

    /// No config at all.
    #[must_use]
    pub fn empty() -> Self {
        Self::One(Map::new())
    }

    /// The whole config as JSON text: a part of what tells a step from others.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (Self::One(value) | Self::ByName(value)) = self;
        Value::Object(value.clone()).to_string()
    }

    /// The config for a generator, checked against the generator's own schema.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config) with all violations;
    /// [`Exit::Misbehaved`](crate::exit::Exit::Misbehaved) when the schema is none.
    pub fn of(&self, generator: &Description, limits: &Limits) -> Result<Checked, Error> {
        let Description { name, config_schema, .. } = generator;
        let unusable = |cause: String| Error::from(AuthorError::SchemaUnusable { generator: name, cause });
        let schema = match config_schema {
            None => Schema::default(),
            Some(schema) if schema.len() > limits.config_bytes => {
                return Err(unusable(format!("it has more than {} bytes", limits.config_bytes)));
            }
            Some(schema) => Schema::read(schema).map_err(unusable)?,
        };
        let value = self.value_for(name);
        let violations = schema::check(&schema, &value).map_err(|cause| unusable(cause.to_owned()))?;
        if violations.is_empty() {
            let mut labels = Vec::new();
            find_labels(&value, &mut labels);
            return Ok(Checked { json: value.to_string(), labels });
        }
        let violations = violations
            .iter()
            .map(|violation| format!("{} {}", or_whole(&violation.field), violation.message).trim().to_owned())
            .collect();
        Err(AuthorError::ConfigViolates { generator: name, violations }.into())
    }

    fn value_for(&self, generator: &GeneratorName) -> Value {
        match self {
            Self::One(value) => value.clone().into(),
            Self::ByName(values) => values.get(generator.as_str()).cloned().unwrap_or_else(|| Map::new().into()),
        }
    }

    /// Refuses what is set for a generator that the step doesn't have.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config).
    pub fn ensure_taken(&self, generators: &BTreeSet<&str>) -> Result<(), Error> {
        let Self::ByName(values) = self else { return Ok(()) };
        let Some(name) = values.keys().find(|name| !generators.contains(name.as_str())) else { return Ok(()) };
        Err(AuthorError::ConfigForNobody { name, there: generators.iter().copied().collect() }.into())
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
    use crate::contract::Declarations;

    #[test]
    fn labels_are_looked_for_everywhere_in_a_config() {
        let text = b"a: {x: z}\nb: [{c: {k: v, l: w}}, {}]\nn: 1\nm: {n: 1}\n";
        let generator = Description {
            name: GeneratorName::parse("g".into()).unwrap(),
            version: "1".into(),
            summary: String::new(),
            kinds: Vec::new(),
            config_schema: Some(r#"{"type": "object", "x-kubernetes-preserve-unknown-fields": true}"#.into()),
            declarations: Declarations::default(),
        };
        let found = |text: &[u8], several| {
            Config::read("a test", text, several).unwrap().of(&generator, &Limits::default()).unwrap().labels
        };
        let labels = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        assert_eq!(found(text, false), [labels(&[("x", "z")]), labels(&[("k", "v"), ("l", "w")])]);
        assert_eq!(found(b"g: {d: {x: z}}\nh: {d: {x: w}}\n", true), [labels(&[("x", "z")])]);
    }
}
