//! What the Promise author lets generators produce.

use kratix_wasm_tests::{Outcome, Step};

const TWO: &str = "{files: [[a/x, x], [b, b]], destinations: [[a, [[env, prod], [tier, gold]]]]}";

#[track_caller]
fn refused(step: &Step, says: &str) -> Outcome {
    let outcome = step.run().exits(78).says(says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
    outcome
}

#[test]
fn without_a_policy_only_the_labels_of_the_config_are_allowed() {
    let team = |config: &str| {
        let request = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: t, namespace: here}, \
                       spec: {id: team-alpha, name: Team}}";
        Step::team(request).policy("").config(config)
    };
    let says = "error: generator team may not send files to Destinations with repository=catalog\n  \
                caused by: the policy names no destinations, so only labels that the config has are allowed; it has none\n  \
                hint: nothing was written; if the Promise means it, name these labels in a policy's destinations, or in \
                the config\n";
    assert_eq!(refused(&team("{}"), "may not send files").stderr, says);
    let one = "{destinations: {backstage: {repository: catalog}}}";
    let _ = refused(
        &team(one),
        "with repository=infrastructure\n  caused by: the policy names no destinations, so only labels that the config has are allowed; it has repository=catalog",
    );
    let both = "{destinations: {backstage: {repository: catalog}, terraform: {repository: infrastructure}}}";
    let _ = team(both).run().exits(0);
}

#[test]
fn a_policy_decides_on_labels_whatever_the_config_has() {
    for (policy, allows) in [
        ("destinations: [{env: prod}]", true),
        ("destinations: [{env: test}, {tier: gold, env: prod}]", true),
        ("destinations: [{}]", true),
        ("destinations: [{env: test}]", false),
        ("destinations: [{env: prod, tier: gold, more: x}]", false),
        ("destinations: []", false),
    ] {
        let step = Step::hostile(TWO).policy(policy);
        if allows {
            let _ = step.run().exits(0);
        } else {
            let _ = refused(&step, "generator hostile may not send files to Destinations with env=prod,tier=gold");
        }
    }
}

#[test]
fn a_policy_decides_on_paths() {
    let any = "destinations: [{}]";
    let step = |paths: &str| Step::hostile(TWO).policy(&format!("{{{any}, paths: {paths}}}"));
    let _ = step("['a/*', b]").run().exits(0);
    let _ = step("['**']").run().exits(0);
    let says = "error: generator hostile may not write b\n  caused by: the policy allows a/* or {name}";
    let _ = refused(&step("['a/*', '{name}']"), says);
    let _ = refused(&step("[]"), "the policy allows none");
}

/// A delete that fails would hold the deletion up, and nothing of it is written anyway.
#[test]
fn a_delete_is_not_held_up_by_a_policy() {
    let step = Step::hostile(TWO).policy("{paths: [], destinations: []}").env("KRATIX_WORKFLOW_ACTION", "delete");
    let _ = step.run().exits(0);
}

#[test]
fn a_policy_that_can_not_be_used_is_refused() {
    for (policy, says) in [
        ("[]", "the policy of KRATIX_WASM_POLICY can't be used\n  caused by: it is not a map"),
        ("{path: [a]}", "unknown field `path`"),
        ("{paths: ['a/{id}']}", "has a brace, but neither {name} nor {namespace}"),
        ("{paths: ['a/{name}**']}", "is no pattern"),
        ("{paths: ['a/[{name}]']}", "has a name in brackets, which stand for one character"),
    ] {
        let _ = refused(&Step::hostile(TWO).policy(policy), says);
    }
    let _ =
        Step::hostile(TWO).arg("--policy-file").arg("/nowhere").run().exits(78).says("cannot read the policy /nowhere");
    // An option counts for more than the environment.
    let _ = refused(&Step::hostile(TWO).arg("--policy").arg("paths: []"), "the policy allows none");
}
