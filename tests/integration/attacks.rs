//! What a generator that means harm can try. Whatever it is, the step ends with a documented code, the host stays small,
//! nothing that hides or moves text reaches anybody, and what an earlier run wrote stays as it is, byte for byte.
//!
//! `components` has what can be wrong with a component before it runs, `sandbox` what it can look at, `limits` each bound.

use std::process::Command;

use kratix_wasm_tests::{Outcome, Step, TEST, built};

use crate::made::{hostile_beside, hostile_with};

/// More than the host may ever have in memory, whatever a generator does; by default the generator itself has 64 MiB.
const MAX_PEAK_MIB: u64 = 512;

/// Enough for anything honest here, and little enough that a loop ends soon.
const FUEL: &str = "--limit=fuel=300000000";

/// A step that has run before and left files, told to do something else now.
fn attacked(config: &str) -> Step {
    let step = Step::new().request(TEST).arg("--precompiled").generator("hostile.cwasm");
    let path = step.path("config.yaml").to_str().unwrap().to_owned();
    let step = step.arg("--config-file").arg(path).arg("--limit=config-bytes=4Mi").arg(FUEL);
    let before = "{files: [[old/a, 1], [old/b/c, 2]], destinations: [[old, [[e, p]]]], status: '{\"k\": 1}'}";
    let step = step.file("config.yaml", before);
    let _ = step.run().exits(0);
    step.file("config.yaml", config)
}

/// Runs a step and finds its end in order.
#[track_caller]
fn ends(step: &Step, code: i32) -> Outcome {
    let (outcome, peak) = step.measure();
    assert!(peak < MAX_PEAK_MIB, "the host had {peak} MiB");
    let outcome = outcome.exits(code);
    let texts = outcome.metadata.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    for text in texts.chain([outcome.stderr.clone()]) {
        let unseen =
            text.find(|c: char| (c.is_control() && c != '\n') || "\u{202e}\u{200b}\u{2066}\u{feff}".contains(c));
        assert_eq!(unseen, None, "{text:?}");
    }
    outcome
}

/// An attack that fails: code, words, and nothing changed.
#[track_caller]
fn fails(step: &Step, code: i32, says: &str) {
    let before = [step.tree("output"), step.tree("metadata")];
    let outcome = ends(step, code).says(says);
    assert!(before == [outcome.output, outcome.metadata], "something was changed");
}

#[test]
fn what_takes_without_end_is_stopped() {
    for (misdeed, code, says) in [
        ("loop", 75, "reached the bound fuel"),
        ("churn", 75, "reached the bound fuel"),
        ("allocate", 75, "reached the bound memory-bytes"),
        ("recurse", 75, "reached the bound stack-bytes"),
        ("gigabyte-file", 75, "reached the bound memory-bytes"),
        ("huge-file", 75, "reached the bound hostcall-bytes"),
        ("many-files", 75, "reached the bound "),
        ("panic", 70, "crashed\n  caused by: it panicked"),
        ("trap", 70, "crashed"),
        ("exit", 70, "crashed"),
        ("bad-text", 70, "crashed\n  caused by: invalid utf-8"),
    ] {
        fails(&attacked(&format!("{{misdeed: {misdeed}}}")), code, says);
    }
}

#[test]
fn paths_never_lead_out_nor_deceive() {
    let long = "x".repeat(5000);
    let deep = ["x"; 17].join("/");
    for path in [
        "/etc/passwd",
        "//x",
        "..",
        "../x",
        "a/../../x",
        "a/..",
        "./x",
        "a//b",
        "a/",
        "",
        "a\\0b",
        "..\\\\x",
        "C:\\\\x",
        ".git/hooks/post-checkout",
        ".GIT/config",
        "a/.GitHub/workflows/x.yml",
        ".Kratix/x",
        ".kratix-wasm/stage/0",
        "a/.terraform/x",
        "a\\u001b[31mb",
        "a\\u202Eb",
        "a\\u200Bb",
        "\\uFEFFa",
        "a\\nb",
        &long,
        &deep,
    ] {
        fails(&attacked(&format!("{{files: [[\"{path}\", x]]}}")), 70, "returned a path ");
    }
}

#[test]
fn paths_that_are_one_somewhere_are_refused() {
    for (files, says) in [
        ("[a, x], [a, y]", "returned a twice"),
        ("[a, x], [a/b, y]", "returned a and a/b, so a would be a file and a directory"),
        ("[a/b/c, x], [a/b, y]", "returned a/b and a/b/c, so a/b would be a file and a directory"),
        ("[Read.me, x], [read.ME, y]", "which some file systems take for the same name"),
        ("[caf\u{e9}, x], [cafe\u{301}, y]", "which some file systems take for the same name"),
        ("[A/x, x], [a/y, y]", "which some file systems take for the same name"),
    ] {
        fails(&attacked(&format!("{{files: [{files}]}}")), 70, says);
    }
}

