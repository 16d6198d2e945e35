//! The request, and everything that can be wrong with it.
//!
//! The custom resource definition refuses most of this already; but a generator also runs where no API server has looked
//! (a laptop, CI, another Promise's definition), and a mistake that slips through shows only when Terraform applies.

use icu_normalizer::ComposingNormalizer;
use kratix_wasm_sdk::{Problem, Stop};
use serde::Deserialize;
use serde_json::Value;

/// The custom resource as it arrives. Fields of the spec are checked one by one, so that all problems are named at once.
#[derive(Debug, Deserialize)]
pub struct Object {
    pub(crate) metadata: Metadata,
    #[serde(default)]
    pub(crate) spec: Spec,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Spec {
    pub(crate) id: Value,
    name: Value,
    email: Value,
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
/// Gitea refuses a longer `full_name`.
const MAX_NAME: usize = 100;
/// Leaves room for `Contact: ` in Gitea's 255 characters of a description.
const MAX_EMAIL: usize = 200;
/// Linux refuses longer file names, in bytes.
const MAX_FILE_NAME: usize = 255;

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
        let mut problems = Vec::new();
        let mut keep =
            |checked: Result<String, Problem>| checked.map_err(|problem| problems.push(problem)).unwrap_or_default();

        let namespace = metadata.namespace.unwrap_or_else(|| "default".into());
        let namespace = keep(check_dns("metadata.namespace", namespace, false));
        let request = keep(check_dns("metadata.name", metadata.name, true));
        let id = keep(text("spec.id", spec.id).and_then(check_id));
        let name = keep(text("spec.name", spec.name).and_then(|name| check_name(&name)));
        let email = match spec.email {
            Value::Null => format!("{id}@{email_domain}"),
            given => keep(text("spec.email", given).and_then(check_email)),
        };

        let team = Self { namespace, request, id, name, email };
        let longest = team.file_name().len() + ".tf.json".len();
        if longest > MAX_FILE_NAME {
            problems.push(
                Problem::new(
                    "metadata.name",
                    format!("makes a file name of {longest} bytes; at most {MAX_FILE_NAME} are possible"),
                )
                .hint("give the request a shorter name"),
            );
        }
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

/// `team-alpha`, `a_b`: what a Gitea organization, a Backstage entity and a Terraform address all take.
fn check_id(id: String) -> Result<String, Problem> {
    let length = id.chars().count();
    if length > MAX_ID {
        return Err(Problem::new("spec.id", format!("has {length} characters; at most {MAX_ID} are possible")));
    }
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

fn check_name(given: &str) -> Result<String, Problem> {
    // As Terraform would: it composes what a Mac, say, types as two characters.
    let name = ComposingNormalizer::new_nfc().normalize(given).into_owned();
    let length = name.chars().count();
    if length > MAX_NAME {
        return Err(Problem::new("spec.name", format!("has {length} characters; at most {MAX_NAME} are possible")));
    }
    if name.trim().is_empty() {
        return Err(Problem::new("spec.name", "is empty"));
    }
    if name.trim() != name {
        return Err(Problem::new("spec.name", "begins or ends with white space"));
    }
    if name.chars().any(is_unseen) {
        return Err(Problem::new("spec.name", "has a line break or another character that can't be seen"));
    }
    if let Some(c) = name.chars().find(|c| is_prepended(*c)) {
        let message = format!("has the sign {} (U+{:04X}), which Terraform can't read", c, u32::from(c));
        return Err(Problem::new("spec.name", message));
    }
    Ok(name)
}

/// Control characters, line breaks, and what hides or reorders text; joiners stay, since scripts and emoji need them.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Signs that join the character behind them. Terraform's JSON parser takes the closing quote for part of one, and then
/// refuses the whole folder. (Unicode's property `Grapheme_Cluster_Break=Prepend`; in HCL: `textseg`.)
fn is_prepended(c: char) -> bool {
    matches!(u32::from(c), 0x600..=0x605 | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0xD4E | 0x110BD | 0x110CD
        | 0x111C2..=0x111C3 | 0x113D1 | 0x1193F | 0x11941 | 0x11A3A | 0x11A84..=0x11A89 | 0x11D46 | 0x11F02)
}

fn check_email(email: String) -> Result<String, Problem> {
    let length = email.chars().count();
    if length > MAX_EMAIL {
        return Err(Problem::new("spec.email", format!("has {length} characters; at most {MAX_EMAIL} are possible")));
    }
    let is_address = email.split_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
    if !is_address {
        return Err(Problem::new("spec.email", "is no email address").hint("for example team@example.com"));
    }
    Ok(email)
}

fn is_local(local: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
    !local.is_empty() && local.bytes().all(allowed)
}

fn is_domain(domain: &str) -> bool {
    domain.rsplit_once('.').is_some_and(|(rest, top)| {
        rest.split('.').all(|label| is_label(label, |byte| byte.is_ascii_alphanumeric()))
            && top.len() >= 2
            && top.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// What the API server takes for a name (`dots`: RFC 1123 subdomain) or a namespace (RFC 1123 label).
fn check_dns(field: &str, name: String, dots: bool) -> Result<String, Problem> {
    let label = |label: &str| is_label(label, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let fits = if dots { name.len() <= 253 && name.split('.').all(label) } else { name.len() <= 63 && label(&name) };
    if fits {
        Ok(name)
    } else {
        Err(Problem::new(field, "is no name that Kubernetes takes")
            .hint("lower case letters, digits and hyphens, for example team-alpha"))
    }
}

/// A part of a DNS name: these bytes, with hyphens between them.
fn is_label(label: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let ends_in_hyphen = label.starts_with('-') || label.ends_with('-');
    !label.is_empty() && !ends_in_hyphen && label.bytes().all(|byte| allowed(byte) || byte == b'-')
}
