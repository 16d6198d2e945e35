//! Every bound is reached by a step, and says so: a row each, in the order of the code's own table (`limits::BOUNDS`), so that
//! a bound can't be added without one.

use std::fs;

use kratix_wasm::limits::BOUNDS;
use kratix_wasm_tests::{Step, TEST, built};

use crate::made::{hostile_beside, hostile_with, slow_to_compile};

/// What comes of a bound.
enum Met {
    /// The step ends with 75 and names the bound, its value and twice as much.
    Ends { twice: &'static str },
    /// What is over it is left out, and the step goes on: what it says then, and not with this much.
    Cuts { says: &'static str, enough: &'static str },
}
use Met::{Cuts, Ends};

/// Those of inputs, which are read from a cluster: tests/inputs reaches them.
const OF_INPUTS: [&str; 4] = ["input-bytes", "input-values", "inputs", "input-time"];

/// A bound, a value for it, a step that reaches it, and what comes of it.
type Row = (&'static str, &'static str, Step, Met);

/// A step of a component that has to be compiled.
fn compiled(component: impl AsRef<[u8]>) -> Step {
    Step::new().request(TEST).generator_of("x.wasm", component)
}

fn hostile(config: &str) -> Step {
    // So that fuel doesn't end first what the time is to end.
    Step::hostile(config).arg("--limit=fuel=1000000000000")
}

/// Takes this many handles, each of a thing of its own.
fn handles(count: u32) -> Vec<u8> {
    hostile_beside(&format!(
        "(type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core instance $i (export \"new\" (func $new)))
        (core module $m
            (import \"i\" \"new\" (func $new (param i32) (result i32)))
            (func $f {}) (start $f))
        (core instance (instantiate $m (with \"i\" (instance $i))))",
        "(drop (call $new (i32.const 0)))".repeat(count as usize)
    ))
}

fn rows() -> Vec<Row> {
    let large = format!("{{files: [[a, {}]]}}", "x".repeat(2000));
    let wasm = fs::read(built("hostile.wasm")).unwrap();
    let globals = "(global (mut i64) (i64.const 1))".repeat(5000);
    vec![
        ("memory-bytes", "2Mi", hostile("{misdeed: allocate}"), Ends { twice: "4Mi" }),
        ("table-elements", "1", compiled(&wasm), Ends { twice: "2" }),
        ("instances", "1", compiled(&wasm), Ends { twice: "2" }),
        ("instance-bytes", "64Ki", compiled(hostile_with(&globals, 1)), Ends { twice: "128Ki" }),
        ("handles", "16", compiled(handles(17)), Ends { twice: "32" }),
        ("stack-bytes", "128Ki", hostile("{misdeed: recurse}"), Ends { twice: "256Ki" }),
        ("fuel", "10000000", hostile("{misdeed: loop}"), Ends { twice: "20000000" }),
        ("time", "1s", hostile("{misdeed: loop}"), Ends { twice: "2s" }),
        ("step-time", "1s", hostile("{misdeed: loop}"), Ends { twice: "2s" }),
        ("hostcall-bytes", "64Ki", hostile("{files: [[a, x]], misdeed: huge-file}"), Ends { twice: "128Ki" }),
        (
            "log-bytes",
            "50",
            hostile("{misdeed: log, files: [[a, x]]}"),
            Cuts { says: "warning: said more than log-bytes allows; the rest is left out\n", enough: "1Ki" },
        ),
        ("output-bytes", "1000", hostile(&large), Ends { twice: "2000" }),
        ("files", "1", hostile("{files: [[a, x], [b, x]]}"), Ends { twice: "2" }),
        ("directories", "1", hostile("{files: [[a/x, x], [b/x, x]]}"), Ends { twice: "2" }),
        ("labels", "1", hostile("{files: [[a/x, x]], destinations: [[a, [[e, p], [f, q]]]]}"), Ends { twice: "2" }),
        // One without a label counts, too.
        (
            "labels",
            "1",
            hostile("{files: [[a/x, x], [b/x, x]], destinations: [[a, []], [b, []]]}"),
            Ends { twice: "2" },
        ),
        ("document-depth", "1", hostile("{yaml: [[a.yaml, ['[[]]']]]}"), Ends { twice: "2" }),
        ("document-values", "2", hostile("{yaml: [[a.yaml, ['[1, 2]', '[1, 2, 3]']]]}"), Ends { twice: "4" }),
        ("status-bytes", "8", hostile("{files: [[a, x]], status: '{\"key\": 1}'}"), Ends { twice: "16" }),
        (
            "problems",
            "1",
            hostile("{invalid: [[spec.x, is wrong, null], [spec.y, is wrong, null]]}"),
            Cuts { says: "invalid: and 1 more\n", enough: "2" },
        ),
        (
            "message-chars",
            "16",
            hostile("{invalid: [[spec.x, has 17 characters, null]]}"),
            Cuts { says: "invalid: spec.x has 17 characte…\n", enough: "17" },
        ),
        ("object-bytes", "8", hostile("{}"), Ends { twice: "16" }),
        ("config-bytes", "1Ki", hostile(&large), Ends { twice: "2Ki" }),
        ("component-bytes", "1Ki", compiled(&wasm), Ends { twice: "2Ki" }),
        ("code-bytes", "1Ki", hostile("{}"), Ends { twice: "2Ki" }),
        ("code-bytes", "1Ki", compiled(&wasm), Ends { twice: "2Ki" }),
        ("step-code-bytes", "1Mi", hostile("{}").generator("hostile.cwasm"), Ends { twice: "2Mi" }),
        ("compile-memory-bytes", "64Mi", compiled(slow_to_compile()), Ends { twice: "128Mi" }),
        ("compile-time", "1s", compiled(slow_to_compile()), Ends { twice: "2s" }),
    ]
}

#[test]
fn each_bound_is_reached_and_says_so() {
    let mut reached: Vec<String> = Vec::new();
    for (name, value, step, met) in rows() {
        let outcome = step.arg(format!("--limit={name}={value}"));
        match met {
            Ends { twice } => {
                let outcome = outcome.run().exits(75);
                assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "{name}: something was written");
                let outcome = outcome.says(&format!("  caused by: {name} is {value}\n"));
                let _ = outcome.says(&format!("to allow more, --limit {name}={twice} or KRATIX_WASM_LIMITS\n"));
            }
            Cuts { says, enough } => {
                let _ = outcome.run().exits(0).says(says);
                let outcome = outcome.arg(format!("--limit={name}={enough}")).run().exits(0);
                assert!(!outcome.stderr.contains(says), "{name}={enough}: {}", outcome.stderr);
            }
        }
        reached.push(name.to_owned());
    }
    reached.dedup();
    let all = BOUNDS.iter().map(kratix_wasm::limits::Bound::name);
    let (of_inputs, all): (Vec<String>, Vec<String>) = all.partition(|name| OF_INPUTS.contains(&name.as_str()));
    assert_eq!(of_inputs, OF_INPUTS);
    assert_eq!(reached, all, "a bound has no row");
}
