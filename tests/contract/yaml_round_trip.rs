//! What Go writes, the host reads: objects full of texts that look like something else, written with `sigs.k8s.io/yaml` as
//! Kratix does, come back; alone, and as everything that a step is given. An object that Kratix wrote and the host refused
//! could be neither changed nor deleted.

use kratix_wasm::yaml;
use kratix_wasm_tests::{Outcome, Step};
use serde_json::{Map, Value, json};

use crate::checkers::{read_by_go, written_by_go};
use crate::yaml_written::STRINGS;
use kratix_wasm_tests::Random;

/// Parts of texts, beside whole ones.
pub(crate) const PARTS: &[&str] = &[
    "a",
    "é",
    "😀",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\u{2028}",
    "\u{2029}",
    "\u{A0}",
    "\u{FEFF}",
    "\0",
    "\u{1}",
    "\u{1B}",
    "\u{200B}",
    "\u{202E}",
    "\u{FFFD}",
    "\u{E000}",
    "\u{10FFFF}",
    "0",
    "7",
    "e",
    "E",
    "x",
    "b",
    "_",
    "+",
    "-",
    ".",
    ":",
    ": ",
    "#",
    " #",
    "'",
    "\"",
    "\\",
    "|",
    ">",
    "%",
    "@",
    "`",
    "&a",
    "*a",
    "!",
    "!!str ",
    "? ",
    "- ",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "<<",
    "=",
    "~",
    "null",
    "yes",
    "---",
    "\n---\n",
    "...",
    "\n...\n",
    "%YAML 1.2\n",
    "2026-01-01",
    "12:30",
    "word word word word ",
    "a-rather-long-word-without-a-break-in-it-as-there-are-many-in-addresses-",
    "<b>&amp;</b>",
];

/// What begins as a number does, as one commit id in a hundred.
pub(crate) fn number_like(random: &mut Random) -> String {
    let digits = |random: &mut Random, most: usize| -> String {
        (0..=random.below(most)).map(|_| *random.pick(&["0", "1", "6", "9", "_"])).collect()
    };
    let sign = *random.pick(&["", "", "", "+", "-"]);
    let prefix = *random.pick(&["", "", "", "", "0", "0x", "0o", "0b", "."]);
    let rest = *random.pick(&["", "e", "e", "e+", "e-", "E", ".", "f", "p"]);
    let (whole, more) = (digits(random, 4), digits(random, 5));
    format!("{sign}{prefix}{whole}{rest}{}", if rest.is_empty() { "" } else { &more })
}

fn text(random: &mut Random) -> String {
    match random.below(4) {
        0 => number_like(random),
        1 => (*random.pick(STRINGS)).to_owned(),
        _ => (0..random.below(8)).map(|_| *random.pick(PARTS)).collect(),
    }
}

