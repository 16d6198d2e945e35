//! A container that is started again over what it left behind.

use std::fs;
use std::time::Instant;

use kratix_wasm_tests::{Step, Tree, tree};
use serde_json::{Value, json};

/// The same step in the same directories, asked for something else.
fn again(step: Step, spec: &str) -> Step {
    step.spec(spec)
}

fn first(spec: &str) -> Step {
    again(Step::new().arg("--precompiled").generator("hostile.cwasm"), spec)
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
    assert_eq!(outcome.metadata("status.yaml"), "their: 1\nproblems: null\nfault: null\n");
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

/// A later container may have changed it, and does so again when the whole pod is started anew.
#[test]
fn a_file_that_was_changed_since_is_replaced_but_not_removed() {
    let step = first("{files: [[a, 1]]}");
    let _ = step.run().exits(0);
    let step = step.file("output/a", "changed");
    assert_eq!(step.run().exits(0).says("a, which others wrote or changed, was replaced").output("a"), "1");
    let step = again(step.file("output/a", "changed"), "{files: [[b, 2]]}");
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
    let mut whole = start.elapsed();
    let mut finished = 0;
    for version in 1..=200 {
        step = again(step, &config(version));
        let mut run = step.command().stderr(std::process::Stdio::null()).spawn().unwrap();
        // Anywhere in the run, the writing at its end above all.
        let percent = [10, 50, 60, 70, 80, 90][version % 6] + u32::try_from(version * 7 % 10).unwrap();
        std::thread::sleep(whole * percent / 100);
        run.kill().unwrap();
        let was_late = run.wait().unwrap().success();
        finished += usize::from(was_late);
        for (path, bytes) in tree(&step.path("output")) {
            if path.starts_with(".kratix-wasm-") {
                continue;
            }
            let text = String::from_utf8(bytes).unwrap();
            let number: usize = text.split('-').next().unwrap().parse().unwrap();
            assert!(number <= version && text == contents(number), "{path} is not whole after version {version}");
        }
        let start = Instant::now();
        let outcome = step.run().exits(0);
        // Others may be busy on the machine, now more, now less.
        whole = if was_late { whole * 9 / 10 } else { start.elapsed() };
        assert_eq!(outcome.output.len(), (0..40).filter(|file| file % 7 != version % 7).count());
        assert!(outcome.output.values().all(|bytes| *bytes == contents(version).into_bytes()), "not the new tree");
        assert!(outcome.metadata("destination-selectors.yaml").contains(&format!("version: v{version}\n")));
        assert!(!step.path(&step.in_corner("output", "")).exists());
    }
    assert!(finished < 100, "only {} of 200 runs were killed in time", 200 - finished);
}

/// A journal without changes, changed.
fn journal(change: impl FnOnce(&mut Value)) -> String {
    let nothing = json!({"remove": [], "remove_directories": [], "rename": []});
    let mut journal = json!({"make": [], "output": nothing, "metadata": nothing, "corner": nothing});
    change(&mut journal);
    journal.to_string()
}

/// Killed when its new files had their names, but before it was decided.
#[test]
fn what_a_killed_run_had_not_decided_is_taken_back() {
    let step = first("{internal: x}").file("output/theirs", "t").file("output/same", "new");
    let journal = journal(|journal| {
        journal["make"] = json!(["a"]);
        journal["output"]["rename"] = json!([["0", "a/new"], ["1", "theirs"], ["2", "same"], ["3", "not/yet"]]);
    });
    let (journal_path, stage) = (step.in_corner("metadata", "journal.json.new"), step.in_corner("output", "stage"));
    let mut step = step.file(&journal_path, journal).file("output/a/new", "new");
    for (name, text) in [("1", "new"), ("2", "new"), ("3", "new")] {
        step = step.file(&format!("{stage}/{name}"), text);
    }
    fs::hard_link(step.path("output/a/new"), step.path(&stage).join("0")).unwrap();
    let outcome = step.run().exits(70);
    assert_eq!(names(&outcome.output), ["same", "theirs"]);
    assert!(!step.path("output/a").exists() && !step.path(&journal_path).exists());
}

#[test]
fn a_journal_that_is_not_ours_is_not_acted_on() {
    for journal in [
        "nonsense",
        &journal(|journal| journal["output"]["remove"] = json!(["../precious"])),
        &journal(|journal| journal["output"]["remove_directories"] = json!(["../empty"])),
        &journal(|journal| journal["output"]["rename"] = json!([["0", "/etc/x"]])),
        &journal(|journal| journal["output"]["rename"] = json!([["../../precious", "x"]])),
        &journal(|journal| journal["output"]["rename"] = json!([["5", "x"]])),
        &journal(|journal| journal["make"] = json!(["../made"])),
        &journal(|journal| journal["metadata"]["remove"] = json!(["notes.txt"])),
        &journal(|journal| journal["metadata"]["remove_directories"] = json!(["status.yaml"])),
        &journal(|journal| journal["corner"]["remove"] = json!(["journal.json"])),
        &journal(|journal| journal["corner"]["remove"] = json!(["../notes.txt"])),
    ] {
        let step = first("{files: [[a, 1]]}").file("precious", "p").file("metadata/notes.txt", "n");
        fs::create_dir(step.path("empty")).unwrap();
        let path = step.in_corner("metadata", "journal.json");
        let step = step.file(&path, journal);
        let outcome = step.run().exits(74).says("a run that was ended half-way can't be brought to its end");
        assert!(outcome.output.is_empty());
        assert!(["precious", "empty", "metadata/notes.txt"].iter().all(|path| step.path(path).exists()), "{journal}");
        assert!(!step.path("made").exists());
        // What the hint says helps.
        fs::remove_dir_all(step.path(&step.in_corner("metadata", ""))).unwrap();
        let _ = step.run().exits(0);
    }
}

/// Two containers of one pipeline, told apart by their configs alone.
#[test]
fn two_steps_of_one_generator_keep_their_files_and_keys() {
    let one = Step::hostile("{files: [[a/x, 1], [b, 1]], destinations: [[a, [[e, p]]]], status: '{\"one\": 1}'}");
    let _ = one.run().exits(0);
    let two = one.config("{files: [[a/y, 2], [c, 2]], status: '{\"two\": 2}'}");
    for _ in 0..2 {
        let outcome = two.run().exits(0);
        assert_eq!(names(&outcome.output), ["a/x", "a/y", "b", "c"]);
        assert_eq!(outcome.metadata("status.yaml"), "one: 1\nproblems: null\nfault: null\ntwo: 2\n");
        assert!(outcome.metadata("destination-selectors.yaml").contains("directory: a"));
    }
}

#[test]
fn an_empty_directory_of_another_container_stays() {
    let step = first("{files: [[theirs/x, 1]]}");
    fs::create_dir(step.path("output/theirs")).unwrap();
    let _ = step.run().exits(0);
    let step = again(step, "{files: [[z, 1]]}");
    assert_eq!(names(&step.run().exits(0).output), ["z"]);
    assert!(step.path("output/theirs").is_dir());
    let step = again(step, "{files: [[theirs, 1]]}");
    let _ = step.run().exits(74).says("output/theirs is in the way: a directory");
}
