//! What earlier containers and generators said: the status so far.

use kratix_wasm_tests::Step;

/// A step that tells of it.
fn tells(more: &str) -> Step {
    Step::hostile(&format!("{{earlier: true{more}}}"))
}

#[test]
fn a_generator_sees_the_status_so_far() {
    assert_eq!(tells("").run().exits(0).output("earlier.json"), "{}");
    let left = "message: theirs\nzone: {b: 1, a: [x]}\n";
    let outcome = tells("").file("metadata/status.yaml", left).run().exits(0);
    assert_eq!(
        outcome.output("earlier.json"),
        r#"{"message":"theirs","zone":{"b":1,"a":[x]}}"#.replace("[x]", "[\"x\"]")
    );
    // The request's own status is in the request.
    let request = "{apiVersion: tests/v1, kind: Test, metadata: {name: a}, status: {old: 1}}";
    assert_eq!(tells("").request(request).run().exits(0).output("earlier.json"), "{}");
    // As it is for a delete.
    let outcome = tells("").file("metadata/status.yaml", left).env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(0);
    assert!(outcome.metadata("status.yaml").starts_with("message: theirs\n"), "{}", outcome.metadata("status.yaml"));
}

#[test]
fn a_generator_sees_what_earlier_ones_of_the_step_said() {
    // Both have the same config; what counts is what the second was told.
    let both = "{hostile: {earlier: true, status: '{\"a\": 1, \"b\": {\"x\": 1}}'}}";
    let step = Step::hostile(both).generator("hostile.cwasm").arg("--overwrite");
    assert_eq!(step.run().exits(0).output("earlier.json"), r#"{"a":1,"b":{"x":1}}"#);
    // A key is replaced whole, as Kratix does.
    let step = Step::hostile(both).generator("hostile.cwasm").arg("--overwrite");
    let outcome = step.file("metadata/status.yaml", "b: {y: 2}\nc: 3\n").run().exits(0);
    assert_eq!(outcome.output("earlier.json"), r#"{"b":{"x":1},"c":3,"a":1}"#);
}

#[test]
fn the_same_container_doesnt_see_its_own_status_again() {
    let step = tells(", status: '{\"a\": 1}'").file("metadata/status.yaml", "b: 1\n");
    for _ in 0..2 {
        let outcome = step.run().exits(0);
        assert_eq!(outcome.output("earlier.json"), r#"{"b":1}"#);
        assert_eq!(outcome.metadata("status.yaml"), "b: 1\na: 1\nproblems: null\nfault: null\n");
    }
}

/// To a generator that looks at it, `{}` in its place would be a lie. One that imports it is taken to look: what it asks for, it
/// is given before it runs.
#[test]
fn a_status_that_can_not_be_read_is_an_error_before_who_sees_it_is_asked() {
    for left in ["- no map", "a: b: c", "kratix: {}"] {
        let step = Step::hostile("{invalid: [[a, b, null]]}").file("metadata/status.yaml", left);
        let outcome = step.run().exits(74).says("status.yaml of an earlier container is wrong");
        assert!(outcome.output.is_empty());
        // Who doesn't see it finds what it finds first.
        let team = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: a}, spec: {id: 'A b'}}";
        let step = Step::team(team).file("metadata/status.yaml", left).arg("--on-invalid=fail");
        let _ = step.run().exits(65).says("the request is invalid");
    }
    let step = Step::hostile("{invalid: [[a, b, null]]}").arg("--on-invalid=fail");
    std::os::unix::fs::symlink("/nowhere", step.path("metadata/status.yaml")).unwrap();
    let _ = step.run().exits(74).says("status.yaml");
}
