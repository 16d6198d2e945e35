//! Mounts of a program's own, where they can be made.

use std::path::PathBuf;
use std::process::Command;

/// Runs a script in a mount namespace of its own: its arguments are these paths, and then the command. Gives all that was
/// printed, or none where mounts can't be made, and then it says that the test is left out.
///
/// # Panics
///
/// When the script fails.
#[must_use]
pub fn in_mounts(command: &Command, script: &str, paths: &[PathBuf]) -> Option<String> {
    let can_mount = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    if !can_mount(Command::new("unshare").args(["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])) {
        eprintln!("left out: no mounts can be made here");
        return None;
    }
    let done = Command::new("unshare")
        .args(["--mount", "sh", "-euc", script, "sh"])
        .args(paths)
        .arg(command.get_program())
        .args(command.get_args())
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .output()
        .expect("unshare can be started");
    let text = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(done.status.success(), "{text}");
    Some(text)
}
