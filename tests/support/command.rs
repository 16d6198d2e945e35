//! Programs that are run to their end.

use std::process::{Command, Stdio};

/// Runs what must succeed, and returns what it printed for programs: its standard output.
///
/// # Panics
///
/// When it fails.
#[track_caller]
pub fn run(command: &mut Command) -> String {
    let (succeeded, output, all) = ended(command);
    assert!(succeeded, "{command:?}:\n{all}");
    output
}

/// Runs what must succeed, and returns all that it printed.
///
/// # Panics
///
/// When it fails.
#[track_caller]
pub fn run_and_hear(command: &mut Command) -> String {
    let (succeeded, _, all) = ended(command);
    assert!(succeeded, "{command:?}:\n{all}");
    all
}

/// Runs what must fail, and returns all that it printed.
///
/// # Panics
///
/// When it succeeds.
#[track_caller]
pub fn fail(command: &mut Command) -> String {
    let (succeeded, _, all) = ended(command);
    assert!(!succeeded, "{command:?} succeeded:\n{all}");
    all
}

/// Whether it succeeded, its standard output, and that with its standard error.
#[track_caller]
fn ended(command: &mut Command) -> (bool, String, String) {
    let ended = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let [output, errors] = [&ended.stdout, &ended.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let all = format!("{output}{errors}{}\n", ended.status);
    (ended.status.success(), output, all)
}
