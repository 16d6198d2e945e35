//! A binding as a Promise author writes it, and what can be wrong with that.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::binding::{Binding, Bound, Objects, Scope, Selected, WhenMissing};
use super::part::{Form, Part};
use crate::files;
use crate::kratix::labels::{self, Labels};
use crate::kratix::name::{is_label, is_subdomain};
use crate::kratix::{Kind, SECRET, SECRETS};
use crate::text::clean;

/// Fields that are maps of labels.
const OF_LABELS: [&str; 2] = ["matchLabels", "required-label"];
/// What may be a value of the request.
const OF_TEXT: [&str; 2] = ["name", "namespace"];
/// Characters that are shown of what is wrong with the text of a binding.
const MAX_SHOWN: usize = 300;

/// What is written of one input.
pub(super) fn parse(value: Value) -> Result<Binding, String> {
    match &value {
        // A value that a template left out must not be taken for one that was never there.
        Value::Object(entries) if entries.values().any(Value::is_null) => {
            Err("has a key with nothing behind it".into())
        }
        Value::Object(entries) if !entries.is_empty() && entries.iter().all(is_binding) => {
            Err("has bindings below it: of one generator they are keyed by its inputs, without its name".into())
        }
        Value::Object(entries) => {
            // What YAML makes of braces without quotes.
            if let Some(field) = OF_TEXT.into_iter().find(|field| entries.get(*field).is_some_and(Value::is_object)) {
                return Err(format!(
                    "has a {field} that is a map: a value of the request is a text, \"{{spec.cluster}}\" in quotes"
                ));
            }
            if let Some(field) = not_text(entries) {
                return Err(format!("has a {field} that YAML doesn't take for text: put it in quotes"));
            }
            let wrong = |error: serde_json::Error| format!("can't be used: {}", clean(&error.to_string(), MAX_SHOWN));
            Written::deserialize(value).map_err(wrong)?.check()
        }
        _ => Err("is not a map".into()),
    }
}

/// As it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "apiVersion")]
    api_version: Option<String>,
    kind: Option<String>,
    resource: Option<String>,
    name: Option<String>,
    #[serde(rename = "matchLabels")]
    match_labels: Option<Labels>,
    namespace: Option<String>,
    scope: Option<WrittenScope>,
    file: Option<String>,
    #[serde(rename = "when-missing")]
    when_missing: Option<WhenMissing>,
    #[serde(rename = "may-be-empty")]
    may_be_empty: Option<bool>,
    #[serde(rename = "required-label")]
    required_label: Option<Labels>,
}

/// As definitions of custom resources have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum WrittenScope {
    Namespaced,
    Cluster,
}

impl Written {
    /// What it binds, or what is wrong with it, to be read after the key.
    fn check(self) -> Result<Binding, String> {
        let (when_missing, may_be_empty) = (self.when_missing.unwrap_or_default(), self.may_be_empty.unwrap_or(false));
        let bound = match self.file.clone() {
            Some(file) => Bound::File(self.check_file(file)?),
            None => Bound::Cluster(self.objects()?),
        };
        Ok(Binding { bound, when_missing, may_be_empty })
    }

    fn check_file(&self, file: String) -> Result<String, String> {
        let Self { api_version, kind, resource, name, namespace, match_labels, required_label, scope, .. } = self;
        let is_alone = [api_version, kind, resource, name, namespace].into_iter().all(Option::is_none);
        if !is_alone || match_labels.is_some() || required_label.is_some() || scope.is_some() {
            return Err("has a file, beside which there is nothing to say of the objects".into());
        }
        if self.when_missing == Some(WhenMissing::Wait) {
            return Err("waits for a file, which only a container before this one can bring".into());
        }
        // What it looks like is where it is.
        let mut parts = file.split('/');
        let is_plain = parts.next() == Some("")
            && parts.all(|part| !matches!(part, "" | "." | ".."))
            && clean(&file, file.len()) == file;
        if !is_plain {
            return Err(format!("has the file \"{}\"; a path from / on is wanted, without . and ..", clean(&file, 80)));
        }
        if let Some(place) = files::of_the_pod(&file) {
            return Err(format!(
                "has a file in {place}: what a pod has for itself, as its token, is never an input, for what a generator sees \
                 ends in Git"
            ));
        }
        Ok(file)
    }

