//! A value of the chart is in the pod what was meant: Kubernetes expands variables, and YAML has several readers.

use kratix_wasm::yaml;
use serde_json::{Value, json};

use crate::chart::{read, rendered};
use crate::checkers::{Folder, ask, documents, each};
use crate::yaml_written::STRINGS;

/// What the step's container has for config and policy once the kubelet has expanded its variables, Kratix' own before
/// them (kratix-contract 1.5).
fn in_the_pod(promise: &Value) -> [String; 2] {
    let container = &promise["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0];
    let mut variables = vec![json!({"name": "KRATIX_PROMISE_NAME", "value": "team"})];
    variables.extend(container["env"].as_array().expect("a list").iter().cloned());
    let folder = Folder::new();
    let file = folder.write("variables.json", &Value::from(variables).to_string());
    let expanded = ask("expand", &[&file]).unwrap_or_else(|error| panic!("{error}"));
    ["KRATIX_WASM_CONFIG", "KRATIX_WASM_POLICY"].map(|name| expanded[name].as_str().expect("text").to_owned())
}

/// The same, of the Promise that the chart makes.
fn made_of(values: &Value) -> [String; 2] {
    let objects = rendered(values);
    in_the_pod(objects.iter().find(|object| object["kind"] == "Promise").expect("a Promise"))
}

/// What a document says, to the host and to Kubernetes alike.
#[track_caller]
fn meaning(text: &str) -> Value {
    let folder = Folder::new();
    let go = documents(&folder.write("document.yaml", text));
    let host = yaml::read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    assert_eq!(std::slice::from_ref(&host), go, "{text}");
    host
}

/// What Kubernetes would change, and what some YAML would not take as it is.
const AWKWARD: &[&str] = &[
    "$",
    "$$",
    "$$$",
    "a$",
    "$(KRATIX_PROMISE_NAME)",
    "$$(KRATIX_PROMISE_NAME)",
    "$$$(KRATIX_PROMISE_NAME)",
    "a $(KRATIX_WASM_GENERATOR), $(NOT_THERE) and ${HOME}",
    "$(",
    "$(KRATIX_PROMISE_NAME",
    "$()",
    "$(\"",
    "$é",
    "$\n",
    "$\\x",
    "a: b # c",
    "\" ' \\ ` {{ .Values }} %s",
    " a ",
    "a\tb\r\nc\n",
    "{",
    "--- |",
    "\0\u{7}\u{8}\u{b}\u{c}\u{1b}\u{7f}",
    "\u{80}\u{85}\u{9f}\u{a0}\u{ad}\u{200b}\u{2028}\u{2029}\u{202e}",
    "\u{e000}\u{feff}\u{fffd}\u{1f600}\u{e0001}\u{10ffff}",
    "Équipe 一",
];

#[test]
fn a_value_of_the_chart_is_in_the_pod_what_was_meant() {
    let found = each(AWKWARD, |text| {
        let url = "https://git.example/$(KRATIX_PROMISE_NAME)/$$?a=$b";
        let [config, _] = made_of(&json!({"config": {"groupType": text, "reviewUrl": url}}));
        (meaning(&config), url)
    });
    for (text, (config, url)) in AWKWARD.iter().zip(found) {
        assert_eq!(config["groupType"], **text, "{config}");
        assert_eq!(config["reviewUrl"], url, "{config}");
    }
}

/// Whether the chart takes it as a label's value.
fn is_label(text: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    let is_inside = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    text.len() <= 63 && text.chars().all(is_inside) && is_end(text.chars().next()) && is_end(text.chars().last())
}

#[test]
fn labels_that_look_like_something_else_are_text_to_every_reader() {
    // To Go a number that is too large is text, which it writes bare.
    let strings: Vec<&str> =
        STRINGS.iter().copied().filter(|text| is_label(text)).chain(["61e9540", "1e999"]).collect();
    assert!(strings.len() > 50, "{strings:?}");
    let values = strings.iter().enumerate().map(|(index, text)| (format!("v{index}"), json!(text)));
    let keys = strings.iter().filter(|text| !text.is_empty()).map(|text| ((*text).to_owned(), json!("x")));
    let mut labels: serde_json::Map<String, Value> = values.chain(keys).collect();
    let [config, policy] = made_of(&json!({"repositories": {"catalog": {"labels": labels.clone()}}}));
    labels.insert("repository".into(), "catalog".into());
    assert_eq!(meaning(&config)["destinations"]["backstage"], json!(labels));
    assert_eq!(meaning(&policy)["destinations"][0], json!(labels));
    for text in [config, policy] {
        // Whatever a reader knows of numbers, this is text.
        assert!(text.contains("\"61e9540\": \"x\""), "{text}");
        assert!(strings.iter().all(|string| text.contains(&format!(": \"{string}\""))), "{text}");
    }
}

/// Also where nothing is set: the manifest's own text has no `$` that Kubernetes would take.
#[test]
fn the_manifests_values_are_in_the_pod_what_they_are_in_the_file() {
    let promise = read("promises/team/promise.yaml");
    let env = &promise["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0]["env"];
    let written = ["KRATIX_WASM_CONFIG", "KRATIX_WASM_POLICY"].map(|name| {
        let variable = env.as_array().expect("a list").iter().find(|variable| variable["name"] == name);
        variable.expect("the step has it")["value"].as_str().expect("text").to_owned()
    });
    assert_eq!(in_the_pod(&promise), written);
    assert_eq!(made_of(&json!({})), written);
}
