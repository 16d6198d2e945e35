//! What needs a reviewer's word, and what is left out so that one doesn't stop the others.

use serde_json::json;

use super::kratix::Kratix;
use super::machine::machine;

#[test]
fn an_organization_is_destroyed_only_with_a_reviewers_word() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "stays", "guard-stays", "Stays").team("default", "goes", "guard-goes", "Goes").push();
    kratix.request().land();

    kratix.remove("default", "goes").team("default", "stays", "guard-stays", "Still there").push();
    let request = kratix.request();
    assert!(!request.planned(), "a plan that destroys is red");
    let plan = request.plan();
    for part in [
        "| default/goes | guard-goes | **is destroyed** |",
        "\ndestroy: guard-goes\n",
        "| default/stays | guard-stays | is changed |",
    ] {
        assert!(plan.contains(part), "{plan}");
    }
    // An approval alone isn't enough, nor is a word about something else.
    request.approve(&machine.reviewer, "fine");
    assert!(request.merge(&machine.reviewer).is_err_and(|said| said.contains("status checks")));
    request.approve(&machine.other_reviewer, "destroy: guard-stays");
    request.looked_at_again(false);
    assert!(request.plan_log().contains("a reviewer has to approve this commit with the line    destroy: guard-goes"));
    request.approve(&machine.other_reviewer, "They told me so.\n\ndestroy: guard-goes\n");
    request.looked_at_again(true);
    assert_eq!(request.comments("platform-plan").len(), 1, "it is planned once");
    request.merge(&machine.reviewer).expect("it can be merged");
    assert_eq!(request.applied().lines().next(), Some("**Applied.** 0 created, 1 changed, 1 destroyed."));
    assert!(machine.organization("guard-goes").is_none());
    assert_eq!(machine.organization("guard-stays").unwrap()["full_name"], "Still there");
}

#[test]
fn an_organization_with_repositories_stays_until_they_are_gone() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "full", "guard-full", "With ${a} repository").push();
    kratix.request().land();
    machine.admin.post("/orgs/guard-full/repos", &json!({"name": "work", "private": true}));

    kratix.remove("default", "full").team("default", "beside", "guard-beside", "Beside").push();
    let request = kratix.request();
    assert!(request.planned(), "it stops nobody: {}", request.plan_log());
    assert!(request.plan().contains("- guard-full: it still has 1 repositories."), "{}", request.plan());
    assert!(request.plan().contains("1 to add, 0 to change, 0 to destroy."), "it is left as it is: {}", request.plan());
    request.land();
    assert!(machine.organization("guard-full").is_some() && machine.organization("guard-beside").is_some());

    // When they are gone, the next plan destroys it, though its file has been gone for long.
    machine.admin.does("DELETE", "/repos/guard-full/work", &json!({}));
    kratix.team("default", "beside", "guard-beside", "Beside, renamed").push();
    let request = kratix.request();
    assert!(!request.planned());
    request.approve(&machine.reviewer, "destroy: guard-full");
    request.looked_at_again(true);
    request.merge(&machine.reviewer).expect("it can be merged");
    request.applied();
    assert!(machine.organization("guard-full").is_none());
}

#[test]
fn an_organization_moves_to_another_request_only_with_a_reviewers_word() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "first", "guard-moves", "The first's").push();
    kratix.request().land();
    kratix.remove("default", "first").team("rivals", "second", "guard-moves", "The second's").push();
    let request = kratix.request();
    assert!(!request.planned(), "Terraform would update it in place");
    assert!(request.plan().contains("\ntransfer: guard-moves\n"), "{}", request.plan());
    assert!(request.plan().contains("| rivals/second | guard-moves | **moves here from default/first** |"));
    request.approve(&machine.reviewer, "transfer: guard-moves");
    request.looked_at_again(true);
    request.merge(&machine.reviewer).expect("it can be merged");
    request.applied();
    assert_eq!(machine.organization("guard-moves").unwrap()["full_name"], "The second's");
    // From then on it is the second's.
    kratix.team("rivals", "second", "guard-moves", "Renamed").push();
    kratix.request().land();
}

#[test]
fn a_taken_id_or_name_is_left_out_and_stops_nobody() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    machine.admin.post("/orgs", &json!({"username": "guard-theirs", "visibility": "private"}));
    kratix.team("default", "owner", "guard-mine", "Mine").push();
    kratix.request().land();
    kratix
        .team("aaa", "thief", "guard-mine", "Stolen")
        .team("default", "squatter", "guard-theirs", "Theirs")
        .team("default", "person", "rita", "A person's name")
        .team("default", "fine", "guard-fine", "Fine")
        .push();
    let request = kratix.request();
    assert!(request.planned(), "{}", request.plan_log());
    let plan = request.plan();
    assert!(
        plan.contains("- aaa/thief: the id `guard-mine` belongs to default/owner: this Team needs another id"),
        "{plan}"
    );
    assert!(plan.contains("- default/squatter: the name `guard-theirs` is taken in Gitea"), "{plan}");
    assert!(plan.contains("- default/person: the name `rita` is taken in Gitea"), "{plan}");
    assert!(plan.contains("1 to add, 0 to change, 0 to destroy."), "{plan}");
    request.land();
    assert!(machine.organization("guard-fine").is_some());
    assert_eq!(machine.organization("guard-mine").unwrap()["full_name"], "Mine");
    // They are on main now, and named again until they have another id.
    kratix.remove("aaa", "thief").remove("default", "squatter").remove("default", "person").push();
    let request = kratix.request();
    assert!(request.planned() && request.plan().contains("No organization changes."), "{}", request.plan());
    request.land();
}
