//! `$(NAME)` in a Promise, as `check-promise` sees it, is what Kubernetes' own code makes of it.

use kratix_wasm::kratix::expansion::expand;
use serde_json::{Value, json};

use crate::checkers::{Folder, ask};

/// What texts are put together of.
const PIECES: [&str; 7] = ["$", "(", ")", "A", "$(A)", "$$", "é"];

#[test]
fn every_short_text_is_expanded_as_kubernetes_does() {
    let mut texts = vec![String::new()];
    for length in 0..4 {
        let longest: Vec<String> = texts.iter().filter(|text| text.len() >= length).cloned().collect();
        texts.extend(longest.iter().flat_map(|text| PIECES.map(|piece| format!("{text}{piece}"))));
        texts.sort();
        texts.dedup();
    }
    assert!(texts.len() > 1_000, "only {}", texts.len());
    let known = |name: &str| (name == "A").then(|| "value $(A) $$".into());
    let variables: Vec<Value> =
        texts.iter().enumerate().map(|(n, text)| json!({"name": format!("V{n}"), "value": text})).collect();
    // Kubernetes expands the first one, too.
    let first = json!({"name": "A", "value": "value $$(A) $$$$"});
    let folder = Folder::new();
    let file = folder.write("variables.json", &Value::from([vec![first], variables].concat()).to_string());
    let expanded = ask("expand", &[&file]).unwrap_or_else(|error| panic!("{error}"));
    for (n, text) in texts.iter().enumerate() {
        // In JSON, what is no text any more has the sign for that.
        assert_eq!(expanded[format!("V{n}")], *expand(text, known).to_string_lossy(), "{text}");
    }
}
