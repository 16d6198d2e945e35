//! Inputs of a generator: what it declares, what the Promise author binds to that, and what it is given.

mod bound;
mod chosen;
mod earlier;
mod files;
mod given;
mod hostile;
mod matrix;
mod missing;

use kratix_wasm_tests::{Outcome, Step};
use serde_json::Value;

/// A binding to a resource of Teams, less which of them.
const TEAMS: &str = "apiVersion: platform.kratix.io/v1alpha1, kind: Team, resource: teams";

/// A request that names things. Of a Promise the component takes what to do from its config, so that the spec is free.
const REQUEST: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a, namespace: b}, \
                       spec: {team: alpha, wrong: 'a/b', place: {namespace: c}}}";

/// A step of the component that has one Team, and tells of it in a file.
fn one(which: &str) -> Step {
    Step::declaring("one").request(REQUEST).config("{inputs: [one]}").inputs(&format!("{{one: {{{TEAMS}, {which}}}}}"))
}

/// A manifest of a Team.
fn team(namespace: &str, name: &str, labels: &str) -> String {
    let metadata = format!("{{namespace: {namespace}, name: {name}, labels: {{{labels}}}, resourceVersion: '7'}}");
    format!("---\n{{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {metadata}}}\n")
}

/// As JSON has it.
fn team_json(namespace: &str, name: &str) -> String {
    format!(
        "{{\"apiVersion\":\"platform.kratix.io/v1alpha1\",\"kind\":\"Team\",\"metadata\":{{\"labels\":{{}},\"name\":\"{name}\",\
         \"namespace\":\"{namespace}\",\"resourceVersion\":\"7\"}}}}\n"
    )
}

#[track_caller]
fn status(outcome: &Outcome) -> Value {
    kratix_wasm::yaml::read(outcome.metadata("status.yaml").as_bytes()).unwrap()
}
