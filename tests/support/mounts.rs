//! Mounts of a program's own.

use std::path::PathBuf;
use std::process::Command;

use crate::{run_and_hear, starting};

/// Runs a script in a mount namespace of its own: its arguments are these paths, and then the command. Gives all that was
/// printed. Not every machine can: a test that calls this is `#[ignore = "needs mounts"]`.
///
/// # Panics
///
/// When the script fails.
#[must_use]
pub fn in_mounts(command: &Command, script: &str, paths: &[PathBuf]) -> String {
    run_and_hear(starting(Command::new("unshare").args(["--mount", "sh", "-euc", script, "sh"]).args(paths), command))
}
