//! What documents show of a terminal: a line that begins with `$ ` is a command, and the lines below it are what it prints.
//! `…` stands for anything: in a line for anything in it, as a line for any lines.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::root;

/// A command and what a document says that it prints.
#[derive(Debug)]
pub struct Shown {
    /// For a shell.
    pub command: String,
    /// Whole lines.
    pub output: String,
}

/// The code blocks of a language, as it stands behind the fence, in their order; each of whole lines.
#[must_use]
pub fn blocks(document: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    document.split(&fence).skip(1).map(|rest| rest.split("```\n").next().unwrap_or_default().to_owned()).collect()
}

/// The commands of a block.
///
/// # Panics
///
/// When it doesn't begin with one.
#[must_use]
pub fn shown(block: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), shown.last_mut()) {
            (Some(command), _) => shown.push(Shown { command: command.to_owned(), output: String::new() }),
            (None, Some(last)) => last.output += &format!("{line}\n"),
            (None, None) => panic!("a block begins without a command: {line}"),
        }
    }
    shown
}

/// Runs the commands in one shell, in the repository, and compares what they print.
///
/// # Panics
///
/// When one prints something else, or the shell ends early.
#[track_caller]
pub fn assert_shown(commands: &[Shown]) {
    let outputs = run(commands);
    assert_eq!(outputs.len(), commands.len(), "the shell ended early: {outputs:?}");
    for (Shown { command, output: shown }, output) in commands.iter().zip(&outputs) {
        assert!(fits(shown, output), "$ {command}\n--- is shown\n{shown}\n--- it prints\n{output}");
    }
}

fn run(commands: &[Shown]) -> Vec<String> {
    const MARK: &str = "<<<end of a command>>>";
    let mut shell = Command::new("bash");
    // What cargo says to a test a user's shell doesn't have, and a build that sees it does some of its parts anew: ring's
    // build script looks at these.
    let of_cargo =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars().filter(|(name, _)| of_cargo(name)) {
        shell.env_remove(name);
    }
    let mut shell = shell
        .arg("-s")
        .current_dir(root())
        .env("NO_COLOR", "1")
        .env_remove("KRATIX_WASM_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash can be started");
    // Read whole before it is run, so that no command can eat the rest.
    let mut script = String::from("eval \"$(cat)\"\nexec 2>&1 </dev/null\n");
    for shown in commands {
        script += &format!("{}\necho '{MARK}'\n", shown.command);
    }
    shell.stdin.take().expect("it is piped").write_all(script.as_bytes()).expect("it is read");
    let done = shell.wait_with_output().expect("it ends");
    let printed = String::from_utf8(done.stdout).expect("it is text");
    let mut outputs: Vec<String> = printed.split(&format!("{MARK}\n")).map(ToOwned::to_owned).collect();
    outputs.pop();
    outputs
}

/// Whether an output is as shown.
#[must_use]
pub fn fits(shown: &str, output: &str) -> bool {
    let (shown, output): (Vec<_>, Vec<_>) = (shown.lines().collect(), output.lines().collect());
    like(&shown, &output, &"…", &|shown, line| {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        like(&characters(shown), &characters(line), &'…', &|one, other| one == other)
    })
}

/// Whether a row is like a pattern, of which `any` stands for any part of the row.
fn like<T: PartialEq>(pattern: &[T], row: &[T], any: &T, same: &dyn Fn(&T, &T) -> bool) -> bool {
    match pattern {
        [] => row.is_empty(),
        [first, rest @ ..] if first == any => (0..=row.len()).any(|skipped| like(rest, &row[skipped..], any, same)),
        [first, rest @ ..] => {
            row.split_first().is_some_and(|(next, row)| same(first, next) && like(rest, row, any, same))
        }
    }
}
