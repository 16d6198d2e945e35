//! Machines that have too little of something: it is the machine that is named then, and another try may succeed.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::{Step, built, tree};

const CONFIG: &str = "{files: [[a/x.txt, x], [b/c/y.txt, y]], status: '{\"k\": 1}'}";

/// However few, from what it takes to be started; at some of these a journal, a record or a file can't be opened that is, or
/// isn't, there.
#[test]
fn too_few_open_files_are_named_and_nothing_is_taken_for_wrong() {
    let mut named = 0;
    for number in 4..32 {
        let step = Step::hostile(CONFIG).ulimit(&format!("-n {number}"));
        for _ in 0..2 {
            let outcome = step.run();
            if outcome.code == Some(0) {
                continue;
            }
            let hint = format!("hint: this process may have {number} files open (ulimit -n): let it have 32\n");
            let outcome = outcome.exits(71).says("caused by: ").says("too many open files").says(&hint);
            assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "{number}: {:?}", outcome.output);
            named += 1;
        }
    }
    assert!(named >= 10, "only {named} runs had too few");
    let _ = Step::hostile(CONFIG).ulimit("-n 32").run().exits(0);
}

#[test]
fn too_few_open_files_to_compile_are_named() {
    let hint = "hint: this process may have 7 files open (ulimit -n): let it have 32\n";
    for command in ["inspect \"$1\"", "compile \"$1\" --output \"$2/code\""] {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n 7; exec \"$0\" {command}")]);
        let ended = shell.args([built("kratix-wasm"), built("hostile.wasm")]).arg(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.code() == Some(71) && said.contains(hint), "{command}: {said}");
        assert_eq!(tree(folder.path()).len(), 0);
    }
}

/// A retry finds its own files, and can't open them.
#[test]
fn too_few_open_files_leave_the_old_tree() {
    let step = Step::hostile("{}").spec("{files: [[a/x.txt, old], [z, old]]}").ulimit("-n 64");
    let before = step.run().exits(0).output;
    for number in 4..32 {
        let step = Step::hostile("{}").spec("{files: [[a/x.txt, old], [z, old]]}");
        let _ = step.run().exits(0);
        let outcome = step.spec("{files: [[a/x.txt, new], [b/y, new]]}").ulimit(&format!("-n {number}")).run();
        if outcome.code != Some(0) {
            assert_eq!(outcome.exits(71).says("files open (ulimit -n)").output, before, "{number}");
        }
    }
}

#[test]
fn a_limit_of_the_size_of_files_is_named_and_kills_nobody() {
    let step = Step::hostile(CONFIG).ulimit("-f 0");
    let hint =
        "caused by: file too large\n  hint: a file of this process may have 0 bytes (ulimit -f): let it have more\n";
    let outcome = step.run().exits(71).says("cannot write <root>/output/").says(hint);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());

    let folder = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 0; exec \"$0\" compile \"$1\" --output \"$2/code\""]);
    let ended = shell.args([built("kratix-wasm"), built("hostile.wasm")]).arg(folder.path()).output().unwrap();
    assert_eq!(ended.status.code(), Some(71));
    assert!(String::from_utf8_lossy(&ended.stderr).contains(hint));
    assert_eq!(tree(folder.path()).len(), 0);

    let printed = fs::File::create(folder.path().join("printed")).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 0; exec \"$0\" version"]).arg(built("kratix-wasm")).stdout(printed);
    let ended = shell.output().unwrap();
    assert_eq!(ended.status.code(), Some(71));
    assert!(String::from_utf8_lossy(&ended.stderr).contains(hint));
}

#[track_caller]
fn refused(step: &Step, says: &[&str]) {
    let outcome = step.run().exits(71).says("error: this machine can't run ");
    assert!(!outcome.stderr.contains("author"), "{}", outcome.stderr);
    let outcome = says.iter().fold(outcome, |outcome, text| outcome.says(text));
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
}

#[test]
fn too_few_addresses_are_the_machines_fault() {
    let within = |gibibytes: u32| Step::hostile("{files: [[a, x]]}").ulimit(&format!("-v {}", gibibytes << 20));
    let hint = "hint: lift the limit with `ulimit -v unlimited`: each memory of a generator takes 4 GiB";
    for gibibytes in [1, 2, 4] {
        let cause = format!("its address space is limited to {gibibytes}Gi (ulimit -v)\n");
        refused(&within(gibibytes), &[&cause, hint]);
    }
    // Room for one memory is enough for a generator that has one.
    let _ = within(6).run().exits(0);
}

#[test]
fn too_little_memory_is_the_machines_fault() {
    // Enough to begin with, and not to grow.
    refused(
        &Step::hostile("{misdeed: allocate}").ulimit("-d 81920"),
        &["its data is limited to 80Mi (ulimit -d)\n", "hint: lift the limit with `ulimit -d unlimited`\n"],
    );
    // A generator that reaches a bound of ours meanwhile is told of that.
    let step = Step::hostile("{misdeed: allocate}").arg("--limit=memory-bytes=2Mi").ulimit("-d 81920");
    let _ = step.run().exits(75).says("reached the bound memory-bytes");
}
