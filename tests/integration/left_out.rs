//! What `tests/run` makes of tests that not every machine can run, and the list at the end. cargo is played: it prints what
//! the test runner would, and notes how it was called.

use std::fs;
use std::process::{Command, Output};

use kratix_wasm_tests::{play, root};

/// Of the kinds that `tests/needs` knows, one that every machine has, and one that none has in these tests.
const THREE: &str = "test a::always ... ok
test a::given ... ignored, needs kratix
test a::not_given ... ignored, needs gitea-chart

test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s";
const THE_ONE: &str = "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.00s";

/// Runs `tests/run` where cargo prints the first text, and the other one once it is asked for ignored tests.
fn run(first: &str, ignored: &str, arguments: &[&str]) -> (Output, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let called = folder.path().join("called");
    let script = format!(
        "echo \"$*\" >>'{}'\ncase $* in *--ignored*) echo '{ignored}' ;; *) echo '{first}' ;; esac",
        called.display()
    );
    play(&folder.path().join("cargo"), &script);
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let mut running = Command::new(root().join("tests/run"));
    for variable in ["LEFT_OUT", "GITEA_CHART_ARCHIVE"] {
        running.env_remove(variable);
    }
    running.env("PATH", path).env("KRATIX_ARCHIVE", root().join("x"));
    let output = running.args(arguments).output().unwrap();
    let called = fs::read_to_string(called).unwrap().lines().map(str::to_owned).collect();
    (output, called)
}

#[track_caller]
fn assert_ends_with(output: &Output, end: &str) {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && printed.ends_with(end), "{printed}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_test_whose_need_is_met_is_run_and_another_is_named_and_counted() {
    let (output, called) = run(THREE, THE_ONE, &["kind", "--test", "x", "--", "a::", "--skip", "b", "--nocapture"]);
    assert_ends_with(&output, "\nLeft out here, 1:\n    kind a::not_given: needs gitea-chart\n");
    let ways = ["a:: --skip b --nocapture", "--skip b --nocapture --ignored --exact a::given"];
    assert_eq!(called, ways.map(|arguments| format!("test --test x -- {arguments}")));
}

#[test]
fn where_nothing_is_left_out_that_is_said() {
    let (output, called) = run(THE_ONE, "", &["kind", "--test", "x"]);
    assert_ends_with(&output, "\nNothing was left out.\n");
    assert_eq!(called, ["test --test x --"]);
}

#[test]
fn a_whole_kind_is_left_out_by_name() {
    let (output, called) =
        run("a::one: test\na::two: test\n\n2 tests, 0 benchmarks", "", &["kind", "--without", "node", "--test", "x"]);
    assert_ends_with(&output, "\nLeft out here, 2:\n    kind a::one: needs node\n    kind a::two: needs node\n");
    assert_eq!(called, ["test --test x -- --list --format terse"]);
}

/// Whatever would let a test go by without a word.
#[test]
fn a_test_that_is_ignored_for_nothing_or_not_run_after_all_is_an_error() {
    let [no_reason, other_reason, unknown] =
        ["ignored", "ignored, too slow", "ignored, needs luck"].map(|how| THREE.replace("ignored, needs kratix", how));
    let unnamed = THREE.replace("2 ignored", "3 ignored");
    let failed = THE_ONE.replace("1 passed", "0 passed");
    for (first, ignored, says) in [
        (&*no_reason, THE_ONE, "a::given is ignored for no need"),
        (&other_reason, THE_ONE, "a::given is ignored for no need"),
        (&unknown, THE_ONE, "a::given: what luck is can't be found out"),
        (&unnamed, THE_ONE, "3 tests were ignored, and 2 of them are named above"),
        (THREE, &failed, "of 1 tests that need something 0 were run"),
    ] {
        let (output, _) = run(first, ignored, &["kind", "--test", "x"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(says), "{says}: {said}");
        assert_eq!(output.status.code(), Some(1), "{said}");
    }
}

/// The list is no comfort where something failed, and goes with what couldn't begin.
#[test]
fn the_exit_code_is_that_of_what_was_run() {
    for (script, code, lists) in [("exit 1", 1, false), ("echo 'kind x: needs y' >>$LEFT_OUT; exit 3", 3, true)] {
        let mut listing = Command::new(root().join("tests/left-out"));
        let output = listing.args(["sh", "-c", script]).env_remove("LEFT_OUT").output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(String::from_utf8_lossy(&output.stdout).contains("Left out here, 1:\n    kind x"), lists);
    }
}
