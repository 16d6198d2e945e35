//! What the host writes as YAML, Kubernetes' Go YAML reads as the same values: strings that look like something else,
//! as values and as keys, numbers at their limits, shapes of all kinds.

use kratix_wasm::yaml;
use serde_json::{Map, Value, json};

use crate::checkers::{Folder, ask, characters};
use crate::yaml_round_trip::number_like;
use kratix_wasm_tests::Random;

/// Strings that some YAML reader would take for something else when they are written bare, or written carelessly.
pub(crate) const STRINGS: &[&str] = &[
    // Booleans and null, by YAML 1.1, 1.2, and nearly.
    "yes",
    "Yes",
    "YES",
    "yEs",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "OFF",
    "y",
    "Y",
    "n",
    "N",
    "true",
    "True",
    "TRUE",
    "tRuE",
    "false",
    "FALSE",
    "~",
    "null",
    "Null",
    "NULL",
    "nUll",
    "true ",
    " null",
    "y/n",
    "no thanks",
    "NO!",
    // Numbers.
    "0",
    "-0",
    "+0",
    "007",
    "0123",
    "-0123",
    "08",
    "089",
    "0o17",
    "0O17",
    "+0o7",
    "0x1F",
    "0X1f",
    "-0x1F",
    "0b101",
    "0B1",
    "0x",
    "0o8",
    "0x1G",
    "0_1",
    "1_000",
    "12_000",
    "1__0",
    "_1",
    "1_",
    "1_000.5",
    "1:30",
    "1:30:45",
    "190:20:30.15",
    "12:00",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "1.e3",
    "1.",
    ".5",
    "-.5",
    "+.5",
    "+1",
    "-1",
    "1.0",
    "1.2.3",
    "1,000",
    "1 000",
    " 1",
    "1 ",
    "1e",
    "e1",
    "1a",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "123456789012345678901234567890",
    "1e400",
    "61e9540",
    "-1e999",
    "1_0e999",
    ".5e999",
    "0x1p3",
    ".0_1",
    "0b-1",
    ".inf",
    ".Inf",
    "-.inf",
    "+.INF",
    ".nan",
    ".NaN",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "Infinity",
    "0x1.8p3",
    // Times.
    "2026-01-01",
    "2026-1-1",
    "2026-01-01T00:00:00Z",
    "2026-01-01 00:00:00",
    // Signs of YAML.
    "-",
    "- ",
    "- a",
    "-a",
    "--",
    "---",
    "--- a",
    "----",
    "...",
    "....",
    ".",
    "?",
    "? a",
    "?a",
    ":",
    ": ",
    ": a",
    ":a",
    "a:",
    "a: ",
    "a: b",
    "a:b",
    "a :b",
    "#",
    "# a",
    "#a",
    "a#b",
    "a #b",
    "=",
    "==",
    "<<",
    "<",
    "!",
    "!tag",
    "!!str",
    "!!str a",
    "!a",
    "&",
    "&a",
    "&a b",
    "*",
    "*a",
    "**",
    "%",
    "%d",
    "%YAML 1.2",
    "@",
    "@x",
    "`",
    "`x`",
    "|",
    "|-",
    "| a",
    ">",
    ">-",
    "> a",
    "{",
    "}",
    "{}",
    "{a}",
    "{a: b}",
    "[",
    "]",
    "[]",
    "[a]",
    ",",
    "a,b",
    "a, b",
    "'",
    "''",
    "'a'",
    "it's",
    "\"",
    "\"\"",
    "\"a\"",
    "a\"b",
    "say \"it's\"",
    "\\",
    "\\\\",
    "\\n",
    "\\\"",
    "a\\",
    "\\x41",
    "\\u0041",
    // White space and line breaks.
    "",
    " ",
    "  ",
    " a",
    "a ",
    "  a  ",
    "\t",
    "\ta",
    "a\t",
    "a\tb",
    "\n",
    "\n\n",
    "a\n",
    "\na",
    "a\n\n",
    "a\nb",
    "a\nb\n",
    "a\n\nb\n\n",
    "  a\nb",
    "a\n  b",
    "a\n b\n",
    "a \nb",
    "\n  a\n b",
    "\r",
    "\r\n",
    "a\rb",
    "a\r\nb",
    "a\r\nb\r\n",
    "\u{85}",
    "a\u{85}b",
    "\u{A0}",
    "\u{A0}a",
    "a\u{A0}",
    "a\u{A0}b",
    "\u{2028}",
    "a\u{2028}b",
    "\u{2029}",
    "a\u{2029}b",
    "\u{3000}a",
    // Documents in a text.
    "a\n---\nb",
    "---\na",
    "--- \na",
    "a\n...\nb",
    "...\na",
    "# a\n# b\n",
    "a: b\nc: d\n",
    "- a\n- b",
    "1\n",
    "true\n",
    "~\n",
    // What can't be seen.
    "\u{0}",
    "a\u{0}b",
    "\u{1}",
    "\u{7}",
    "\u{8}",
    "\u{B}",
    "\u{C}",
    "\u{1B}[31mred",
    "\u{1F}",
    "\u{7F}",
    "\u{80}",
    "\u{9F}",
    "\u{200B}",
    "\u{200D}",
    "\u{202E}a",
    "\u{2066}a\u{2069}",
    "\u{FEFF}",
    "\u{FEFF}a",
    "a\u{FEFF}b",
    "a\u{FEFF}",
    "\u{FFFD}",
    "\u{FFFE}",
    "\u{FFFF}",
    "\u{D7FF}",
    "\u{E000}",
    "\u{1FFFE}",
    "\u{10FFFF}",
    // Other scripts.
    "é",
    "e\u{301}",
    "\u{301}a",
    "中文",
    "日本語 テキスト",
    "العربية",
    "😀",
    "👩\u{200D}👩\u{200D}👧",
    "：",
    "＃",
    "“a”",
    "«a»",
    // Templates, paths, markup.
    "$a",
    "${a}",
    "$(a)",
    "%{a}",
    "{{ a }}",
    "~a",
    "~/x",
    "/",
    "//",
    "a/b",
    "example.com/a",
    "https://example.com/?a=b&c=d#e",
    "a@b.co",
    "(a)",
    ";",
    "a;b",
    "<b>",
    ">>",
    "a|b",
    "a&b",
    "a*b",
    "a!b",
    "a%b",
    "a@b",
    "a`b",
    "a?b",
    "a=b",
    "=a",
    "+",
    "_",
];

