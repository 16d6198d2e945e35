//! `/kratix/input/object.yaml`: the request, or the Promise itself (kratix-contract 2.1).

use serde_json::{Map, Value};

use super::name::{is_label, is_subdomain};
use super::status::INPUTS;
use super::{Action, Environment, Kind, Workflow};
use crate::error::Error;
use crate::exit::Exit;
use crate::text::clean;
use crate::yaml;

/// Where Kratix puts it, in the input directory.
pub const FILE: &str = "object.yaml";
/// Where kubectl puts an object that doesn't say.
pub const DEFAULT_NAMESPACE: &str = "default";
/// By which Kratix tells whose request it is.
const PROMISE_LABEL: &str = "kratix.io/promise-name";
/// Characters of a request's name: Kratix adds that bound to the API, since the name becomes the value of a label
/// (kratix-contract 6.3). A Promise may have a longer one.
const MAX_NAME: usize = 63;

/// An object of the API server, with what every object has.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// `kind`, and the part of `apiVersion` before the slash.
    pub kind: Kind,
    /// `metadata.name`: one that an API server takes.
    pub name: String,
    /// `metadata.namespace`: one that an API server takes, or none, also where it is empty.
    pub namespace: Option<String>,
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
    /// What it is not.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Yaml(_) => "one YAML document",
            Self::Shape(_) | Self::Name { .. } | Self::Unnamed => "a Kubernetes object",
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
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
        yaml::read(text).map_err(NotAnObject::Yaml).and_then(Self::of)
    }

    /// The same of values.
    ///
    /// # Errors
    ///
    /// A [`NotAnObject`].
    pub fn of(value: Value) -> Result<Self, NotAnObject> {
        parse(value)
    }

    /// The Promise that the object belongs to by the label that Kratix gives to requests.
    #[must_use]
    pub fn promise_label(&self) -> Option<&str> {
        self.value["metadata"]["labels"][PROMISE_LABEL].as_str()
    }

    /// Refuses an object that is not what Kratix says, or whose name Kratix' API refuses.
    ///
    /// # Errors
    ///
    /// [`Exit::Request`].
    pub fn ensure_expected(&self, environment: &Environment) -> Result<(), Error> {
        self.ensure_kind(environment)?;
        self.ensure_name(environment)
    }

    /// Name and namespace aren't compared: of a dry run Kratix hands in the object of another name (kratix-contract 2.3).
    fn ensure_kind(&self, environment: &Environment) -> Result<(), Error> {
        let (kind, group) = environment.expected();
        let differs = |expected: Option<&str>, actual: &str| expected.is_some_and(|expected| expected != actual);
        if !differs(kind, &self.kind.name) && !differs(group, &self.kind.group) {
            return Ok(());
        }
        let (kind, group) = (kind.unwrap_or(&self.kind.name), group.unwrap_or(&self.kind.group));
        let expected = Kind { name: kind.to_owned(), group: group.to_owned() }.to_string();
        let actual = clean(&self.kind.to_string(), 200);
        Err(Error::new(
            "request-kind",
            Exit::Request,
            format!("the request is a {actual}, not a {}", clean(&expected, 200)),
        )
        .hint("KRATIX_WORKFLOW_TYPE, KRATIX_OBJECT_KIND and KRATIX_OBJECT_GROUP say what is expected"))
    }

    /// Refuses a name that the API refuses. A deletion goes through whatever the name is.
    fn ensure_name(&self, environment: &Environment) -> Result<(), Error> {
        let length = self.name.len();
        if environment.workflow == Workflow::Promise || environment.action == Action::Delete || length <= MAX_NAME {
            return Ok(());
        }
        let what = format!("the request's name has {length} characters; Kratix takes at most {MAX_NAME}");
        Err(Error::new("request-name", Exit::Request, what).hint("give it a shorter metadata.name"))
    }

    /// Whether its status says what this pipeline has read for inputs: where others run, too, it may be of theirs.
    #[must_use]
    pub fn had_inputs(&self, environment: &Environment) -> bool {
        let is_only_one = self.pipelines(environment).all(|entry| entry["name"] == *environment.pipeline);
        self.value["status"][INPUTS].is_object() && is_only_one
    }

    /// How often a pipeline was tried again after it suspended the workflow (kratix-contract 4.2).
    #[must_use]
    pub fn attempts(&self, environment: &Environment) -> u64 {
        let ours = self.pipelines(environment).find(|entry| entry["name"] == *environment.pipeline);
        ours.and_then(|entry| entry["attempts"].as_u64()).unwrap_or_default()
    }

    /// What Kratix keeps of each pipeline of the action. Kratix of September 2026 and later keeps the actions apart:
    /// <https://github.com/syntasso/kratix/pull/933>.
    fn pipelines(&self, Environment { action, .. }: &Environment) -> impl Iterator<Item = &Value> {
        let workflows = &self.value["status"]["kratix"]["workflows"];
        let lists = [&workflows["pipelines"], &workflows[action.name()]["pipelines"]];
        lists.into_iter().filter_map(Value::as_array).flatten()
    }
}

fn parse(value: Value) -> Result<Object, NotAnObject> {
    let wrong = |what: String| Err(NotAnObject::Shape(what));
    let Value::Object(mut value) = value else { return wrong(format!("it is {}, not a map", shape(&value))) };
    let kind = text(&value, "kind", "kind")?;
    let api_version = text(&value, "apiVersion", "apiVersion")?;
    let metadata = match value.get_mut("metadata") {
        Some(Value::Object(metadata)) => metadata,
        None | Some(Value::Null) => return wrong("metadata is missing".into()),
        Some(other) => return wrong(format!("metadata is {}, not a map", shape(other))),
    };
    if metadata.get("name").is_none_or(is_unset) && !metadata.get("generateName").is_none_or(is_unset) {
        return Err(NotAnObject::Unnamed);
    }
    let name = text(metadata, "name", "metadata.name")?;
    if !is_subdomain(&name) {
        let wanted = "not lower case letters, digits, hyphens and dots, a letter or digit at both ends of each part";
        return Err(NotAnObject::Name { field: "metadata.name", name, wanted });
    }
    let namespace = if metadata.get("namespace").is_none_or(is_unset) {
        metadata.shift_remove("namespace");
        None
    } else {
        let name = text(metadata, "namespace", "metadata.namespace")?;
        if !is_label(&name) {
            let wanted = "not up to 63 lower case letters, digits and hyphens, a letter or digit at both ends";
            return Err(NotAnObject::Name { field: "metadata.namespace", name, wanted });
        }
        Some(name)
    };
    metadata.shift_remove("managedFields");
    let group = api_version.rsplit_once('/').map_or("", |(group, _)| group).to_owned();
    Ok(Object { kind: Kind { name: kind, group }, name, namespace, value: Value::Object(value) })
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
