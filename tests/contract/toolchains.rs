//! Generators in Python and JavaScript, each through its own toolchain: the contract is not Rust's alone. Both do the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use kratix_wasm_tests::{Outcome, Step, Tree, built, root};
use serde_json::{Value, json};
use wasmparser::{Parser, Payload};

use crate::checkers::{Folder, said};

/// Compiled once for all tests: a Python takes longer to compile than all else here together.
static PYTHON: LazyLock<Vec<u8>> = LazyLock::new(|| precompiled("bucket-python"));
static JAVASCRIPT: LazyLock<Vec<u8>> = LazyLock::new(|| precompiled("bucket-javascript"));

const TEAM: &str = "{apiVersion: platform.kratix.io/v1, kind: Team, metadata: {name: a, namespace: default}, \
                    spec: {id: alpha}}";
const INPUTS: &str = "{team: {apiVersion: platform.kratix.io/v1, resource: teams, kind: Team, name: a}}";
const CONFIG: &str = "{directory: own, destination: {zone: eu}}";

#[test]
fn javascript_answers_as_the_contract_says() {
    answers_as_the_contract_says("javascript");
}

#[test]
#[ignore = "needs python"]
fn python_answers_as_the_contract_says() {
    answers_as_the_contract_says("python");
}

fn answers_as_the_contract_says(language: &str) {
    let done = bucket(&[language], "{name: Größe 🚀, size: 3}", "configure").run().exits(0);
    let done = done.says(&format!("bucket-{language}: warning: Größe 🚀 of alpha"));
    assert_eq!(done.output, whole("own", " []"));
    assert_eq!(done.metadata("destination-selectors.yaml"), "- directory: own\n  matchLabels:\n    zone: eu\n");
    let status =
        "steps: 5\nmessage: Größe 🚀 of alpha\nowner: alpha\nproblems: null\nfault: null\ninputs:\n  team: a\n";
    assert_eq!(done.metadata("status.yaml"), status);

    let done = bucket(&[language], "{size: 0}", "configure").run().exits(0);
    assert_eq!(done.output, Tree::new());
    assert!(control(&done).contains("suspend: true\n"), "{}", control(&done));
    let problems = "problems:\n- field: spec.name\n  message: is missing\n  hint: give the bucket a name\n\
                    - field: null\n  message: nothing fits into the bucket\n  hint: null\n";
    assert!(done.metadata("status.yaml").contains(problems), "{}", done.metadata("status.yaml"));

    let done = bucket(&[language], "{name: photos}", "delete").run().exits(0);
    assert_eq!(done.output, Tree::new());
    // The host alone sets a time: the component gives none.
    for text in ["suspend: true\n", "message: alpha has to empty the bucket\n", "retryAfter: "] {
        assert!(control(&done).contains(text), "{}", control(&done));
    }
    assert!(done.metadata("status.yaml").contains("owner: alpha\n"), "{}", done.metadata("status.yaml"));

    let step = bucket(&[language], "{name: photos}", "delete").file("team.yaml", TEAM.replace("name: a,", "name: b,"));
    let done = step.run().exits(0);
    assert!(control(&done).contains("message: nobody has to empty the bucket\n"), "{}", control(&done));

    let done = bucket(&[language], "{name: photos}", "configure")
        .file("team.yaml", TEAM.replace("spec:", "none:"))
        .run()
        .exits(70);
    assert_eq!(done.output, Tree::new());
}

#[test]
#[ignore = "needs python"]
fn one_language_reads_what_another_has_made() {
    for languages in [["javascript", "python"], ["python", "javascript"]] {
        let done = bucket(&languages, "{name: Größe 🚀}", "configure").run().exits(0);
        let [first, second] = languages;
        let seen = format!("\n- {first}/bucket.yaml\n- {first}/mark");
        let mut expected = whole(first, " []");
        expected.extend(whole(second, &seen));
        // What a later one takes over for its mark is the first file that it sees.
        expected.insert(format!("{second}/mark"), expected[&format!("{first}/bucket.yaml")].clone());
        assert_eq!(done.output, expected);
        assert!(done.metadata("status.yaml").contains("steps: 6\n"), "{}", done.metadata("status.yaml"));
    }
}

#[test]
fn a_component_in_javascript_says_what_it_is() {
    says_what_it_is("javascript");
}

#[test]
#[ignore = "needs python"]
fn a_component_in_python_says_what_it_is() {
    says_what_it_is("python");
}

