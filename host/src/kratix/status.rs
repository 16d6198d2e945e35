//! `status.yaml`: keys that Kratix merges into the status of the object (kratix-contract 4.1).
//!
//! Kratix replaces top-level keys and never removes one, so a step that once wrote a key writes it for ever.

use serde_json::{Map, Value};

use super::metadata::MAX_BYTES;
use crate::text::{clean, is_unseen};
use crate::yaml;

/// Where Kratix reads it, in the metadata directory.
pub const FILE: &str = "status.yaml";

/// The keys of a status.
pub type Status = Map<String, Value>;

/// What `kubectl get` shows.
pub const MESSAGE: &str = "message";
/// The host's own: what is wrong with a request, null when nothing is.
pub const PROBLEMS: &str = "problems";
/// The host's own: what is wrong with the Promise or its generator, null when nothing is.
pub const FAULT: &str = "fault";
/// The host's own: what was read for the inputs of the step's generators, where they declare any.
pub const INPUTS: &str = "inputs";

/// Levels of nesting: a third of what the host reads, so that no merging leads out of that.
const MAX_DEPTH: usize = 32;

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

/// Why a generator's status is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Over the bound status-bytes, as JSON or as the YAML that it becomes.
    #[error("that is too large")]
    TooLarge,
    /// Anything else, to be read after "returned a status".
    #[error("{0}")]
    Wrong(String),
}

/// Reads and checks the status that a generator returned. Its text loses what can't be seen.
///
/// # Errors
///
/// A [`Flaw`].
pub fn from_generator(json: &str, max_bytes: usize) -> Result<Status, Flaw> {
    if json.len() > max_bytes {
        return Err(Flaw::TooLarge);
    }
    let status = checked(json).map_err(Flaw::Wrong)?;
    to_yaml(&status, max_bytes).map_err(|yaml::TooLong| Flaw::TooLarge)?;
    Ok(status)
}

fn checked(json: &str) -> Result<Status, String> {
    let status = match serde_json::from_str(json) {
        Ok(Value::Object(status)) => status,
        Ok(_) => return Err("that is not a JSON object".into()),
        Err(error) => return Err(format!("that is not JSON: {error}")),
    };
    if status.values().any(|value| !is_within(value, MAX_DEPTH - 1)) {
        return Err(format!("that is nested deeper than {MAX_DEPTH} levels"));
    }
    let status = cleaned_map(status)?;
    if let Some(key) = status.keys().find(|key| is_kratix_key(key)) {
        return Err(format!("with the key {key}, which Kratix keeps itself"));
    }
    if let Some(key) = [PROBLEMS, FAULT].into_iter().find(|key| status.contains_key(*key)) {
        return Err(format!("with the key {key}, which the host keeps itself"));
    }
    if status.get(MESSAGE).is_some_and(|message| !message.is_string()) {
        return Err(format!("with a {MESSAGE} that is not a string"));
    }
    Ok(status)
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

/// The file's text, which the next run reads back.
///
/// # Errors
///
/// Why it couldn't. Each generator's part is bounded, but what other containers left may be anything.
pub fn write(status: &Status) -> Result<String, String> {
    let text = to_yaml(status, MAX_BYTES).map_err(|_| format!("it has more than {MAX_BYTES} bytes"))?;
    // A text has no more values than bytes, so most needn't be read to know that they can be.
    if text.len() > yaml::MAX_VALUES || !status.values().all(|value| is_within(value, yaml::MAX_DEPTH / 2)) {
        read(text.as_bytes())?;
    }
    Ok(text)
}

fn to_yaml(status: &Status, max_bytes: usize) -> Result<String, yaml::TooLong> {
    let mut writer = yaml::Writer::new(max_bytes);
    writer.add_map(status)?;
    Ok(writer.finish())
}

fn is_within(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| is_within(item, levels - 1)),
        Value::Object(entries) => levels > 0 && entries.values().all(|value| is_within(value, levels - 1)),
        _ => true,
    }
}

/// Whether Kratix keeps this key of a status itself.
pub fn is_kratix_key(key: &str) -> bool {
    KRATIX_KEYS.contains(&key) || key.starts_with("workflows")
}

/// A status is shown in terminals and portals. Line breaks stay in it, except in the message.
fn cleaned(value: Value) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => text.chars().filter(|c| *c == '\n' || !is_unseen(*c)).collect::<String>().into(),
        Value::Array(items) => items.into_iter().map(cleaned).collect::<Result<_, _>>()?,
        Value::Object(entries) => cleaned_map(entries)?.into(),
        scalar => scalar,
    })
}

