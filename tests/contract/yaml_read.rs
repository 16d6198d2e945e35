//! What the host reads from YAML is what Go reads with `sigs.k8s.io/yaml`, as Kratix does, so that a laptop sees what the API
//! server would. The parser is the same algorithm; here it is held to it case by case, in `yaml_random.rs` by the thousand.
//!
//! Some of what Go reads is refused here: what it loses without a word (see the table below), `!!binary`, since JSON has no
//! bytes, and UTF-16. And `kubectl` adds a line end to a file that has none, which a `|` at its end then keeps. Kratix
//! doesn't, and so neither does the host.

use kratix_wasm::yaml::{self, ReadError};
use serde_json::{Value, json};

use crate::checkers::{Folder, ask, each, labels_read_by_go, read_by_go};
use crate::yaml_round_trip::number_like;
use crate::yaml_written::STRINGS;
use kratix_wasm_tests::Random;

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
    // Numbers that are too large, and so text.
    "61e9540",
    "1e999",
    "-1e400",
    "+1.5e309",
    "1_0e999",
    "1.e999",
    ".5e999",
    "00e999999999999999999999",
    "1e-999",
    "-1e-999",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "123456789012345678901234567890",
    "-18446744073709551615",
    "0x1FFFFFFFFFFFFFFFF",
    "0o7777777777777777777777777",
    "0x1p3",
    "0x1p-2_0",
    "0X1.8P1",
    "1e3_0",
    // Underscores, where a number begins with a point.
    ".0_1",
    ".1__0",
    ".1_",
    "._1",
    ".1e1_0",
    ".1e_1",
    ".1e5_",
    "-.0_1",
    // Signs behind a prefix.
    "0b-1",
    "0b+1",
    "0B-1",
    "-0b-1",
    "0x-1",
    "!!int 0b-1",
    "!!float 61",
    // Colons and question marks in brackets.
    "{a:,}",
    "{a:}",
    "[a:]",
    "[a:b, c: d]",
    "{\"a\":b}",
    "{ a}",
    "{ ?foo: bar}",
    "[?x]",
    "[? x : y, ?z]",
    "&an:chor",
    "&an:chor x",
    // What YAML 1.1 takes for a line break.
    "a\u{2028}  b",
    "a\u{2029}\n  b",
    "a\u{85}  b",
    "a \u{85}\u{85}  b",
    "a\n\u{2028}  b",
    "'a\u{2028}b'",
    "'a\u{2028}    b'",
    "'a \u{2028} \u{2029} b'",
    "'a\n\u{2028}b'",
    "'a\u{85}b'",
    "\"a\u{2028}    b\"",
    "\"a\u{85}\u{2029}b\"",
    "\"a\\\u{2028}   b\"",
    "|-\n  a\n\u{2028}\n  b",
    "|\n  a\u{2028}  b\u{2029}",
    "|\u{2028}  a\u{2028}   b\n",
    ">\n  a\u{2028}  b\n",
    ">\n  a\n  b\u{85}  c\u{2029}\n",
    ">+\n  a\n\n\u{2028}\u{85}",
    "# c\u{2028}  a",
    "a # c\u{85}w: b",
    "a\u{2028}w: b",
    "\u{2028}- a\u{2029}- b",
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
    "61e9540",
    "1e999",
    "-1e400",
    "123456789012345678901234567890",
    "0x1p3",
    ".0_1",
    "0b-1",
    "'a\\u2028b'",
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
    "\u{FFFE}: a\n",
    // A tab before the first key; a map behind `---`.
    "\ta: 1\n",
    "--- a: 1\n",
    "v: {a: b?}\n",
    "v: a\u{2028}b\n",
    "v: !!float 1e999\n",
    "%YAML 1.2\n---\na: 1\n",
    "a\u{2028}b: c\n",
    "|\n \u{2028}\t\n",
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
    ("v: a\u{FEFF}b\n", "lines behind it, where its buffer happens to begin with it"),
    ("\u{FEFF}\u{FEFF}a: 1\n", "the first character of every line"),
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
    let differing: Vec<String> = texts
        .iter()
        .zip(read_by_go(texts))
        .filter_map(|(text, go)| {
            let here = yaml::read(text.as_bytes()).map_err(|error| error.to_string());
            (go.is_err() || here != go).then(|| format!("{text:?}: Go {go:?}, here {here:?}"))
        })
        .collect();
    assert!(differing.is_empty(), "{} of {}:\n{}", differing.len(), texts.len(), differing.join("\n"));
}

