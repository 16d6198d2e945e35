//! Plans, statuses and approvals that aren't what they say.

use kratix_wasm_tests::{Person, run};
use serde_json::json;

use super::super::kratix::{Kratix, Request};
use super::super::machine::{Machine, REPOSITORY, machine};
use super::people;

/// The number of the comment with the plan.
pub(super) fn comment(machine: &Machine, request: &Request) -> u64 {
    let comments = machine.admin.get(&format!("{REPOSITORY}/issues/{}/comments", request.number));
    let comment = comments
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .find(|comment| comment["user"]["login"] == "platform-plan")
        .expect("there is one");
    comment["id"].as_u64().unwrap()
}

/// Somebody who may write requests edits the comment with the plan, even within the second that it was made, where Gitea
/// shows no trace: what was told is kept with the plan, and apply compares.
#[test]
fn an_edited_or_replaced_plan_is_not_applied() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    let writer = &people(machine).writer;
    kratix.team("default", "edited", "attacks-edited", "Edited").push();
    let request = kratix.request();
    assert!(request.planned(), "{}", request.plan_log());
    let (number, plan) = (comment(machine, &request), request.plan());
    let harmless = plan.replace("| default/edited | attacks-edited | is created |", "No organization changes.");
    assert_ne!(harmless, plan);
    writer.does("PATCH", &format!("{REPOSITORY}/issues/comments/{number}"), &json!({"body": harmless}));
    let sql = format!("UPDATE comment SET updated_unix = created_unix WHERE id = {number}");
    run(machine.enter("/usr/bin/setpriv").args([
        "--reuid",
        "postgres",
        "--clear-groups",
        "psql",
        "--host",
        "/run/rig",
        "gitea",
        "--command",
        &sql,
    ]));
    let now = machine.admin.get(&format!("{REPOSITORY}/issues/comments/{number}"));
    assert_eq!(now["created_at"], now["updated_at"]);
    request.approve(&machine.reviewer, "fine");
    request.merge(&machine.reviewer).unwrap();
    let told = request.applied();
    assert!(told.starts_with("**Not applied.** The comment with the plan was edited."), "{told}");

    // Another plan in the place of the reviewed one: none of them can, so a site admin does.
    kratix.team("default", "replaced", "attacks-replaced", "Replaced").push();
    let request = kratix.request();
    assert!(request.planned(), "{}", request.plan_log());
    request.approve(&machine.reviewer, "fine");
    let file = format!("packages/platform-plans/generic/infrastructure-plan/{}/tfplan", request.head);
    for person in [writer, &machine.reviewer, &machine.maintainer] {
        for method in ["GET", "DELETE", "PUT"] {
            let answer = person.ask(method, &file, Some(&json!("evil")));
            assert!(answer.status >= 401 && answer.status <= 404, "{method} as {}: {}", person.name, answer.status);
        }
    }
    // As a site admin, or with the token of the runner that plans.
    assert_eq!(machine.admin.ask("PUT", &file, Some(&json!("evil"))).status, 409, "nothing is overwritten");
    assert_eq!(machine.admin.ask("DELETE", &file, None).status, 204);
    assert_eq!(machine.admin.ask("PUT", &file, Some(&json!("evil"))).status, 201);
    request.merge(&machine.reviewer).unwrap();
    let told = request.applied();
    assert!(told.starts_with("**Not applied.** The stored plan isn't the one that was reviewed."), "{told}");
    kratix.remove("default", "edited").remove("default", "replaced").push();
    kratix.request().land();
}