/// Long lines, which writers fold, and long texts.
pub(crate) fn long_strings() -> impl Iterator<Item = String> {
    let lengths = [79, 80, 81, 120, 128, 129, 1_023, 1_025, 5_000];
    let pieces = ["x", "word ", "wörd: ", " two  spaces", "a line\n", " a line\n", "\"'", "🚀"];
    let texts = lengths.into_iter().flat_map(move |length| pieces.map(|piece| piece.repeat(length / piece.len())));
    texts.flat_map(|text| [text.trim_end().to_owned(), text])
}

/// Asserts that documents come back.
#[track_caller]
fn assert_survive(documents: &[Value]) {
    let text = yaml::write(documents);
    let folder = Folder::new();
    let read = ask("yaml", &[&folder.write("a.yaml", &text)]).unwrap_or_else(|error| panic!("{error}"));
    let read = read.as_array().expect("a list");
    for (document, read) in documents.iter().zip(read) {
        assert_eq!(document, read, "written as {}", yaml::write(std::slice::from_ref(document)));
    }
    assert_eq!(documents.len(), read.len());
}

#[test]
fn awkward_strings_survive_as_values_and_as_keys() {
    let strings: Vec<String> = STRINGS.iter().map(|text| (*text).to_owned()).chain(long_strings()).collect();
    let shapes: [fn(&str) -> Value; 8] = [
        |text| json!({"value": text}),
        |text| json!({text: 1}),
        |text| json!({"a": {"b": [[text, text], {"c": text}]}}),
        |text| json!({text: {text: [{text: text}]}}),
        |text| json!([text]),
        |text| json!(text),
        // Where `kubectl` would see the end of a document.
        |text| json!({format!("---{text}"): [text], "---": {text: text}}),
        |text| json!(format!("---{text}")),
    ];
    for shape in shapes {
        let documents: Vec<Value> = strings.iter().map(|text| shape(text)).collect();
        assert_survive(&documents);
        for document in documents {
            assert_eq!(yaml::read(yaml::write(std::slice::from_ref(&document)).as_bytes()), Ok(document));
        }
    }
}

