//! `workflow-control.yaml`: holds the workflow up (kratix-contract 4.2).

use serde_json::{Map, Value, json};

use super::metadata::field;
use crate::text::clean;
use crate::yaml;

/// Where Kratix reads it, in the metadata directory.
pub const FILE: &str = "workflow-control.yaml";

/// The file's text. With a time to retry, Kratix tries again then; without, a change of the object goes on.
#[must_use]
pub fn suspend(message: &str, retry_after_seconds: Option<u32>) -> String {
    let mut control = json!({"suspend": true, "message": message});
    if let Some(seconds) = retry_after_seconds {
        // A Go duration.
        control["retryAfter"] = format!("{seconds}s").into();
    }
    yaml::write(&[control])
}

/// What stops a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Why; empty where nobody said.
    pub message: String,
    /// A Go duration, where Kratix is to try again by itself.
    pub retry_after: Option<String>,
}

/// Reads what a container left, when it stops the workflow.
///
/// # Errors
///
/// Why Kratix would fail the pipeline for it, to be read after the name of the file.
pub fn read(text: &str) -> Result<Option<Control>, String> {
    let control = match yaml::read(text.as_bytes()) {
        Ok(Value::Object(control)) => control,
        Err(yaml::ReadError::Empty) => Map::new(),
        Ok(_) => return Err("it is not a map".into()),
        Err(error) => return Err(error.to_string()),
    };
    let suspends = match field(&control, "suspend") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(suspend)) => *suspend,
        Some(_) => return Err("its suspend is not a boolean".into()),
    };
    let string = |name| match field(&control, name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(format!("its {name} is not a string")),
    };
    let message = clean(string("message")?, 1024);
    let retry_after = Some(string("retryAfter")?).filter(|after| !after.is_empty()).map(ToOwned::to_owned);
    Ok((suspends || retry_after.is_some()).then_some(Control { message, retry_after }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_stops_when_kratix_says_so() {
        for (text, expected) in [
            ("suspend: true", Ok(Some(""))),
            ("Suspend: yes\nmessage: wait", Ok(Some("wait"))),
            ("retryAfter: 10s", Ok(Some(""))),
            ("suspend: false\nretryafter: 1m", Ok(Some(""))),
            ("suspend: false", Ok(None)),
            ("suspend: null\nretryAfter: ''\nmaxAttempts: 3", Ok(None)),
            ("", Ok(None)),
            ("{}", Ok(None)),
            ("[]", Err("it is not a map")),
            ("suspend: 'true'", Err("its suspend is not a boolean")),
            ("suspend: true\nretryAfter: 10", Err("its retryAfter is not a string")),
            ("message: [a]", Err("its message is not a string")),
        ] {
            let expected =
                expected.map(|said: Option<&str>| said.map(ToOwned::to_owned)).map_err(|cause: &str| cause.to_owned());
            assert_eq!(read(text).map(|control| control.map(|control| control.message)), expected, "{text}");
        }
    }

    #[test]
    fn a_retry_is_a_go_duration() {
        assert_eq!(suspend("wait", None), "suspend: true\nmessage: wait\n");
        assert_eq!(suspend("no", Some(90)), "suspend: true\nmessage: \"no\"\nretryAfter: 90s\n");
    }
}
