//! Pages of previews that nobody wants: very many, hostile, and both.

use std::sync::Arc;

use super::*;
use crate::preview::admission::{StateStoreKind, StoreRef};
use crate::preview::difference::{Change, Kind};
use crate::preview::platform::Key;
use crate::preview::rendered::Repository;
use crate::preview::status::Status;
use crate::preview::store::Tree;

/// Breaks out of whatever it is put into, and calls people.
const ODD: &str =
    "`````\n</code></details><script>|@everyone #1 **b** www.x.y\u{202E}\u{1b}[2J ![i](https://x)\n# Approved\n";

fn change(path: &str, kind: Kind, before: Option<&str>, after: Option<&str>) -> Change {
    let bytes = |text: &str| Arc::from(text.as_bytes());
    Change { path: path.into(), kind, before: before.map(bytes), after: after.map(bytes) }
}

fn rendered(changes: Vec<Change>) -> Rendered {
    let store = StoreRef { kind: StateStoreKind::Git, name: "store".into() };
    Rendered {
        repositories: vec![Repository { store, changes, commits: Vec::new(), tree: Tree::new() }],
        ..Rendered::default()
    }
}

fn told(name: &str, outcome: Outcome, problems: &[&str]) -> Told {
    let key = Key { group: "g".into(), kind: "K".into(), namespace: Some("n".into()), name: name.into() };
    let problems = problems.iter().map(ToString::to_string).collect();
    let (message, placements, warnings) = (None, Vec::new(), Vec::new());
    Told { key, outcome, message, problems, status: Status::default(), placements, warnings }
}

fn visibility(number: usize) -> Change {
    let text = |value: &str| format!("id: team-{number}\nname: Team {number}\nvisibility: {value}\n");
    change(&format!("teams/{number}.yaml"), Kind::Changed, Some(&text("public")), Some(&text("private")))
}

/// Ten thousand of everything, each different.
fn many() -> Rendered {
    let mut many =
        rendered((0..10_000).map(|n| change(&format!("{n}"), Kind::New, None, Some(&format!("{n}\n")))).collect());
    many.requests = (0..10_000).map(|n| told(&format!("r{n}"), Outcome::Invalid, &[&format!("problem {n}")])).collect();
    many.notices = (0..10_000).map(|n| format!("notice {n}")).collect();
    many
}

#[test]
fn what_changes_alike_in_ten_thousand_files_is_shown_once() {
    let mut rendered = rendered((0..10_000).map(visibility).collect());
    rendered.requests = (0..10_000).map(|n| told(&format!("r{n}"), Outcome::Complete, &[])).collect();
    let page = page(&rendered, 65_000);
    let expected = "# What Kratix would do\n\n**Files: 10,000 changed** (Kratix KRATIX)\n\n\
        | Requests | |\n|---|---:|\n| complete | 10,000 |\n\n\
        | Repository | ➕ New | 📝 Changed | ➖ Removed | 🔀 Renamed |\n|---|---:|---:|---:|---:|\n\
        | <code>store</code> |  | 10,000 |  |  |\n\n\
        ## Files\n\n\
        <details><summary>📝 Changed, 10,000 files alike: <code>store/teams/0.yaml</code>, <code>store/teams/1.yaml</code>, \
        <code>store/teams/2.yaml</code> and 9,997 more</summary>\n\n\
        ```diff\n--- a/teams/0.yaml\n+++ b/teams/0.yaml\n@@ -1,3 +1,3 @@\n id: team-0\n name: Team 0\n-visibility: public\n\
        +visibility: private\n```\n\n</details>\n\n";
    assert_eq!(page, expected.replace("KRATIX", KRATIX));
}

#[test]
fn a_page_is_never_longer_than_asked_and_says_what_is_cut() {
    let many = many();
    for max_bytes in [2_000, 2_001, 5_000, 20_000, 65_000] {
        let page = page(&many, max_bytes);
        assert!(page.len() <= max_bytes, "{} of {max_bytes}", page.len());
        let (_, end) = page.rsplit_once("\n---\n\n").expect("something is cut");
        assert!(end.starts_with(&format!("Cut to {} bytes, so not shown: ", count::grouped(max_bytes))), "{end}");
        let listed = |begin: &str| page.lines().filter(|line| line.starts_with(begin)).count();
        for (what, shown) in [
            (" notices", listed("- `notice")),
            (" objects that are not as they should be", listed("- `K n/r")),
            (" files", listed("<details>")),
        ] {
            assert!(end.contains(&(count::grouped(10_000 - shown) + what)), "{what}: {end}");
            assert!(shown > 0 || max_bytes < 5_000, "{what} at {max_bytes}");
        }
    }
    assert!(page(&many, 65_000).len() > 60_000, "what fits is there");
    assert!(!page(&rendered(vec![visibility(1)]), 65_000).contains("Cut to"));
}