#[test]
fn what_a_reader_of_yaml_1_2_takes_for_a_number_is_quoted() {
    let mut random = Random(3);
    let random = (0..10_000).map(|_| number_like(&mut random));
    let texts = STRINGS.iter().map(|text| (*text).to_owned()).chain(random);
    // Rust reads `Infinity` and `nan`, too; YAML doesn't.
    let is_number = |text: &String| text.parse::<f64>().is_ok() && text.contains(|c: char| c.is_ascii_digit());
    let numbers: Vec<String> = texts.filter(is_number).collect();
    assert!(numbers.len() > 1_000, "only {}", numbers.len());
    for text in numbers {
        assert_eq!(yaml::write(&[json!({"a": text})]), format!("a: \"{text}\"\n"));
        assert_eq!(yaml::write(&[json!({(text.clone()): 1})]), format!("\"{text}\": 1\n"));
    }
}

#[test]
fn every_character_survives_at_every_place() {
    let characters = characters();
    let texts = characters.iter().flat_map(|c| [format!("{c}"), format!("a{c}b"), format!("{c}b"), format!("a{c}")]);
    let keys: Map<String, Value> = characters.iter().map(|c| (format!("{c}"), Value::Null)).collect();
    let documents = [texts.collect(), Value::Object(keys)];
    let text = yaml::write(&documents);
    let folder = Folder::new();
    let read = ask("yaml", &[&folder.write("a.yaml", &text)]).unwrap_or_else(|error| panic!("{error}"));
    let differing = documents[0].as_array().unwrap().iter().zip(read[0].as_array().unwrap()).find(|(a, b)| a != b);
    assert_eq!(differing, None);
    assert!(read[1] == documents[1], "a key differs");
}

#[test]
fn numbers_survive() {
    let integers =
        [json!(0), json!(-1), json!(i64::MIN), json!(i64::MAX), json!(u64::MAX), json!(9_007_199_254_740_993_u64)];
    assert_survive(&integers.map(|number| json!({"a": [number]})));
    // Go prints them its own way: `1.0` as `1`, and where an exponent begins differs.
    let floats = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        1e15,
        1e16,
        1e20,
        1e21,
        1e22,
        1e-5,
        1e-6,
        1e-7,
        1e300,
        123_456_789.125,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        0.1 + 0.2,
        1.0 / 3.0,
    ];
    let folder = Folder::new();
    let text = yaml::write(&floats.map(|number| json!({"a": number})));
    let read = ask("yaml", &[&folder.write("a.yaml", &text)]).unwrap();
    for (number, read) in floats.iter().zip(read.as_array().unwrap()) {
        let found = read["a"].as_f64();
        assert_eq!(found.map(f64::to_bits), Some(number.to_bits()), "{number} is read as {}", read["a"]);
    }
}

#[test]
fn shapes_survive() {
    let mut deep = json!({"end": []});
    for level in 0..60 {
        deep = if level % 2 == 0 { json!([deep, {}]) } else { json!({"a": deep, "b": []}) };
    }
    assert_survive(&[
        json!({}),
        json!([]),
        json!({"a": {}, "b": [], "c": null, "d": true, "e": false, "f": ""}),
        json!([[], {}, [[]], [{}], {"a": []}, {"a": {}}, null, [null], "", [""]]),
        json!({"a": [{"b": [{"c": [[1, [2, [3]]], {"d": {"e": {}}}]}]}]}),
        json!([[[1, 2], [3]], [{"a": 1, "b": 2}, {"c": [1]}]]),
        json!({"": {"": ""}, " ": {" ": " "}}),
        json!("text"),
        json!(1),
        json!(true),
        deep,
    ]);
}