/// What a key means is decided by what is left of it, as Kratix and `kubectl` see that and nothing else.
fn cleaned_map(entries: Status) -> Result<Status, String> {
    let mut map = Status::new();
    for (key, value) in entries {
        let key = clean(&key, key.len());
        let value = match value {
            Value::String(text) if key == MESSAGE => clean(&text, text.len()).into(),
            value => cleaned(value)?,
        };
        if map.contains_key(&key) {
            return Err(format!("with two keys that both read \"{}\"", clean(&key, 80)));
        }
        map.insert(key, value);
    }
    Ok(map)
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
            (r#"{"fault": null}"#, "with the key fault, which the host keeps itself"),
            (r#"{"message": null}"#, "with a message that is not a string"),
        ] {
            assert_eq!(from_generator(status, 1000), Err(Flaw::Wrong(why.to_owned())), "{status}");
        }
        assert_eq!(from_generator("{} ", 2), Err(Flaw::TooLarge));
    }

    #[test]
    fn what_is_long_or_deep_as_yaml_is_refused() {
        let deep = |levels| format!("{{\"a\": {}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(from_generator(&deep(31), 1000).is_ok());
        let too_deep = Flaw::Wrong("that is nested deeper than 32 levels".to_owned());
        assert_eq!(from_generator(&deep(32), 1000), Err(too_deep));
        let long = deep(31).replace('1', &["1"; 100].join(","));
        assert_eq!(from_generator(&long, 1000), Err(Flaw::TooLarge));
    }

    #[test]
    fn what_is_written_can_be_read_back() {
        let nested = |text: &str| Status::from_iter([("a".to_owned(), serde_json::from_str(text).unwrap())]);
        let deep = |levels| nested(&("[".repeat(levels) + &"]".repeat(levels)));
        assert_eq!(read(write(&deep(99)).unwrap().as_bytes()), Ok(deep(99)));
        assert!(write(&deep(100)).is_err());
        let wide = nested(&format!("[{}1]", "1,".repeat(300_000)));
        assert_eq!(write(&wide), Err("it has more than 1048576 bytes".to_owned()));
        let many = nested(&format!("[{}1]", "[[[[[[[[[[[1]]]]]]]]]]],".repeat(23_000)));
        assert!(write(&many).unwrap_err().contains("250000 values"), "{:?}", write(&many));
    }

    #[test]
    fn text_that_deceives_is_cleaned_at_every_depth() {
        let status =
            from_generator(r#"{"message": "a\nb\u001b[1m", "n": {"x\u202ey": ["\u200b1\n2"]}}"#, 1000).unwrap();
        assert_eq!(Value::Object(status), json!({"message": "a b[1m", "n": {"xy": ["1\n2"]}}));
    }

    #[test]
    fn a_key_is_what_is_left_of_it() {
        for key in [
            "mess\u{200B}age",
            "message ",
            " message",
            "message\u{A0}",
            "message\u{2800}",
            "message\n",
            "\u{FEFF}message",
            "mess\u{AD}age",
            "m\u{1b}essage",
            "message\u{E0041}",
        ] {
            let cleaned = |status: Value| from_generator(&status.to_string(), 1000).map(Value::Object);
            assert_eq!(cleaned(json!({key: "a\nb"})), Ok(json!({"message": "a b"})), "{key:?}");
            assert_eq!(cleaned(json!({"n": [{key: "a\nb"}]})), Ok(json!({"n": [{"message": "a b"}]})), "{key:?}");
            let no_string = "with a message that is not a string".to_owned();
            assert_eq!(cleaned(json!({key: ["a\nb"]})), Err(Flaw::Wrong(no_string)), "{key:?}");
            let twice = Err(Flaw::Wrong("with two keys that both read \"message\"".to_owned()));
            assert_eq!(cleaned(json!({"message": "a", key: "b"})), twice, "{key:?}");
            assert_eq!(cleaned(json!({"n": [{key: "b", "message": "a"}]})), twice, "{key:?}");
        }
        let kept = |status: &str| from_generator(status, 1000).unwrap_err().to_string();
        assert_eq!(kept(r#"{"pro\u200bblems": []}"#), "with the key problems, which the host keeps itself");
        assert_eq!(kept(r#"{" fault": null}"#), "with the key fault, which the host keeps itself");
        assert_eq!(kept(r#"{"\u2060workflows ": 1}"#), "with the key workflows, which Kratix keeps itself");
        assert_eq!(kept(r#"{"a b": 1, "a\u00a0b": 2}"#), "with two keys that both read \"a b\"");
    }

    #[test]
    fn merging_replaces_whole_keys() {
        let mut status = read(b"a: {x: 1, y: 2}\nb: 1\n").unwrap();
        merge(&mut status, read(b"a: {x: 3}\n").unwrap());
        assert_eq!(write(&status).as_deref(), Ok("a:\n  x: 3\nb: 1\n"));
        assert_eq!(read(b"- 1"), Err("it is not a map".to_owned()));
        assert!(read(b"kratix: {}").is_err());
    }
}
