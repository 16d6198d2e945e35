//! Patterns of an API, which are Go's: what matches, and what is no pattern at all.

use kratix_wasm::preview::api::Api;
use kratix_wasm_tests::Random;
use serde_json::{Value, json};

use crate::api_judge::{definition, thing};
use crate::checkers::{Folder, ask};

/// Pieces of Go's syntax, and of what others have and it hasn't.
const PIECES: &[&str] = &[
    "a",
    "b",
    "é",
    "K",
    "ſ",
    "λ",
    "1",
    "_",
    " ",
    "\n",
    ".",
    "^",
    "$",
    "(",
    ")",
    "(?:",
    "(?i)",
    "(?i:",
    "(?m)",
    "(?s)",
    "(?U)",
    "(?-i)",
    "(?P<n>",
    "(?<n>",
    "(?i-s:",
    "(?",
    "(?=",
    "(?!",
    "(?<=",
    "(?>",
    "(?x)",
    "(?#",
    "|",
    "*",
    "+",
    "?",
    "??",
    "*?",
    "+?",
    "{2}",
    "{1,3}",
    "{2,}",
    "{,2}",
    "{0}",
    "{1001}",
    "{3,2}",
    "{",
    "}",
    "[",
    "]",
    "[^",
    "[a-z]",
    "[^a-z]",
    "[a",
    "-",
    "&&",
    "--",
    "[[:alpha:]]",
    "[[:^space:]]",
    "[:digit:]",
    "[[:nope:]]",
    "[a&&b]",
    "[a[b]]",
    "[]a]",
    "[^]a]",
    "[\\d-z]",
    "[a-\\d]",
    "[\\w-]",
    "[z-a]",
    "[\\x{3b1}-\\x{3c9}]",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\b",
    "\\B",
    "\\A",
    "\\z",
    "\\Z",
    "\\C",
    "\\Q",
    "\\E",
    "\\Q.*\\E",
    "\\pL",
    "\\PL",
    "\\p{Greek}",
    "\\p{^Lu}",
    "\\P{Nd}",
    "\\p{Nope",
    "\\pN",
    "\\h",
    "\\R",
    "\\G",
    "\\1",
    "\\12",
    "\\0",
    "\\08",
    "\\x41",
    "\\x{e9}",
    "\\x{110000}",
    "\\x4",
    "\\u0041",
    "\\a",
    "\\n",
    "\\t",
    "\\v",
    "\\.",
    "\\_",
    "\\é",
    "\\",
    "\\<",
    "\\-",
    "\\cA",
    "\\e",
    "\\k<n>",
    "\\N",
    "\\X",
];

const TEXT: &[char] = &[
    'a', 'b', 'A', 'é', 'É', 'K', 'k', '\u{212a}', 'ſ', 's', 'S', 'λ', 'Λ', '1', '٧', '_', ' ', '\n', '\u{b}', '\u{c}',
    '\t', '.', '*', '-', '&', '[', ']', '{', '}', ',', '2', '\\', '(', '\u{a0}', '😀', '\u{7f}', '\0', '^', '\u{7}',
    ':',
];

#[test]
fn patterns_match_what_those_of_go_match() {
    let mut random = Random(11);
    let mut questions = Vec::new();
    for _ in 0..3_000 {
        let pattern: String = (0..=random.below(4)).map(|_| *random.pick(PIECES)).collect();
        let text = |random: &mut Random| (0..random.below(6)).map(|_| *random.pick(TEXT)).collect::<String>();
        let texts: Vec<String> = (0..12).map(|_| text(&mut random)).collect();
        questions.push((pattern, texts));
    }
    let asked: Vec<Value> =
        questions.iter().map(|(pattern, texts)| json!({"pattern": pattern, "texts": texts})).collect();
    let folder = Folder::new();
    let answers = ask("patterns", &[&folder.write("patterns.json", &json!(asked).to_string())]).unwrap();
    let (mut matches, mut refused, mut unknown) = (0, 0, 0);
    for ((pattern, texts), answer) in questions.iter().zip(answers.as_array().expect("a list")) {
        let api = definition(&json!({
            "type": "object",
            "properties": {"spec": {"type": "object", "properties": {"text": {"type": "string", "pattern": pattern}}}},
        }));
        let Ok(api) = Api::new(&api) else {
            assert!(answer["error"].is_string(), "{pattern:?} is refused only here");
            refused += 1;
            continue;
        };
        for (text, expected) in texts.iter().zip(answer["matches"].as_array().map_or(&[][..], Vec::as_slice)) {
            let admitted = api.admit(&thing(&json!({"text": text})), None);
            if !admitted.not_checked.is_empty() {
                unknown += 1;
                continue;
            }
            assert_eq!(admitted.refusals.is_empty(), *expected == true, "{pattern:?} {text:?}");
            matches += usize::from(*expected == true);
        }
        let admitted = api.admit(&thing(&json!({"text": ""})), None);
        assert!(answer["error"].is_null() || !admitted.not_checked.is_empty(), "{pattern:?} isn't refused: {answer}");
    }
    assert!(matches > 2_000 && refused > 1_000 && unknown < 100, "{matches} {refused} {unknown}");
}
