//! Who attacks, with what, and what stops it. One scenario is one attacker's try.

use std::path::Path;
use std::sync::OnceLock;

use kratix_wasm_tests::{Person, run};
use serde_json::json;
use tempfile::TempDir;

use super::kratix::Request;
use super::machine::{Machine, REPOSITORY, eventually};

mod files;
mod gate;
mod jobs;
mod owners;
mod pushes;
mod reviews;

/// What people call who are no enemies until they are.
#[derive(Debug)]
struct People {
    /// May read the repository, its requests and its jobs' logs: no more.
    reader: Person,
    /// May write code, requests and jobs, as far as the branches' rules let anybody.
    writer: Person,
    /// Has an organization of their own, and nothing here.
    tenant: Person,
}

fn people(machine: &Machine) -> &'static People {
    static PEOPLE: OnceLock<People> = OnceLock::new();
    PEOPLE.get_or_init(|| {
        let [reader, writer, tenant] = ["rose", "wanda", "tess"].map(|name| Person::make(&machine.admin, name));
        for (person, team, may) in [("rose", "readers", "read"), ("wanda", "writers", "write")] {
            let units = json!({"repo.code": may, "repo.pulls": may, "repo.issues": may, "repo.actions": may});
            let made = machine.admin.post("/orgs/platform/teams", &json!({"name": team, "units_map": units}));
            machine.admin.does("PUT", &format!("/teams/{}/repos/platform/infrastructure", made["id"]), &json!({}));
            machine.admin.put(person, team);
        }
        People { reader, writer, tenant }
    })
}

/// A workflow that runs when somebody reviews: Gitea takes it from the commit that was reviewed.
fn workflow(label: &str, script: &str) -> String {
    let indented = script.lines().map(|line| format!("          {line}")).collect::<Vec<_>>().join("\n");
    format!(
        "on: [pull_request_review]\njobs:\n  evil:\n    runs-on: {label}\n    steps:\n      - env: {{AUTOMATIC: '${{{{ github.token }}}}'}}\n        run: |\n          exec 2>&1\n          set +e +o pipefail\n{indented}"
    )
}

/// A clone with a commit of somebody's on top of main.
fn commit(machine: &Machine, person: &Person, change: impl FnOnce(&Path)) -> TempDir {
    let copy = machine.clone(person, "main");
    change(copy.path());
    let git = || person.git(copy.path());
    run(git().args(["add", "--all", "--force"]));
    run(git().args(["commit", "--quiet", "--allow-empty", "--message", "Improve things"]));
    copy
}

/// A request that somebody who may only read has made: by a push past all branches.
#[track_caller]
fn pushed_past<'a>(machine: &'a Machine, person: &Person, topic: &str, change: impl FnOnce(&Path)) -> Request<'a> {
    let copy = commit(machine, person, |copy| {
        change(copy);
        // Two within a second would be one commit.
        std::fs::write(copy.join("topic"), topic).unwrap();
    });
    let git = || person.git(copy.path());
    run(git().args([
        "push",
        "--quiet",
        "origin",
        "HEAD:refs/for/main",
        "-o",
        &format!("topic={topic}"),
        "-o",
        "title=Improve",
    ]));
    Request::of(machine, run(git().args(["rev-parse", "HEAD"])).trim())
}

/// Runs a script as a job, as anybody can who may read the repository: pushes a workflow, and reviews it. Returns what the
/// job printed.
#[track_caller]
fn evil_job(machine: &Machine, person: &Person, label: &str, script: &str) -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let request = pushed_past(machine, person, &format!("maintenance/{count}"), |copy| {
        std::fs::remove_dir_all(copy.join(".gitea/workflows")).unwrap();
        std::fs::create_dir(copy.join(".gitea/workflows")).unwrap();
        std::fs::write(copy.join(".gitea/workflows/evil.yml"), workflow(label, script) + &format!("# {count}\n"))
            .unwrap();
    });
    person.post(&request.path("/reviews"), &json!({"event": "COMMENT", "body": "Nice.", "commit_id": request.head}));
    machine.finished("evil.yml", &request.head);
    let log = eventually("the log is there", || {
        Some(machine.log("evil.yml", &request.head)).filter(|log| log.contains("(end)"))
    });
    close(machine, &request);
    log
}

fn close(machine: &Machine, request: &Request) {
    machine.admin.does("PATCH", &format!("{REPOSITORY}/pulls/{}", request.number), &json!({"state": "closed"}));
}

/// The lines of a log, without their times, that begin so.
fn lines<'a>(log: &'a str, start: &str) -> Vec<&'a str> {
    log.lines()
        .filter_map(|line| line.split_once(' ').map(|(_, said)| said))
        .filter(|said| said.starts_with(start))
        .collect()
}
