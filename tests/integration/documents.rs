//! What documents point to is there: a link leads to a file, and in it to a heading; a recipe is one of the justfile.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use kratix_wasm_tests::{root, run};

/// The paths of all documents.
fn documents() -> Vec<String> {
    let listed = run(Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "*.md"])
        .current_dir(root()));
    listed.lines().filter(|path| !path.contains("/cases/")).map(ToOwned::to_owned).collect()
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(root().join(&document)).unwrap_or_default();
        for link in links(&text) {
            if let Err(reason) = follow(&document, &link) {
                broken.push(format!("{document}: {link}: {reason}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_recipe_that_a_document_names_is_there() {
    let recipes = run(Command::new(root().join("x")).arg("--summary"));
    let recipes: BTreeSet<&str> = recipes.split_whitespace().collect();
    let mut named = 0;
    for document in documents() {
        let text = fs::read_to_string(root().join(&document)).unwrap_or_default();
        let is_of_a_name = |c: char| c.is_ascii_lowercase() || c == '-';
        for rest in text.split("./x ").skip(1).filter(|rest| rest.starts_with(is_of_a_name)) {
            let recipe = rest.split(|c| !is_of_a_name(c)).next().unwrap_or_default();
            // `./x arch=aarch64 image`
            assert!(recipes.contains(recipe) || rest[recipe.len()..].starts_with('='), "{document}: ./x {recipe}");
            named += 1;
        }
    }
    assert!(named > 20, "only {named}");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    assert_eq!(links("[a](b.md) `[c](d)` ![e](f.svg)\n```sh\n[g](h)\n```\n[i](j.md#k)"), ["b.md", "f.svg", "j.md#k"]);
    assert!(
        follow("docs/limits.md", "exit-codes.md").is_ok() && follow("docs/limits.md", "../README.md#install").is_ok()
    );
    assert!(follow("docs/limits.md", "README.md").is_err() && follow("README.md", "#instal").is_err());
    assert_eq!(
        anchors("# A `b` & C\n```sh\n# d\n```\n## A b & c\n"),
        BTreeSet::from(["a-b--c".into(), "a-b--c-1".into()])
    );
}

/// What the links of a document point to, but for addresses of the web.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        // What is quoted as code is none.
        let quoted: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let targets = quoted.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        links.extend(targets.map(|(target, _)| target.to_owned()).filter(|target| !target.contains("://")));
    }
    links
}

fn follow(document: &str, link: &str) -> Result<(), String> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let document = root().join(document);
    let file = if path.is_empty() { document } else { document.parent().unwrap_or(Path::new("")).join(path) };
    let Some(anchor) = anchor else {
        return if file.exists() { Ok(()) } else { Err("it isn't there".into()) };
    };
    let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
    if anchors(&text).contains(anchor) { Ok(()) } else { Err(format!("it has only {:?}", anchors(&text))) }
}

/// The headings, as GitHub and Gitea make anchors of them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for heading in prose(text).filter(|line| line.starts_with('#')) {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let again = (1..).map(|number| format!("{anchor}-{number}"));
        let free = std::iter::once(anchor.clone()).chain(again).find(|name| !anchors.contains(name));
        anchors.extend(free);
    }
    anchors
}

/// The lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}