#[test]
fn labels_that_are_none_are_refused() {
    let long = "x".repeat(64);
    for (key, value) in [
        ("", "v"),
        ("a b", "v"),
        ("A.B/c", "v"),
        ("k", "not a label"),
        ("k", "\\u202Ex"),
        ("k\\u001b", "v"),
        (&long, "v"),
    ] {
        let config = format!("{{files: [[a/x, x]], destinations: [[a, [[\"{key}\", \"{value}\"]]]]}}");
        fails(&attacked(&config), 70, "returned a destination ");
    }
}

#[test]
fn a_status_that_is_not_a_generators_is_refused() {
    let deep = format!("{{\"k\": {}1{}}}", "[".repeat(100), "]".repeat(100));
    for status in
        [&*deep, "[1]", "\"text\"", "null", "{\"kratix\": {}}", "{\"conditions\": []}", "{\"workflowsFailed\": 0}"]
    {
        fails(&attacked(&format!("{{files: [[a, x]], status: '{status}'}}")), 70, "returned a status ");
    }
    let large = format!("{{\"k\": \"{}\"}}", "x".repeat(1 << 20));
    fails(&attacked(&format!("{{files: [[a, x]], status: '{large}'}}")), 75, "returned a status that is too large");
}

#[test]
fn what_is_only_odd_is_made_harmless() {
    let trick = "a\\u001b[31mb\\u202Ec\\u200Bd\\u2066e\\uFEFFf\\r\\ng";
    for config in [
        "{misdeed: sleep, files: [[a, x]]}".to_owned(),
        "{misdeed: log-flood, files: [[a, x]]}".to_owned(),
        "{misdeed: log, files: [[a, x]]}".to_owned(),
        "{suspend: [wait, 4294967295]}".to_owned(),
        format!("{{suspend: [\"{trick}\", 1]}}"),
        format!("{{invalid: [[\"{trick}\", \"{trick}\", \"{trick}\"]]}}"),
        format!("{{files: [[a, x]], status: '{{\"message\": \"{trick}\", \"{trick}\": [\"{trick}\"]}}'}}"),
    ] {
        let outcome = ends(&attacked(&config).arg("--limit=fuel=4000000000"), 0);
        assert!(outcome.stderr.len() < 400_000, "{} bytes of log", outcome.stderr.len());
    }
    let trick = format!("{{internal: \"{trick}\"}}");
    fails(&attacked(&trick), 70, "caused by: a[31mbcdef  g\n");
}

#[test]
fn what_happens_before_a_function_is_called_is_bounded_too() {
    let loops = |body: &str| format!("(func $f (loop {body} (br 0))) (start $f)");
    let memories = "(memory 32)".repeat(60);
    let [many_memories, many_tables] = ["(memory 0)", "(table 0 funcref)"].map(|one| one.repeat(70));
    for (module, instances, code, says) in [
        ("(memory 2000)", 1, 75, "reached the bound memory-bytes"),
        (&*memories, 1, 75, "reached the bound memory-bytes"),
        ("(memory 320)", 10, 75, "reached the bound memory-bytes"),
        ("", 100, 75, "reached the bound instances"),
        (&*many_memories, 1, 75, "reached the bound instances"),
        (&*many_tables, 1, 75, "reached the bound instances"),
        ("(table 200000 funcref)", 1, 75, "reached the bound table-elements"),
        (
            &loops("(if (i32.lt_s (table.grow (ref.null func) (i32.const 1000)) (i32.const 0)) (then unreachable))")
                .replacen("(func", "(table 0 funcref) (func", 1),
            1,
            75,
            "reached the bound table-elements",
        ),
        (
            &loops("(if (i32.lt_s (memory.grow (i32.const 16)) (i32.const 0)) (then unreachable))").replacen(
                "(func",
                "(memory 0) (func",
                1,
            ),
            3,
            75,
            "reached the bound memory-bytes",
        ),
        (&loops(""), 1, 75, "reached the bound fuel"),
        (
            &loops("(memory.fill (i32.const 0) (i32.const 1) (i32.const 50000000))").replacen(
                "(func",
                "(memory 800) (func",
                1,
            ),
            1,
            75,
            "reached the bound fuel",
        ),
        ("(func $f call $f) (start $f)", 1, 75, "reached the bound stack-bytes"),
        ("(func $f unreachable) (start $f)", 1, 70, "crashed"),
        ("(memory 1 1 shared)", 1, 66, "is not a valid component"),
        ("(memory i64 1)", 1, 66, "is not a valid component"),
        // None of these fails for the way in which it is put in.
        ("(memory 1)", 1, 0, ""),
    ] {
        let step = Step::new().request(TEST).arg(FUEL).arg("--config={files: [[a, x]]}");
        let step = step.generator_of("x.wasm", hostile_with(module, instances)).file("output/old/a", "1");
        let step = step.file("metadata/status.yaml", "k: 1\n").file("metadata/destination-selectors.yaml", "[]\n");
        if code == 0 {
            let _ = ends(&step, 0);
        } else {
            fails(&step, code, says);
        }
    }
}

