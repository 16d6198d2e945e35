//! The request, and everything that can be wrong with it.
//!
//! The custom resource definition refuses most of this already; but a generator also runs where no API server has looked
//! (a laptop, CI, another Promise's definition), and a mistake that slips through shows only when Terraform applies.

use kratix_wasm_sdk::{Problem, Stop};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::email::{check_email, is_label};
use crate::name::check_name;

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
}

/// Gitea refuses longer names of organizations. (`modules/structs/org.go` of Gitea: `MaxSize`, in characters.)
const MAX_ID: usize = 40;
/// Kratix refuses longer names of requests, and Kubernetes longer namespaces.
const MAX_NAME: usize = 63;

/// Names that Gitea keeps for itself, as far as they could be an id (`models/user/user.go` of Gitea 1.26); and `invite`,
/// which it takes although its own pages then hide the organization's.
pub const RESERVED_IDS: &[&str] = &[
    "api",
    "assets",
    "attachments",
    "avatar",
    "avatars",
    "captcha",
    "explore",
    "ghost",
    "gitea-actions",
    "invite",
    "issues",
    "login",
    "metrics",
    "milestones",
    "notifications",
    "org",
    "pulls",
    "repo",
    "repo-avatars",
    "ssh_info",
    "user",
    "v2",
];

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
        let namespace = keep(check_dns("metadata.namespace", namespace, false));
        let request = keep(check_dns("metadata.name", metadata.name, true));
        let id = keep(text("spec.id", field("id")).and_then(check_id));
        let name = keep(text("spec.name", field("name")).and_then(|name| check_name(&name)));
        let email = match field("email") {
            Value::Null => format!("{id}@{email_domain}"),
            given => keep(text("spec.email", given).and_then(check_email)),
        };

        let team = Self { namespace, request, id, name, email };
        if problems.is_empty() { Ok(team) } else { Err(problems.into()) }
    }

    /// Unique for the request: a namespace has no dot, so the first one ends it.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.namespace, self.request)
    }
}

fn text(field: &str, value: Value) -> Result<String, Problem> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Err(Problem::new(field, "is missing")),
        other => Err(Problem::new(field, format!("must be a string, not {other}")).hint("put it in quotes")),
    }
}

/// Counts as the API server does: characters, not bytes.
pub(crate) fn ensure_length(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    let length = text.chars().count();
    if length > most {
        return Err(Problem::new(field, format!("has {length} characters; at most {most} are possible")));
    }
    Ok(())
}

/// `team-alpha`, `a_b`: what a Gitea organization, a Backstage entity and a Terraform address all take.
pub(crate) fn check_id(id: String) -> Result<String, Problem> {
    ensure_length("spec.id", &id, MAX_ID)?;
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !id.split(['-', '_']).all(plain) {
        return Err(Problem::new(
            "spec.id",
            "must consist of lower case letters and digits, with single hyphens or underscores between them",
        )
        .hint("for example team-alpha"));
    }
    if RESERVED_IDS.contains(&id.as_str()) {
        return Err(Problem::new("spec.id", format!("is \"{id}\", a name that Gitea keeps for itself"))
            .hint(format!("for example {id}-team")));
    }
    Ok(id)
}

/// What the API server takes for a name (`dots`: RFC 1123 subdomain) or a namespace (RFC 1123 label).
fn check_dns(field: &str, name: String, dots: bool) -> Result<String, Problem> {
    let label = |label: &str| is_label(label, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    ensure_length(field, &name, MAX_NAME)?;
    let fits = if dots { name.split('.').all(label) } else { label(&name) };
    if fits {
        Ok(name)
    } else {
        Err(Problem::new(field, "is no name that Kubernetes takes")
            .hint("lower case letters, digits and hyphens, for example team-alpha"))
    }
}