#[test]
fn many_repositories_and_long_names_are_cut_too() {
    let mut rendered = many();
    let name = "~".repeat(253);
    let one = |kind| Repository {
        store: StoreRef { kind, name: name.clone() },
        changes: Vec::new(),
        commits: Vec::new(),
        tree: Tree::new(),
    };
    rendered.repositories.extend((0..1000).map(|_| one(StateStoreKind::Bucket)));
    for max_bytes in [2_000, 65_000] {
        let page = page(&rendered, max_bytes);
        assert!(page.len() <= max_bytes && page.contains(" repositories, "), "{page}");
    }
}

#[test]
fn objects_that_are_wrong_in_the_same_way_are_named_together() {
    let mut rendered = rendered(Vec::new());
    let problems = ["spec.a: is `odd`", "spec.b: too"];
    rendered.requests = ["a", "b", "c", "d"].map(|name| told(name, Outcome::Invalid, &problems)).into();
    rendered.requests.push(told("e", Outcome::Refused, &problems));
    rendered.requests.push(told("f", Outcome::Complete, &[]));
    rendered.requests[5].warnings.push("it is odd".into());
    rendered.ignored = 2;
    let page = page(&rendered, 65_000);
    let expected = "\nLeft out by `--ignore-path`: 2 changes of files.\n\n## Not as it should be\n\n\
        - `K n/a`, `K n/b`, `K n/c` and 1 more: **invalid**\n  - ``spec.a: is `odd` ``\n  - `spec.b: too`\n\
        - `K n/e`: **refused**\n  - ``spec.a: is `odd` ``\n  - `spec.b: too`\n\
        - `K n/f`: **complete**\n  - `it is odd`\n";
    assert!(page.ends_with(&expected.replace("``spec.a: is `odd` ``", "`` spec.a: is `odd` ``")), "{page}");
}

#[test]
fn nothing_from_outside_makes_structure_or_calls_somebody() {
    let mut rendered = rendered(vec![
        change(ODD, Kind::Changed, Some("a\n"), Some(ODD)),
        change("moved", Kind::Renamed(ODD.into()), Some("a"), Some("a")),
    ]);
    rendered.repositories[0].store.name = ODD.into();
    rendered.notices.push(ODD.into());
    rendered.requests = vec![told(ODD, Outcome::Invalid, &[ODD])];
    rendered.requests[0].warnings.push(ODD.into());
    let page = page(&rendered, 65_000);
    assert!(page.chars().all(|c| c == '\n' || !crate::text::is_unseen(c)), "{page}");
    let mut outside = String::new();
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 && line == format!("{ticks}diff") => fence = Some(ticks),
            None => {
                outside.push_str(&without_code(line));
                outside.push('\n');
            }
        }
    }
    assert!(fence.is_none(), "{page}");
    for odd in ["script", "@", "everyone", "Approved", "www.", "https", "#1 ", "![", "**b"] {
        assert!(!outside.contains(odd), "{odd} in\n{outside}");
    }
    let count = |what: &str| outside.matches(what).count();
    assert_eq!((count("<details>"), count("</details>"), count("# ")), (2, 2, 4), "{outside}");
}

/// A line without its code, in Markdown's way and in HTML's.
fn without_code(line: &str) -> String {
    let mut left = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '<']) {
        left.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(code) = rest.strip_prefix("<code>") {
            rest = code.split_once("</code>").expect("it ends").1;
            continue;
        }
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        if ticks == 0 {
            left.push('<');
            rest = &rest[1..];
            continue;
        }
        // A span ends at a run of just as many.
        let mut inner = &rest[ticks..];
        loop {
            let at = inner.find('`').expect("it ends");
            let run = inner[at..].len() - inner[at..].trim_start_matches('`').len();
            inner = &inner[at + run..];
            if run == ticks {
                break;
            }
        }
        rest = inner;
    }
    left + rest
}

#[test]
fn a_page_never_shows_what_a_secret_holds() {
    let secret = |value: &str| format!("kind: List\nitems:\n- kind: Secret\n  data: {{a: {value}}}\n");
    let rendered = rendered(vec![
        change("a", Kind::Changed, Some(&secret("hush1")), Some(&secret("hush2"))),
        change("b", Kind::New, None, Some(&secret("hush2"))),
        change("c", Kind::Removed, Some("{\"kind\": \"Secret\", data: hush3"), None),
    ]);
    let page = page(&rendered, 65_000);
    assert!(!page.contains("hush"), "{page}");
    assert!(page.contains("(hidden value 1)") && page.matches("(hidden value 2)").count() == 2, "{page}");
}

#[test]
fn one_long_diff_is_cut_by_lines() {
    let text: String = (0..5000).flat_map(|n| ["line ".to_owned(), n.to_string(), "\n".to_owned()]).collect();
    let long = "x".repeat(500);
    let rendered =
        rendered(vec![change("a", Kind::Removed, Some(&text), None), change("b", Kind::New, None, Some(&long))]);
    let page = page(&rendered, 20_000);
    let shown = page.lines().filter(|line| line.starts_with("-line")).count();
    assert!(page.contains(&format!("\nand {} more\n", count::of(5000 - shown, "line", "lines"))), "{page}");
    assert!(page.contains(&format!("\n+{}…\n", &long[..399])), "{page}");
}