/// A text that Kratix can write: some characters it refuses, U+0085 it takes for a line break, and the key `<<`, which it
/// writes without quotes, it doesn't read back itself.
fn writable_text(random: &mut Random) -> String {
    let text = text(random);
    if text == "<<" {
        return String::new();
    }
    text.replace(|c| matches!(c, '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}'), "")
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 6 } else { 9 }) {
        0 => [json!(null), json!(true), json!(false)][random.below(3)].clone(),
        1 => [
            json!(0),
            json!(-1),
            json!(9_007_199_254_740_993_i64),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(1.5),
            json!(-1e-7),
            json!(1e300),
        ][random.below(8)]
        .clone(),
        2..=5 => writable_text(random).into(),
        6 => (0..random.below(4)).map(|_| value(random, depth - 1)).collect(),
        _ => (0..random.below(4))
            .map(|_| (writable_text(random), value(random, depth - 1)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// Texts by texts, as annotations are.
fn texts(random: &mut Random, count: usize) -> Value {
    (0..count).map(|_| (writable_text(random), writable_text(random).into())).collect::<Map<_, _>>().into()
}

#[track_caller]
fn write(values: &[Value]) -> Vec<String> {
    let written = values.iter().zip(written_by_go(values));
    written.map(|(value, text)| text.unwrap_or_else(|error| panic!("{error}: {value}"))).collect()
}

#[test]
fn what_go_writes_is_read() {
    let mut random = Random(1);
    let values: Vec<Value> = (0..5_000)
        .map(|_| json!({"key": value(&mut random, 3), (writable_text(&mut random)): value(&mut random, 3)}))
        .collect();
    let texts = write(&values);
    for (value, text) in values.iter().zip(&texts) {
        assert_eq!(yaml::read(text.as_bytes()).as_ref(), Ok(value), "{text}");
    }
    // Without their last line end.
    let cut: Vec<&str> = texts.iter().filter_map(|text| text.strip_suffix('\n')).collect();
    for (text, go) in cut.iter().zip(read_by_go(&cut)) {
        assert_eq!(yaml::read(text.as_bytes()).ok(), go.ok(), "{text}");
    }
}

#[test]
fn what_go_alters_when_it_writes_is_read_as_it_reads_it() {
    let mut random = Random(2);
    let values: Vec<Value> =
        (0..2_000).map(|_| json!({"a": text(&mut random) + "\u{85}" + &text(&mut random)})).collect();
    let values = values.into_iter().chain([json!({"<<": "a"}), json!({"<<": {"a": 1}, "b": 2})]).collect::<Vec<_>>();
    let texts: Vec<String> = written_by_go(&values).into_iter().filter_map(Result::ok).collect();
    assert!(texts.len() > 1_000, "only {}", texts.len());
    for (text, go) in texts.iter().zip(read_by_go(&texts)) {
        assert_eq!(yaml::read(text.as_bytes()).ok(), go.ok(), "{text}");
    }
}

/// Runs a step on an object of any content, with what else it may be given: all that Go wrote.
fn run(seed: u64, action: &str) -> (Outcome, [Value; 4]) {
    let mut random = Random(seed);
    let label = |random: &mut Random| loop {
        let text = number_like(random).replace('+', "");
        if text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            break text;
        }
    };
    let (release, region) = (label(&mut random), label(&mut random));
    let object = json!({
        "apiVersion": "tests/v1",
        "kind": "Test",
        "metadata": {
            "name": "a-test",
            "namespace": "61e9540",
            "annotations": texts(&mut random, 300),
            "labels": {"release": release.clone(), (region.clone()): "1e999"},
        },
        "spec": {
            "misdeed": "echo",
            "files": [["files/value.json", value(&mut random, 4)]],
            "destinations": [["files", [["release", release.clone()]]]],
        },
        "status": {"message": writable_text(&mut random), "values": value(&mut random, 4)},
    });
    let mut status = texts(&mut random, 50);
    status["nested"] = value(&mut random, 4);
    let selectors = json!([{"directory": "others", "matchLabels": {"release": release, (region.clone()): region}}]);
    let config = json!({"values": value(&mut random, 4), "texts": texts(&mut random, 50)});
    let policy =
        json!({"destinations": [{"release": selectors[0]["matchLabels"]["release"]}, selectors[0]["matchLabels"]]});
    let written = write(&[object.clone(), status.clone(), selectors.clone(), config.clone(), policy]);
    let step = Step::hostile(&written[3]).policy(&written[4]);
    let outcome = step
        .file("input/object.yaml", &written[0])
        .file("metadata/status.yaml", &written[1])
        .file("metadata/destination-selectors.yaml", &written[2])
        .file("output/others/a.yaml", "a: 1\n")
        .env("KRATIX_WORKFLOW_ACTION", action)
        .run();
    (outcome, [object, status, selectors, config])
}

#[test]
fn a_step_reads_all_that_go_writes() {
    for seed in 0..12 {
        let (outcome, [object, status, selectors, config]) = run(seed, "configure");
        let outcome = outcome.exits(0);
        let told: Vec<&str> = outcome.output("request.txt").lines().collect();
        assert_eq!(serde_json::from_str::<Value>(told[1]).unwrap(), object);
        assert_eq!(serde_json::from_str::<Value>(told[2]).unwrap(), config);
        let read = read_by_go(&[outcome.metadata("status.yaml"), outcome.metadata("destination-selectors.yaml")]);
        let [Ok(kept), Ok(Value::Array(sent))] = &read[..] else { panic!("{read:?}") };
        for (key, value) in status.as_object().unwrap() {
            assert!(kept.get(key) == Some(value) || ["message", "problems"].contains(&key.as_str()), "{key:?}: {kept}");
        }
        assert!(sent.contains(&selectors[0]), "{sent:?} has no {}", selectors[0]);
    }
}

#[test]
fn a_deletion_reads_all_that_go_writes() {
    for seed in 0..12 {
        let (outcome, _) = run(seed, "delete");
        let _ = outcome.exits(0);
    }
}
