//! What is read from a cluster, and above all what isn't: an input that is wrongly empty deletes files.

mod account;
mod answers;
mod certificates;
mod connection;
mod kubectl;
mod server;

use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::kratix::{Address, Kind, Which};
use serde_json::{Value, json};

/// A Team in namespace default.
pub(crate) fn team(name: &str) -> Address {
    address("platform.example.org", Some("default"), Which::Named(name.into()))
}

/// The Teams there that have a label.
pub(crate) fn teams() -> Address {
    let labels = [("tier".to_owned(), "one".to_owned())];
    address("platform.example.org", Some("default"), Which::Labelled(labels.into_iter().collect()))
}

pub(crate) fn address(group: &str, namespace: Option<&str>, which: Which) -> Address {
    let kind = Kind { name: "Team".into(), group: group.into() };
    Address { kind, version: "v1".into(), resource: "teams".into(), namespace: namespace.map(Into::into), which }
}

/// The object at such an address.
pub(crate) fn object(name: &str) -> Value {
    json!({
        "apiVersion": "platform.example.org/v1",
        "kind": "Team",
        "metadata": {
            "name": name, "namespace": "default", "labels": {"tier": "one"}, "resourceVersion": "7",
            "managedFields": [{"manager": "kubectl", "time": "2026-01-01T00:00:00Z"}],
        },
        "spec": {"size": 3, "owner": {"name": "x", "email": "y"}},
    })
}

/// A list as the API server has it.
pub(crate) fn list(items: Value) -> Value {
    json!({"apiVersion": "platform.example.org/v1", "kind": "TeamList", "metadata": {"resourceVersion": "9"}, "items": items})
}

/// What the API server says of an object that isn't there.
pub(crate) fn not_found(name: &str) -> Value {
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": format!("teams.platform.example.org \"{name}\" not found"),
        "reason": "NotFound",
        "details": {"name": name, "group": "platform.example.org", "kind": "teams"},
        "code": 404,
    })
}

/// What it says with another status.
pub(crate) fn failure(status: u16, reason: &str, message: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": status})
}

/// A value with another at a JSON pointer.
pub(crate) fn with(mut value: Value, pointer: &str, other: Value) -> Value {
    *value.pointer_mut(pointer).unwrap() = other;
    value
}

/// With which code and reason a program ends.
pub(crate) type Ends = (Exit, &'static str);

/// Those of an error.
pub(crate) fn ends(error: &Error) -> (Exit, &str) {
    (error.exit(), error.reason())
}
