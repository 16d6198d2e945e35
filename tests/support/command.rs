//! Programs that are run to their end.

use std::process::{Command, Output, Stdio};

/// Runs what must succeed, and returns what it printed for programs: its standard output.
///
/// # Panics
///
/// When it fails.
#[track_caller]
pub fn run(command: &mut Command) -> String {
    let ended = succeeded(command);
    String::from_utf8_lossy(&ended.stdout).into_owned()
}

/// Runs what must succeed, and returns all that it printed.
///
/// # Panics
///
/// When it fails.
#[track_caller]
pub fn run_and_hear(command: &mut Command) -> String {
    all(&succeeded(command))
}

/// Runs what must fail, and returns all that it printed.
///
/// # Panics
///
/// When it succeeds.
#[track_caller]
pub fn fail(command: &mut Command) -> String {
    let ended = ended(command);
    assert!(!ended.status.success(), "{command:?} succeeded:\n{}", all(&ended));
    all(&ended)
}

/// Lets a program such as `strace` start another one: with its arguments, and with its variables beside those that are set.
pub fn starting<'a>(outer: &'a mut Command, inner: &Command) -> &'a mut Command {
    let variables = inner.get_envs().filter_map(|(name, value)| Some((name, value?)));
    outer.arg(inner.get_program()).args(inner.get_args()).envs(variables)
}

#[track_caller]
fn succeeded(command: &mut Command) -> Output {
    let ended = ended(command);
    assert!(ended.status.success(), "{command:?}: {}\n{}", ended.status, all(&ended));
    ended
}

#[track_caller]
fn ended(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Its standard output, then its standard error.
fn all(ended: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr))
}
