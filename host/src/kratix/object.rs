//! `/kratix/input/object.yaml`: the request, or the Promise itself (kratix-contract 2.1).

use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::name::{is_label, is_subdomain};
use super::{Action, Environment, Volume, Workflow};
use crate::error::Error;
use crate::exit::Exit;
use crate::limits::{Limits, OBJECT_BYTES};
use crate::text::clean;
use crate::yaml;

const FILE: &str = "object.yaml";
/// By which Kratix tells whose request it is.
const PROMISE_LABEL: &str = "kratix.io/promise-name";
/// Characters of a request's name: Kratix adds that bound to the API, since the name becomes the value of a label
/// (kratix-contract 6.3). A Promise may have a longer one.
const MAX_NAME: usize = 63;

/// An object of the API server, with what every object has.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// `kind`.
    pub kind: String,
    /// The part of `apiVersion` before the slash; empty for the core group.
    pub group: String,
    /// The whole object, without `metadata.managedFields` (bookkeeping of the API server, often most of the bytes) and
    /// without a `metadata.namespace` that is empty, which to kubectl is none.
    pub value: Value,
}

/// Why a text is not an object.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnObject {
    /// It is not one YAML document.
    #[error("{0}")]
    Yaml(yaml::ReadError),
    /// It hasn't what every object has.
    #[error("{0}")]
    Shape(String),
    /// A name in it is none that an API server takes.
    #[error("{field} is \"{}\", {wanted}", clean(.name, 80))]
    Name {
        /// Which.
        field: &'static str,
        /// What stands there.
        name: String,
        /// What should.
        wanted: &'static str,
    },
    /// Its name is yet to be made.
    #[error("metadata.name is missing, and metadata.generateName only begins a name")]
    Unnamed,
}

impl NotAnObject {
    fn what(&self) -> &'static str {
        match self {
            Self::Yaml(_) => "one YAML document",
            Self::Shape(_) | Self::Name { .. } | Self::Unnamed => "a Kubernetes object",
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Yaml(yaml::ReadError::Utf16) => Some("save it as UTF-8"),
            Self::Yaml(_) => None,
            Self::Shape(_) => {
                Some("it needs apiVersion, kind and metadata.name, as in promises/team/example-resource.yaml")
            }
            Self::Name { .. } => Some("for example team-alpha"),
            Self::Unnamed => {
                Some("Kubernetes makes the name, and Kratix hands it in; for a file, say it in metadata.name")
            }
        }
    }
}

impl Object {
    /// Reads an object from YAML. Its name and namespace are such as an API server takes: they are put into paths.
    ///
    /// # Errors
    ///
    /// A [`NotAnObject`].
    pub fn read(text: &[u8]) -> Result<Self, NotAnObject> {
        yaml::read(text).map_err(NotAnObject::Yaml).and_then(parse)
    }

    /// The Promise that the object belongs to by the label that Kratix gives to requests.
    #[must_use]
    pub fn promise_label(&self) -> Option<&str> {
        self.value["metadata"]["labels"][PROMISE_LABEL].as_str()
    }

    /// The whole object as JSON, as a generator is given it. What stays is its name, its namespace and its Promise: of a
    /// large object the values take twenty times the memory of the text, and a generator needs that memory.
    pub fn take_text(&mut self) -> String {
        let metadata = &self.value["metadata"];
        let mut labels = Map::new();
        labels.extend(self.promise_label().map(|promise| (PROMISE_LABEL.to_owned(), promise.into())));
        let mut kept =
            Map::from_iter([("name".to_owned(), metadata["name"].clone()), ("labels".to_owned(), labels.into())]);
        kept.extend(metadata.get("namespace").map(|namespace| ("namespace".to_owned(), namespace.clone())));
        std::mem::replace(&mut self.value, json!({ "metadata": kept })).to_string()
    }

    /// How often a pipeline was tried again after it suspended the workflow (kratix-contract 4.2). Kratix of September 2026
    /// and later keeps the pipelines of each action apart: <https://github.com/syntasso/kratix/pull/933>.
    #[must_use]
    pub fn attempts(&self, pipeline: &str) -> u64 {
        let workflows = &self.value["status"]["kratix"]["workflows"];
        let lists = [&workflows["pipelines"], &workflows["configure"]["pipelines"]];
        let mut entries = lists.into_iter().filter_map(Value::as_array).flatten();
        entries.find(|entry| entry["name"] == pipeline).and_then(|entry| entry["attempts"].as_u64()).unwrap_or_default()
    }
}

