//! What can be wrong with a component before it runs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use kratix_wasm_tests::{Step, built, describing, eventually};

use crate::made::{component, slow_to_compile};

/// What is to be seen of a compiler is seen within this time, or never.
const LONGEST: Duration = Duration::from_secs(20);

/// Runs bytes as a generator.
#[track_caller]
fn refused(bytes: &[u8], says: &str) {
    let step = Step::new().request("{apiVersion: v1, kind: Test, metadata: {name: a}}");
    let outcome = step.generator_of("odd.wasm", bytes).run().exits(66).says(says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
}

#[test]
fn a_missing_generator_says_which_one_was_probably_meant() {
    let step =
        Step::new().request("{apiVersion: v1, kind: Team, metadata: {name: a}}").file("generators/team.wasm", "");
    let wrong = step.path("generators/taem.wasm");
    let outcome = step.arg(wrong.to_str().unwrap()).run().exits(66);
    assert_eq!(
        outcome.stderr,
        "error: there is no generator at <root>/generators/taem.wasm\n  hint: did you mean <root>/generators/team.wasm?\n"
    );
}

#[test]
fn what_is_not_a_component_is_told_apart() {
    refused(b"", "odd.wasm is not WebAssembly");
    refused(b"#!/bin/sh\n", "odd.wasm is not WebAssembly");
    refused(&wat::parse_str("(module)").unwrap(), "odd.wasm is a core module, not a component");
    refused(&std::fs::read(built("hostile.cwasm")).unwrap(), "odd.wasm is precompiled code");
    refused(b"kratix-wasm precompiled 2\n{}\ncode", "odd.wasm is precompiled code");
    let mut damaged = std::fs::read(built("hostile.wasm")).unwrap();
    damaged.truncate(10_000);
    refused(&damaged, "odd.wasm is not a valid component");
}

#[test]
fn words_out_of_a_component_reach_the_terminal_clean_and_short() {
    let name = format!("x\\1b[31m\\0a\\e2\\80\\ae{}", "y".repeat(1000));
    let twice = format!("(core module (func (export \"{name}\")) (func (export \"{name}\")))");
    let step = Step::new().request("{apiVersion: v1, kind: Test, metadata: {name: a}}");
    let step = step.generator_of("odd.wasm", component(&twice));
    let stderr = step.run().exits(66).says("odd.wasm is not a valid component").stderr;
    assert!(!stderr.contains(['\u{1b}', '\u{202e}']), "{stderr}");
    assert!(stderr.contains("x[31m yyy") && stderr.lines().all(|line| line.chars().count() < 450), "{stderr}");

    let exports: Vec<String> = (0..900).map(|i| format!("(export \"other:e{i}/x\" (instance $i))")).collect();
    let says = "it exports other:e0/x, other:e1/x, other:e2/x, other:e3/x, other:e4/x and 895 more, but";
    refused(&component(&format!("(instance $i) {}", exports.concat())), says);
}

#[test]
fn a_pipe_or_a_device_is_no_generator() {
    let step = Step::new().request("{apiVersion: v1, kind: Test, metadata: {name: a}}").file("generators/x", "");
    let pipe = step.path("generators/pipe.wasm");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (pipe, directory) = (pipe.to_str().unwrap().to_owned(), step.path("generators").to_str().unwrap().to_owned());
    for path in [&pipe, "/dev/zero", &directory] {
        let step = Step::new().request("{apiVersion: v1, kind: Test, metadata: {name: a}}").arg(path);
        let _ = step.run().exits(66).says("cannot read the generator ").says("caused by: it is not a regular file\n");
    }
}

#[test]
fn a_component_of_another_world_says_what_it_has_instead() {
    refused(&component(""), "odd.wasm is not a generator\n  caused by: it exports nothing");
    let command = "(core module $m (func (export \"f\"))) (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i \"f\"))) (instance $run (export \"run\" (func $f)))
        (export \"wasi:cli/run@0.2.0\" (instance $run))";
    refused(&component(command), "it exports wasi:cli/run@0.2.0, but not kratix-wasm:generator/generation@0.1.0");
}

#[test]
fn a_newer_contract_names_both_versions() {
    let newer = "(instance $i) (export \"kratix-wasm:generator/generation@0.2.0\" (instance $i))";
    refused(&component(newer), "is built for contract 0.2.0, and this host runs 0.1.0");
    let import = "(import \"kratix-wasm:generator/log@7.0.0\" (instance)) (instance $i)
        (export \"kratix-wasm:generator/generation@0.1.0\" (instance $i))";
    refused(&component(import), "is built for contract 7.0.0, and this host runs 0.1.0");
}

#[test]
fn a_contract_that_only_looks_right_is_refused_when_it_is_linked() {
    let empty = "(instance $i) (export \"kratix-wasm:generator/generation@0.1.0\" (instance $i))";
    refused(&component(empty), "odd.wasm doesn't fit the contract 0.1.0");
}

#[test]
fn an_import_that_no_generator_gets_is_named() {
    let runtimes = "hint: leave it out where the program is built: componentize-py --stub-wasi, componentize-js \
                    disableFeatures: ['http', 'fetch-event'], componentize-qjs --sync";
    for (import, hint) in [
        // As componentize-py 0.25 and componentize-js 0.23 bring them along.
        ("wasi:sockets/network@0.2.9", runtimes),
        ("wasi:http/types@0.2.10", runtimes),
        ("wasi:config/store@0.2.0-draft", runtimes),
        ("wasi:io/streams@0.3.0", "hint: a generator is built for WASI 0.2"),
        ("other:thing/x", "hint: a generator has no files, network"),
    ] {
        let import = format!(
            "(import \"{import}\" (instance)) (instance $i)
            (export \"kratix-wasm:generator/generation@0.1.0\" (instance $i))"
        );
        refused(&component(&import), "which no generator gets\n  hint: ");
        refused(&component(&import), hint);
    }
    // Whatever keeps tables of tasks, threads, streams or errors: none of them is bounded by `handles`, and none is there.
    for asynchronous in [
        "(core func (canon task.cancel))",
        "(core func (canon subtask.cancel))",
        "(core func (canon waitable-set.new))",
        "(core func (canon backpressure.inc))",
        "(core func (canon context.get i32 0))",
        "(core func (canon thread.index))",
        "(core func (canon error-context.drop))",
        "(type $t (stream u8)) (core func (canon stream.new $t))",
        "(type $t (future u8)) (core func (canon future.new $t))",
        "(type (func async))",
    ] {
        refused(&component(asynchronous), "hint: a generator is a component for WASI 0.2, without async functions");
    }
    let function =
        "(import \"x\" (func)) (instance $i) (export \"kratix-wasm:generator/generation@0.1.0\" (instance $i))";
    refused(&component(function), "odd.wasm asks for x, which no generator gets");
}

#[test]
fn a_description_that_breaks_the_contract_is_refused() {
    for (word, code, says) in [
        ("name", 70, "describes itself wrongly\n  caused by: its name is \"Not [31ma name\""),
        ("summary", 70, "its summary is not one sentence"),
        ("no-kinds", 70, "it answers 0 kinds"),
        ("no-schema", 78, "misdeed is unknown; there is: nothing"),
        ("bad-schema", 70, "$ref is not a keyword of a structural schema"),
        ("huge-schema", 70, "it has more than 65536 bytes"),
        ("slow-schema", 70, "checking against it costs too much"),
        ("panic", 70, "crashed\n  caused by: it panicked"),
    ] {
        let config = match word {
            "slow-schema" => format!("{{misdeed: {}}}", "ab".repeat(30_000)),
            _ => "{misdeed: echo}".to_owned(),
        };
        let step = Step::new().request("{apiVersion: v1, kind: Test, metadata: {name: a}}");
        let step = step.generator_of("odd.wasm", describing(word)).arg("--config").arg(config);
        let outcome = step.run().exits(code).says(says);
        assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
        assert!(!outcome.stderr.contains('\u{1b}'), "an escape sequence reached the terminal");
    }
}

/// The processes that a process has started.
fn children(parent: u32) -> Vec<PathBuf> {
    let is_child = |directory: &PathBuf| {
        // The name may hold spaces; behind it come the state and the parent.
        let stat = fs::read_to_string(directory.join("stat")).unwrap_or_default();
        let behind = stat.rsplit_once(") ").map_or("", |(_, behind)| behind);
        behind.split(' ').nth(1).and_then(|number| number.parse().ok()) == Some(parent)
    };
    fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()).filter(is_child).collect()
}

#[test]
fn a_component_that_is_slow_to_compile_is_stopped() {
    for (limit, says) in [
        ("compile-time=1s", "odd.wasm reached the bound compile-time\n  caused by: compile-time is 1s\n"),
        ("step-time=1s", "odd.wasm reached the bound step-time\n  caused by: step-time is 1s\n"),
        (
            "compile-memory-bytes=64Mi",
            "odd.wasm reached the bound compile-memory-bytes\n  caused by: compile-memory-bytes is 64Mi\n",
        ),
    ] {
        let step = Step::new().request("{apiVersion: v1, kind: Test, metadata: {name: a}}");
        let _ = step.generator_of("odd.wasm", slow_to_compile()).arg("--limit").arg(limit).run().exits(75).says(says);
    }
}

#[test]
fn a_component_that_unfolds_without_measure_is_stopped() {
    // Each level has the one below twice.
    let level = |below: String, level: usize| {
        let twice = format!("(instance (instantiate $c{level}))").repeat(2);
        format!("(component $c{} {below} {twice})", level + 1)
    };
    let module = "(component $c0 (core module $m) (core instance (instantiate $m)))".to_owned();
    let step = Step::new().request("{apiVersion: v1, kind: Test, metadata: {name: a}}");
    let all = (0..30).fold(module, level) + "(instance (instantiate $c30))";
    let step = step.generator_of("odd.wasm", component(&all)).arg("--limit=compile-memory-bytes=192Mi");
    let _ = step.run().exits(75).says("odd.wasm reached the bound compile-memory-bytes");
}

#[test]
fn what_compiles_has_nothing_and_does_not_outlive_who_asked() {
    let step = Step::new().file("slow.wasm", slow_to_compile());
    // A descriptor and a variable that the host itself inherits.
    let mut host = Command::new("/bin/sh")
        .args(["-c", "exec 7</etc/passwd; exec \"$@\"", "sh"])
        .arg(built("kratix-wasm"))
        .arg("inspect")
        .arg(step.path("slow.wasm"))
        .env("SECRET", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let child = eventually(LONGEST, "the compiler runs", || children(host.id()).pop());
    let limits = eventually(LONGEST, "it has its bounds", || {
        // Once it has its bounds it has given up all else.
        let limits = fs::read_to_string(child.join("limits")).ok()?;
        limits.lines().any(|line| line.starts_with("Max cpu time  ") && !line.contains("unlimited")).then_some(limits)
    });
    let bounds: Vec<&str> = ["Max cpu time", "Max address space", "Max file size", "Max core file size"]
        .into_iter()
        .filter_map(|name| limits.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()))
        .collect();
    assert_eq!(bounds, ["60", "1073741824", "0", "0"]);
    assert_eq!(fs::read(child.join("environ")).unwrap(), b"");
    assert_eq!(fs::read_link(child.join("cwd")).unwrap(), PathBuf::from("/"));
    let mut open: Vec<_> = fs::read_dir(child.join("fd")).unwrap().map(|entry| entry.unwrap().path()).collect();
    open.sort();
    // Beside the standard streams there is only the memory that the code goes to.
    assert_eq!((open.len(), open[2].ends_with("2")), (4, true), "{open:?}");
    assert_eq!(fs::read_link(&open[3]).unwrap(), PathBuf::from("/memfd:code (deleted)"));

    host.kill().unwrap();
    host.wait().unwrap();
    eventually(LONGEST, "it has ended", || {
        // Whoever collects it may take a while, and until then it is a zombie.
        let status = fs::read_to_string(child.join("status")).unwrap_or_default();
        (status.is_empty() || status.contains("State:\tZ")).then_some(())
    });
}
