//! The three directories: missing, unwritable, and with what other containers left in them.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use kratix_wasm_tests::{Outcome, Step, tree};

const TWO_FILES: &str = "{files: [[a/x.txt, x], [b.txt, b]], destinations: [[a, [[env, prod]]]]}";

#[track_caller]
fn refused(step: &Step, says: &str) -> Outcome {
    let before = (tree(&step.path("output")), tree(&step.path("metadata")));
    let outcome = step.run().exits(74).says(says);
    assert_eq!(before, (outcome.output.clone(), outcome.metadata.clone()), "something was changed");
    outcome
}

#[test]
fn a_missing_directory_says_which_option_names_it() {
    for name in ["input", "output", "metadata"] {
        let step = Step::hostile(TWO_FILES);
        fs::remove_dir_all(step.path(name)).unwrap();
        let outcome = step.run().exits(74);
        let expected = format!(
            "error: there is no directory <root>/{name}\n  \
             hint: make one and name it with --{name}\n"
        );
        assert_eq!(outcome.stderr, expected);
    }
}

#[test]
fn a_directory_that_is_a_file_is_refused() {
    let step = Step::hostile(TWO_FILES).file("elsewhere", "");
    fs::remove_dir(step.path("output")).unwrap();
    fs::rename(step.path("elsewhere"), step.path("output")).unwrap();
    let _ = step.run().exits(74).says("cannot open the directory <root>/output\n  caused by: not a directory");
}