#[test]
fn what_instances_have_beside_memories_is_bounded() {
    // Each level is the one below, twice: half a million in a kilobyte.
    let twice = "(instance (instantiate $c))".repeat(2);
    let doubled = (0..19).fold(String::new(), |below, _| format!("(component $c {below}) {twice}"));
    let [globals, functions] = [
        "(global (mut i64) (i64.const 1))".repeat(20_000),
        // Every function that a table could have takes a place in the context of its instance.
        format!(
            "{}(elem declare func {})",
            "(func)".repeat(5000),
            (0..5000).map(|i| i.to_string()).collect::<Vec<_>>().join(" ")
        ),
    ];
    let many = |module: &str, count: usize| {
        format!("(core module $m {module}) {}", "(core instance (instantiate $m))".repeat(count))
    };
    for (inner, code) in [
        (&*doubled, 75),
        (&many(&globals, 40), 75),
        (&many(&functions, 40), 75),
        (&many(&globals, 1), 0),
        (&many(&functions, 1), 0),
    ] {
        let step = Step::new().request(TEST).arg("--config={files: [[a, x]]}");
        let step = step.generator_of("x.wasm", hostile_beside(inner));
        let says = "reached the bound instance-bytes\n  caused by: instance-bytes is 1Mi\n";
        if code == 0 {
            let _ = ends(&step, 0);
            continue;
        }
        fails(&step, code, says);
        // What could not be run is not compiled, either.
        let [component, compiled] = ["generators/x.wasm", "x.cwasm"].map(|name| step.path(name));
        let mut compile = Command::new(built("kratix-wasm"));
        let status = compile.arg("compile").arg(component).arg("-o").arg(&compiled).output().unwrap().status;
        assert_eq!((status.code(), compiled.exists()), (Some(75), false));
    }
}

/// A component can make things of its own, and lend one of them any number of times in one call.
#[test]
fn things_that_a_generator_makes_are_handles_too() {
    let made = "(type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core func $drop (canon resource.drop $r))
        (core instance $i (export \"new\" (func $new)) (export \"drop\" (func $drop)))
        (core module $m
            (import \"i\" \"new\" (func $new (param i32) (result i32)))
            (import \"i\" \"drop\" (func $drop (param i32)))
            (func $f (local i32) (loop BODY (br_if 0 (i32.lt_s (local.tee 0 (i32.add (local.get 0) (i32.const 1)))
                (i32.const COUNT))))) (start $f))
        (core instance (instantiate $m (with \"i\" (instance $i))))";
    let lent = "(component $lender
            (type $r' (resource (rep i32)))
            (export $r \"r\" (type $r'))
            (core func $new (canon resource.new $r'))
            (core module $m (memory (export \"m\") 2) (func (export \"take\") (param i32 i32))
                (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
            (core instance $i (instantiate $m))
            (func (export \"new\") (param \"rep\" u32) (result (own $r)) (canon lift (core func $new)))
            (func (export \"take\") (param \"all\" (list (borrow $r)))
                (canon lift (core func $i \"take\") (memory (core memory $i \"m\")) (realloc (core func $i \"realloc\")))))
        (component $borrower
            (import \"l\" (instance $lender
                (export \"r\" (type $r (sub resource)))
                (export \"new\" (func (param \"rep\" u32) (result (own $r))))
                (export \"take\" (func (param \"all\" (list (borrow $r)))))))
            (core module $memory (memory (export \"m\") 2))
            (core instance $memory (instantiate $memory))
            (core func $new (canon lower (func $lender \"new\")))
            (core func $take (canon lower (func $lender \"take\") (memory (core memory $memory \"m\"))))
            (core instance $i (export \"new\" (func $new)) (export \"take\" (func $take)))
            (core module $m
                (import \"i\" \"new\" (func $new (param i32) (result i32)))
                (import \"i\" \"take\" (func $take (param i32 i32)))
                (import \"memory\" \"m\" (memory 2))
                (func $f (local i32 i32) (local.set 1 (call $new (i32.const 0)))
                    (loop (i32.store (i32.mul (local.get 0) (i32.const 4)) (local.get 1))
                        (br_if 0 (i32.lt_s (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const COUNT))))
                    (call $take (i32.const 0) (i32.const COUNT)))
                (start $f))
            (core instance (instantiate $m (with \"i\" (instance $i)) (with \"memory\" (instance $memory)))))
        (instance $lender (instantiate $lender))
        (instance (instantiate $borrower (with \"l\" (instance $lender))))";
    let kept = made.replace("BODY", "(drop (call $new (i32.const 0)))");
    let returned = made.replace("BODY", "(call $drop (call $new (i32.const 0)))");
    for (inner, count, code) in
        [(&*kept, 9000, 0), (&kept, 10_001, 75), (&returned, 90_000, 0), (lent, 9000, 0), (lent, 10_001, 75)]
    {
        let step = Step::new().request(TEST).arg("--config={files: [[a, x]]}");
        let step = step.generator_of("x.wasm", hostile_beside(&inner.replace("COUNT", &count.to_string())));
        let outcome = ends(&step, code);
        let says = "reached the bound handles\n  caused by: handles is 10000\n";
        assert!(code == 0 || outcome.says(says).output.is_empty(), "something was written");
    }
}
