//! `kratix-wasm inspect`: what a generator is, before anybody runs it on a request; and what a Promise has to let its pods read.

mod rbac;

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Format;
use super::check_promise::{Files, Promise, pair};
use super::limits::LimitArgs;
use super::variables::variable;
use crate::console::{Console, print, print_json};
use crate::contract::{Generator as _, Input};
use crate::digest::Digest;
use crate::error::Error;
use crate::sandbox::Sandbox;
use crate::source;
use crate::text::clean;

/// Show what a generator is and what it may do
///
/// A generator's imports are its permissions. WASI is listed apart: it is inert, without files, network, environment,
/// real clock or real randomness. What it declares has to be bound by whoever uses it in a Promise; --rbac shows what that
/// Promise then must say in rbac.permissions of its pipelines.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The component
    #[arg(value_name = "GENERATOR", required_unless_present = "rbac")]
    generator: Option<PathBuf>,
    /// Show what a Promise must let each of its pipelines read, by the inputs that it binds
    #[arg(long, requires = "filename", conflicts_with = "generator")]
    rbac: bool,
    /// The Promise, as one YAML document
    #[arg(long, short, value_name = "PROMISE", requires = "rbac")]
    filename: Option<PathBuf>,
    /// The file that a container of the Promise has at PATH, where bindings are in a file
    #[arg(long = "file", value_name = "PATH=FILE", value_parser = pair, requires = "rbac")]
    files: Vec<(PathBuf, PathBuf)>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    #[command(flatten)]
    limits: LimitArgs,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        if let Some(promise) = self.filename {
            return rbac::print_needs(&Promise::read(&promise)?, &Files::Given(self.files), self.format);
        }
        // The command line has one of the two.
        let path = self.generator.unwrap_or_default();
        let limits = self.limits.read(&variable)?;
        let bytes = source::read_component(&path, &limits)?;
        let (length, digest) = (bytes.len(), format!("sha256:{}", Digest::of(&bytes)));
        let generator = Sandbox::new(limits, NonZeroU32::MIN)?.compile(&path.display().to_string(), bytes)?;
        let mut lines = Vec::new();
        let description = generator.describe(&mut lines);
        for line in &lines {
            Console::new(false).said(generator.shown(), line);
        }
        let description = description?;
        let imports = generator.imports();
        let schema = description.config_schema.as_deref().map(serde_json::from_str::<Value>);
        let facts = json!({
            "name": description.name.as_str(),
            "version": description.version,
            "summary": description.summary,
            "kinds": description.kinds,
            "contract": imports.contract,
            "permissions": imports.permissions,
            "inertWasi": imports.wasi,
            "inputs": description.declarations.inputs.iter().map(input).collect::<Vec<_>>(),
            "mayHoldDeletion": description.declarations.may_hold_deletion,
            "configSchema": schema.and_then(Result::ok),
            "bytes": length,
            "digest": digest,
        });
        match self.format {
            Format::Json => print_json(&facts),
            Format::Text => print(text(&facts)),
        }
    }
}

fn input(Input { key, kind, quantity, purpose }: &Input) -> Value {
    json!({"key": key, "kind": kind, "quantity": quantity.name(), "purpose": purpose})
}

fn text(facts: &Value) -> Vec<String> {
    let list = |key: &str| {
        let items: Vec<&str> = facts[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if items.is_empty() { "none".to_owned() } else { items.join(", ") }
    };
    let of = |key: &str| facts[key].as_str().unwrap_or_default();
    let mut lines = vec![format!("{} {}", of("name"), of("version")), of("summary").to_owned(), String::new()];
    let wasi = match facts["inertWasi"].as_array().map_or(0, Vec::len) {
        0 => "none".to_owned(),
        count => format!("{count} interfaces, see --format json"),
    };
    for (label, value) in [
        ("answers", list("kinds")),
        ("contract", of("contract").to_owned()),
        ("permissions", list("permissions")),
        ("inert WASI", wasi),
        ("size", format!("{} bytes", facts["bytes"])),
        ("digest", of("digest").to_owned()),
    ] {
        lines.push(format!("{label:<12} {value}"));
    }
    if facts["mayHoldDeletion"] == true {
        lines.push(format!("{:<12} it may suspend a deletion: the policy has to say `deletion: may-wait`", "deletion"));
    }
    let inputs = facts["inputs"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !inputs.is_empty() {
        lines.push("inputs".to_owned());
    }
    for input in inputs {
        let of = |key: &str| input[key].as_str().unwrap_or_default();
        lines.push(format!("  {:<14} {}, {}; {}", of("key"), of("kind"), of("quantity"), of("purpose")));
    }
    lines.push("config".to_owned());
    let properties = facts["configSchema"]["properties"].as_object();
    for (name, schema) in properties.into_iter().flatten() {
        lines.push(format!("  {:<14} {}", clean(name, 80), property(schema)));
    }
    if properties.is_none_or(serde_json::Map::is_empty) {
        lines.push("  none".to_owned());
    }
    lines
}

fn property(schema: &Value) -> String {
    let mut parts = vec![clean(schema["type"].as_str().unwrap_or("any"), 20)];
    if let Some(allowed) = schema["enum"].as_array() {
        let allowed: Vec<String> = allowed.iter().map(Value::to_string).collect();
        parts.push(format!("one of {}", clean(&allowed.join(", "), 200)));
    }
    if let Some(default) = schema.get("default") {
        parts.push(format!("default {}", clean(&default.to_string(), 80)));
    }
    if let Some(description) = schema["description"].as_str() {
        parts.push(clean(description, 200));
    }
    parts.join("; ")
}