#[test]
#[ignore = "needs root"]
fn an_unwritable_directory_is_told_before_anything_runs() {
    for name in ["output", "metadata"] {
        let step = Step::hostile("{misdeed: loop}").user(12345);
        fs::set_permissions(step.path("output"), fs::Permissions::from_mode(0o777)).unwrap();
        fs::set_permissions(step.path("metadata"), fs::Permissions::from_mode(0o777)).unwrap();
        fs::set_permissions(step.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        refused(&step, &format!("cannot write to <root>/{name}\n  caused by: permission denied"));
    }
}

/// Modes are those of creation: nothing is made with another one first, which a kill would leave, nor changed by its name.
#[test]
fn files_have_their_modes_whatever_the_umask() {
    for umask in [0o000, 0o022, 0o077, 0o777] {
        let step = Step::hostile(TWO_FILES).umask(umask);
        let _ = step.run().exits(0);
        for (path, mode) in [
            ("output/a", 0o755),
            ("output/a/x.txt", 0o644),
            ("output/b.txt", 0o644),
            ("metadata/status.yaml", 0o644),
            ("metadata/destination-selectors.yaml", 0o644),
            (&step.in_corner("metadata", ""), 0o755),
        ] {
            assert_eq!(fs::metadata(step.path(path)).unwrap().mode() & 0o7777, mode, "{path} {umask:03o}");
        }
        let _ = step.run().exits(0);
    }
}

#[test]
fn nothing_of_ours_is_left_in_the_output() {
    for (config, code) in
        [(TWO_FILES, 0), ("{invalid: [[a, b, c]]}", 0), ("{internal: x}", 70), ("{misdeed: panic}", 70)]
    {
        let step = Step::hostile(config);
        let _ = step.run().exits(code);
        assert!(!step.path(&step.in_corner("output", "")).exists(), "{config}");
    }
}

#[test]
fn files_of_other_containers_stay() {
    let step = Step::hostile(TWO_FILES).file("output/a/theirs.txt", "theirs").file("metadata/notes.txt", "note");
    let outcome = step.run().exits(0);
    assert_eq!(outcome.output.keys().collect::<Vec<_>>(), ["a/theirs.txt", "a/x.txt", "b.txt"]);
    assert_eq!(outcome.metadata("notes.txt"), "note");
}

#[test]
fn a_file_of_another_container_is_not_replaced_unless_asked_for() {
    let step = Step::hostile(TWO_FILES).file("output/b.txt", "theirs");
    let outcome = refused(&step, "<root>/output/b.txt is in the way: a file that this step didn't write");
    assert!(outcome.stderr.contains("--overwrite"));
    assert_eq!(step.arg("--overwrite").run().exits(0).output("b.txt"), "b");
}

#[test]
fn the_same_file_of_another_container_is_no_conflict_and_stays_theirs() {
    let step = Step::hostile(TWO_FILES).file("output/b.txt", "b");
    let _ = step.run().exits(0);
    let outcome = step.spec("{files: [[a/x.txt, new]]}").run().exits(0);
    assert_eq!((outcome.output("a/x.txt"), outcome.output("b.txt")), ("new", "b"));
}

#[test]
fn what_is_in_the_way_is_named() {
    refused(&Step::hostile(TWO_FILES).file("output/a", "a file"), "output/a is in the way: a link or a file");
    refused(&Step::hostile(TWO_FILES).file("output/b.txt/c", ""), "output/b.txt is in the way: a directory");
}

/// As within one step: on many laptops, and in what a person sees, the two would be one.
#[test]
fn a_name_that_looks_like_one_of_another_container_is_refused() {
    for (files, theirs, name) in [
        ("[c.txt, x]", "C.TXT", "c.txt"),
        ("[a/c.txt, x]", "a/C.TXT", "c.txt"),
        ("[a/c.txt, x]", "A/other", "a"),
        ("[a/b/c, x]", "a/B/other", "b"),
        ("[a/c, x]", "A", "a"),
        ("[\"caf\\u00E9\", x]", "cafe\u{301}", "caf\u{E9}"),
    ] {
        for overwrite in [false, true] {
            let step = Step::hostile(&format!("{{files: [{files}]}}")).file(&format!("output/{theirs}"), "theirs");
            let step = if overwrite { step.arg("--overwrite") } else { step };
            let outcome = refused(&step, "is in the way: some file systems take it for ");
            assert!(outcome.stderr.contains(&format!("take it for {name}, which")), "{}", outcome.stderr);
        }
    }
    // What is no part of a name's look, and the very same name.
    let step =
        Step::hostile("{files: [[a/c.txt, x], [b.txt, x]]}").file("output/a/d.txt", "").file("output/B/b.txt", "");
    let _ = step.file("output/b.txt", "x").run().exits(0);
}

/// A step's own names of an earlier run give way to the new ones, also when all differ in case alone.
#[test]
fn a_step_may_change_the_case_of_its_own_names() {
    let step = Step::hostile("{}").spec("{files: [[a/b/c, 1], [d, 1]]}");
    let _ = step.run().exits(0);
    let step = step.spec("{files: [[A/B/C, 2], [D/e, 2]]}");
    assert_eq!(step.run().exits(0).output.keys().collect::<Vec<_>>(), ["A/B/C", "D/e"]);
    // Now others have something there, which stays.
    let step = step.file("output/A/theirs", "").spec("{files: [[a/b/c, 1]]}");
    let _ =
        step.run().exits(74).says("output/A is in the way: some file systems take it for a, which is to be written");
    // Whoever came later with such a name comes later again.
    let step = step.file("output/A/b/theirs", "").spec("{files: [[A/B/C, 3]]}");
    assert_eq!(step.run().exits(0).output("A/B/C"), "3");
}

#[test]
fn links_that_an_earlier_container_planted_are_not_followed() {
    let step = Step::hostile(TWO_FILES).file("outside/x.txt", "precious");
    symlink(step.path("outside"), step.path("output/a")).unwrap();
    refused(&step, "output/a is in the way: a link");
    assert_eq!(fs::read(step.path("outside/x.txt")).unwrap(), b"precious");

    let step = Step::hostile(TWO_FILES).arg("--overwrite").file("outside/x.txt", "precious");
    symlink(step.path("outside/x.txt"), step.path("output/b.txt")).unwrap();
    refused(&step, "output/b.txt is in the way: a link or a special file");

    for name in ["status.yaml", "destination-selectors.yaml"] {
        let step = Step::hostile(TWO_FILES).file("outside/x", "a: 1");
        symlink(step.path("outside/x"), step.path("metadata").join(name)).unwrap();
        refused(&step, "it is a link, and links are not followed");
        assert_eq!(fs::read(step.path("outside/x")).unwrap(), b"a: 1");
    }
}

#[test]
fn our_own_corner_may_be_a_trap_too() {
    for (directory, precious) in [("metadata", "outside/journal.json"), ("output", "outside/stage/0")] {
        let step = Step::hostile(TWO_FILES).file(precious, "precious");
        let corner = step.in_corner(directory, "");
        symlink(step.path("outside"), step.path(corner.trim_end_matches('/'))).unwrap();
        let _ = refused(&step, " is in the way: ").says("is a link or not a directory");
        assert_eq!(fs::read(step.path(precious)).unwrap(), b"precious");
    }
}

#[test]
fn a_status_of_another_container_is_merged_into() {
    let config = "{files: [[x, x]], status: '{\"b\": 2, \"message\": \"ours\"}'}";
    let theirs = "a: {deep: 1}\nb: [1]\nconditions:\n- type: Theirs\n  status: 'True'\n";
    let outcome = Step::hostile(config).file("metadata/status.yaml", theirs).run().exits(0);
    assert_eq!(
        outcome.metadata("status.yaml"),
        "a:\n  deep: 1\nb: 2\nconditions:\n- type: Theirs\n  status: \"True\"\nmessage: ours\nproblems: null\nfault: null\n"
    );
}

#[test]
fn a_status_that_a_later_run_could_not_read_is_not_written() {
    let says = "status.yaml would be more than a later run can read\n  caused by: it has more than 1048576 bytes";
    for theirs in [
        // As long as can be, and then some of ours.
        format!("a: {}\n", "x".repeat((1 << 20) - 10)),
        // Short, but not when every line has its indentation.
        format!("a: {}{}1{}\n", "[".repeat(90), "1,".repeat(10_000), "]".repeat(90)),
    ] {
        let step = Step::hostile(TWO_FILES).file("metadata/status.yaml", &theirs);
        let outcome = step.run().exits(75).says(says);
        assert_eq!(outcome.metadata("status.yaml"), theirs);
    }
}

#[test]
fn selectors_that_a_later_run_could_not_read_are_not_written() {
    let (files, destinations): (Vec<String>, Vec<String>) = (0..3000)
        .map(|n| (format!("[d{n}/f, x]"), format!("[d{n}, [[{0}/{1}, {1}]]]", "k".repeat(253), "v".repeat(63))))
        .unzip();
    let spec = format!("{{files: [{}], destinations: [{}]}}", files.join(", "), destinations.join(", "));
    let says =
        "destination-selectors.yaml would be more than a later run can read\n  caused by: it has more than 1048576";
    let outcome = Step::hostile("{}").spec(&spec).run().exits(75).says(says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
}

#[test]
fn a_metadata_file_of_another_container_that_kratix_would_refuse_is_named() {
    for (name, text, says) in [
        ("status.yaml", "- 1", "status.yaml of an earlier container is wrong\n  caused by: it is not a map"),
        ("status.yaml", "kratix: {}", "it has the key kratix, for which Kratix fails the pipeline"),
        ("destination-selectors.yaml", "a: 1", "destination-selectors.yaml of an earlier container is wrong"),
        ("destination-selectors.yaml", "- {directory: .., matchLabels: {a: b}}", "which lies outside the output"),
    ] {
        refused(&Step::hostile(TWO_FILES).file(&format!("metadata/{name}"), text), says);
    }
}

#[test]
fn selectors_of_another_container_are_added_to() {
    let theirs = "- matchlabels: {tier: gold}\n- directory: c\n  matchLabels: {on: 1}\n";
    let step = Step::hostile(TWO_FILES).file("metadata/destination-selectors.yaml", theirs).file("output/c/x", "");
    assert_eq!(
        step.run().exits(0).metadata("destination-selectors.yaml"),
        "- matchLabels:\n    tier: gold\n- directory: a\n  matchLabels:\n    env: prod\n\
         - directory: c\n  matchLabels:\n    \"true\": \"1\"\n"
    );
    let elsewhere = "- directory: a\n  matchLabels: {env: test}\n";
    let step = Step::hostile(TWO_FILES).file("metadata/destination-selectors.yaml", elsewhere);
    let _ = step.run().exits(70).says("sends \"a\" elsewhere than an earlier entry");
}

#[test]
fn a_selector_for_a_directory_without_files_is_refused() {
    let config = "{files: [[a/x, x]], destinations: [[b, [[env, prod]]]]}";
    let says = "generator hostile sends the directory b, which has no file";
    let _ = Step::hostile(config).run().exits(70).says(says);
    // Where the files of another container go is not for a generator to say.
    let _ = Step::hostile(config).file("output/b/theirs", "").run().exits(70).says(says);
}

#[test]
fn a_control_of_another_container_decides() {
    let theirs = "suspend: true\nmessage: theirs\n";
    for config in [TWO_FILES, "{invalid: [[a, b, c]]}"] {
        let outcome = Step::hostile(config).file("metadata/workflow-control.yaml", theirs).run().exits(0);
        assert_eq!(outcome.metadata("workflow-control.yaml"), theirs);
        assert!(outcome.stderr.contains("an earlier container stopped the workflow"), "{}", outcome.stderr);
    }
}

/// The requester sees why the workflow was stopped, not that a later container had nothing against it.
#[test]
fn what_another_container_says_of_its_stop_stays() {
    let theirs = Step::hostile("{invalid: [[spec.a, is bad, null]]}");
    let before = theirs.run().exits(0);
    for config in [
        "{files: [[b, 1]], status: '{\"message\": \"all fine\", \"mine\": 1}'}",
        "{suspend: [wait, 9], status: '{\"mine\": 1}'}",
    ] {
        let outcome = theirs.again_with(config).run().exits(0);
        assert_eq!(outcome.metadata("workflow-control.yaml"), before.metadata("workflow-control.yaml"));
        let status = outcome.metadata("status.yaml");
        assert!(status.contains("message: spec.a is bad\n") && status.contains("field: spec.a"), "{status}");
        assert!(status.contains("mine: 1"), "{status}");
    }
}

/// With such a control, a step that stops would look complete without files, and Kratix would remove all that the request
/// ever had.
#[test]
fn a_control_that_does_not_stop_gives_way() {
    for theirs in ["suspend: false\n", "", "retryAfter: ''\n", "message: hello\n"] {
        let step = Step::hostile("{invalid: [[a, b, c]]}").file("metadata/workflow-control.yaml", theirs);
        let outcome = step.run().exits(0);
        assert_eq!(outcome.metadata("workflow-control.yaml"), "suspend: true\nmessage: a b\n", "{theirs}");
        let outcome = Step::hostile(TWO_FILES).file("metadata/workflow-control.yaml", theirs).run().exits(0);
        assert_eq!(outcome.metadata("workflow-control.yaml"), theirs);
        assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
    }
    refused(
        &Step::hostile(TWO_FILES).file("metadata/workflow-control.yaml", "suspend: 1"),
        "its suspend is not a boolean",
    );
}

/// A later container may be about to fill it.
#[test]
fn a_selector_of_another_container_may_be_for_what_is_not_there_yet() {
    let theirs = "- directory: later\n  matchLabels:\n    env: prod\n";
    let step = Step::hostile("{files: [[x, x]]}").file("metadata/destination-selectors.yaml", theirs);
    assert_eq!(step.run().exits(0).metadata("destination-selectors.yaml"), theirs);
}

#[test]
fn a_metadata_file_that_is_no_text_is_refused() {
    refused(&Step::hostile(TWO_FILES).file("metadata/workflow-control.yaml", b"\xff"), "it is not UTF-8");
}

#[test]
fn directories_in_one_another_are_refused() {
    for (output, metadata) in [("output", "output"), ("output", "output/m"), ("metadata/o", "metadata")] {
        let step = Step::hostile(TWO_FILES).directories(output, metadata);
        let _ = step.run().exits(74).says("the output and the metadata directory lie in one another");
    }
}

#[test]
fn two_runs_at_once_do_not_meet() {
    let step = Step::hostile("{misdeed: loop}");
    let mut first = step.command().stderr(std::process::Stdio::null()).spawn().unwrap();
    // It is made after the directory is locked.
    while !step.path(&step.in_corner("metadata", "")).exists() {
        std::thread::yield_now();
    }
    let outcome = step.run();
    first.kill().unwrap();
    first.wait().unwrap();
    let _ = outcome.exits(74).says("another run is at work in <root>/metadata");
}
