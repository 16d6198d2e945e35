//! Groups in the namespace of their request: Backstage takes every one, and no request can take another namespace's group.

use std::collections::BTreeSet;

use kratix_wasm::yaml;
use kratix_wasm_sdk::Request;
use serde_json::{Value, json};

use crate::checkers::{Folder, ask_backstage};

/// What a request becomes, by the Promise's config: the group, and how the status refers to it.
fn group(namespace: &str, name: &str, config: &Value) -> (Value, String) {
    let object = json!({
        "apiVersion": "platform.kratix.io/v1alpha1",
        "kind": "Team",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"id": "payments", "name": format!("Payments of {namespace}/{name}")},
    });
    let output = kratix_wasm_sdk::call::<team::Teams>(&Request::configure(object).config(config.clone()));
    let output = output.unwrap_or_else(|stop| panic!("{namespace}/{name}: {stop:?}"));
    let text = output.read(&format!("backstage/{namespace}.{name}.yaml")).expect("a group");
    let reference = output.reported().expect("a status")["catalogRef"].as_str().expect("text").to_owned();
    (serde_json::from_str(&text).expect("one document"), reference)
}

/// The catalog's one file, as Kratix joins it (its `combineAllWorkloads`), judged by Backstage.
fn catalog(groups: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let texts: Vec<String> = groups.into_iter().map(|group| yaml::write(&[group])).collect();
    let folder = Folder::new();
    ask_backstage(&[folder.write("catalog-info.yaml", &texts.join("\n---\n"))])
}

/// Every label of DNS with up to three signs, one of each length, and the most hyphens that there can be.
fn namespaces() -> BTreeSet<String> {
    let signs = ["a", "z", "0", "9", "-"];
    let longer =
        |labels: &Vec<String>| labels.iter().flat_map(|label| signs.map(|sign| format!("{label}{sign}"))).collect();
    let short = std::iter::successors(Some(vec![String::new()]), |labels| Some(longer(labels))).take(4).flatten();
    let lengths = (1..=63).map(|length| "1a".repeat(32)[..length].to_owned());
    let hyphens = [format!("a{}9", "-".repeat(61)), format!("0{}0", "-a".repeat(30))];
    let ends_well = |label: &String| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    short.chain(lengths).chain(hyphens).filter(ends_well).collect()
}

#[test]
fn backstage_takes_every_namespace_that_kubernetes_has() {
    let (groups, references): (Vec<_>, Vec<_>) =
        namespaces().iter().map(|namespace| group(namespace, "team", &json!({"catalogNamespace": "request"}))).unzip();
    assert!(
        references.len() > 150 && references.iter().any(|reference| reference.len() == "group:/payments".len() + 63)
    );
    let verdicts = catalog(groups);
    assert_eq!(verdicts.len(), references.len());
    for (verdict, reference) in verdicts.iter().zip(references) {
        assert_eq!((&verdict["ref"], &verdict["errors"]), (&json!(reference), &json!([])));
    }
}

/// How many entities a catalog keeps of what these requests, each a namespace and a name, become: the last document of a
/// reference is the entity.
fn entities(requests: [[&str; 2]; 2], config: &Value) -> usize {
    let groups = requests.map(|[namespace, name]| group(namespace, name, config));
    let references = groups.clone().map(|(_, reference)| reference);
    let verdicts = catalog(groups.map(|(group, _)| group));
    assert_eq!(verdicts.iter().map(|verdict| verdict["ref"].as_str().unwrap()).collect::<Vec<_>>(), references);
    assert!(verdicts.iter().all(|verdict| verdict["errors"] == json!([])), "{verdicts:?}");
    BTreeSet::from(references).len()
}

#[test]
fn of_two_namespaces_that_ask_for_one_id_each_has_its_group() {
    let requests = [["finance", "payments"], ["thief", "aaa"]];
    assert_eq!(entities(requests, &json!({"catalogNamespace": "request"})), 2);
    // What stays open without it: Backstage finds nothing wrong, and shows one of them.
    assert_eq!(entities(requests, &json!({})), 1);
}

/// What stays open, as docs/security.md says: only a review could tell whose the group is.
#[test]
fn two_requests_of_one_namespace_share_a_group() {
    let requests = [["finance", "payments"], ["finance", "aaa"]];
    for config in [json!({"catalogNamespace": "request"}), json!({})] {
        assert_eq!(entities(requests, &config), 1);
    }
}
