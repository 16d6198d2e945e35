//! Who says what a Team may be called and how it is reached: the Promise's API, the generator and the review. Each is asked
//! about many Teams at once.

use std::process::Command;

use kratix_wasm_sdk::Stop;
use kratix_wasm_tests::root;
use serde_json::{Value, json};

use crate::checkers::{Folder, ask, each, generate, promise, request, said, terraform_file};

/// Why an API server would refuse each of these new requests; nothing where it would take one.
pub(crate) fn api(specs: &[Value]) -> Vec<Vec<String>> {
    api_of_objects(&specs.iter().map(request).collect::<Vec<Value>>())
}

/// The same for whole objects.
pub(crate) fn api_of_objects(objects: &[Value]) -> Vec<Vec<String>> {
    let folder = Folder::new();
    let objects = folder.write("objects.json", &json!(objects).to_string());
    let verdicts = ask("crd-each", &[&promise(), &objects]).unwrap_or_else(|error| panic!("{error}"));
    serde_json::from_value(verdicts).expect("a list of texts for each")
}

/// Why the generator refuses each of them.
pub(crate) fn generator(specs: &[Value]) -> Vec<Vec<String>> {
    each(specs, |spec| match generate(spec) {
        Ok(_) => vec![],
        Err(Stop::Invalid(problems)) => problems.into_iter().map(|problem| problem.message).collect(),
        Err(stop) => panic!("{spec}: {stop:?}"),
    })
}

/// Why the review refuses a file with each of these names and addresses, as the generator would write it if it took them.
pub(crate) fn review(specs: &[Value]) -> Vec<Vec<String>> {
    let pattern = terraform_file(&json!({"id": "a", "name": "NAME", "email": "e@mail.example"})).expect("it is a Team");
    let (mut requests, mut texts) = (String::new(), String::new());
    for spec in specs {
        let (name, email) = (spec["name"].as_str().expect("a name"), spec["email"].as_str().expect("an address"));
        requests.push_str("default/a-team\n");
        texts.push_str(&pattern.replace("\"NAME\"", &json!(name).to_string()).replace("e@mail.example", email));
        texts.push('\u{1e}');
    }
    let folder = Folder::new();
    let ended = Command::new("jq")
        .args(["--null-input", "--compact-output", "--rawfile", "requests"])
        .arg(folder.write("requests", &requests))
        .args(["--rawfile", "texts"])
        .arg(folder.write("texts", &texts))
        .args(["--arg", "refused", "", "--from-file"])
        .arg(root().join("deploy/repositories/infrastructure/scripts/team.jq"))
        .output()
        .expect("jq can be started");
    assert!(ended.status.success(), "{}", said(&ended));
    let lines: Vec<Value> = serde_json::Deserializer::from_slice(&ended.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .expect("the review prints JSON");
    assert_eq!(lines.len(), specs.len());
    lines.iter().map(|line| line["refused"].as_str().map(str::to_owned).into_iter().collect()).collect()
}
