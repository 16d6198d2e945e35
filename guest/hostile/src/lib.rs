//! A component that does what its config says, or the spec of its request, however wrong. For tests only.
//!
//! It speaks the contract directly: the SDK wouldn't let it answer like this. What `describe` says can't come from a
//! config, so a test writes it over [`DESCRIBE`] in the component's bytes.

#![cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "natively there is nothing that exports it"))]

mod misdeed;

use kratix_wasm_sdk::bindings::exports::kratix_wasm::generator::generation::{
    Contents, Description, Destination, Failure, File, Guest, Outcome, Output, Problem, Request, Suspension,
};
use serde::Deserialize;
use serde_json::Value;

/// Between the marks: the word of a [`describe`](Guest::describe) below, padded with spaces.
static DESCRIBE: [u8; 32] = *b"<describe:plain                >";

const ANY_CONFIG: &str = r#"{"type": "object", "x-kubernetes-preserve-unknown-fields": true}"#;
/// A field, a message and a hint.
type Trouble = (Option<String>, String, Option<String>);
/// A directory and labels.
type Sent = (Option<String>, Vec<(String, String)>);

/// The config.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Config {
    /// What to do before answering.
    misdeed: Option<misdeed::Misdeed>,
    /// Pairs of a path and a text, or anything whose JSON then is the text.
    files: Vec<(String, Value)>,
    /// Pairs of a path and JSON texts.
    yaml: Vec<(String, Vec<String>)>,
    destinations: Vec<Sent>,
    /// JSON text.
    status: Option<String>,
    empty_is_intended: bool,
    invalid: Option<Vec<Trouble>>,
    misconfigured: Option<Vec<Trouble>>,
    internal: Option<String>,
    /// Message and time to retry.
    suspend: Option<(String, Option<u32>)>,
}

struct Hostile;

impl Guest for Hostile {
    fn describe() -> Description {
        // A plain read would be folded into the code, out of reach of the test.
        let patched = unsafe { std::ptr::read_volatile(&raw const DESCRIBE) };
        let word = String::from_utf8_lossy(&patched[10..31]).trim().to_owned();
        let mut description = Description {
            name: "hostile".into(),
            version: "1.0.0".into(),
            summary: "Does what its config says.".into(),
            kinds: vec!["Test".into(), "Promise.platform.kratix.io".into()],
            config_schema: Some(ANY_CONFIG.into()),
        };
        match word.as_str() {
            "name" => description.name = "Not \u{1b}[31ma name".into(),
            "summary" => description.summary = "two\nlines".into(),
            "no-kinds" => description.kinds.clear(),
            "no-schema" => description.config_schema = None,
            "bad-schema" => description.config_schema = Some(r##"{"type": "object", "$ref": "#"}"##.into()),
            "slow-schema" => description.config_schema = Some(slow_schema()),
            "huge-schema" => description.config_schema = Some(" ".repeat(1 << 20)),
            "panic" => panic!("describe panics"),
            "loop" => misdeed::Misdeed::Loop.commit(),
            _ => {}
        }
        description
    }

    fn generate(request: Request) -> Result<Outcome, Failure> {
        let internal = |error: serde_json::Error| Failure::Internal(error.to_string());
        let object: Value = serde_json::from_str(&request.object).map_err(internal)?;
        let config: Config = match object.get("spec") {
            Some(spec) if object["kind"] == "Test" => Config::deserialize(spec).map_err(internal)?,
            _ => serde_json::from_str(&request.config).map_err(internal)?,
        };
        let mut files: Vec<File> = Vec::new();
        if let Some(misdeed) = config.misdeed {
            files.extend(misdeed.commit_and_tell(&request));
        }
        if let Some(problems) = config.invalid {
            return Err(Failure::Invalid(to_problems(problems)));
        }
        if let Some(problems) = config.misconfigured {
            return Err(Failure::Misconfigured(to_problems(problems)));
        }
        if let Some(message) = config.internal {
            return Err(Failure::Internal(message));
        }
        if let Some((message, retry_after_seconds)) = config.suspend {
            return Ok(Outcome::Suspend(Suspension { message, retry_after_seconds, status: config.status }));
        }
        files.extend(config.files.into_iter().map(|(path, text)| {
            let text = text.as_str().map_or_else(|| text.to_string(), ToOwned::to_owned);
            File { path, contents: Contents::Bytes(text.into()) }
        }));
        files.extend(config.yaml.into_iter().map(|(path, json)| File { path, contents: Contents::Yaml(json) }));
        let destinations = config.destinations.into_iter();
        Ok(Outcome::Complete(Output {
            files,
            destinations: destinations
                .map(|(directory, match_labels)| Destination { directory, match_labels })
                .collect(),
            status: config.status,
            empty_is_intended: config.empty_is_intended,
        }))
    }
}

/// Many patterns, each slow to match, for the same text.
fn slow_schema() -> String {
    let slow = r#"{"pattern": "^(((a|b|ab|ba)*)*(c|d)?)*x$"}"#;
    let all = vec![slow; 100].join(", ");
    format!(r#"{{"type": "object", "additionalProperties": {{"type": "string", "allOf": [{all}]}}}}"#)
}

fn to_problems(problems: Vec<Trouble>) -> Vec<Problem> {
    problems.into_iter().map(|(field, message, hint)| Problem { field, message, hint }).collect()
}

#[cfg(target_family = "wasm")]
kratix_wasm_sdk::bindings::export!(Hostile with_types_in kratix_wasm_sdk::bindings);
