//! What the host reads from YAML is what Kubernetes' Go YAML reads, so that a laptop sees what the API server would.
//!
//! Left out, since serde-saphyr has no option for them and nobody means them: `tRuE` and the like, which are strings in
//! Go and booleans here; `0X1F`, `0O17`, `0B1`, `1__0`, `1_` and `1_000.5`, which are numbers in Go and strings here;
//! YAML 1.1's line breaks U+0085, U+2028 and U+2029 in plain text, at which Go fails. Keys that are no strings keep their
//! spelling here, while Go makes `true` of `yes` and `16` of `0x10`: no option changes that, only a visitor of our own.

use kratix_wasm::yaml::{self, ReadError};
use serde_json::{Value, json};

use crate::checkers::{Folder, ask, each};
use crate::yaml_written::STRINGS;

/// Values as somebody might type them, behind `v: `.
const VALUES: &[&str] = &[
    // Beyond the awkward strings of the other table.
    "+1_000",
    "-1_000",
    "0x_1F",
    "0x1_F",
    "0_123",
    "0o1_7",
    "0b1_0",
    "-0b11",
    "-0o17",
    "00",
    "000",
    "08.5",
    "00.5",
    "0123.5",
    "01e2",
    "1e03",
    "0e0",
    "1e21",
    "1e-7",
    "1e308",
    "0.1",
    "9007199254740993",
    "9007199254740993.0",
    "123456789012345678.0",
    "-9.3e18",
    "1e19",
    "1e20",
    "-0.0",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "0xFFFFFFFFFFFFFFFF",
    "0777777777777777777777",
    "123456789.125",
    // Tags.
    "!!str 1",
    "!!str yes",
    "!!str",
    "! yes",
    "!!int 1",
    "!!int '1'",
    "!!float 1",
    "!!bool yes",
    "!!null ''",
    "!!binary aGVsbG8=",
    // Quotes and blocks.
    "''",
    "'it''s'",
    "'yes'",
    "'a\n  b'",
    "\"a\\tb\\u00e9\\x41\\U0001F600\\N\\_\\L\\P\\e\\0\"",
    "\"a\n  b\"",
    "\"a\\\n  b\"",
    "\"a\u{2028}b\"",
    "\"a\r\n  b\"",
    "|\n  a\n  b\n",
    "|-\n  a\n",
    "|+\n  a\n\n",
    "|2\n   a\n",
    "|  # c\n  a\n",
    "|\r\n  a\r\n  b\r\n",
    ">\n  a\n  b\n\n  c\n",
    ">-\n  a\n   b\n",
    "a\n  b\n",
    "a # c",
    // Collections.
    "{a: 1, b: [x, yes], }",
    "{a, b: }",
    "[1, 2,]",
    "[a: b]",
    "{\"a\":yes}",
    "[\"a\",'b']",
    "\n- 1\n- yes",
    "\n  - 1\n  - [~]",
    "\n  a: 1\n  b: ~",
    "\n  ? a\n  : b",
    "\r\n  a: 1\r\n  b: 2\r\n",
    // Anchors and merges.
    "&a x\nw: *a",
    "&a {b: 1}\nw: {<<: *a, c: 2}",
    "&a {b: 1}\nw: {<<: *a, b: 2}",
    "&a {b: 1}\nu: &b {b: 2, d: 3}\nw: {<<: [*a, *b], c: 2}",
    // Strings.
    "a\tb",
    "a\u{A0}b",
    "\u{A0}",
    "é 中文 😀",
    "\u{FEFF}a",
    "a\u{FEFF}",
];

// Left out: bare keys that Go takes for another type and writes anew (`yes: v` as `true: v`). The parser gives every key as
// its text, quoted or not, so nothing can mend it here; Kratix writes an object with such keys quoted.
/// Keys as somebody might type them, before `: v`.
const KEYS: &[&str] = &["true", "1", "-1", "'yes'", "\"1\"", "2026-01-01", "=", "a b", "''", "!!str 1", "1:30"];

/// Texts that both refuse.
const REFUSED: &[&str] = &[
    "v: .inf\n",
    "v: -.INF\n",
    "v: .nan\n",
    "v: *x\n",
    "v: [a\n",
    "v: {a\n",
    "v: 'a\n",
    "v: }\n",
    "v: @a\n",
    "v: `a`\n",
    "v: %a\n",
    "v: a: b\n",
    "v: - 1\n",
    "v: \ta: 1\n",
    "v:\n\ta: 1\n",
    "v: \"\\z\"\n",
    "v: a\u{7}b\n",
    "? [a]\n: b\n",
    "{a: 1}: b\n",
    "~: a\n",
    "a: 1\nb\n",
    "\u{7F}",
];

