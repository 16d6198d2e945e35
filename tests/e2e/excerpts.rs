//! What documents show of a Promise or of a generator is an excerpt of it. Rust behind the fence `rs` is one, too; that behind `rust` is
//! whole, and run by the SDK's doc tests.

use kratix_wasm_tests::console::blocks;
use kratix_wasm_tests::root;

const TEAM: &[&str] = &["promises/team/promise.yaml", "promises/team/example-resource.yaml"];
const BUCKET: &[&str] =
    &["promises/bucket/promise.yaml", "promises/bucket/example-resource.yaml", "guest/bucket/src/lib.rs"];

#[test]
fn what_the_documents_show_stands_in_its_source() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    for (document, language, sources) in [
        ("README.md", "yaml", TEAM),
        ("promises/team/README.md", "yaml", TEAM),
        ("promises/bucket/README.md", "yaml", BUCKET),
        ("docs/generators.md", "yaml", BUCKET),
        ("docs/generators.md", "rs", BUCKET),
    ] {
        let blocks = blocks(&read(document), language);
        assert!(!blocks.is_empty(), "{document} shows no {language}");
        for block in blocks {
            assert!(
                sources.iter().any(|source| is_excerpt(&block, &read(source))),
                "{document} shows what is nowhere:\n{block}"
            );
        }
    }
}

/// Whether all lines are there, in this order.
fn is_excerpt(block: &str, source: &str) -> bool {
    let mut lines = source.lines();
    block.lines().all(|line| lines.any(|other| other == line))
}
