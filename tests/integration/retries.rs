//! A container that is started again over what it left behind.

use std::fs;
use std::time::Instant;

use kratix_wasm_tests::{Step, Tree, tree};

/// The same generator in the same directories, told to do something else.
fn again(step: Step, config: &str) -> Step {
    step.env("KRATIX_WASM_CONFIG", config)
}

fn first(config: &str) -> Step {
    let request = "{apiVersion: tests/v1, kind: Test, metadata: {name: a-test}}";
    let step = Step::new().request(request).arg("--precompiled").generator("hostile.cwasm");
    again(step, config)
}

fn names(tree: &Tree) -> Vec<&str> {
    tree.keys().map(String::as_str).collect()
}

#[test]
fn a_second_run_makes_exactly_the_new_tree() {
    let step = first("{files: [[a/x, 1], [a/b/y, 2], [c, 3]], destinations: [[a, [[e, p]]]], status: '{\"k\": 1}'}");
    let step = step.file("output/theirs", "t").file("metadata/status.yaml", "their: 1\n");
    assert_eq!(names(&step.run().exits(0).output), ["a/b/y", "a/x", "c", "theirs"]);

    let step = again(step, "{files: [[a/x, new], [d/z, 4]]}");
    let outcome = step.run().exits(0);
    assert_eq!(names(&outcome.output), ["a/x", "d/z", "theirs"]);
    assert_eq!(outcome.output("a/x"), "new");
    assert!(!step.path("output/a/b").exists(), "an empty directory is left");
    assert_eq!(outcome.metadata("status.yaml"), "their: 1\nproblems: null\n");
    assert_eq!(names(&outcome.metadata), ["status.yaml"]);

    let step = again(step, "{invalid: [[spec.a, is wrong, null]]}");
    let outcome = step.run().exits(0);
    assert_eq!(names(&outcome.output), ["theirs"]);
    assert_eq!(names(&outcome.metadata), ["status.yaml", "workflow-control.yaml"]);

    let outcome = again(step, "{files: [[a, '']]}").run().exits(0);
    assert_eq!(names(&outcome.output), ["a", "theirs"]);
    assert_eq!(names(&outcome.metadata), ["status.yaml"]);
}

#[test]
fn a_file_may_become_a_directory_and_the_other_way_round() {
    let step = first("{files: [[a, 1], [b/c/d, 2]]}");
    let _ = step.run().exits(0);
    let step = again(step, "{files: [[a/x/y, 3], [b, 4]]}");
    assert_eq!(names(&step.run().exits(0).output), ["a/x/y", "b"]);
    let step = again(step, "{files: [[a, 1], [b/c/d, 2]]}");
    assert_eq!(names(&step.run().exits(0).output), ["a", "b/c/d"]);
}

#[test]
fn a_file_that_was_changed_since_is_not_replaced() {
    let step = first("{files: [[a, 1]]}");
    let _ = step.run().exits(0);
    let step = step.file("output/a", "changed");
    assert_eq!(step.run().exits(74).output("a"), "changed");
    // Nor removed.
    let step = again(step, "{files: [[b, 2]]}");
    assert_eq!(names(&step.run().exits(0).output), ["a", "b"]);
}

#[test]
fn a_step_that_fails_leaves_the_tree_as_it_was() {
    let mut step = first("{files: [[a, 1]], destinations: [[null, [[e, p]]]]}");
    let before = step.run().exits(0);
    for (config, code) in [("{internal: x}", 70), ("{misdeed: panic}", 70), ("{files: [[../x, '']]}", 70), ("{}", 70)] {
        step = again(step, config);
        let after = step.run().exits(code);
        assert_eq!((&before.output, &before.metadata), (&after.output, &after.metadata), "{config}");
    }
}

/// Kills runs at random moments. Every file is whole each time, and a run that isn't killed then makes exactly the new
/// tree.
#[test]
fn a_killed_run_leaves_whole_files_and_a_later_one_ends_it() {
    let contents = |version: usize| format!("{version}-").repeat(300);
    let config = |version: usize| {
        let files: Vec<String> = (0..40)
            .filter(|file| file % 7 != version % 7)
            .map(|file| format!("[d{}/f{file}, '{}']", file % 5, contents(version)))
            .collect();
        format!("{{files: [{}], destinations: [[d0, [[version, v{version}]]]]}}", files.join(", "))
    };
    let mut step = first(&config(0));
    let start = Instant::now();
    let _ = step.run().exits(0);
    let whole = start.elapsed();
    let mut finished = 0;
    for version in 1..60 {
        step = again(step, &config(version));
        let mut run = step.command().stderr(std::process::Stdio::null()).spawn().unwrap();
        // Anywhere in the run, the writing at its end above all.
        let percent = [10, 50, 60, 70, 80, 90][version % 6] + u32::try_from(version * 7 % 10).unwrap();
        std::thread::sleep(whole * percent / 100);
        run.kill().unwrap();
        finished += usize::from(run.wait().unwrap().success());
        for (path, bytes) in tree(&step.path("output")) {
            if path.starts_with(".kratix-wasm/") {
                continue;
            }
            let text = String::from_utf8(bytes).unwrap();
            let number: usize = text.split('-').next().unwrap().parse().unwrap();
            assert!(number <= version && text == contents(number), "{path} is not whole after version {version}");
        }
        let outcome = step.run().exits(0);
        assert_eq!(outcome.output.len(), (0..40).filter(|file| file % 7 != version % 7).count());
        assert!(outcome.output.values().all(|bytes| *bytes == contents(version).into_bytes()), "not the new tree");
        assert!(outcome.metadata("destination-selectors.yaml").contains(&format!("version: v{version}\n")));
        assert!(!step.path("output/.kratix-wasm").exists());
    }
    assert!(finished < 59, "no run was killed in time");
}

#[test]
fn a_journal_that_is_not_ours_is_not_acted_on() {
    for journal in [
        "nonsense",
        r#"{"output": {"remove": ["../precious"], "rename": []}, "metadata": {"remove": [], "rename": []}}"#,
        r#"{"output": {"remove": [], "rename": [["0", "/etc/x"]]}, "metadata": {"remove": [], "rename": []}}"#,
        r#"{"output": {"remove": [], "rename": [["../../precious", "x"]]}, "metadata": {"remove": [], "rename": []}}"#,
        r#"{"output": {"remove": [], "rename": []}, "metadata": {"remove": ["notes.txt"], "rename": []}}"#,
        r#"{"output": {"remove": [], "rename": [["5", "x"]]}, "metadata": {"remove": [], "rename": []}}"#,
    ] {
        let step = first("{files: [[a, 1]]}").file("precious", "p").file("metadata/notes.txt", "n");
        let step = step.file("metadata/.kratix-wasm/journal.json", journal);
        let outcome = step.run().exits(74).says("a run that was ended half-way can't be brought to its end");
        assert!(outcome.output.is_empty());
        assert!(step.path("precious").exists() && step.path("metadata/notes.txt").exists());
        // What the hint says helps.
        fs::remove_dir_all(step.path("metadata/.kratix-wasm")).unwrap();
        let _ = step.run().exits(0);
    }
}
