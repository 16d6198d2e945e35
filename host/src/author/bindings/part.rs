//! A part of an address: a name as it is, or one that is the request's to say.

use std::fmt;

use serde_json::Value;

use crate::kratix::name::{is_label, is_subdomain};
use crate::text::clean;

/// A whole part of a path, and never less: so what a requester says can't become another path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// As the Promise author wrote it.
    Literal(String),
    /// `{name}`: the request's.
    Name,
    /// `{namespace}`: the request's.
    Namespace,
    /// `{spec.cluster}`: a field of the request, by its path.
    Field(Vec<String>),
}

/// What a part has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A namespace: a DNS label.
    Namespace,
    /// A name of an object: a DNS subdomain.
    Name,
}

impl Form {
    fn holds(self, text: &str) -> bool {
        match self {
            Self::Namespace => is_label(text),
            Self::Name => is_subdomain(text),
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Namespace => "up to 63 lower case letters, digits and hyphens, a letter or digit at both ends",
            Self::Name => "lower case letters, digits, hyphens and dots, a letter or digit at both ends of each part",
        }
    }
}

/// What a requester has to mend for a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// Where, as `spec.cluster`.
    pub field: String,
    /// What is wrong there.
    pub message: String,
}

impl Part {
    /// Reads a part, or says what is wrong with it.
    pub(super) fn parse(text: &str, form: Form) -> Result<Self, String> {
        let shown = clean(text, 80);
        let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return match text {
                _ if text.contains(['{', '}']) => Err(format!(
                    "is \"{shown}\", but a value of the request is a whole name, as in \"{{spec.cluster}}\", and no part of one"
                )),
                "*" => Err("is \"*\": an input is read in one namespace, or with the scope Cluster".into()),
                _ if form.holds(text) => Ok(Self::Literal(text.to_owned())),
                _ => Err(format!("is \"{shown}\", not {}", form.wanted())),
            };
        };
        let fields: Vec<String> = inner.split('.').map(ToOwned::to_owned).collect();
        let is_plain = |field: &String| !field.is_empty() && !field.contains(['{', '}', '[', ']', '/']);
        match inner {
            "name" => Ok(Self::Name),
            "namespace" => Ok(Self::Namespace),
            _ if fields.len() > 1 && fields[0] == "spec" && fields.iter().all(is_plain) => Ok(Self::Field(fields)),
            _ => {
                Err(format!("is \"{shown}\": {{name}}, {{namespace}} and fields such as {{spec.cluster}} are possible"))
            }
        }
    }

    /// Whether a requester says what it is.
    pub(super) fn is_requesters(&self) -> bool {
        !matches!(self, Self::Literal(_))
    }

    /// The field of the request that says what it is.
    pub(super) fn field(&self) -> Option<String> {
        match self {
            Self::Literal(_) => None,
            Self::Name => Some("metadata.name".to_owned()),
            Self::Namespace => Some("metadata.namespace".to_owned()),
            Self::Field(fields) => Some(fields.join(".")),
        }
    }

    /// What it is for a request.
    pub(super) fn fill(&self, form: Form, request: &Requested<'_>) -> Result<String, Unfilled> {
        let text = match self {
            Self::Literal(text) => return Ok(text.clone()),
            Self::Name => Some(request.name),
            Self::Namespace => request.namespace,
            Self::Field(fields) => match fields.iter().try_fold(request.object, |value, field| value.get(field)) {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => Some(&**text),
                Some(_) => return Err(self.unfilled("must be a string")),
            },
        };
        match text {
            Some(text) if form.holds(text) => Ok(text.to_owned()),
            Some(text) => Err(self.unfilled(&format!("is \"{}\", not {}", clean(text, 80), form.wanted()))),
            None if *self == Self::Namespace => {
                Err(self.unfilled("is missing: a Promise has none, so the binding has to name one"))
            }
            None => Err(self.unfilled("is missing")),
        }
    }

    fn unfilled(&self, message: &str) -> Unfilled {
        Unfilled { field: self.field().unwrap_or_default(), message: message.to_owned() }
    }
}

/// What of a request can be in an address.
#[derive(Debug, Clone, Copy)]
pub struct Requested<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace; none of a Promise.
    pub namespace: Option<&'a str>,
    /// All of it; null where no binding asks for a field.
    pub object: &'a Value,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Name => f.write_str("{name}"),
            Self::Namespace => f.write_str("{namespace}"),
            Self::Field(fields) => write!(f, "{{{}}}", fields.join(".")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_is_a_name_or_a_whole_value_of_the_request() {
        for text in ["a", "a-1", "{name}", "{namespace}", "{spec.cluster}", "{spec.a.b-c}"] {
            assert_eq!(Part::parse(text, Form::Namespace).unwrap().to_string(), text);
        }
        assert!(Part::parse("a.b", Form::Name).is_ok());
        for (text, says) in [
            ("", "is \"\", not up to 63"),
            ("a.b", "is \"a.b\", not up to 63"),
            ("*", "is \"*\": an input is read in one namespace"),
            ("a/b", "is \"a/b\", not up to 63"),
            ("..", "is \"..\", not up to 63"),
            ("team-{name}", "is a whole name"),
            ("{name}-x", "is a whole name"),
            ("{name}{namespace}", "are possible"),
            ("{}", "are possible"),
            ("{spec}", "are possible"),
            ("{spec.}", "are possible"),
            ("{spec..a}", "are possible"),
            ("{metadata.labels.x}", "are possible"),
            ("{status.x}", "are possible"),
            ("{spec.a[0]}", "are possible"),
        ] {
            let wrong = Part::parse(text, Form::Namespace).unwrap_err();
            assert!(wrong.contains(says), "{text}: {wrong}");
        }
    }

    #[test]
    fn what_a_requester_says_is_a_name_or_nothing() {
        let fill = |value: Value| {
            let object = json!({"spec": {"a": value}});
            let requested = Requested { name: "n", namespace: None, object: &object };
            Part::parse("{spec.a}", Form::Name).unwrap().fill(Form::Name, &requested)
        };
        assert_eq!(fill(json!("a.b")), Ok("a.b".to_owned()));
        for (value, says) in [
            (json!(""), "is \"\", not lower"),
            (json!(".."), "is \"..\", not lower"),
            (json!("a/b"), "not lower"),
            (json!("a?watch=true"), "not lower"),
            (json!("a%2fb"), "not lower"),
            (json!("A"), "not lower"),
            (json!("a\n"), "not lower"),
            (json!(1), "must be a string"),
            (json!(["a"]), "must be a string"),
            (json!(null), "is missing"),
        ] {
            let unfilled = fill(value.clone()).unwrap_err();
            assert!(unfilled.field == "spec.a" && unfilled.message.contains(says), "{value}: {unfilled:?}");
        }
        let requested = Requested { name: "n", namespace: None, object: &Value::Null };
        let fill = |text: &str| Part::parse(text, Form::Namespace).unwrap().fill(Form::Namespace, &requested);
        assert_eq!(fill("{name}"), Ok("n".to_owned()));
        assert_eq!(fill("{namespace}").unwrap_err().field, "metadata.namespace");
        assert_eq!(fill("{spec.a.b}").unwrap_err().message, "is missing");
    }
}
