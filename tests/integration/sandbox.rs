//! What a generator can and can't do while it runs.

use kratix_wasm_tests::Step;

#[track_caller]
fn stopped(misdeed: &str, code: i32, says: &str) {
    let step = Step::hostile(&format!("{{misdeed: {misdeed}, files: [[a, x]]}}"));
    let outcome = step.run().exits(code).says(says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
    assert!(!outcome.stderr.contains('\u{1b}'), "an escape sequence reached the terminal");
}

#[test]
fn a_generator_that_does_not_end_is_stopped() {
    stopped("loop", 75, "generator hostile reached the bound fuel\n  caused by: fuel is ");
    stopped("allocate", 75, "reached the bound memory-bytes\n  caused by: memory-bytes is 64Mi");
    stopped("recurse", 75, "reached the bound stack-bytes");
}

#[test]
fn a_generator_that_crashes_says_why() {
    stopped("panic", 70, "hostile: info: no [31mway");
    stopped("panic", 70, "crashed\n  caused by: it panicked; its last lines in the log say where");
    stopped("trap", 70, "crashed");
    stopped("exit", 70, "crashed\n  caused by: Exited with i32 exit status 1\n");
}

#[test]
fn a_sleep_takes_no_time() {
    let _ = Step::hostile("{misdeed: sleep, files: [[a, x]]}").run().exits(0);
}

#[test]
fn there_is_nothing_to_see_and_it_is_always_the_same() {
    let step = || Step::hostile("{misdeed: look}").env("SECRET", "1");
    let outcome = step().run().exits(0);
    let seen = outcome.output("seen.txt");
    assert!(seen.starts_with("environment: []\narguments: []\nnow: Ok(946688400)\nslept: 3600\nrandom: "), "{seen}");
    assert!(seen.contains("root: Err(") && seen.ends_with("stdin: Ok(\"\")\n"), "{seen}");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(step().env("TZ", "Asia/Tokyo").run().exits(0), outcome);
}

#[test]
fn messages_are_shown_clean_and_by_level() {
    let step = || Step::hostile("{misdeed: log, files: [[a, x]]}");
    let shown = "hostile: info: an info [31mmessage in two lines\nhostile: warning: a warning\nhostile: error: an error\n\
                 hostile: info: printed\nhostile: info: without a line end\nwrote a\n";
    assert_eq!(step().run().exits(0).stderr, shown);
    let verbose = step().arg("--verbose").run().exits(0).stderr;
    // The host's own say where the time went.
    let is_hosts = |line: &&str| line.starts_with("debug: ");
    assert!(verbose.lines().any(|line| is_hosts(&line) && line.ends_with(" ms: answer")), "{verbose}");
    let rest: String =
        verbose.lines().filter(|line| !is_hosts(line)).fold(String::new(), |rest, line| rest + line + "\n");
    assert_eq!(rest, format!("hostile: debug: a debug message\n{shown}"));
}

#[test]
fn a_flood_of_messages_is_cut_with_a_note() {
    let outcome = Step::hostile("{misdeed: log-flood, files: [[a, x]]}").run().exits(0);
    assert!(outcome.stderr.len() < 300_000, "{} bytes", outcome.stderr.len());
    assert!(outcome.stderr.contains("hostile: warning: said more than log-bytes allows; the rest is left out\n"));
}

#[test]
fn a_flood_of_one_generator_does_not_silence_another() {
    let step = Step::hostile("{hostile: {misdeed: log-flood, files: [[a, x]]}}").generator("hostile.cwasm");
    let stderr = step.arg("--overwrite").run().exits(0).stderr;
    assert_eq!(stderr.matches("hostile: info: line 0\n").count(), 2);
    assert_eq!(stderr.matches("said more than log-bytes allows").count(), 2);
}
