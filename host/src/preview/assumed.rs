//! Statuses that somebody assumes: with them workflows go on that are suspended, as if what they wait for had come.

use std::collections::BTreeMap;

use serde_json::Value;

use super::platform::Key;
use crate::kratix::status::{Status, is_kratix_key};
use crate::kratix::{DEFAULT_NAMESPACE, Kind};
use crate::text::clean;

/// The statuses that are assumed.
#[derive(Debug, Default)]
pub struct Assumed {
    /// Of all objects that have none of their own here.
    of_all: Option<Status>,
    /// Of one object each.
    of: BTreeMap<Key, Status>,
}

/// How a suspension was lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lifted {
    /// With the status that is assumed, the pipeline no longer waits.
    ByStatus,
    /// It waits even so: it is passed over, with the files that it would write.
    PassedOver,
}

impl Assumed {
    /// Reads the documents of a file: objects with their status, and at most one that is a status alone.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them, as a sentence.
    pub fn new(documents: Vec<Value>) -> Result<Self, String> {
        let mut assumed = Self::default();
        for document in documents {
            let Value::Object(mut map) = document else { return Err("a status is a map".to_owned()) };
            if !is_object(&map) {
                if let Some(key) = map.keys().find(|key| is_kratix_key(key)) {
                    return Err(format!("the key {} of a status is Kratix' own", clean(key, 100)));
                }
                if assumed.of_all.replace(map).is_some() {
                    return Err("there are several that are a status alone".to_owned());
                }
                continue;
            }
            let Some(Value::Object(mut status)) = map.shift_remove("status") else {
                return Err("an object has no status".to_owned());
            };
            // As of a cluster: with what Kratix noted there.
            status.retain(|key, _| !is_kratix_key(key));
            let key = key(&Value::Object(map));
            if assumed.of.insert(key.clone(), status).is_some() {
                return Err(format!("{} is there twice", clean(&key.to_string(), 300)));
            }
        }
        Ok(assumed)
    }

    /// What is assumed of an object.
    #[must_use]
    pub fn of(&self, object: &Value) -> Option<&Status> {
        if self.of.is_empty() {
            return self.of_all.as_ref();
        }
        self.of.get(&key(object)).or(self.of_all.as_ref())
    }

    /// The objects that have a status of their own here.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.of.keys()
    }

    /// Whether there is a status for all.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        self.of_all.is_some()
    }
}

fn is_object(map: &Status) -> bool {
    ["apiVersion", "kind"].iter().all(|key| map.get(*key).is_some_and(Value::is_string))
        && map.get("metadata").is_some_and(Value::is_object)
}

/// The key of an object; where it doesn't say its namespace, in the one where kubectl puts it.
fn key(object: &Value) -> Key {
    let mut key = Key::of(object);
    let Kind { name, group } = Kind::of(object);
    let is_promise = name == "Promise" && group == "platform.kratix.io";
    if !is_promise && key.namespace.is_none() {
        key.namespace = Some(DEFAULT_NAMESPACE.to_owned());
    }
    key
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(name: &str, status: Value) -> Value {
        json!({"apiVersion": "a.b/v1", "kind": "Test", "metadata": {"name": name}, "status": status})
    }

    #[test]
    fn an_object_has_its_own_status_or_else_that_of_all() {
        let own = object("own", json!({"ready": true, "kratix": {}, "conditions": [], "workflows": 1}));
        let assumed = Assumed::new(vec![own.clone(), json!({"ready": false})]).unwrap();
        assert_eq!(assumed.of(&own), json!({"ready": true}).as_object());
        assert_eq!(assumed.of(&object("other", json!({}))), json!({"ready": false}).as_object());
        assert_eq!(Assumed::new(vec![own]).unwrap().of(&object("other", json!({}))), None);
    }

    #[test]
    fn what_is_no_status_is_refused() {
        for (documents, said) in [
            (vec![json!([])], "a status is a map"),
            (vec![json!({"kratix": {}})], "the key kratix of a status is Kratix' own"),
            (vec![json!({"a": 1}), json!({"b": 1})], "there are several that are a status alone"),
            (vec![object("a", json!(1))], "an object has no status"),
            (vec![object("a", json!({})), object("a", json!({}))], "Test default/a is there twice"),
        ] {
            assert_eq!(Assumed::new(documents).unwrap_err(), said);
        }
    }
}
