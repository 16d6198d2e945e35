//! What goes wrong on the way, and how it goes on.

use std::process::Command;

use kratix_wasm_tests::{root, run};
use serde_json::json;

use super::kratix::Kratix;
use super::machine::machine;
use super::maintenance::maintain;

#[test]
fn a_push_after_the_approval_is_planned_and_approved_anew() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "a", "failures-a", "A").push();
    let request = kratix.request();
    assert!(request.planned());
    request.approve(&machine.reviewer, "fine");
    kratix.team("default", "b", "failures-b", "B").push();
    let later = kratix.request();
    assert!(later.planned());
    assert!(later.merge(&machine.reviewer).is_err_and(|said| said.contains("approvals")), "it was another commit");
    later.land();
    assert!(machine.organization("failures-a").is_some() && machine.organization("failures-b").is_some());
}

#[test]
fn two_pushes_at_once_and_twenty_teams_in_one_all_arrive() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    for number in 1..=20 {
        kratix.team("crowd", &format!("team-{number}"), &format!("failures-crowd-{number}"), "One of twenty");
    }
    kratix.push();
    kratix.team("crowd", "last", "failures-crowd-last", "The last").push();
    let request = kratix.request();
    request.land();
    assert!(request.plan().contains("Plan: 21 to add, 0 to change, 0 to destroy."), "{}", request.plan());
    assert!((1..=20).all(|number| machine.organization(&format!("failures-crowd-{number}")).is_some()));
    assert!(machine.organization("failures-crowd-last").is_some());
}

#[test]
fn a_name_that_is_taken_after_the_plan_is_noticed_before_anything_is_done() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "late", "failures-late", "Late").team("default", "other", "failures-other", "Other").push();
    let request = kratix.request();
    assert!(request.planned());
    machine.admin.post("/orgs", &json!({"username": "failures-late"}));
    request.approve(&machine.reviewer, "fine");
    request.merge(&machine.reviewer).expect("it can be merged");
    let told = request.applied();
    assert!(told.starts_with("**Not applied.**") && told.contains("something else would be done now"), "{told}");
    assert!(machine.organization("failures-other").is_none());

    // Mended, and run again.
    machine.admin.does("DELETE", "/orgs/failures-late", &json!({}));
    request.apply_again();
    let told = request.applied();
    assert!(told.starts_with("**Applied.** 2 created"), "{told}");
    // Once more does nothing.
    request.apply_again();
    machine.finished("deploy-organizations.yml", &request.head);
    assert_eq!(request.comments("platform-caretaker").len(), 2);
    assert!(machine.log("deploy-organizations.yml", &request.head).contains("has been applied."));
}

#[test]
fn a_stale_plan_is_not_applied_and_the_next_request_carries_its_changes() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "drifts", "failures-drifts", "As it was").push();
    kratix.request().land();
    kratix.team("default", "waits", "failures-waits", "Waits").push();
    let stale = kratix.request();
    assert!(stale.planned());
    stale.approve(&machine.reviewer, "fine");
    machine.admin.does("PATCH", "/orgs/failures-drifts", &json!({"full_name": "Changed by hand"}));
    stale.merge(&machine.reviewer).expect("it can be merged");
    let told = stale.applied();
    assert!(told.contains("the plan is stale"), "{told}");
    assert!(machine.organization("failures-waits").is_none());

    let missing = maintain(machine, "again", |_| {});
    assert!(missing.planned(), "{}", missing.plan_log());
    for row in ["| default/waits | failures-waits | is created |", "| default/drifts | failures-drifts | is changed |"]
    {
        assert!(missing.plan().contains(row), "{}", missing.plan());
    }
    missing.land();
    assert!(machine.organization("failures-waits").is_some());
    assert_eq!(machine.organization("failures-drifts").unwrap()["full_name"], "As it was");
}

#[test]
fn an_apply_runs_again_after_a_failure_of_the_machine() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "again", "failures-again", "Again").push();
    let request = kratix.request();
    assert!(request.planned());
    request.approve(&machine.reviewer, "fine");
    // Somebody else holds the state's lock.
    let lock = json!({"ID": "11111111-2222-3333-4444-555555555555", "Operation": "OperationTypeApply", "Info": "", "Who": "a-laptop", "Version": "1.11.4", "Created": "2026-01-01T00:00:00Z", "Path": ""});
    let locked = machine.admin.ask("POST", "packages/platform-state/terraform/state/infrastructure/lock", Some(&lock));
    assert_eq!(locked.status, 200, "{locked:?}");
    request.merge(&machine.reviewer).expect("it can be merged");
    let told = request.applied();
    assert!(told.contains("The state is locked"), "{told}");
    let unlocked =
        machine.admin.ask("DELETE", "packages/platform-state/terraform/state/infrastructure/lock", Some(&lock));
    assert_eq!(unlocked.status, 200, "{unlocked:?}");
    request.apply_again();
    assert!(request.applied().starts_with("**Applied.**"));
    assert!(machine.organization("failures-again").is_some());
}

#[test]
fn gitea_is_restarted_between_plan_and_apply() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "restart", "failures-restart", "Restart").push();
    let request = kratix.request();
    assert!(request.planned());
    request.approve(&machine.reviewer, "fine");
    run(Command::new(root().join("rig/gitea")).arg("restart").arg(&machine.directory));
    request.merge(&machine.reviewer).expect("it can be merged");
    assert!(request.applied().starts_with("**Applied.**"));
    assert!(machine.organization("failures-restart").is_some());
}
