//! Every ```console block of the documents: a line that begins with `$ ` is run in the repository, and the lines below it
//! are what it prints. A line `…` stands for any lines. The commands of one document share a shell.

use std::io::Write as _;
use std::process::{Command, Stdio};

use kratix_wasm_tests::root;

/// A command and what it prints.
struct Shown {
    command: String,
    output: String,
}

fn blocks(document: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    document.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

fn shown(document: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for block in blocks(document, "console") {
        for line in block.lines() {
            match (line.strip_prefix("$ "), shown.last_mut()) {
                (Some(command), _) => shown.push(Shown { command: command.to_owned(), output: String::new() }),
                (None, Some(last)) => last.output += &format!("{line}\n"),
                (None, None) => panic!("a console block begins without a command: {line}"),
            }
        }
    }
    shown
}

/// Runs the commands in one shell and gives what each printed.
fn run(commands: &[Shown]) -> Vec<String> {
    const MARK: &str = "<<<end of a command>>>";
    let mut shell = Command::new("bash")
        .arg("-s")
        .current_dir(root())
        .env("NO_COLOR", "1")
        .env_remove("KRATIX_WASM_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Read whole before it is run, so that no command can eat the rest.
    let mut script = String::from("eval \"$(cat)\"\nexec 2>&1 </dev/null\n");
    for shown in commands {
        script += &format!("{}\necho '{MARK}'\n", shown.command);
    }
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let done = shell.wait_with_output().unwrap();
    let printed = String::from_utf8(done.stdout).unwrap();
    let mut outputs: Vec<String> = printed.split(&format!("{MARK}\n")).map(ToOwned::to_owned).collect();
    outputs.pop();
    outputs
}

/// Whether an output is as shown.
fn fits(shown: &str, output: &str) -> bool {
    let mut parts = shown.split("…\n");
    let Some(mut rest) = output.strip_prefix(parts.next().unwrap()) else { return false };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || shown.ends_with("…\n")
}

#[test]
fn what_the_documents_show_is_what_comes_out() {
    // One after the other: both build.
    for document in ["README.md", "docs/tutorial.md"] {
        let commands = shown(&std::fs::read_to_string(root().join(document)).unwrap());
        assert!(commands.len() > 8, "where are the commands of {document}?");
        let outputs = run(&commands);
        assert_eq!(outputs.len(), commands.len(), "the shell of {document} ended early: {outputs:?}");
        for (shown, output) in commands.iter().zip(&outputs) {
            assert!(
                fits(&shown.output, output),
                "$ {}\n--- {document} shows\n{}\n--- it prints\n{output}",
                shown.command,
                shown.output
            );
        }
    }
}

#[test]
fn shown_output_can_differ() {
    assert!(fits("a\n…\nc\n", "a\nb\nc\n"));
    assert!(fits("a\n…\n", "a\nb\n"));
    assert!(!fits("a\nc\n", "a\nb\nc\n"));
    assert!(!fits("a\n…\nd\n", "a\nb\nc\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(!fits("b\n", "a\nb\n"));
}
