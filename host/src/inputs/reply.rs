//! What an answer of an API server says of an address:
//! <https://kubernetes.io/docs/reference/using-api/api-concepts/>.

use serde_json::Value;

use super::error::InputError;
use super::{json, objects};
use crate::error::Error;
use crate::kratix::{Address, Found, Which};
use crate::text::clean;

/// Most characters of what a server says that are shown.
const MAX_SAID: usize = 300;

/// An answer of an API server.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status by HTTP.
    pub status: u16,
    /// All of the body.
    pub body: Vec<u8>,
}

/// Makes of an answer what is at the address.
///
/// # Errors
///
/// As [`Cluster::read`](super::Cluster::read).
pub fn found(address: &Address, reply: Reply) -> Result<Found, Error> {
    let Reply { status, body } = reply;
    if status == 200 {
        return objects::of(address, read(address, body)?).map(Found::Objects);
    }
    let answer = json::read(&body).unwrap_or(Value::Null);
    if status == 404 && is_absent(address, &answer) {
        return Ok(Found::Absent);
    }
    let said = match answer["message"].as_str() {
        Some(message) => said(message),
        None => said(&String::from_utf8_lossy(&body[..body.len().min(4 * MAX_SAID)])),
    };
    Err(match status {
        401 => InputError::Unauthorized { address, said },
        403 => InputError::Forbidden { address, said },
        404 if is_of_kubernetes(&answer, &body) => InputError::NoResource { address, said },
        // Whatever stands before it, which knows nothing of resources.
        404 => InputError::Answer { address, what: format!("status 404: {said}") },
        // Gone, a time-out and too many requests are matters of a moment.
        400..500 if !matches!(status, 408 | 410 | 429) => InputError::Refused { address, status, said },
        _ => InputError::NoAnswer { address, status, said },
    }
    .into())
}

/// What a server says, fit to be shown.
pub(super) fn said(text: &str) -> String {
    clean(text, MAX_SAID)
}

/// The body as JSON; its bytes are gone then.
fn read(address: &Address, body: Vec<u8>) -> Result<Value, Error> {
    json::read(&body).map_err(|error| {
        // By its words: serde_json's errors have no number.
        if error.to_string().starts_with("recursion limit exceeded") {
            return InputError::TooDeep { address }.into();
        }
        let what = format!("no JSON: {}", said(&error.to_string()));
        InputError::Answer { address, what }.into()
    })
}

/// Whether a 404 is one of an API server: its Status, or what it says of paths that it doesn't have (Go's `http.NotFound`).
fn is_of_kubernetes(answer: &Value, body: &[u8]) -> bool {
    is_not_found(answer) || body.trim_ascii() == b"404 page not found"
}

fn is_not_found(answer: &Value) -> bool {
    answer["kind"] == "Status" && answer["apiVersion"] == "v1" && answer["reason"] == "NotFound"
}

/// Whether an answer to a GET says that there is no object of that name. Whatever else isn't found is not the object: a
/// resource, a path, a namespace. (apimachinery, `NewNotFound` in `pkg/api/errors`.)
fn is_absent(address: &Address, answer: &Value) -> bool {
    let Which::Named(name) = &address.which else { return false };
    let details = &answer["details"];
    let is_ours = |field: &str, ours: &str| details[field].as_str().unwrap_or_default() == ours;
    is_not_found(answer)
        && is_ours("name", name)
        && is_ours("kind", &address.resource)
        && is_ours("group", &address.kind.group)
}
