//! Objects of manifests in files: what a cluster would have, on a laptop and in CI.

use std::collections::BTreeSet;

use serde_json::Value;

use super::allowance::values;
use super::{json, objects};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{Address, DEFAULT_NAMESPACE, Found, Kind, Which};
use crate::text::clean;
use crate::yaml;

/// Objects of which bindings pick theirs as an API server would.
#[derive(Debug, Default)]
pub struct Manifests(Vec<Value>);

impl Manifests {
    /// Adds the objects of a text; `shown` is where it came from.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] when it has something else than objects, or one that is there already.
    pub fn add(&mut self, shown: &str, text: &[u8]) -> Result<(), Error> {
        self.0.extend(objects(shown, text)?);
        // Whichever file came first.
        objects::sort(&mut self.0);
        ensure_distinct(shown, &self.0)
    }

    /// What stands for a file that isn't here: all of its kind, or of these the one that is called as the directory of a volume is.
    #[must_use]
    pub fn in_place_of(&self, path: &str, kind: &str) -> Found {
        in_place_of(&self.0, path, kind)
    }

    /// What there is at an address.
    #[must_use]
    pub fn read(&self, address: &Address) -> Found {
        read(&self.0, address)
    }
}

/// What of these objects stands for a file that isn't here.
pub fn in_place_of<'a>(objects: impl IntoIterator<Item = &'a Value>, path: &str, kind: &str) -> Found {
    let of_kind = objects.into_iter().filter(|object| Kind::of(object).is_called(kind));
    let name = path.rsplit('/').next().unwrap_or_default();
    let (named, others): (Vec<&Value>, Vec<&Value>) = of_kind.partition(|object| object["metadata"]["name"] == *name);
    let found = if named.is_empty() { others } else { named };
    if found.is_empty() { Found::Absent } else { Found::Objects(found.into_iter().cloned().collect()) }
}

/// What of these objects is at an address.
pub fn read<'a>(objects: impl IntoIterator<Item = &'a Value>, address: &Address) -> Found {
    let is_there = |object: &&Value| {
        let metadata = &object["metadata"];
        // What a resource of the cluster has in its namespace, an API server would not take.
        let namespace = metadata["namespace"].as_str();
        let is_in_place = match &address.namespace {
            Some(wanted) => namespace.unwrap_or(DEFAULT_NAMESPACE) == wanted,
            None => namespace.is_none(),
        };
        let is_asked_for = match &address.which {
            Which::Named(name) => metadata["name"] == **name,
            Which::Labelled(labels) => labels.lacking(&metadata["labels"]).is_none(),
        };
        object["apiVersion"] == address.api_version()
            && object["kind"] == *address.kind.name
            && is_in_place
            && is_asked_for
    };
    let placed = |object: &Value| {
        let mut object = object.clone();
        if let Some(namespace) = &address.namespace {
            object["metadata"]["namespace"] = namespace.as_str().into();
        }
        object.sort_all_objects();
        object
    };
    let mut found: Vec<Value> = objects.into_iter().filter(is_there).map(placed).collect();
    if found.is_empty() && matches!(address.which, Which::Named(_)) {
        return Found::Absent;
    }
    objects::sort(&mut found);
    Found::Objects(found)
}

/// The objects of a text of manifests, those of lists one by one, as an API server would give them; `shown` is where it came from.
///
/// # Errors
///
/// [`Exit::Config`] when it has something else than objects.
pub fn objects(shown: &str, text: &[u8]) -> Result<Vec<Value>, Error> {
    let documents = documents(text).map_err(|error| unusable(shown, &error.to_string()))?;
    let mut found = Vec::new();
    for document in documents {
        found.extend(each(document).map_err(|wrong| unusable(shown, &wrong))?);
    }
    for object in &mut found {
        objects::settle(object).map_err(|wrong| unusable(shown, &wrong))?;
        // To kubectl an empty one is none.
        if object["metadata"]["namespace"] == "" {
            object["metadata"].as_object_mut().map(|metadata| metadata.shift_remove("namespace"));
        }
    }
    objects::sort(&mut found);
    ensure_distinct(shown, &found)?;
    Ok(found)
}

/// The objects of manifests, those of lists one by one, as they are written and in their order. There may be many.
///
/// # Errors
///
/// What is no YAML, or only a part of a list.
#[cfg(feature = "preview")]
pub fn all(text: &[u8]) -> Result<Vec<Value>, String> {
    let documents = match text.trim_ascii_start().starts_with(b"{").then(|| json::read(text)) {
        Some(Ok(document)) => vec![document],
        Some(Err(_)) | None => yaml::read_manifests(text).map_err(|error| error.to_string())?,
    };
    let mut all = Vec::new();
    for document in documents {
        all.extend(each(document)?);
    }
    Ok(all)
}

/// The documents of a text. What is one of JSON is read as that: its escapes of characters in two halves are none of YAML. Of
/// small values more than YAML may have would take too much memory.
fn documents(text: &[u8]) -> Result<Vec<Value>, yaml::ReadError> {
    let is_json = text.trim_ascii_start().starts_with(b"{") && values(text) <= yaml::MAX_VALUES;
    match is_json.then(|| json::read(text)) {
        Some(Ok(document)) => Ok(vec![document]),
        // Whatever is wrong with it, YAML says so with the line.
        Some(Err(_)) | None => yaml::read_all(text),
    }
}

/// The items of a list, or the one object that a document is. A list has no name of its own:
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/list-meta/>.
fn each(mut document: Value) -> Result<Vec<Value>, String> {
    let text = |field: &str| document[field].as_str().map(str::to_owned);
    let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else { return Ok(vec![document]) };
    let metadata = &document["metadata"];
    let Some(kind) = kind.strip_suffix("List").filter(|_| metadata["name"].is_null()) else {
        return Ok(vec![document]);
    };
    if !metadata["continue"].is_null() && metadata["continue"] != "" {
        return Err("it has only a part of a list".into());
    }
    let Some(items) = document["items"].as_array_mut() else { return Ok(vec![document]) };
    let mut items = std::mem::take(items);
    // The `List` of kubectl has any kinds, and each says its own.
    for item in items.iter_mut().filter_map(Value::as_object_mut).filter(|_| !kind.is_empty()) {
        item.entry("apiVersion").or_insert_with(|| api_version.clone().into());
        item.entry("kind").or_insert_with(|| kind.into());
    }
    Ok(items)
}

/// An object in two places is two objects to a generator, and which of them counts nobody said.
fn ensure_distinct(shown: &str, objects: &[Value]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    let again = objects.iter().map(identity).find(|identity| !seen.insert(identity.clone()));
    again.map_or(Ok(()), |again| Err(unusable(shown, &format!("{again} is given twice"))))
}

fn unusable(shown: &str, cause: &str) -> Error {
    Error::new("input-object", Exit::Config, format!("the objects of {shown} can't be inputs"))
        .because(cause)
        .hint("it takes manifests as `kubectl get -o yaml` prints them, and lists as the API server gives them")
}

/// What tells an object from all others.
fn identity(object: &Value) -> String {
    let text = |value: &Value| clean(value.as_str().unwrap_or_default(), 253);
    let metadata = &object["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or(DEFAULT_NAMESPACE);
    let kind = clean(&Kind::of(object).to_string(), 400);
    format!("{kind} {} in namespace {}", text(&metadata["name"]), clean(namespace, 80))
}
