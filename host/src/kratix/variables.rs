//! The variables of a container of a pipeline: what they are, or who says what they are.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsString;

use serde_json::Value;

use super::expansion::expand;
use super::promise::{list, text};

/// Values by names.
pub(super) type Variables = BTreeMap<String, OsString>;

/// What Kratix sets anew for each request or version of the API.
const OF_A_REQUEST: [&str; 4] =
    ["KRATIX_OBJECT_NAME", "KRATIX_OBJECT_NAMESPACE", "KRATIX_OBJECT_VERSION", "KRATIX_DRY_RUN"];

/// Those of them that a requester has a say in.
const OF_A_REQUESTER: [&str; 2] = ["KRATIX_OBJECT_NAME", "KRATIX_OBJECT_NAMESPACE"];

/// Stands among the variables of a container for all that `envFrom` may set.
pub const ENV_FROM: &str = "envFrom";

/// The variables of a container.
pub(super) struct Set {
    pub(super) known: Variables,
    pub(super) elsewhere: Vec<String>,
    pub(super) requesters: Vec<String>,
}

impl Set {
    pub(super) fn read(container: &Value, of_kratix: &Variables, what: &str) -> Result<Self, String> {
        let mut known = of_kratix.clone();
        let mut elsewhere: Vec<String> = OF_A_REQUEST.map(str::to_owned).into();
        let mut requesters: Vec<String> = OF_A_REQUESTER.map(str::to_owned).into();
        if container["envFrom"].as_array().is_some_and(|sources| !sources.is_empty()) {
            elsewhere.push(ENV_FROM.to_owned());
        }
        for entry in list(&container["env"], what)? {
            let name = text(&entry["name"], &format!("{what} has an entry without a name"))?;
            let depends = Cell::new(!entry["valueFrom"].is_null());
            // Kratix names pods and their labels by the request (kratix-contract 1.6).
            let field = entry["valueFrom"]["fieldRef"]["fieldPath"].as_str();
            let is_requesters = Cell::new(field.is_some_and(|field| field.starts_with("metadata.")));
            let value = match &entry["value"] {
                Value::Null => OsString::new(),
                Value::String(value) => expand(value, |other| {
                    let is_in = |names: &[String]| names.iter().any(|name| name == other);
                    depends.set(depends.get() || is_in(&elsewhere));
                    is_requesters.set(is_requesters.get() || is_in(&requesters));
                    known.get(other).cloned()
                }),
                _ => return Err(format!("{name} in {what} is not a string")),
            };
            // A later entry counts for more than an earlier one.
            known.remove(name);
            elsewhere.retain(|other| other != name);
            requesters.retain(|other| other != name);
            if is_requesters.get() {
                requesters.push(name.to_owned());
            }
            if depends.get() {
                elsewhere.push(name.to_owned());
            } else {
                known.insert(name.to_owned(), value);
            }
        }
        Ok(Self { known, elsewhere, requesters })
    }
}
