//! Tenants: with an organization, a repository and workflows of their own, against others' Teams.

use kratix_wasm_tests::run;
use serde_json::json;

use super::super::kratix::Kratix;
use super::super::machine::{Machine, REPOSITORY, eventually, machine};
use super::people;

fn make_owner(machine: &Machine, organization: &str, person: &str) {
    let teams = machine.admin.get(&format!("/orgs/{organization}/teams"));
    let owners = teams.as_array().unwrap().iter().find(|team| team["name"] == "Owners").unwrap();
    machine.admin.does("PUT", &format!("/teams/{}/members/{person}", owners["id"]), &json!({}));
}

/// An organization's owner renames it, or deletes it and then its Team: Terraform would destroy and make it again, and
/// stop everybody's plans until a reviewer allows it. The plan leaves it as it is, names it, and goes on with the others.
#[test]
fn a_tenant_who_renames_or_deletes_an_organization_stops_nobody() {
    let (machine, _turn) = machine();
    let tenant = &people(machine).tenant;
    let kratix = Kratix::of(machine);
    kratix
        .team("default", "renamed", "attacks-renamed", "Renamed")
        .team("default", "deleted", "attacks-deleted", "Deleted")
        .push();
    kratix.request().land();
    for organization in ["attacks-renamed", "attacks-deleted"] {
        make_owner(machine, organization, "tess");
    }
    tenant.post("/orgs/attacks-renamed/rename", &json!({"new_name": "attacks-elsewhere"}));
    tenant.post("/orgs/attacks-elsewhere/repos", &json!({"name": "kept"}));
    tenant.does("DELETE", "/orgs/attacks-deleted", &json!({}));
    kratix.remove("default", "deleted").team("default", "bystander", "attacks-bystander", "Bystander").push();
    let request = kratix.request();
    request.land();
    let plan = request.plan();
    assert!(plan.contains("- default/renamed: its organization was renamed to `attacks-elsewhere` in Gitea"), "{plan}");
    assert!(plan.contains("1 to add, 0 to change, 0 to destroy."), "{plan}");

    // So it is when its Team goes, too.
    kratix.remove("default", "renamed").push();
    let request = kratix.request();
    assert!(request.planned(), "{}", request.plan_log());
    assert!(request.plan().contains("- attacks-elsewhere: it still has 1 repositories."), "{}", request.plan());
    machine.take_back();
}

/// A Team claims an id that another asked for just before, or whose organization stays because it has repositories, or the
/// name that a person had before another: the first keeps theirs, what is kept moves only with a reviewer's word, and
/// nobody is stopped.
#[test]
fn an_id_in_flight_or_kept_or_once_a_persons_is_not_anybody_elses() {
    let (machine, _turn) = machine();
    machine.admin.post(
        "/admin/users",
        &json!({"username": "attacks-old", "email": "old@people.invalid", "password": "has-a-long-password"}),
    );
    machine.admin.post("/admin/users/attacks-old/rename", &json!({"new_username": "attacks-new"}));
    let kratix = Kratix::of(machine);
    kratix.team("default", "first", "attacks-first", "First").push();
    kratix.team("aaa", "thief", "attacks-first", "Thief").team("default", "squatter", "attacks-old", "Old").push();
    let request = kratix.request();
    request.land();
    let plan = request.plan();
    assert!(plan.contains("- aaa/thief: the id `attacks-first` belongs to default/first"), "{plan}");
    assert!(plan.contains("- default/squatter: the name `attacks-old` is taken in Gitea"), "{plan}");
    machine.admin.post("/orgs/attacks-first/repos", &json!({"name": "precious"}));

    // The first goes; its organization is to be kept, but the other claims it.
    kratix.remove("default", "first").remove("default", "squatter").push();
    let request = kratix.request();
    assert!(!request.planned());
    let plan = request.plan();
    assert!(plan.contains("| aaa/thief | attacks-first | **moves here from default/first** |"), "{plan}");
    kratix.remove("aaa", "thief").push();
    let request = kratix.request();
    request.land();
    assert!(request.plan().contains("- attacks-first: it still has 1 repositories."), "{}", request.plan());
    // Later, as if it were free.
    kratix.team("aaa", "thief", "attacks-first", "Thief").push();
    let request = kratix.request();
    assert!(!request.planned());
    assert!(request.plan().contains("**moves here from"), "{}", request.plan());
    assert_eq!(machine.organization("attacks-first").unwrap()["full_name"], "First");
    machine.take_back();
}

/// A tenant's own workflow asks for the runners by their labels, and its owner looks around: it waits for ever, and finds
/// neither repository nor state nor plans.
#[test]
fn a_tenant_gets_no_runner_and_reads_nothing() {
    let (machine, _turn) = machine();
    let tenant = &people(machine).tenant;
    tenant.post("/orgs", &json!({"username": "tess-and-friends"}));
    tenant.post("/orgs/tess-and-friends/repos", &json!({"name": "work", "auto_init": true, "default_branch": "main"}));
    for label in ["plan", "apply"] {
        let workflow = format!("on: [push]\njobs:\n  {label}:\n    runs-on: {label}\n    steps:\n      - run: id\n");
        let file = tempfile::tempdir().unwrap();
        run(tenant.git(file.path()).args([
            "clone",
            "--quiet",
            &format!("{}/tess-and-friends/work.git", machine.url),
            ".",
        ]));
        std::fs::create_dir_all(file.path().join(".gitea/workflows")).unwrap();
        std::fs::write(file.path().join(format!(".gitea/workflows/{label}.yml")), workflow).unwrap();
        run(tenant.git(file.path()).args(["add", "--all"]));
        run(tenant.git(file.path()).args(["commit", "--quiet", "--message", "Work"]));
        run(tenant.git(file.path()).args(["push", "--quiet", "origin", "HEAD:main"]));
    }
    let state = "packages/platform-state/terraform/state/infrastructure";
    for path in [
        "v1/orgs/platform",
        "v1/repos/platform/infrastructure",
        "v1/repos/platform/catalog",
        "v1/repos/platform/infrastructure/pulls",
        "v1/repos/platform/infrastructure/issues/1/comments",
        "v1/repos/platform/infrastructure/actions/runs",
        "v1/users/platform-state",
        "v1/packages/platform-state",
        "v1/packages/platform-plans",
        state,
        &format!("{state}/lock"),
    ] {
        let answer = tenant.ask("GET", path, None);
        assert!((401..=405).contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
    }
    assert!((401..=404).contains(&tenant.ask("POST", &format!("{state}/lock"), Some(&json!({"ID": "mine"}))).status));

    // Meanwhile both runners have had other jobs, and were free.
    let kratix = Kratix::of(machine);
    kratix.team("default", "meanwhile", "attacks-meanwhile", "Meanwhile").push();
    kratix.request().land();
    let jobs = eventually("both wait", || {
        let jobs = tenant.get("/repos/tess-and-friends/work/actions/jobs")["jobs"].as_array()?.clone();
        (jobs.len() >= 2).then_some(jobs)
    });
    assert!(
        jobs.iter().all(|job| job["status"] == "queued" && job["runner_id"].as_u64().unwrap_or(0) == 0),
        "{jobs:?}"
    );
    assert_eq!(
        machine.admin.ask("GET", &format!("v1{REPOSITORY}/actions/runners"), None).body["runners"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