#[test]
fn values_are_read_alike() {
    // The other test asks for those that are refused.
    let strings = STRINGS.iter().filter(|text| read(&format!("v: {text}\n")).is_ok());
    let texts: Vec<String> = VALUES.iter().chain(strings).map(|text| format!("v: {text}\n")).collect();
    assert!(texts.len() > 300, "only {}", texts.len());
    assert_read_alike(&texts);
}

#[test]
fn keys_are_read_alike() {
    assert_read_alike(&KEYS.iter().map(|key| format!("{key}: v\nw: {{{key}: [{{{key}: v}}]}}\n")).collect::<Vec<_>>());
}

#[test]
fn scalars_that_are_to_be_labels_become_the_same_texts() {
    let mut random = Random(4);
    let values: Vec<String> = (0..2_000).map(|_| number_like(&mut random)).collect();
    let values = KEYS.iter().chain(VALUES).map(|value| (*value).to_owned()).chain(values);
    let texts: Vec<String> =
        values.filter(|value| !value.contains('\n')).map(|value| format!("v: {value}\n")).collect();
    let mut count = 0;
    for (text, go) in texts.iter().zip(labels_read_by_go(&texts)) {
        let Some(here) = yaml::read_scalars(text.as_bytes()).ok().and_then(|read| yaml::text(&read["v"])) else {
            continue;
        };
        assert_eq!(go.as_ref().map(|labels| &labels["v"]), Ok(&Value::from(here)), "{text}");
        count += 1;
    }
    assert!(count > 1_500, "only {count}");
}

#[test]
fn the_end_of_a_text_is_read_alike() {
    let headers = ["|", ">", "|-", "|+", ">+", "|1", "|2-", "| # c", "|+ # c"];
    let contents =
        ["", "a", "a\n  b", "a ", "a\n\n", "\n  a", " a", "a\n  ", "a\n   b", "a\n# c", "a\n  # c", "a\u{2028}"];
    let ends = ["", "\n", "\r\n", "\r", "\n\n", "\n  ", "\n# c", "\u{85}", "\u{2029}", "\n...", "\n---\n"];
    let mut texts = Vec::new();
    for header in headers {
        for content in contents {
            for end in ends {
                texts.push(format!("{header}\n  {content}{end}"));
                texts.push(format!("v: {header}\n  {content}{end}"));
                texts.push(format!("- - v: {header}\n      {}{end}", content.replace("\n ", "\n     ")));
                texts.push(format!("v: {header}\r\n  {}{end}", content.replace('\n', "\r\n")));
                texts.push(format!("v: {header}\r  {}{end}", content.replace('\n', "\r")));
            }
        }
    }
    assert_read_alike(&texts);
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
    for (text, go) in REFUSED.iter().zip(read_by_go(REFUSED)) {
        assert!(go.is_err(), "Go reads {text:?} as {go:?}");
        assert!(read(text).is_err(), "{text:?} is read as {:?}", read(text));
    }
}

#[test]
fn what_go_loses_silently_is_refused() {
    let texts: Vec<&str> = LOST_BY_GO.iter().map(|(text, _)| *text).collect();
    for ((text, what), go) in LOST_BY_GO.iter().zip(read_by_go(&texts)) {
        assert!(go.is_ok(), "Go refuses {text:?}: {go:?}");
        assert!(read(text).is_err(), "{text:?} loses {what}: {:?}", read(text));
    }
}
