//! What a Promise author binds one input to: objects of the cluster, or a file.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::part::{Form, Part, Requested, Unfilled};
use crate::contract::{Input, Quantity, SECRET};
use crate::files;
use crate::kratix::labels::{self, Labels};
use crate::kratix::name::{is_label, is_subdomain};
use crate::kratix::{Address, Kind, Which};
use crate::text::clean;

/// Fields that are maps of labels.
const OF_LABELS: [&str; 2] = ["matchLabels", "required-label"];

/// Characters that are shown of what is wrong with the text of a binding.
const MAX_SHOWN: usize = 300;
/// What may be a value of the request.
const OF_TEXT: [&str; 2] = ["name", "namespace"];

/// A binding in which everything is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub(super) bound: Bound,
    /// What becomes of a step whose input isn't there.
    pub when_missing: WhenMissing,
    /// Whether none at all is as good as any.
    pub may_be_empty: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bound {
    Cluster(Objects),
    /// What an earlier container or a volume brought.
    File(String),
}

/// Objects of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Objects {
    pub(super) kind: Kind,
    pub(super) version: String,
    pub(super) resource: String,
    pub(super) namespace: Scope,
    pub(super) which: Selected,
    /// What an object must carry.
    pub(super) required: Labels,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// In the one of the request, or in another.
    Namespace(Part),
    /// Of a resource that no namespace has.
    Cluster,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selected {
    Named(Part),
    Labelled(Labels),
}

/// What becomes of a step whose input isn't there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhenMissing {
    /// It fails.
    #[default]
    Fail,
    /// It waits, and looks again.
    Wait,
}

/// Where the objects of an input are for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the cluster.
    Cluster {
        /// Where.
        address: Address,
        /// What each must carry.
        required: Labels,
    },
    /// In a file, or in a directory of files as a volume of a ConfigMap is.
    File(String),
}

/// As it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
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
    pub(super) fn check(self) -> Result<Binding, String> {
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
        if kind.name == SECRET || resource == "secrets" {
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

impl Objects {
    /// A requester who chooses an object beyond the request's own namespace could have any of its kind read into Git. So an
    /// object has to say that it is there for this.
    fn ensure_asked_for(&self) -> Result<(), String> {
        let (is_elsewhere, is_chosen_there) = match &self.namespace {
            Scope::Cluster => (true, false),
            Scope::Namespace(part) => (*part != Part::Namespace, part.is_requesters()),
        };
        match &self.which {
            Selected::Labelled(_) if !self.required.is_empty() => {
                Err("has a required-label, which is for a name; matchLabels says the same of many".into())
            }
            Selected::Labelled(labels) if is_elsewhere && is_chosen_there && labels.is_empty() => Err(
                "takes all objects of a namespace that the request chooses: matchLabels has to say which are there for that".into(),
            ),
            Selected::Named(name)
                if is_elsewhere && (is_chosen_there || name.is_requesters()) && self.required.is_empty() =>
            {
                Err("lets a request choose an object outside its own namespace: a required-label has to say which objects \
                     are there for that"
                    .into())
            }
            _ => Ok(()),
        }
    }
}

impl Binding {
    /// Refuses one that is not for the input, with what is to be read after the key.
    pub(super) fn ensure_for(&self, input: &Input) -> Result<(), String> {
        if let Bound::Cluster(Objects { kind, .. }) = &self.bound
            && !input.takes(kind)
        {
            return Err(format!("is bound to a {kind}; the generator takes a {}", input.kind));
        }
        match input.quantity {
            Quantity::One | Quantity::Optional if self.may_be_empty => {
                Err(format!("may be empty, which is for many; there is {} of it", input.quantity.name()))
            }
            Quantity::Optional if self.when_missing == WhenMissing::Wait => {
                Err("waits for what is missing, though the generator does without it".into())
            }
            Quantity::One | Quantity::Optional | Quantity::Many => Ok(()),
        }
    }

    /// The file that it is bound to.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        if let Bound::File(file) = &self.bound { Some(file) } else { None }
    }

    /// Whether the request's namespace is in its address, which a Promise doesn't have.
    #[must_use]
    pub fn has_namespace_of_request(&self) -> bool {
        let Bound::Cluster(Objects { namespace, which, .. }) = &self.bound else { return false };
        *namespace == Scope::Namespace(Part::Namespace) || *which == Selected::Named(Part::Namespace)
    }

    /// The fields of the request's spec that are in its address, by their paths.
    pub fn fields(&self) -> impl Iterator<Item = &[String]> {
        let parts = match &self.bound {
            Bound::Cluster(Objects { namespace, which, .. }) => {
                let namespace = if let Scope::Namespace(part) = namespace { Some(part) } else { None };
                let name = if let Selected::Named(part) = which { Some(part) } else { None };
                [namespace, name]
            }
            Bound::File(_) => [None, None],
        };
        parts
            .into_iter()
            .flatten()
            .filter_map(|part| if let Part::Field(fields) = part { Some(&fields[..]) } else { None })
    }

    /// Whether a field of the request's spec is in its address.
    pub(super) fn reads_spec(&self) -> bool {
        self.fields().next().is_some()
    }

    /// The field of the request that says which object it is, or in which namespace, where one does. The request's own
    /// namespace says neither.
    #[must_use]
    pub fn chosen_by(&self) -> Option<String> {
        let Bound::Cluster(Objects { namespace, which, .. }) = &self.bound else { return None };
        let by_name = if let Selected::Named(part) = which { part.field() } else { None };
        by_name.or_else(|| match namespace {
            Scope::Namespace(part) if *part != Part::Namespace => part.field(),
            Scope::Namespace(_) | Scope::Cluster => None,
        })
    }

    /// Where its objects are for a request.
    ///
    /// # Errors
    ///
    /// What the requester has to mend: nothing but names get into an address.
    pub fn place(&self, requested: &Requested<'_>) -> Result<Place, Unfilled> {
        let objects = match &self.bound {
            Bound::File(file) => return Ok(Place::File(file.clone())),
            Bound::Cluster(objects) => objects,
        };
        let namespace = match &objects.namespace {
            Scope::Cluster => None,
            Scope::Namespace(part) => Some(part.fill(Form::Namespace, requested)?),
        };
        let which = match &objects.which {
            Selected::Named(part) => Which::Named(part.fill(Form::Name, requested)?),
            Selected::Labelled(labels) => Which::Labelled(labels.clone()),
        };
        let Objects { kind, version, resource, required, .. } = objects.clone();
        Ok(Place::Cluster { address: Address { kind, version, resource, namespace, which }, required })
    }
}

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
