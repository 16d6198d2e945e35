//! The checkers as functions, and what several tests ask them about.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ended};
use std::thread;

use kratix_wasm_sdk::{Output, Request, Stop};
use kratix_wasm_tests::root;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the Go checker prints, or why it could not look at all. That it refuses a file is an answer.
pub(crate) fn ask(subcommand: &str, files: &[&Path]) -> Result<Value, String> {
    let tool = root().join("target/tools/contract");
    assert!(tool.exists(), "{} is not there: run the tests with `./x test contract`", tool.display());
    let ended = Command::new(tool).arg(subcommand).args(files).output().expect("the checker can be started");
    if ended.status.success() {
        Ok(serde_json::from_slice(&ended.stdout).expect("the checker prints JSON"))
    } else {
        Err(said(&ended))
    }
}

/// The documents of a file, as Kubernetes reads them.
pub(crate) fn documents(file: &Path) -> Vec<Value> {
    let documents = ask("yaml", &[file]).unwrap_or_else(|error| panic!("{error}"));
    serde_json::from_value(documents).expect("a list of documents")
}

/// What Go makes of texts with `sigs.k8s.io/yaml`, as Kratix reads: of several documents the first.
pub(crate) fn read_by_go(texts: &[impl AsRef<str>]) -> Vec<Result<Value, String>> {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    answers("yaml-texts", &json!(texts), "value")
}

/// What Go makes of texts that are to be maps of strings, as Kratix reads labels.
pub(crate) fn labels_read_by_go(texts: &[String]) -> Vec<Result<Value, String>> {
    answers("yaml-labels", &json!(texts), "value")
}

/// The texts that Go makes of values with `sigs.k8s.io/yaml`, as Kratix writes.
pub(crate) fn written_by_go(values: &[Value]) -> Vec<Result<String, String>> {
    let texts = answers("yaml-write", &json!(values), "text").into_iter();
    texts.map(|text| text.map(|text| text.as_str().expect("a text").to_owned())).collect()
}

/// The texts that Go makes of lists of documents with `gopkg.in/yaml.v2`, as Kratix writes a Promise's dependencies.
pub(crate) fn documents_written_by_go(lists: &[Vec<Value>]) -> Vec<Result<String, String>> {
    let texts = answers("yaml-go", &json!(lists), "text").into_iter();
    texts.map(|text| text.map(|text| text.as_str().expect("a text").to_owned())).collect()
}

/// What a subcommand that is asked many questions at once answers each.
fn answers(subcommand: &str, questions: &Value, answer: &str) -> Vec<Result<Value, String>> {
    let folder = Folder::new();
    let answers = ask(subcommand, &[&folder.write("questions.json", &questions.to_string())]);
    let answers = answers.unwrap_or_else(|error| panic!("{error}"));
    let answers = answers.as_array().expect("a list").iter();
    answers.map(|each| each.get(answer).cloned().ok_or_else(|| each["error"].to_string())).collect()
}

/// What Backstage's validators make of catalog files: a value an entity.
pub(crate) fn ask_backstage(files: &[PathBuf]) -> Vec<Value> {
    let script = root().join("tests/contract/backstage/check.mjs");
    let arguments = files.iter().map(|file| file.as_os_str());
    let ended = Command::new("node").args([script.as_os_str()].into_iter().chain(arguments)).output();
    let ended = ended.unwrap_or_else(|error| panic!("node can't be started: {error}; see CONTRIBUTING.md"));
    assert!(ended.status.success(), "run the tests with `./x test contract`\n{}", said(&ended));
    let lines = ended.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("the checker prints JSON")).collect()
}

/// What a program said to people.
pub(crate) fn said(ended: &Ended) -> String {
    String::from_utf8_lossy(&ended.stderr).into_owned()
}

/// A directory for files that a checker is to look at; it lives as long as the value.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).expect("a file can be written");
        path
    }
}

/// The folders of all Promises.
pub(crate) fn promises() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("promises")).expect("it is there");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("entries can be listed").path()).collect();
    folders.sort();
    assert!(folders.len() > 1, "{folders:?}");
    folders
}

/// The Promise of the Team generator.
pub(crate) fn promise() -> PathBuf {
    root().join("promises/team/promise.yaml")
}

/// A request for a team.
pub(crate) fn request(spec: &Value) -> Value {
    json!({
        "apiVersion": "platform.kratix.io/v1alpha1",
        "kind": "Team",
        "metadata": {"name": "example-team", "namespace": "default"},
        "spec": spec,
    })
}

/// What the generator answers to a request for a team, called as the host calls it.
pub(crate) fn generate(spec: &Value) -> Result<Output, Stop> {
    kratix_wasm_sdk::call::<team::Teams>(&Request::configure(request(spec)))
}

/// Where that answer has its Terraform file.
pub(crate) const TERRAFORM_FILE: &str = "terraform/default.example-team.tf.json";

/// The generator's Terraform file for a request for a team.
pub(crate) fn terraform_file(spec: &Value) -> Result<String, Stop> {
    Ok(generate(spec)?.read(TERRAFORM_FILE).expect("a team has a Terraform file"))
}

/// Every character but the insides of vast blocks that are alike, to stay fast: Chinese ideographs, Hangul syllables,
/// cuneiform, hieroglyphs, Tangut, private use, and ranges without any character.
pub(crate) fn characters() -> Vec<char> {
    let is_inside = |c: &char| {
        matches!(c,
            '\u{3401}'..='\u{4DBE}' | '\u{4E01}'..='\u{9FFE}' | '\u{AC01}'..='\u{D7A2}' | '\u{E001}'..='\u{F8FE}'
            | '\u{12001}'..='\u{12FEF}' | '\u{13001}'..='\u{1342E}' | '\u{13461}'..='\u{160FE}'
            | '\u{17001}'..='\u{1AFEE}' | '\u{1BD00}'..='\u{1CBFE}' | '\u{20001}'..='\u{2F7FE}'
            | '\u{2FA20}'..='\u{DFFFE}' | '\u{E0200}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
    };
    ('\0'..=char::MAX).filter(|c| !is_inside(c)).collect()
}

/// Does the same to each item, on all processors; answers are in the order of the items.
pub(crate) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let work = &work;
    thread::scope(|scope| {
        let parts = items.chunks(items.len().div_ceil(threads).max(1));
        let running: Vec<_> =
            parts.map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>())).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no work panics")).collect()
    })
}
