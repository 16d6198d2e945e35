//! The way that everything goes.

use super::kratix::Kratix;
use super::machine::{REPOSITORY, machine};

#[test]
fn three_teams_become_organizations_after_a_review() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix
        .team("default", "one", "flow-one", "The First")
        .team("default", "two", "flow-two", "`${x}` ``` </details>")
        .push();
    let request = kratix.request();
    assert_eq!(machine.admin.get(&request.path(""))["user"]["login"], "platform-requests");
    kratix.team("finance", "three", "flow-three", "Third").push();
    let later = kratix.request();
    assert_eq!(later.number, request.number, "the open request takes what follows");
    assert!(later.planned(), "{}", later.plan_log());

    let plan = later.plan();
    for row in [
        "| default/one | flow-one | is created |",
        "| finance/three | flow-three | is created |",
        "Plan: 3 to add, 0 to change, 0 to destroy.",
    ] {
        assert!(plan.contains(row), "{plan}");
    }
    assert!(plan.contains("\n``````\n"), "the name has a fence of three, so the plan's is longer:\n{plan}");
    assert!(later.merge(&machine.reviewer).is_err_and(|said| said.contains("approvals")));
    later.land();
    assert_eq!(machine.organization("flow-two").unwrap()["full_name"], "`${x}` ``` </details>");
    assert_eq!(machine.organization("flow-three").unwrap()["description"], "Contact: flow-three@example.com");

    // Updated, then both branches are one again.
    kratix.team("default", "one", "flow-one", "Renamed").push();
    let request = kratix.request();
    request.land();
    assert!(request.plan().contains("| default/one | flow-one | is changed |"));
    assert_eq!(machine.organization("flow-one").unwrap()["full_name"], "Renamed");
    assert_eq!(machine.head("main"), machine.head("kratix"));
    assert_eq!(machine.admin.get(&format!("{REPOSITORY}/pulls?state=open")), serde_json::json!([]));
}
