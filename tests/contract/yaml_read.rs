//! What the host reads from YAML is what Kubernetes' Go YAML reads, so that a laptop sees what the API server would.
//!
//! Left out, since nobody means them, and the parser knows YAML 1.2 where Go's knows 1.1: the line breaks U+0085, U+2028
//! and U+2029 in plain text, at which Go fails; a tab before the first key and what stands behind `---` on its line, at
//! which it fails too; `[a:]` and `{a:}`, whose colon is part of the text there; `.0_1`, text here and a number there.
//! `!!binary` is refused here, since JSON has no bytes; Go decodes it into text.

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
    "{b: 2, <<: {b: 1, c: 3}}",
    "{<<: {b: 1}, <<: {b: 2}, c: 3}",
    "{<<: {yes: 1}, true: 2}",
    "{true: 2, <<: {yes: 1}}",
    "{'<<': {a: 1}}",
    "{!!merge <<: {a: 1}}",
    "&a 1e6\n*a : 1\nw: [*a, *a]",
    "&a yes\nw: [*a, {*a : 1}]",
    "<<",
    "[<<]",
    // Strings.
    "a\tb",
    "a\u{A0}b",
    "\u{A0}",
    "é 中文 😀",
    "\u{FEFF}a",
    "a\u{FEFF}",
];

/// Keys as somebody might type them, before `: v`.
const KEYS: &[&str] = &[
    "yes",
    "oN",
    "on",
    "true",
    "True",
    "false",
    "y",
    "n",
    "~x",
    "1",
    "-1",
    "+1",
    "01",
    "007",
    "08",
    "0x1",
    "0X1F",
    "-0x1",
    "0o17",
    "0b11",
    "1_0",
    "1__0",
    "1_",
    "9223372036854775807",
    "-9223372036854775808",
    "1.5",
    "1e3",
    "1e6",
    "1e-5",
    "0.0001",
    "123456.7",
    "1234567.5",
    "16777217.0",
    "123456789.125",
    "0.1",
    "-0.0",
    "1.",
    ".5",
    "1e21",
    "3.4e38",
    "1e-45",
    "nullx",
    "'yes'",
    "\"1\"",
    "2026-01-01",
    "=",
    "a b",
    "''",
    "!!str 1",
    "!!str yes",
    "!!int 1",
    "!!float 1",
    "!!bool yes",
    "! yes",
    "1:30",
    "'<<'",
    "!!str <<",
    "\u{FEFF}a",
];

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
    "null: a\n",
    "18446744073709551615: a\n",
    "a: &a [*a]\n",
    "a: {<<: 1}\n",
    "a: !!bool oN\n",
    "a: !!int 1.5\n",
    "a: !!int x\n",
    "a: !!float yes\n",
    "a: !!null x\n",
    "a: 1\nb\n",
    "\u{7F}",
];

/// Texts that Go reads, but not as they were meant.
const LOST_BY_GO: &[(&str, &str)] = &[
    ("a: 1\na: 2\n", "the first value"),
    ("yes: 1\ntrue: 2\n", "the first value"),
    ("1: a\n'1': b\n", "either value"),
    ("0x10: a\n16: b\n", "the first value"),
    ("a: {b: 1, <<: {c: 2}, b: 3}\n", "the first value"),
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
    let is_left_out =
        |text: &str| text == "1e400" || text.contains(['\n', '\r', '\0', '\u{85}', '\u{2028}', '\u{2029}']);
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
        "a: |\n  text",
        "a: |+\n  text",
        "a: >\n  text\n  more",
        "a: |-\n  text",
        "a: |\n  text\n\n",
        "a: text",
        "a: 1\n... # c\n",
        "a: 1\n...\n# c\n",
        "a: 1\n...\n\n",
        "a: 1\n...",
        "---\na: 1\n...\n---\n",
        "# c\n---\na: 1\n",
        "\r\na: 1\r\n",
        "a: 1\rb: 2\r",
    ];
    let differing = each(&texts, |text| {
        let folder = Folder::new();
        let (here, go) = (read(text), ask("yaml", &[&folder.write("a.yaml", text)]));
        (here != go).then(|| format!("{text:?}: Go {go:?}, here {here:?}"))
    });
    let differing: Vec<String> = differing.into_iter().flatten().collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
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
