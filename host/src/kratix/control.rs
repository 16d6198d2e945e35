//! `workflow-control.yaml`: holds the workflow up (kratix-contract 4.2).

use serde_json::json;

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

#[cfg(test)]
mod tests {
    #[test]
    fn a_retry_is_a_go_duration() {
        assert_eq!(super::suspend("wait", None), "suspend: true\nmessage: wait\n");
        assert_eq!(super::suspend("no", Some(90)), "suspend: true\nmessage: \"no\"\nretryAfter: 90s\n");
    }
}
