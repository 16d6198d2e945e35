//! The request, and everything that can be wrong with it.
//!
//! The custom resource definition refuses most of this already; but a generator also runs where no API server has looked
//! (a laptop, CI, another Promise's definition), and a mistake that slips through shows only when Terraform applies.

use kratix_wasm_sdk::{Problem, Stop};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{dns, email, id, members, name};

/// The custom resource as it arrives. Fields of the spec are checked one by one, so that all problems are named at once;
/// and a spec of any kind is taken, since a deletion goes through whatever it is.
#[derive(Debug, Deserialize)]
pub struct Object {
    pub(crate) metadata: Metadata,
    #[serde(default)]
    pub(crate) spec: Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
}

/// A request in which everything is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Namespace of the request.
    pub namespace: String,
    /// Name of the request.
    pub request: String,
    /// At once the name of the Gitea organization, the name of the Backstage group and part of the Terraform address.
    pub id: String,
    /// For people; any text of one line.
    pub name: String,
    /// Given, or made of the id.
    pub email: String,
    /// Names of Backstage's users in the order given, where a list was.
    pub members: Option<Vec<String>>,
}

impl Team {
    /// Checks an object and fills in the email.
    ///
    /// # Errors
    ///
    /// [`Stop::Invalid`] with all problems that there are.
    pub fn check(object: Object, email_domain: &str) -> Result<Self, Stop> {
        let Object { metadata, spec } = object;
        let mut spec = match spec {
            Value::Object(spec) => spec,
            Value::Null => Map::new(),
            _ => return Err(vec![Problem::new("spec", "must be a map")].into()),
        };
        let mut field = |name| spec.remove(name).unwrap_or_default();
        let mut problems = Vec::new();
        let mut keep =
            |checked: Result<String, Problem>| checked.map_err(|problem| problems.push(problem)).unwrap_or_default();

        let namespace = metadata.namespace.filter(|given| !given.is_empty()).unwrap_or_else(|| "default".into());
        let namespace = keep(dns::check_label("metadata.namespace", namespace));
        let request = keep(dns::check_subdomain("metadata.name", metadata.name));
        let id = keep(text(id::FIELD, field("id")).and_then(id::check));
        let name = keep(text(name::FIELD, field("name")).and_then(name::check));
        let email = match field("email") {
            Value::Null => format!("{id}@{email_domain}"),
            given => keep(text(email::FIELD, given).and_then(email::check)),
        };
        let members = members::check(field("members")).map_err(|some| problems.extend(some)).unwrap_or_default();

        let team = Self { namespace, request, id, name, email, members };
        if problems.is_empty() { Ok(team) } else { Err(problems.into()) }
    }

    /// Unique for the request: a namespace has no dot, so the first one ends it.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.namespace, self.request)
    }
}

pub(crate) fn text(field: &str, value: Value) -> Result<String, Problem> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Err(Problem::new(field, "is missing")),
        other => Err(Problem::new(field, format!("must be a string, not {other}")).hint("put it in quotes")),
    }
}
