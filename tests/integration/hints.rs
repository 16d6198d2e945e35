//! What to do about an error is another thing in a pod than at a command line: there the Promise and its image decide.

use std::fs;

use kratix_wasm_tests::{Outcome, Step, TEST, built};

/// The same step at a command line, and in a pod of Kratix.
fn at_both(step: impl Fn() -> Step) -> [Outcome; 2] {
    [step().run(), step().env("KRATIX_PIPELINE_NAME", "configure").run()]
}

fn hint(outcome: &Outcome) -> &str {
    outcome.stderr.rsplit_once("  hint: ").expect("there is a hint").1.trim_end()
}

/// A step with a file as its generator.
fn with(bytes: &[u8]) -> Step {
    Step::new().request(TEST).generator_of("odd.wasm", bytes)
}

#[test]
fn what_to_do_depends_on_where_one_is() {
    let elsewhere = |name: &str| {
        let step = Step::hostile("{}");
        fs::remove_dir_all(step.path(name)).unwrap();
        step
    };
    let without_request = || Step::new().generator("team.wasm");
    let code = fs::read(built("hostile.cwasm")).unwrap();
    let foreign = || {
        let step = Step::hostile("{}");
        let mut code = code.clone();
        code.truncate(60);
        fs::write(step.path("generators/hostile.cwasm"), code).unwrap();
        step
    };
    let cases: &[(&dyn Fn() -> Step, &str, &str)] = &[
        (
            &|| Step::new().request(TEST),
            "name one, as in `kratix-wasm run",
            "set KRATIX_WASM_GENERATOR in the container's env",
        ),
        (
            &|| Step::new().request(TEST).arg("/nowhere/x.wasm"),
            "`./x build` leaves",
            "a cluster without image volumes (feature gate ImageVolume)",
        ),
        (&|| with(b"#!/bin/sh"), "after `./x build`", "what the image or the volume has there"),
        (&|| with(&code), "`kratix-wasm run --precompiled`", "set KRATIX_WASM_PRECOMPILED to true"),
        (&foreign, "`kratix-wasm compile`", "build the image again"),
        (&without_request, "with --input", "leave out --input"),
        (&|| elsewhere("output"), "name it with --output", "Kratix mounts /kratix/output"),
        (
            &|| Step::hostile("{}").arg("--limit=code-bytes=1Ki"),
            "--limit code-bytes=2Ki or",
            "code-bytes=2Ki in KRATIX_WASM_LIMITS",
        ),
        (
            &|| Step::hostile("{files: [[a, b]]}").file("output/a", "theirs"),
            "empty the directories",
            "another container of the pipeline wrote it",
        ),
    ];
    for (step, here, in_pod) in cases {
        let [there, pod] = at_both(step);
        assert!(hint(&there).contains(here) && !hint(&there).contains(in_pod), "{here}: {}", there.stderr);
        assert!(hint(&pod).contains(in_pod) && !hint(&pod).contains(here), "{in_pod}: {}", pod.stderr);
        // Only what to do differs.
        let what = |outcome: &Outcome| outcome.stderr.split("  hint: ").next().unwrap().to_owned();
        assert_eq!(what(&there), what(&pod));
    }
}

/// Whoever tries a deletion on a laptop sets no more than the action.
#[test]
fn a_deletion_at_a_command_line_is_not_in_a_pod() {
    let step = Step::new().request(TEST).arg("/nowhere/x.wasm").env("KRATIX_WORKFLOW_ACTION", "delete");
    let _ = step.run().exits(66).says("hint: `./x build`");
}

/// A suspended step tells it to the termination message and the log, as one that fails.
#[test]
fn a_suspended_step_says_it_too() {
    let step = Step::new().request(TEST).arg("/nowhere/x.wasm").env("KRATIX_PIPELINE_NAME", "configure");
    let _ = step.env("KRATIX_WASM_ON_ERROR", "suspend").run().exits(0).says("feature gate ImageVolume");
}
