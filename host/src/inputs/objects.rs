//! The objects of an answer: just those that were asked for, all of them, and the same bytes in whatever order they came.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::InputError;
use crate::error::Error;
use crate::kratix::{Address, SECRET, Which};
use crate::text::clean;

/// The one object, or those of a list by name.
pub(super) fn of(address: &Address, answer: Value) -> Result<Vec<Value>, Error> {
    let Value::Object(mut answer) = answer else { return Err(wrong(address, "no object".into())) };
    if matches!(address.which, Which::Named(_)) {
        let (_, object) = checked(address, answer)?;
        return Ok(vec![object]);
    }
    ensure_is(address, &answer, &format!("{}List", address.kind.name))?;
    let Some(Value::Object(metadata)) = answer.get("metadata") else {
        return Err(wrong(address, "a list without metadata".into()));
    };
    let says_more = |field: &str, none: &Value| metadata.get(field).is_some_and(|more| !more.is_null() && more != none);
    if says_more("continue", &"".into()) || says_more("remainingItemCount", &0.into()) {
        return Err(wrong(address, "only a part of the list".into()));
    }
    let Some(Value::Array(items)) = answer.remove("items") else {
        return Err(wrong(address, "a list without items".into()));
    };
    let mut objects = BTreeMap::new();
    for item in items {
        let Value::Object(mut item) = item else { return Err(wrong(address, "an item that is no object".into())) };
        // The API server leaves both out in lists of the kinds that it has itself.
        item.entry("apiVersion").or_insert_with(|| address.api_version().into());
        item.entry("kind").or_insert_with(|| address.kind.name.clone().into());
        let (name, object) = checked(address, item)?;
        let shown = clean(&name, 80);
        if objects.insert(name, object).is_some() {
            return Err(wrong(address, format!("two items that are called {shown}")));
        }
    }
    // All are of one namespace, so their names are their order.
    Ok(objects.into_values().collect())
}

/// An object with its name, if it is one of those that were asked for.
fn checked(address: &Address, mut object: Map<String, Value>) -> Result<(String, Value), Error> {
    ensure_is(address, &object, &address.kind.name)?;
    let Some(Value::Object(metadata)) = object.get_mut("metadata") else {
        return Err(wrong(address, "an object without metadata".into()));
    };
    // Bookkeeping of the API server, often most of the bytes, and another with each change by anybody.
    metadata.shift_remove("managedFields");
    let text = |field| metadata.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let Some(name) = text("name") else { return Err(wrong(address, "an object without a name".into())) };
    let namespace = text("namespace");
    if namespace != address.namespace.as_deref() {
        let place = |namespace: Option<&str>| match namespace {
            Some(namespace) => format!("in namespace {}", clean(namespace, 80)),
            None => "in no namespace".into(),
        };
        let what = format!("{} {} is {}", address.kind, clean(name, 80), place(namespace));
        // A resource of the other scope is the Promise's mistake, another namespace the server's.
        return Err(if namespace.is_some() && address.namespace.is_some() {
            wrong(address, what)
        } else {
            InputError::OtherKind { address, what }.into()
        });
    }
    match &address.which {
        Which::Named(asked) if asked != name => {
            return Err(wrong(address, format!("one that is called {}", clean(name, 80))));
        }
        Which::Named(_) => {}
        Which::Labelled(labels) => {
            if let Some((key, value)) = labels.lacking(metadata.get("labels").unwrap_or(&Value::Null)) {
                let what = format!("{} without the label {key}={value}", clean(name, 80));
                return Err(wrong(address, what));
            }
        }
    }
    let name = name.to_owned();
    let mut object = Value::Object(object);
    object.sort_all_objects();
    Ok((name, object))
}

/// Brings an object of a manifest into the form in which the API server's come, or says what it isn't.
pub(super) fn settle(object: &mut Value) -> Result<(), String> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned);
    let (Some(_), Some(kind), Some(_)) =
        (text(&object["apiVersion"]), text(&object["kind"]), text(&object["metadata"]["name"]))
    else {
        return Err("it has something without apiVersion, kind and metadata.name".into());
    };
    if kind == SECRET {
        return Err("it has a Secret, which is never an input: what a generator sees ends in Git".into());
    }
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.shift_remove("managedFields");
    }
    object.sort_all_objects();
    Ok(())
}

/// Puts objects into the order of namespace and name; of one name there may be several kinds.
pub(super) fn sort(objects: &mut [Value]) {
    let place = |object: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let metadata = &object["metadata"];
        [&metadata["namespace"], &metadata["name"], &object["apiVersion"], &object["kind"]].map(text)
    };
    objects.sort_by_cached_key(place);
}

fn ensure_is(address: &Address, object: &Map<String, Value>, kind: &str) -> Result<(), Error> {
    let is = |field| object.get(field).and_then(Value::as_str);
    let (Some(api_version), Some(found)) = (is("apiVersion"), is("kind")) else {
        return Err(wrong(address, "an object without apiVersion and kind".into()));
    };
    if found == SECRET {
        return Err(InputError::Secret { address }.into());
    }
    if (api_version, found) == (&address.api_version(), kind) {
        return Ok(());
    }
    let what = format!("the API server has {} {} there", clean(api_version, 80), clean(found, 80));
    Err(InputError::OtherKind { address, what }.into())
}

fn wrong(address: &Address, what: String) -> Error {
    InputError::Answer { address, what }.into()
}
