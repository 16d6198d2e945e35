//! YAML that documents show is an excerpt of the Promise itself. (Rust that they show is run by the SDK's doc tests.)

use kratix_wasm_tests::root;

#[test]
fn yaml_in_the_documents_is_the_promises() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let sources = [read("promises/team/promise.yaml"), read("promises/team/example-resource.yaml")];
    for document in ["README.md", "promises/team/README.md"] {
        let text = read(document);
        let blocks: Vec<&str> = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
        assert!(!blocks.is_empty(), "{document} shows no YAML");
        for block in blocks {
            assert!(
                sources.iter().any(|source| is_excerpt(block, source)),
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
