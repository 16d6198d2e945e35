//! Git takes the diffs that a preview shows for diffs: it makes of what was there what is there.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::sync::Arc;

use kratix_wasm::preview::difference::{Change, difference};
use kratix_wasm::preview::mask::Masks;
use kratix_wasm::preview::store::Tree;
use kratix_wasm::preview::unified::unified;
use kratix_wasm_tests::{Random, run, tree};

/// Few different lines, so that many are equal.
const LINES: [&str; 9] = ["a", "b", "c", "d", "e", "", " ", "-- x", "@@ -1 +1 @@"];

fn text(random: &mut Random, lines: usize) -> String {
    let mut text: String = (0..lines).flat_map(|_| [*random.pick(&LINES), "\n"]).collect();
    if random.below(4) == 0 {
        text.pop();
    }
    text
}

/// Some lines of it are gone, others are new.
fn edited(random: &mut Random, text: &str) -> String {
    let mut edited = String::new();
    for line in text.split_inclusive('\n') {
        match random.below(12) {
            0 => {}
            1 => edited.extend([line, *random.pick(&LINES), "\n"]),
            _ => edited.push_str(line),
        }
    }
    edited
}

#[test]
fn git_makes_of_the_old_files_the_new_ones() {
    let mut random = Random(2026);
    let (mut old, mut new) = (Tree::new(), Tree::new());
    for number in 0..600 {
        let lines = 1 + random.below(60);
        let before = text(&mut random, lines);
        let after = edited(&mut random, &before);
        let file = |text: &str| Arc::from(text.as_bytes());
        if number % 20 != 0 {
            old.insert(format!("{number}"), file(&before));
        }
        if number % 20 != 1 && !after.is_empty() {
            new.insert(format!("{number}"), file(&after));
        }
    }
    let changes: Vec<Change> = difference(&old, &new);
    let mut patch = String::new();
    for line in changes.iter().flat_map(|change| unified(change, &mut Masks::default())) {
        let _ = writeln!(patch, "{}", line.text);
    }
    assert!(changes.len() > 500 && !patch.contains("rename"), "{} changes", changes.len());
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    fs::create_dir(&files).unwrap();
    for (path, bytes) in &old {
        fs::write(files.join(path), bytes).unwrap();
    }
    let file = folder.path().join("all.patch");
    fs::write(&file, patch).unwrap();
    run(Command::new("git").arg("apply").arg(file).current_dir(&files).env("GIT_CEILING_DIRECTORIES", folder.path()));
    let expected = new.into_iter().map(|(path, bytes)| (path, bytes.to_vec())).collect();
    assert!(tree(&files) == expected, "git made other files");
}
