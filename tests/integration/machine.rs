//! Machines that refuse what a run needs: what is said names the machine, never the generator, and nothing is written.

use std::process::Command;

use kratix_wasm_tests::Step;

/// Runs a step within limits of the shell's `ulimit`, and gives how it ended and what it said.
fn within(step: &Step, limit: &str) -> (Option<i32>, String) {
    let command = step.command();
    let done = Command::new("sh")
        .args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")])
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .output()
        .unwrap();
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[track_caller]
fn refused(step: &Step, limit: &str, says: &[&str]) {
    let (code, said) = within(step, limit);
    assert_eq!(code, Some(74), "ulimit {limit}: {said}");
    assert!(said.contains("error: this machine can't run generator "), "ulimit {limit}: {said}");
    assert!(!said.contains("author"), "ulimit {limit}: {said}");
    for text in says {
        assert!(said.contains(text), "ulimit {limit}: no \"{text}\" in: {said}");
    }
    assert!(step.tree("output").is_empty() && step.tree("metadata").is_empty(), "something was written");
}

#[test]
fn too_few_addresses_are_the_machines_fault() {
    let step = Step::hostile("{files: [[a, x]]}");
    let says = ["hint: lift the limit with `ulimit -v unlimited`: each memory of a generator takes 4 GiB"];
    for gibibytes in [1, 2, 4] {
        let limit = format!("-v {}", gibibytes << 20);
        refused(&step, &limit, &says);
        refused(&step, &limit, &[&format!("its address space is limited to {gibibytes}Gi (ulimit -v)\n")]);
    }
}

#[test]
fn too_little_memory_is_the_machines_fault() {
    // Enough to begin with, and not to grow.
    refused(
        &Step::hostile("{misdeed: allocate}"),
        "-d 49152",
        &["its data is limited to 48Mi (ulimit -d)\n", "hint: lift the limit with `ulimit -d unlimited`\n"],
    );
    // A generator that reaches a bound of ours meanwhile is told of that.
    let (code, said) = within(&Step::hostile("{misdeed: allocate}").arg("--limit=memory-bytes=2Mi"), "-d 49152");
    assert!(code == Some(75) && said.contains("reached the bound memory-bytes"), "{said}");
}