/// Reads and checks the object of a step.
///
/// # Errors
///
/// [`Exit::Directories`] when the file can't be read, [`Exit::Request`] when it is not one object, [`Exit::Config`] when
/// it is not of the kind that Kratix says.
pub fn read_object(input: &Path, environment: &Environment, limits: &Limits) -> Result<Object, Error> {
    let volume = Volume::open("input", input)?;
    let shown = input.join(FILE);
    let text = match volume.read(FILE, limits.object_bytes) {
        Ok(Some(text)) => text,
        Ok(None) => {
            return Err(Error::new(Exit::Directories, format!("there is no request at {}", shown.display()))
                .hint("name the directory that has it with --input")
                .hint_in_pod("Kratix puts it into /kratix/input: mount nothing over it, and leave out --input"));
        }
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            return Err(limits.reached(&OBJECT_BYTES, format!("the request at {} is too large", shown.display())));
        }
        Err(error) => return Err(Error::directory("read the request at", &shown, &error)),
    };
    let object = Object::read(&text).map_err(|error| {
        let wrong = Error::new(Exit::Request, format!("the request at {} is not {}", shown.display(), error.what()));
        match error.hint() {
            Some(hint) => wrong.because(error).hint(hint),
            None => wrong.because(error),
        }
    })?;
    ensure_expected(&object, environment)?;
    ensure_name(&object, environment)?;
    Ok(object)
}

fn parse(value: Value) -> Result<Object, NotAnObject> {
    let wrong = |what: String| Err(NotAnObject::Shape(what));
    let Value::Object(mut value) = value else { return wrong(format!("it is {}, not a map", shape(&value))) };
    let kind = text(&value, "kind", "kind")?;
    let api_version = text(&value, "apiVersion", "apiVersion")?;
    match value.get_mut("metadata") {
        Some(Value::Object(metadata)) => {
            if metadata.get("name").is_none_or(is_unset) && !metadata.get("generateName").is_none_or(is_unset) {
                return Err(NotAnObject::Unnamed);
            }
            let name = text(metadata, "name", "metadata.name")?;
            if !is_subdomain(&name) {
                let wanted =
                    "not lower case letters, digits, hyphens and dots, a letter or digit at both ends of each part";
                return Err(NotAnObject::Name { field: "metadata.name", name, wanted });
            }
            if metadata.get("namespace").is_none_or(is_unset) {
                metadata.shift_remove("namespace");
            } else {
                let name = text(metadata, "namespace", "metadata.namespace")?;
                if !is_label(&name) {
                    let wanted = "not up to 63 lower case letters, digits and hyphens, a letter or digit at both ends";
                    return Err(NotAnObject::Name { field: "metadata.namespace", name, wanted });
                }
            }
            metadata.shift_remove("managedFields");
        }
        None | Some(Value::Null) => return wrong("metadata is missing".into()),
        Some(other) => return wrong(format!("metadata is {}, not a map", shape(other))),
    }
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group).to_owned();
    Ok(Object { kind, group, value: Value::Object(value) })
}

/// What kubectl takes for not given.
fn is_unset(value: &Value) -> bool {
    value.is_null() || value == ""
}

fn text(map: &Map<String, Value>, key: &str, path: &str) -> Result<String, NotAnObject> {
    let wrong = match map.get(key) {
        Some(Value::String(text)) if !text.is_empty() => return Ok(text.clone()),
        None | Some(Value::Null) => format!("{path} is missing"),
        Some(Value::String(_)) => format!("{path} is empty"),
        Some(other) => format!("{path} is {}, not a string", shape(other)),
    };
    Err(NotAnObject::Shape(wrong))
}

/// Name and namespace aren't compared: of a dry run Kratix hands in the object of another name (kratix-contract 2.3).
fn ensure_expected(object: &Object, environment: &Environment) -> Result<(), Error> {
    let (kind, group) = environment.expected();
    let differs = |expected: Option<&str>, actual: &str| expected.is_some_and(|expected| expected != actual);
    if differs(kind, &object.kind) || differs(group, &object.group) {
        return Err(Error::new(
            Exit::Request,
            format!(
                "the request is a {}, not a {}",
                clean(&full_kind(&object.kind, &object.group), 200),
                clean(&full_kind(kind.unwrap_or(&object.kind), group.unwrap_or(&object.group)), 200)
            ),
        )
        .hint("KRATIX_WORKFLOW_TYPE, KRATIX_OBJECT_KIND and KRATIX_OBJECT_GROUP say what is expected"));
    }
    Ok(())
}

/// Refuses a name that the API refuses. A deletion goes through whatever the name is.
fn ensure_name(object: &Object, environment: &Environment) -> Result<(), Error> {
    let length = object.value["metadata"]["name"].as_str().unwrap_or_default().chars().count();
    if environment.workflow == Workflow::Promise || environment.action == Action::Delete || length <= MAX_NAME {
        return Ok(());
    }
    Err(Error::new(
        Exit::Request,
        format!("the request's name has {length} characters; Kratix takes at most {MAX_NAME}"),
    )
    .hint("give it a shorter metadata.name"))
}

/// `Team.platform.kratix.io`, as kubectl has it.
#[must_use]
pub fn full_kind(kind: &str, group: &str) -> String {
    if group.is_empty() { kind.to_owned() } else { format!("{kind}.{group}") }
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