    fn objects(self) -> Result<Objects, String> {
        let missing = |what: &str| format!("has no {what}: {what}, or file, says where its objects are");
        let api_version = self.api_version.ok_or_else(|| missing("apiVersion"))?;
        let kind = self.kind.ok_or_else(|| missing("kind"))?;
        let resource = self.resource.ok_or_else(|| missing("resource"))?;
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", &api_version));
        let is_group = group.is_empty() && !api_version.contains('/') || is_subdomain(group);
        if !is_group || !is_label(version) {
            return Err(format!("has the apiVersion \"{}\", which is none", clean(&api_version, 80)));
        }
        let kind = Kind::parse(&kind).filter(|kind| kind.group.is_empty()).ok_or_else(|| {
            format!("has the kind \"{}\"; one without a group is wanted, which apiVersion has", clean(&kind, 80))
        })?;
        if !is_label(&resource) {
            let wanted = "the plural in lower case is wanted, as in addresses: teams";
            return Err(format!("has the resource \"{}\"; {wanted}", clean(&resource, 80)));
        }
        if kind.name == SECRET || resource == SECRETS {
            return Err("is bound to a Secret, which is never an input: what a generator sees ends in Git".into());
        }
        let namespace = match (self.scope.unwrap_or(WrittenScope::Namespaced), self.namespace) {
            (WrittenScope::Cluster, Some(_)) => return Err("has a namespace and the scope Cluster".into()),
            (WrittenScope::Cluster, None) => Scope::Cluster,
            (WrittenScope::Namespaced, None) => Scope::Namespace(Part::Namespace),
            (WrittenScope::Namespaced, Some(text)) => {
                let part =
                    Part::parse(&text, Form::Namespace).map_err(|wrong| format!("has a namespace that {wrong}"))?;
                Scope::Namespace(part)
            }
        };
        let which = match (self.name, self.match_labels) {
            (Some(name), None) => {
                let part = Part::parse(&name, Form::Name).map_err(|wrong| format!("has a name that {wrong}"))?;
                Selected::Named(part)
            }
            (None, Some(labels)) => Selected::Labelled(checked(labels, "matchLabels")?),
            (Some(_), Some(_)) => return Err("has a name and matchLabels; one of them says which objects".into()),
            (None, None) => return Err("has neither a name nor matchLabels; {} stands for all objects".into()),
        };
        let required = checked(self.required_label.unwrap_or_default(), "required-label")?;
        let kind = Kind { group: group.to_owned(), ..kind };
        let objects = Objects { kind, version: version.to_owned(), resource, namespace, which, required };
        objects.ensure_asked_for()?;
        Ok(objects)
    }
}

fn checked(labels: Labels, what: &str) -> Result<Labels, String> {
    let problem = labels.iter().find_map(|(key, value)| labels::problem(key, value));
    problem.map_or(Ok(labels), |problem| Err(format!("has {what} of which {problem}")))
}

/// The first of the fields of text, or of labels, that is a number or a truth value, as `yes` and `n` are.
fn not_text(entries: &Map<String, Value>) -> Option<String> {
    const OF_WORDS: [&str; 6] = ["apiVersion", "kind", "resource", "name", "namespace", "file"];
    let is_odd = |value: &Value| value.is_boolean() || value.is_number();
    let word = OF_WORDS.into_iter().find(|field| entries.get(*field).is_some_and(is_odd)).map(str::to_owned);
    let label = || {
        let labels = OF_LABELS.into_iter().filter_map(|field| Some((field, entries.get(field)?.as_object()?)));
        let mut odd = labels.flat_map(|(field, labels)| labels.iter().map(move |(key, value)| (field, key, value)));
        odd.find(|(_, _, value)| is_odd(value)).map(|(field, key, _)| format!("{field} with {}", clean(key, 80)))
    };
    word.or_else(label)
}

/// Whether an entry is a binding, and no field of one.
fn is_binding((key, value): (&String, &Value)) -> bool {
    let is_field = OF_TEXT.contains(&&**key) || OF_LABELS.contains(&&**key);
    !is_field
        && value.as_object().is_some_and(|entries| entries.contains_key("apiVersion") || entries.contains_key("file"))
}
