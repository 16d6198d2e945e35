//! Where a node starts.

use std::process::Command;

use kratix_wasm_tests::{root, run};

#[test]
fn a_node_starts_beside_a_chroot_that_has_the_cgroups_too() {
    let chroot = tempfile::tempdir().expect("a temporary folder");
    // In a place of its own, since what stops it removes it; the mount ends with the shell that made it.
    let node = root().join("target/node-beside-a-chroot");
    let script =
        "mkdir $0/sys && mount --rbind /sys $0/sys && trap '\"$1\" stop --wipe \"$2\"' EXIT && \"$1\" start \"$2\"";
    let mut shell = Command::new("unshare");
    shell.args(["--mount", "bash", "-c", script]).arg(chroot.path()).arg(root().join("rig/node")).arg(&node);
    run(&mut shell);
}
