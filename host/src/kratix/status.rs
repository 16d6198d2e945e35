//! `status.yaml`: keys that Kratix merges into the status of the object (kratix-contract 4.1).
//!
//! Kratix replaces top-level keys and never removes one, so a step that once wrote a key writes it for ever.

use serde_json::{Map, Value};

use crate::text::{clean, is_unseen};
use crate::yaml;

/// The keys of a status.
pub type Status = Map<String, Value>;

/// What `kubectl get` shows.
pub const MESSAGE: &str = "message";
/// The host's own: what is wrong with a request, null when nothing is.
pub const PROBLEMS: &str = "problems";

/// Keys that Kratix writes itself. It refuses only the first, but overwrites or is confused by all of them.
const KRATIX_KEYS: &[&str] = &[
    "kratix",
    "conditions",
    "observedGeneration",
    "healthStatus",
    "promiseVersion",
    "resourceBindingVersion",
    "lastSuccessfulConfigureWorkflowTime",
];

/// Reads and checks the status that a generator returned. Its text loses what can't be seen.
///
/// # Errors
///
/// What is wrong, to be read after "returned a status".
pub fn from_generator(json: &str, max_bytes: usize) -> Result<Status, String> {
    if json.len() > max_bytes {
        return Err(format!("of {} bytes; at most {max_bytes} are possible", json.len()));
    }
    let status = match serde_json::from_str(json) {
        Ok(Value::Object(status)) => status,
        Ok(_) => return Err("that is not a JSON object".into()),
        Err(error) => return Err(format!("that is not JSON: {error}")),
    };
    let Value::Object(status) = cleaned(Value::Object(status)) else { unreachable!("an object stays an object") };
    if let Some(key) = status.keys().find(|key| is_kratix_key(key)) {
        return Err(format!("with the key {key}, which Kratix keeps itself"));
    }
    if status.contains_key(PROBLEMS) {
        return Err(format!("with the key {PROBLEMS}, which the host keeps itself"));
    }
    match status.get(MESSAGE) {
        None | Some(Value::String(_)) => Ok(status),
        Some(_) => Err(format!("with a {MESSAGE} that is not a string")),
    }
}

/// Reads what an earlier container left.
///
/// # Errors
///
/// What is wrong, to be read after the name of the file.
pub fn read(text: &[u8]) -> Result<Status, String> {
    let status = match yaml::read(text) {
        Ok(Value::Object(status)) => status,
        Err(yaml::ReadError::Empty) => Status::new(),
        Ok(_) => return Err("it is not a map".into()),
        Err(error) => return Err(error.to_string()),
    };
    if status.contains_key("kratix") {
        return Err("it has the key kratix, for which Kratix fails the pipeline".into());
    }
    Ok(status)
}

/// Merges as Kratix does: top-level keys are replaced whole.
pub fn merge(into: &mut Status, from: Status) {
    into.extend(from);
}

/// The file's text.
#[must_use]
pub fn write(status: &Status) -> String {
    yaml::write(&[Value::Object(status.clone())])
}

fn is_kratix_key(key: &str) -> bool {
    KRATIX_KEYS.contains(&key) || key.starts_with("workflows")
}

/// A status is shown in terminals and portals. Line breaks stay in it, except in the message.
fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => text.chars().filter(|c| *c == '\n' || !is_unseen(*c)).collect::<String>().into(),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| match value {
                Value::String(text) if key == MESSAGE => (key, clean(&text, text.len()).into()),
                value => (clean(&key, key.len()), cleaned(value)),
            })
            .collect(),
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_belongs_to_kratix_or_the_host_is_refused() {
        for (status, why) in [
            ("[]", "that is not a JSON object"),
            ("{", "that is not JSON: EOF while parsing an object at line 1 column 1"),
            (r#"{"kratix": 1}"#, "with the key kratix, which Kratix keeps itself"),
            (r#"{"krat\u200bix": 1}"#, "with the key kratix, which Kratix keeps itself"),
            (r#"{"workflowsFailed": 1}"#, "with the key workflowsFailed, which Kratix keeps itself"),
            (r#"{"conditions": []}"#, "with the key conditions, which Kratix keeps itself"),
            (r#"{"problems": []}"#, "with the key problems, which the host keeps itself"),
            (r#"{"message": null}"#, "with a message that is not a string"),
        ] {
            assert_eq!(from_generator(status, 1000), Err(why.to_owned()), "{status}");
        }
        assert_eq!(from_generator("{} ", 2), Err("of 3 bytes; at most 2 are possible".to_owned()));
    }

    #[test]
    fn text_that_deceives_is_cleaned_at_every_depth() {
        let status =
            from_generator(r#"{"message": "a\nb\u001b[1m", "n": {"x\u202ey": ["\u200b1\n2"]}}"#, 1000).unwrap();
        assert_eq!(Value::Object(status), json!({"message": "a b[1m", "n": {"xy": ["1\n2"]}}));
    }

    #[test]
    fn merging_replaces_whole_keys() {
        let mut status = read(b"a: {x: 1, y: 2}\nb: 1\n").unwrap();
        merge(&mut status, read(b"a: {x: 3}\n").unwrap());
        assert_eq!(write(&status), "a:\n  x: 3\nb: 1\n");
        assert_eq!(read(b"- 1"), Err("it is not a map".to_owned()));
        assert!(read(b"kratix: {}").is_err());
    }
}
