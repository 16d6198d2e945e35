//! docs/commands.md: what `--help` says of every command that it lists.

use std::fmt::Write as _;
use std::process::Command;

use kratix_wasm_tests::{assert_golden, built, root, run};

const HEAD: &str = "# Commands\n\n\
    What `kratix-wasm COMMAND --help` says, of all of them: made from the program by `./x bless`, and held to it by a test.\n\
    [pipeline-step.md](pipeline-step.md) tells how a step is set up, [exit-codes.md](exit-codes.md) how a command ends.\n\n\
    What `--format json` prints is described by a JSON Schema for each command. They name all keys of this version and say in\n\
    `required` which are always there; a later version may have more, so pass over what you don't know. When a command fails it\n\
    prints the [error](schema/error.json), but for `check-promise`, which says of each container what is wrong.\n";

#[test]
fn the_page_of_commands_says_what_help_says() {
    let overview = help(&[]);
    let mut page = format!("{HEAD}\n```text\n{overview}```\n");
    let listed = commands(&overview);
    assert!(listed.contains(&"run") && !listed.contains(&"help"), "{listed:?}");
    for command in listed {
        let help = help(&[command]);
        let _ = write!(page, "\n## {command}\n\n```text\n{help}```\n");
        if help.contains("--format <FORMAT>") {
            let schema = match command {
                "render" | "diff" | "impact" => "schema/preview.json".to_owned(),
                other => format!("schema/{other}.json"),
            };
            assert!(root().join("docs").join(&schema).exists(), "{schema}");
            let _ = write!(page, "\nWhat `--format json` prints: [{schema}]({schema})");
            // Of something else than a component, another.
            let of_promises = format!("schema/{command}-rbac.json");
            if root().join("docs").join(&of_promises).exists() {
                let _ = write!(page, "; with `--rbac`: [{of_promises}]({of_promises})");
            }
            page.push('\n');
        }
    }
    assert_golden(&root().join("docs/commands.md"), &page);
}

/// What the program lists; what it hides is for itself.
fn commands(overview: &str) -> Vec<&str> {
    let lines = overview.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

/// Without what clap leaves at the ends of lines.
fn help(command: &[&str]) -> String {
    let said = run(Command::new(built("kratix-wasm")).args(command).arg("--help").env_clear());
    said.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}