fn says_what_it_is(language: &str) {
    let component = component(&format!("bucket-{language}"));
    let done = Command::new(built("kratix-wasm")).args(["inspect", "--format", "json"]).arg(component).output();
    let done = done.expect("the host can be started");
    assert!(done.status.success(), "{}", said(&done));
    let facts: Value = serde_json::from_slice(&done.stdout).expect("it prints JSON");
    for (key, value) in [
        ("name", json!(format!("bucket-{language}"))),
        ("version", json!("1.0.0")),
        ("summary", json!("Gives a team a bucket.")),
        ("kinds", json!(["Bucket.platform.kratix.io"])),
        ("contract", json!("0.1.1")),
        ("permissions", json!(["earlier", "inputs", "log", "workspace"])),
    ] {
        assert_eq!(facts[key], value, "{key}");
    }
    assert_eq!(facts["configSchema"]["required"], json!(["directory", "destination"]));
}

#[test]
fn a_plain_component_in_javascript_has_nothing_that_is_new() {
    has_nothing_that_is_new("javascript");
}

#[test]
#[ignore = "needs python"]
fn a_plain_component_in_python_has_nothing_that_is_new() {
    has_nothing_that_is_new("python");
}

/// Of the world `generator` they import all, used or not, and no more: just what stands since 0.1.0.
fn has_nothing_that_is_new(language: &str) {
    let of_the_contract = |name: &str| name.strip_prefix("kratix-wasm:generator/").map(str::to_owned);
    let bytes = fs::read(component(&format!("plain-{language}"))).expect("it can be read");
    let (mut imports, mut exports) = (BTreeSet::new(), BTreeSet::new());
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.expect("it is a component") {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                imports.extend(section.into_iter().filter_map(|each| of_the_contract(each.unwrap().name.name)));
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                exports.extend(section.into_iter().filter_map(|each| of_the_contract(each.unwrap().name.name)));
            }
            _ => {}
        }
    }
    assert_eq!(imports, ["log@0.1.1", "workspace@0.1.1"].map(str::to_owned).into());
    assert_eq!(exports, ["generation@0.1.1"].map(str::to_owned).into());
}

/// A step of the generators in these languages, after a container that made four steps.
fn bucket(languages: &[&str], spec: &str, action: &str) -> Step {
    let object = "apiVersion: platform.kratix.io/v1, kind: Bucket, metadata: {name: photos, namespace: default}";
    let mut step = Step::new()
        .policy("{deletion: may-wait, destinations: [{}]}")
        .request(&format!("{{{object}, spec: {spec}}}"))
        .env("KRATIX_WORKFLOW_ACTION", action)
        .file("metadata/status.yaml", "steps: 4\n")
        .file("team.yaml", TEAM)
        .arg("--precompiled");
    for language in languages {
        let code = if *language == "python" { &*PYTHON } else { &*JAVASCRIPT };
        step = step.generator_of(&format!("{language}.cwasm"), code);
    }
    let team = step.path("team.yaml");
    let step = step.arg("--input-object").arg(team.to_str().expect("temporary paths are UTF-8"));
    let each = |value: &dyn Fn(&str) -> String| {
        let all: Vec<String> = languages.iter().map(|name| format!("bucket-{name}: {}", value(name))).collect();
        format!("{{{}}}", all.join(", "))
    };
    match languages {
        [_] => step.config(CONFIG).env("KRATIX_WASM_INPUTS", INPUTS),
        _ => step
            .config(&each(&|language| CONFIG.replace("own", language)))
            .env("KRATIX_WASM_INPUTS", &each(&|_| INPUTS.to_owned())),
    }
}

/// The complete state of a bucket, whatever language made it.
fn whole(directory: &str, before: &str) -> Tree {
    let bucket = format!("name: Größe 🚀\nowner: alpha\npublic: \"no\"\nbefore:{before}\n---\nmissing: true\n");
    Tree::from([(format!("{directory}/bucket.yaml"), bucket.into_bytes()), (format!("{directory}/mark"), vec![0, 255])])
}

fn control(done: &Outcome) -> &str {
    done.metadata("workflow-control.yaml")
}

fn component(name: &str) -> PathBuf {
    let path = root().join(format!("target/toolchains/{name}.wasm"));
    assert!(path.exists(), "{} is not there: run the tests with `./x test contract`", path.display());
    path
}

/// Within the bounds that hold by default.
fn precompiled(name: &str) -> Vec<u8> {
    let folder = Folder::new();
    let code = folder.path().join("code.cwasm");
    let done =
        Command::new(built("kratix-wasm")).arg("compile").arg(component(name)).arg("--output").arg(&code).output();
    let done = done.expect("the host can be started");
    assert!(done.status.success(), "{}", said(&done));
    fs::read(code).expect("it was written")
}
