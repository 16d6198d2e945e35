//! What the commands say that preview a platform: through the binary, with real components.

mod assumed;
mod compared;
mod shown;
mod trees;

use std::path::PathBuf;
use std::process::{Command, Output};

use kratix_wasm_tests::{built, root};

/// `render` of the Team Promise with the state stores and the Teams of deploy/.
fn team() -> Command {
    let mut command = Command::new(built("kratix-wasm"));
    command.current_dir(root()).arg("render").env_clear();
    for path in [
        "promises/team/promise.yaml",
        "deploy/4-state-stores/catalog.yaml",
        "deploy/4-state-stores/infrastructure.yaml",
        "deploy/6-team/teams",
    ] {
        command.args(["-f", path]);
    }
    command.arg(generator("team", built("team.cwasm")));
    command
}

fn generator(name: &str, file: PathBuf) -> String {
    format!("--generator={name}={}", file.display())
}

fn ended(command: &mut Command) -> Output {
    command.output().expect("it can be started")
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(ended(command).stdout).expect("it is UTF-8")
}
