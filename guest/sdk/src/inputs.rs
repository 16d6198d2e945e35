//! The objects that are bound to the inputs that a generator [declares](crate::Declares), read before it is asked.
//!
//! They need the permission `inputs`, which a component has when it uses one of these. A native test says with
//! [`provide`] what there is.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Problem, Stop, json};

/// The object of an input of which there is just one.
///
/// # Errors
///
/// [`Stop::Misconfigured`] when it doesn't fit the type: another is bound, or another version of it.
/// [`Stop::Internal`] when there is none: in a deletion it may be gone, so ask there for what is [`optional`].
pub fn one<T: DeserializeOwned>(key: &str) -> Result<T, Stop> {
    optional(key)?.ok_or_else(|| Stop::Internal(format!("input {key} has no object: is it optional, or a deletion?")))
}

/// The object of an input of which there is one or none.
///
/// # Errors
///
/// [`Stop::Misconfigured`] when it doesn't fit the type.
pub fn optional<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Stop> {
    Ok(many(key)?.into_iter().next())
}

/// All objects of an input, in the order of namespace and name.
///
/// # Errors
///
/// [`Stop::Misconfigured`] when one doesn't fit the type.
pub fn many<T: DeserializeOwned>(key: &str) -> Result<Vec<T>, Stop> {
    let read = |object: String| {
        json::read(&object).map_err(|Problem { field, message, .. }| {
            let field = field.map_or(String::new(), |field| format!("{field} "));
            let what = format!("{}, bound to input {key}, doesn't fit: {field}{message}", shown(&object));
            let hint = "bind another object or version, or have that one mended";
            Stop::Misconfigured(vec![Problem::general(what).hint(hint)])
        })
    };
    imp::get(key).into_iter().map(read).collect()
}

/// An object as a message names it.
fn shown(object: &str) -> String {
    let object: Value = serde_json::from_str(object).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kind, name, namespace) =
        (text(&object["kind"]), text(&object["metadata"]["name"]), &object["metadata"]["namespace"]);
    match namespace {
        Value::String(namespace) => format!("{kind} {name} in namespace {namespace}"),
        _ => format!("{kind} {name}"),
    }
}

#[cfg(target_family = "wasm")]
use crate::declaring::kratix_wasm::generator::inputs as imp;

#[cfg(not(target_family = "wasm"))]
pub use imp::provide;

#[cfg(not(target_family = "wasm"))]
mod imp {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use serde_json::Value;

    thread_local! {
        static INPUTS: RefCell<BTreeMap<String, Vec<Value>>> = const { RefCell::new(BTreeMap::new()) };
    }

    /// For native tests: what this thread's generators have from now on, by key.
    pub fn provide<K: Into<String>>(inputs: impl IntoIterator<Item = (K, Vec<Value>)>) {
        INPUTS.set(inputs.into_iter().map(|(key, objects)| (key.into(), objects)).collect());
    }

    pub(super) fn get(key: &str) -> Vec<String> {
        INPUTS.with_borrow(|inputs| inputs.get(key).into_iter().flatten().map(Value::to_string).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Team {
        spec: Spec,
    }
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Spec {
        id: String,
    }

    #[test]
    fn objects_are_of_the_type_that_is_asked_for() {
        let team = |id: serde_json::Value| json!({"kind": "Team", "metadata": {"name": "a"}, "spec": {"id": id}});
        provide([
            ("team", vec![team(json!("x"))]),
            ("teams", vec![team(json!("x")), team(json!(1))]),
            ("none", vec![]),
        ]);
        assert_eq!(one::<Team>("team"), Ok(Team { spec: Spec { id: "x".into() } }));
        assert_eq!(optional::<Team>("none"), Ok(None));
        assert!(matches!(one::<Team>("none"), Err(Stop::Internal(_))));
        let Err(Stop::Misconfigured(problems)) = many::<Team>("teams") else { panic!() };
        let says = "Team a, bound to input teams, doesn't fit: spec.id invalid type: integer `1`, expected a string";
        assert_eq!(problems[0].message, says);
    }
}
