//! `workflow-control.yaml`: holds the workflow up (kratix-contract 4.2).

use serde_json::{Map, Value, json};

use super::field;
use crate::yaml;

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

/// Whether what another container left stops the workflow.
///
/// # Errors
///
/// Why Kratix would fail the pipeline for it, to be read after the name of the file.
pub fn stops(text: &str) -> Result<bool, String> {
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
    string("message")?;
    let retries = !string("retryAfter")?.is_empty();
    Ok(suspends || retries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_stops_when_kratix_says_so() {
        for (text, expected) in [
            ("suspend: true", Ok(true)),
            ("Suspend: yes\nmessage: wait", Ok(true)),
            ("retryAfter: 10s", Ok(true)),
            ("suspend: false\nretryafter: 1m", Ok(true)),
            ("suspend: false", Ok(false)),
            ("suspend: null\nretryAfter: ''\nmaxAttempts: 3", Ok(false)),
            ("", Ok(false)),
            ("{}", Ok(false)),
            ("[]", Err("it is not a map")),
            ("suspend: 'true'", Err("its suspend is not a boolean")),
            ("suspend: true\nretryAfter: 10", Err("its retryAfter is not a string")),
            ("message: [a]", Err("its message is not a string")),
        ] {
            assert_eq!(stops(text), expected.map_err(ToOwned::to_owned), "{text}");
        }
    }

    #[test]
    fn a_retry_is_a_go_duration() {
        assert_eq!(suspend("wait", None), "suspend: true\nmessage: wait\n");
        assert_eq!(suspend("no", Some(90)), "suspend: true\nmessage: \"no\"\nretryAfter: 90s\n");
    }
}
