//! A component that does what its config says, or the spec of its request, however wrong. For tests only.
//!
//! It speaks the contract directly: the SDK wouldn't let it answer like this. What `describe` says can't come from a
//! config, so a test writes it over [`DESCRIBE`] in the component's bytes.

#![cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "natively there is nothing that exports it"))]

mod misdeed;

use kratix_wasm_sdk::bindings::exports::kratix_wasm::generator::generation::{
    Contents, Description, Destination, Failure, File, Guest, Outcome, Output, Problem, Request, Suspension,
};
use kratix_wasm_sdk::declaring::exports::kratix_wasm::generator::declarations::{self, Input, Quantity};
use kratix_wasm_sdk::declaring::kratix_wasm::generator::{earlier, inputs};
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
    /// Inputs to tell of in a file, and whether to tell of the status so far.
    inputs: Vec<String>,
    earlier: bool,
    /// Message and time to retry.
    suspend: Option<(String, Option<u32>)>,
    /// The key of the object's status with which it doesn't.
    until: Option<String>,
}

struct Hostile;

impl Guest for Hostile {
    fn describe() -> Description {
        let word = word();
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
        for key in config.inputs {
            let text: String = inputs::get(&key).into_iter().map(|object| object + "\n").collect();
            files.push(File { path: format!("inputs/{key}"), contents: Contents::Bytes(text.into()) });
        }
        if config.earlier {
            files.push(File { path: "earlier.json".into(), contents: Contents::Bytes(earlier::status().into()) });
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
        let has = |key: &String| object["status"].get(key).is_some();
        if let Some((message, retry_after_seconds)) = config.suspend
            && !config.until.as_ref().is_some_and(has)
        {
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

impl declarations::Guest for Hostile {
    fn inputs() -> Vec<Input> {
        let input = |key: &str, kind: &str, quantity| Input {
            key: key.into(),
            kind: kind.into(),
            quantity,
            purpose: "For tests.".into(),
        };
        match word().as_str() {
            "inputs" => vec![
                input("one", "Team.platform.kratix.io", Quantity::One),
                input("optional", "ConfigMap", Quantity::Optional),
                input("many", "Team.platform.kratix.io", Quantity::Many),
            ],
            "one" => vec![input("one", "Team.platform.kratix.io", Quantity::One)],
            "settings" => vec![input("settings", "ConfigMap", Quantity::One)],
            "secret" => vec![input("one", "Secret", Quantity::One)],
            "twice" => vec![input("one", "Team", Quantity::One), input("one", "Team", Quantity::Many)],
            "early" => inputs::get("one").iter().map(|kind| input("one", kind, Quantity::One)).collect(),
            "many-inputs" => (0..1_000_000).map(|at| input(&format!("i{at}"), "Team", Quantity::One)).collect(),
            _ => Vec::new(),
        }
    }

    fn may_hold_deletion() -> bool {
        word() == "hold"
    }
}

/// What a test wrote between the marks.
fn word() -> String {
    // A plain read would be folded into the code, out of reach of the test.
    let patched = unsafe { std::ptr::read_volatile(&raw const DESCRIBE) };
    String::from_utf8_lossy(&patched[10..31]).trim().to_owned()
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
#[cfg(target_family = "wasm")]
kratix_wasm_sdk::declaring::export_declarations!(Hostile with_types_in kratix_wasm_sdk::declaring);