/// The same person says that a plan is fine, that there is another, and that they approve: no status, comment or approval
/// counts but the bot's and the reviewers'. A site admin can't merge past it either.
#[test]
fn forged_statuses_comments_and_approvals_count_for_nothing() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    let writer = &people(machine).writer;
    kratix.team("default", "forged", "attacks-forged", "Forged").push();
    let request = kratix.request();
    assert!(request.planned(), "{}", request.plan_log());
    let forged = format!("### Plan\n\nCommit `{}`, plan `sha256:{}`", request.head, "0".repeat(64));
    writer.post(&format!("{REPOSITORY}/issues/{}/comments", request.number), &json!({"body": forged}));
    writer.post(&request.path("/reviews"), &json!({"event": "APPROVED", "body": "fine", "commit_id": request.head}));
    // An approval of what was there before, though by a reviewer.
    let before = machine.head("main");
    machine.reviewer.post(&request.path("/reviews"), &json!({"event": "COMMENT", "body": "fine", "commit_id": before}));
    for person in [writer, &machine.reviewer, &machine.admin] {
        for force in [false, true] {
            let body = json!({"Do": "fast-forward-only", "force_merge": force});
            let answer = person.ask("POST", &format!("v1{}", request.path("/merge")), Some(&body));
            assert_eq!(answer.status, 405, "{}: {}", person.name, answer.body);
        }
    }
    request.land();

    // What has no plan, with a status that says it had one.
    kratix.write("terraform/default.forged-two.tf.json", "{}").push();
    let request = kratix.request();
    assert!(!request.planned());
    let forged = format!("### Plan\n\nCommit `{}`, plan `sha256:{}`", request.head, "0".repeat(64));
    writer.post(&format!("{REPOSITORY}/issues/{}/comments", request.number), &json!({"body": forged}));
    let status = json!({"state": "success", "context": "plan / plan (pull_request_target)"});
    writer.post(&format!("{REPOSITORY}/statuses/{}", request.head), &status);
    request.approve(&machine.reviewer, "It's green.");
    // The approval has the plan looked at again. Who is quicker with the merge gets the forged status past Gitea, no further.
    if request.merge(&machine.reviewer).is_ok() {
        let told = request.applied();
        assert!(told.starts_with("**Not applied.** There is no plan for this commit."), "{told}");
    }
    assert!(machine.organization("attacks-forged-two").is_none());
    kratix.remove("default", "forged-two").push();
    kratix.request().land();
}

/// The words that a destruction needs, said by the wrong person, in the wrong kind of review, about another commit, in a
/// quotation or within a sentence: none is a reviewer's word for this commit.
#[test]
fn words_count_only_as_a_line_of_a_reviewers_approval_of_this_commit() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "doomed", "attacks-doomed", "Doomed").push();
    kratix.request().land();
    let before = machine.head("main");
    kratix.remove("default", "doomed").push();
    let request = kratix.request();
    assert!(!request.planned());
    let word = "destroy: attacks-doomed";
    let review = |person: &Person, event: &str, body: &str, commit: &str| {
        person.post(&request.path("/reviews"), &json!({"event": event, "body": body, "commit_id": commit}));
    };
    review(&people(machine).writer, "APPROVED", word, &request.head);
    review(&machine.maintainer, "APPROVED", word, &request.head);
    review(&machine.reviewer, "COMMENT", word, &request.head);
    review(&machine.other_reviewer, "APPROVED", word, &before);
    request
        .approve(&machine.reviewer, &format!("> {word}\n- {word}\nNever {word}!\n{word}-2\nDestroy: attacks-doomed"));
    request.looked_at_again(false);
    assert!(
        request.plan_log().contains(&format!("a reviewer has to approve this commit with the line    {word}")),
        "{}",
        request.plan_log()
    );
    assert!(request.merge(&machine.reviewer).is_err());
    request.approve(&machine.reviewer, &format!("It has to be.\r\n  {word}  \r\n"));
    request.looked_at_again(true);
    request.merge(&machine.reviewer).unwrap();
    assert!(request.applied().starts_with("**Applied.** 0 created, 0 changed, 1 destroyed."));
}

/// A push that comes with the merge: a reviewer who says what they looked at, as Gitea's page does, merges that or nothing.
#[test]
fn a_push_after_the_approval_is_not_merged() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "raced", "attacks-raced", "Raced").push();
    let request = kratix.request();
    assert!(request.planned(), "{}", request.plan_log());
    request.approve(&machine.reviewer, "fine");
    kratix.team("default", "racer", "attacks-racer", "Racer").push();
    let body = json!({"Do": "fast-forward-only", "head_commit_id": request.head});
    for _ in 0..5 {
        let answer = machine.reviewer.ask("POST", &format!("v1{}", request.path("/merge")), Some(&body));
        assert!(answer.status == 405 || answer.status == 409, "{} {}", answer.status, answer.body);
    }
    kratix.request().land();
}
