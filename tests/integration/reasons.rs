//! docs/exit-codes.md lists every reason that the host can give for an error, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kratix_wasm_tests::root;

/// What is no literal in the source, and what it becomes.
const MADE: [(&str, &[&str]); 2] =
    [("{name}-unreadable", &["config-unreadable", "policy-unreadable"]), ("bound-{}", &["bound-NAME"])];

#[test]
fn every_reason_is_documented() {
    let mut given = BTreeSet::new();
    collect(&root().join("host/src"), &mut given);
    for (made, becomes) in MADE {
        assert!(given.remove(made), "{made} is no longer given");
        given.extend(becomes.iter().map(ToString::to_string));
    }
    assert!(given.len() > 40 && given.contains("machine-disk"), "{given:?}");
    let page = fs::read_to_string(root().join("docs/exit-codes.md")).unwrap();
    let (_, table) = page.split_once("## Reasons\n").unwrap().1.split_once("|---|---|---|\n").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let listed: Vec<String> = rows.map(|(reason, _)| reason.to_owned()).collect();
    assert!(listed.is_sorted(), "the table is sorted");
    assert_eq!(given, listed.into_iter().collect());
}

/// The first text behind `new(` with an exit code, or what a table has.
fn collect(folder: &Path, given: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, given);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            given.extend(code.split("::new(").skip(1).filter_map(reason));
            // Where a table gives it.
            given.extend(code.split("=> \"answer-").skip(1).map(|rest| format!("answer-{}", until_quote(rest))));
            given.extend(code.split("\"machine-").skip(1).map(|rest| format!("machine-{}", until_quote(rest))));
        }
    }
}

fn reason(after: &str) -> Option<String> {
    let after = after.trim_start();
    let after = after.strip_prefix("format!(").unwrap_or(after).trim_start();
    let (reason, rest) = after.strip_prefix('"')?.split_once('"')?;
    // Much is called new.
    let is_error = rest.chars().take(80).collect::<String>().to_lowercase().contains("exit");
    is_error.then(|| reason.to_owned())
}

fn until_quote(text: &str) -> String {
    text.split('"').next().unwrap_or_default().to_owned()
}
