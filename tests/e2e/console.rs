//! Every `console` block of the documents is run, and prints what it shows. The commands of one document share a shell.

use kratix_wasm_tests::console::{assert_shown, blocks, fits, shown};
use kratix_wasm_tests::root;

#[test]
fn what_the_documents_show_is_what_comes_out() {
    // One after the other: some build.
    for document in ["README.md", "docs/concepts.md", "docs/tutorial.md", "docs/preview.md", "docs/generators.md"] {
        let text = std::fs::read_to_string(root().join(document)).unwrap();
        let commands: Vec<_> = blocks(&text, "console").iter().flat_map(|block| shown(block)).collect();
        assert!(commands.len() > 2, "where are the commands of {document}?");
        assert_shown(&commands);
    }
}

#[test]
fn shown_output_can_differ() {
    assert!(fits("a\n…\nc\n", "a\nb\nc\n"));
    assert!(fits("a\n…\n", "a\nb\n"));
    assert!(fits("a … c\n", "a b c\n"));
    assert!(fits("… c\n…\n", "a b c\n"));
    assert!(!fits("a … c\n", "a b d\n"));
    assert!(!fits("a\nc\n", "a\nb\nc\n"));
    assert!(!fits("a\n…\nd\n", "a\nb\nc\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(!fits("b\n", "a\nb\n"));
}
