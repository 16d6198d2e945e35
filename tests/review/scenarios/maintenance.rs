//! What people change: the root module, scripts and workflows, imports.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::{run, run_and_hear};
use serde_json::json;

use super::kratix::{Kratix, Request};
use super::machine::{Machine, REPOSITORY, eventually, machine};

/// A maintenance request with what is changed in a fresh clone.
#[track_caller]
pub(crate) fn maintain<'a>(machine: &'a Machine, branch: &str, change: impl FnOnce(&std::path::Path)) -> Request<'a> {
    let copy = machine.clone(&machine.maintainer, "main");
    change(copy.path());
    let git = || machine.maintainer.git(copy.path());
    run(git().args(["add", "--all"]));
    run(git().args(["commit", "--quiet", "--allow-empty", "--message", "Maintain"]));
    run(git().args(["push", "--quiet", "origin", &format!("HEAD:maintenance/{branch}")]));
    let head = run(git().args(["rev-parse", "HEAD"])).trim().to_owned();
    eventually("the branch is there", || {
        (machine.admin.ask("GET", &format!("v1{REPOSITORY}/branches/maintenance%2F{branch}"), None).status == 200)
            .then_some(())
    });
    machine.maintainer.post(
        &format!("{REPOSITORY}/pulls"),
        &json!({"title": "Maintain", "head": format!("maintenance/{branch}"), "base": "main"}),
    );
    Request::of(machine, &head)
}

/// The whole way of a request that needs something said.
#[track_caller]
pub(super) fn land_with_words(machine: &Machine, request: &Request<'_>) {
    request.approve(&machine.reviewer, &request.words());
    request.looked_at_again(true);
    request.merge(&machine.reviewer).expect("it can be merged");
    let told = request.applied();
    assert!(told.starts_with("**Applied.**"), "{told}");
}

#[test]
fn people_change_module_scripts_and_workflows_and_kratix_goes_on() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    // Kratix' request is open meanwhile.
    kratix.team("default", "before", "maintenance-before", "Before").push();
    let waiting = kratix.request();
    assert!(waiting.planned());

    let request = maintain(machine, "module", |copy| {
        fs::write(copy.join("terraform/more.tf"), "locals {\n  more = true\n}\n").unwrap();
        fs::write(
            copy.join(".gitea/workflows/more.yml"),
            "name: more\non: [workflow_dispatch]\njobs:\n  more:\n    runs-on: plan\n    steps:\n      - run: 'true'\n",
        )
        .unwrap();
        let readme = copy.join("README.md");
        fs::write(&readme, fs::read_to_string(&readme).unwrap() + "\nMore.\n").unwrap();
    });
    request.land();

    // Its branch follows by itself, and the open request is planned anew.
    let head = eventually("main is brought into kratix", || {
        let head = machine.head("kratix");
        (head != waiting.head).then_some(head)
    });
    let again = Request::of(machine, &head);
    assert_eq!(again.number, waiting.number);
    again.land();
    assert!(machine.organization("maintenance-before").is_some());

    // So does it when nothing of Kratix' waits.
    maintain(machine, "readme", |copy| fs::write(copy.join("NOTES.md"), "Notes.\n").unwrap()).land();
    eventually("kratix follows", || (machine.head("kratix") == machine.head("main")).then_some(()));
    run(kratix.git().args(["pull", "--quiet", "--rebase", "origin", "kratix"]));
    kratix.team("default", "after", "maintenance-after", "After").push();
    kratix.request().land();
    assert!(machine.organization("maintenance-after").is_some());
}

#[test]
fn an_organization_that_exists_is_adopted() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    let theirs = machine
        .admin
        .post("/orgs", &json!({"username": "maintenance-old", "full_name": "Old", "visibility": "private"}));
    kratix.team("default", "old", "maintenance-old", "New name").push();
    let request = kratix.request();
    assert!(request.planned() && request.plan().contains("scripts/adopt maintenance-old"), "{}", request.plan());
    request.land();
    assert_eq!(machine.organization("maintenance-old").unwrap()["full_name"], "Old", "it isn't touched before");

    let request = maintain(machine, "adopt", |copy| {
        let said = run_and_hear(
            Command::new(copy.join("scripts/adopt"))
                .arg("maintenance-old")
                .env("GITEA_URL", &machine.url)
                .env("GITEA_TOKEN", machine.admin.token()),
        );
        assert!(said.contains(&format!("maintenance-old: adopts organization {}", theirs["id"])), "{said}");
    });
    assert!(!request.planned(), "who gets it is a reviewer's to say");
    assert!(request.plan().contains("| default/old | maintenance-old | is adopted |"), "{}", request.plan());
    assert_eq!(request.words(), "adopt: maintenance-old");
    land_with_words(machine, &request);
    let now = machine.organization("maintenance-old").unwrap();
    assert_eq!((&now["id"], &now["full_name"]), (&theirs["id"], &json!("New name")));

    // The import may stay where it is, also when the Team goes.
    eventually("kratix follows", || (machine.head("kratix") == machine.head("main")).then_some(()));
    run(kratix.git().args(["pull", "--quiet", "--rebase", "origin", "kratix"]));
    kratix.remove("default", "old").push();
    let request = kratix.request();
    assert!(!request.planned());
    assert!(request.plan().contains("destroy: maintenance-old"), "{}", request.plan());
    machine.take_back();
}

#[test]
fn a_lost_state_is_found_again() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix
        .team("default", "lost", "maintenance-lost", "Lost")
        .team("default", "moved", "maintenance-moved", "Moved")
        .push();
    kratix.request().land();
    machine.admin.post("/orgs/maintenance-moved/rename", &json!({"new_name": "maintenance-elsewhere"}));
    machine.admin.does("DELETE", "/packages/platform-state/terraform/infrastructure", &json!({}));

    let before = machine.organization("maintenance-lost").unwrap();
    let request = maintain(machine, "state", |copy| {
        let said = run_and_hear(
            Command::new(copy.join("scripts/adopt"))
                .arg("--all")
                .env("GITEA_URL", &machine.url)
                .env("GITEA_TOKEN", machine.admin.token()),
        );
        assert!(said.contains("maintenance-moved: it has another name in Gitea now"), "{said}");
    });
    assert!(!request.planned());
    assert!(request.plan().contains("| default/lost | maintenance-lost | is adopted |"), "{}", request.plan());
    land_with_words(machine, &request);
    assert_eq!(machine.organization("maintenance-lost").unwrap(), before);
}
