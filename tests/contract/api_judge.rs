//! What Kubernetes' own code makes of APIs and objects, held against what the preview makes of them.

use std::collections::BTreeSet;

use kratix_wasm::preview::api::{Admitted, Api};
use serde_json::{Value, json};

use crate::checkers::{Folder, ask};

/// An API, and objects of it: each new, with what it changes.
pub(crate) struct Question {
    pub(crate) api: Value,
    pub(crate) objects: Vec<(Value, Option<Value>)>,
}

/// How many objects were judged alike, and how many weren't, since a part of them couldn't be evaluated.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    pub(crate) taken: usize,
    pub(crate) refused: usize,
    pub(crate) not_checked: usize,
    pub(crate) refused_apis: usize,
}

/// What Kubernetes says to questions.
pub(crate) fn kubernetes(questions: &[Question]) -> Vec<Value> {
    let objects = |question: &Question| -> Vec<Value> {
        let object = |(new, old): &(Value, Option<Value>)| match old {
            Some(old) => json!({"new": new, "old": old}),
            None => json!({"new": new}),
        };
        question.objects.iter().map(object).collect()
    };
    let asked: Vec<Value> =
        questions.iter().map(|question| json!({"api": question.api, "objects": objects(question)})).collect();
    let folder = Folder::new();
    let answers = ask("crd-stored", &[&folder.write("apis.json", &json!(asked).to_string())]);
    serde_json::from_value(answers.unwrap_or_else(|error| panic!("{error}"))).expect("a list")
}

/// Holds both against each other; panics with all differences.
pub(crate) fn agree(questions: &[Question]) -> Agreement {
    agree_with(questions, kubernetes(questions))
}

/// The same, where Kubernetes was asked.
pub(crate) fn agree_with(questions: &[Question], answers: Vec<Value>) -> Agreement {
    let mut agreement = Agreement::default();
    let mut differences = Vec::new();
    for (question, answer) in questions.iter().zip(answers) {
        let ours = Api::new(&question.api);
        let refused = answer["api"].as_array().expect("a list");
        let Ok(api) = &ours else {
            agreement.refused_apis += 1;
            if refused.is_empty() {
                differences.push(format!("the API is refused only here: {ours:?}\n{}", question.api));
            }
            continue;
        };
        if !refused.is_empty() {
            differences.push(format!("the API isn't refused here: {refused:#?}\n{}", question.api));
            continue;
        }
        for ((new, old), judged) in question.objects.iter().zip(answer["objects"].as_array().expect("a list")) {
            if judged["skipped"] == true {
                continue;
            }
            let admitted = api.admit(new, old.as_ref());
            if !admitted.not_checked.is_empty() {
                agreement.not_checked += 1;
            } else if let Some(difference) = difference(&admitted, judged) {
                let old = old.as_ref().map(|old| format!("\nbefore: {old}")).unwrap_or_default();
                differences.push(format!(
                    "{difference}\nobject: {new}{old}\nAPI: {}",
                    question.api["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
                ));
            } else if admitted.refusals.is_empty() {
                agreement.taken += 1;
            } else {
                agreement.refused += 1;
            }
        }
    }
    let shown = differences[..differences.len().min(6)].join("\n\n");
    assert!(differences.is_empty(), "{} differences:\n{shown}", differences.len());
    agreement
}

fn difference(admitted: &Admitted, judged: &Value) -> Option<String> {
    let theirs = texts(&judged["refusals"]);
    let ours: BTreeSet<String> = admitted.refusals.iter().cloned().collect();
    if judged["stored"].is_null() {
        // It couldn't be decoded, which Go says in words of its own.
        return ours.is_empty().then(|| format!("only Kubernetes can't decode it: {theirs:#?}"));
    }
    if ours != theirs {
        let only =
            |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect::<Vec<_>>();
        return Some(format!("only here {:#?}\nonly Kubernetes {:#?}", only(&ours, &theirs), only(&theirs, &ours)));
    }
    let dropped: BTreeSet<String> = admitted.dropped.iter().map(|path| format!("unknown field \"{path}\"")).collect();
    if dropped != texts(&judged["dropped"]) {
        return Some(format!("dropped here {dropped:?}\ndropped by Kubernetes {}", judged["dropped"]));
    }
    (ours.is_empty() && admitted.object != judged["stored"])
        .then(|| format!("stored here {}\nstored by Kubernetes {}", admitted.object, judged["stored"]))
}

fn texts(list: &Value) -> BTreeSet<String> {
    serde_json::from_value(list.clone()).expect("a list of texts")
}

/// A definition of an API with one version.
pub(crate) fn definition(schema: &Value) -> Value {
    definition_of(json!([{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}]))
}

/// A definition of an API with these versions.
pub(crate) fn definition_of(versions: Value) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.test.example"},
        "spec": {
            "group": "test.example",
            "scope": "Namespaced",
            "names": {"kind": "Thing", "plural": "things", "singular": "thing"},
            "versions": versions,
        },
    })
}

/// An object of such an API.
pub(crate) fn thing(spec: &Value) -> Value {
    json!({
        "apiVersion": "test.example/v1",
        "kind": "Thing",
        "metadata": {"name": "a", "namespace": "default"},
        "spec": spec,
    })
}