/// Texts that Go reads, but not as they were meant.
const LOST_BY_GO: &[(&str, &str)] = &[
    ("a: 1\na: 2\n", "the first value"),
    (" a: 1\nb: 2\n", "the second line"),
    ("a: 1\n...\nb: 2\n", "the second document"),
    ("a: 1e999\n", "the type"),
    ("a: !secret 1\n", "the tag, and with it the type"),
];

/// What the host reads: documents, as the checker has them.
fn read(text: &str) -> Result<Value, String> {
    match yaml::read(text.as_bytes()) {
        Ok(value) => Ok(json!([value])),
        Err(ReadError::Empty) => Ok(json!([])),
        Err(error) => Err(error.to_string()),
    }
}

/// Asserts that texts of one document each are read alike.
#[track_caller]
fn assert_read_alike(texts: &[String]) {
    let folder = Folder::new();
    let documents = ask("yaml", &[&folder.write("a.yaml", &texts.join("---\n"))]);
    let documents = documents.unwrap_or_else(|error| panic!("{error}"));
    let documents = documents.as_array().expect("a list");
    assert_eq!(documents.len(), texts.len());
    let differing: Vec<String> = texts
        .iter()
        .zip(documents)
        .filter_map(|(text, expected)| {
            let found = read(text);
            (found != Ok(json!([expected]))).then(|| format!("{text:?}: Go {expected}, here {found:?}"))
        })
        .collect();
    assert!(differing.is_empty(), "{} of {}:\n{}", differing.len(), texts.len(), differing.join("\n"));
}

#[test]
fn values_are_read_alike() {
    // What the other test finds unreadable as it stands, and what is left out above.
    let is_left_out = |text: &str| {
        let odd = ["tRuE", "yEs", "nUll", "0O17", "0X1f", "0B1", "1__0", "1_", "1_000.5", "1e400"];
        odd.contains(&text) || text.contains(['\n', '\r', '\0', '\u{85}', '\u{2028}', '\u{2029}'])
    };
    let strings = STRINGS.iter().filter(|text| !is_left_out(text) && read(&format!("v: {text}\n")).is_ok());
    let texts: Vec<String> = VALUES.iter().chain(strings).map(|text| format!("v: {text}\n")).collect();
    assert!(texts.len() > 250, "only {}", texts.len());
    assert_read_alike(&texts);
}

#[test]
fn keys_are_read_alike() {
    assert_read_alike(&KEYS.iter().map(|key| format!("{key}: v\nw: {{{key}: [{{{key}: v}}]}}\n")).collect::<Vec<_>>());
}

#[test]
fn documents_are_read_alike() {
    let texts = [
        "",
        "---\n",
        "# only\n",
        "null",
        "~\n",
        "---\na: 1\n",
        "--- # c\na: 1\n",
        "a: 1\n---\n",
        "a: 1\n...\n",
        "---\n---\n",
        "\u{FEFF}a: 1\n",
        "\u{FEFF}---\na: 1\n",
        "  a: 1\n",
        "a:\n- 1\n- 2\n",
        "{\n\t\"a\": 1,\n\t\"b\": [\n\t\t1\n\t]\n}\n",
        "a: [\n1\n]\nb: {\n}\n",
        "a: x\n  y\n",
        "a: 'x\ny'\n",
        "a:\t1\t\n",
        "\"a\" : 1\n",
        "a: 1\r\nb: |\r\n  2\r\n",
        "- a\n",
        "a\n",
    ];
    each(&texts, |text| {
        let folder = Folder::new();
        assert_eq!(read(text), ask("yaml", &[&folder.write("a.yaml", text)]), "{text:?}");
    });
}

#[test]
fn what_go_refuses_is_refused() {
    each(REFUSED, |text| {
        let folder = Folder::new();
        assert!(ask("yaml", &[&folder.write("a.yaml", text)]).is_err(), "Go reads {text:?}");
        assert!(read(text).is_err(), "{text:?} is read as {:?}", read(text));
    });
}

#[test]
fn what_go_loses_silently_is_refused() {
    each(LOST_BY_GO, |(text, what)| {
        let folder = Folder::new();
        assert!(ask("yaml", &[&folder.write("a.yaml", text)]).is_ok(), "Go refuses {text:?}");
        assert!(read(text).is_err(), "{text:?} loses {what}: {:?}", read(text));
    });
}
