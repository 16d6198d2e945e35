//! Asking the gate for what it isn't for, and having it run what nobody reviewed.

use std::fs;

use kratix_wasm_tests::{Person, run};
use serde_json::json;

use super::super::kratix::{Kratix, Request};
use super::super::machine::{Machine, REPOSITORY, eventually, machine};
use super::jobs::{holds, script};
use super::{commit, evil_job, lines, people};

/// A job asks for other tasks, with other arguments, an environment, limits, signals and a lock of its own: the gate does
/// its few tasks with numbers and commits, or nothing.
#[test]
fn the_gate_does_its_few_tasks_or_nothing() {
    let (machine, _turn) = machine();
    let log = evil_job(
        machine,
        &people(machine).reader,
        "plan",
        &script(
            r#"
no ask-gate
no ask-gate nothing
no ask-gate apply 0123456789012345678901234567890123456789
no ask-gate 'open-request plan'
no ask-gate ../scripts/plan 1
no ask-gate plan --help
no ask-gate plan '1 2'
no ask-gate plan $'1\n2'
no ask-gate plan ../../plan
no ask-gate plan 10000000000000000000000
no ask-gate plan -1
no ask-gate plan '$(id)'
no ask-gate plan 1 2
no ask-gate plan
no ask-gate plan 999999999
mkdir /tmp/evil && touch /tmp/evil/ran && chmod -R 777 /tmp/evil
for program in env bash git jq curl terraform flock tar timeout mktemp cat; do printf '#!/bin/sh\necho %s >>/tmp/evil/ran\n' $program >/tmp/evil/$program; done
printf 'echo sourced >>/tmp/evil/ran\n' >/tmp/evil/source
chmod 755 /tmp/evil/*
/usr/bin/env PATH=/tmp/evil:$PATH HOME=/tmp/evil TMPDIR=/tmp/evil BASH_ENV=/tmp/evil/source ENV=/tmp/evil/source SHELLOPTS=xtrace PS4='$(source /tmp/evil/source)' \
    'BASH_FUNC_git%%=() { source /tmp/evil/source; }' LD_PRELOAD=/tmp/evil/evil.so LC_ALL=tr_TR.UTF-8 TZ=/tmp/evil/zone \
    CREDENTIALS=/tmp/evil/source TASKS='open-request apply' REPOSITORY=evil/evil GITEA_URL=http://127.0.0.1:1 MAIN=evil \
    GIT_DIR=/tmp/evil GIT_EXEC_PATH=/tmp/evil GIT_SSH=/tmp/evil/git GIT_TRACE=/tmp/evil/trace GIT_CONFIG_PARAMETERS="'core.sshCommand=evil'" \
    TF_CLI_CONFIG_FILE=/tmp/evil/source TF_LOG=TRACE TF_LOG_PATH=/tmp/evil/logged CURL_HOME=/tmp/evil http_proxy=http://127.0.0.1:1 \
    /usr/local/lib/kratix-wasm-runner/ask-gate open-request </dev/null && echo 'asked in an environment'
sed 's/^/BROKEN ran: /' /tmp/evil/ran
ls -d /tmp/evil/{gate.*,trace,logged} 2>/dev/null | sed 's/^/BROKEN /'
for limit in '-t 100' '-f 1' '-v 9000000' '-n 24' '-u 60'; do no bash -c "ulimit $limit && exec ask-gate open-request"; done
(exec nice -n 19 ask-gate open-request) && echo 'asked nicely'
# Signals to sudo, which is this job's as well, and nobody who listens.
for signal in TERM HUP INT TSTP KILL; do
    ask-gate plan 999999998 >/tmp/$signal 2>&1 &
    for i in $(seq 200); do pgrep -u kratix-plan-gate -f 'scripts/plan 999999998' >/dev/null && break; sleep 0.02; done
    kill -$signal $!
    for i in $(seq 200); do pgrep -u kratix-plan-gate >/dev/null || break; sleep 0.02; done
    grep -o 'returned error: 404' /tmp/$signal | sed "s/^/after $signal: /"
done
ask-gate plan 999999998 2>&1 | true
no pkill -KILL -u kratix-plan-gate
no flock --nonblock /var/lib/kratix-wasm-runner/kratix-plan-gate/lock true
"#,
        ),
    );
    holds(&log, 22);
    assert_eq!(log.matches("usage: gate TASK").count(), 13, "{log}");
    assert_eq!((lines(&log, "after").len(), log.matches("limits that this job has set").count()), (5, 5), "{log}");
    assert_eq!(lines(&log, "asked "), ["asked in an environment", "asked nicely"], "{log}");
}

/// A maintainer who got among the reviewers, too, has somebody else open the request, hides who pushed, approves, and has it
/// merged: Gitea is content. The gate isn't: it looks itself who approved what main has besides Teams, and does nothing
/// until a site admin has put main back.
#[test]
fn what_nobody_else_reviewed_is_not_run_by_the_gate() {
    let (machine, _turn) = machine();
    let main = machine.head("main");
    let maintainer = &machine.maintainer;
    maintainer.does("PATCH", "/user/settings", &json!({"hide_activity": true}));
    let copy = commit(machine, maintainer, write_evil_scripts);
    run(maintainer.git(copy.path()).args(["push", "--quiet", "origin", "HEAD:maintenance/alone"]));
    let request = open(machine, &people(machine).reader, "maintenance/alone", &copy);
    assert!(request.planned(), "{}", request.plan_log());
    assert!(
        request.merge(maintainer).is_err_and(|said| said.contains("not allowed to merge")),
        "not with the push: that is a race"
    );
    machine.admin.put("mona", "reviewers");
    request.approve(maintainer, "I like it");
    let merged = request.merge(maintainer);
    machine.admin.does("DELETE", &format!("/teams/{}/members/mona", machine.admin.team("reviewers")), &json!({}));
    assert_eq!(merged, Ok(()), "Gitea doesn't mind");

    the_gate_refuses(machine, &request, &main);

    let kratix = Kratix::of(machine);
    kratix.team("default", "believed", "attacks-believed", "Believed").push();
    assert!(kratix.request().planned(), "main is as it was");
    machine.take_back();
}

/// A reviewer's fork has a branch with a maintainer's name, and somebody else's request from it is merged over the rules:
/// its approval is official, but its author never was a maintainer.
#[test]
fn a_forks_maintenance_is_not_run_by_the_gate() {
    let (machine, _turn) = machine();
    let main = machine.head("main");
    let (reviewer, reader) = (&machine.other_reviewer, &people(machine).reader);
    let fork = reviewer.post(&format!("{REPOSITORY}/forks"), &json!({}));
    let copy = commit(machine, reviewer, write_evil_scripts);
    let url = fork["clone_url"].as_str().unwrap();
    run(reviewer.git(copy.path()).args(["push", "--quiet", url, "HEAD:refs/heads/maintenance/forked"]));
    let wanted = json!({"title": "Improve", "head": "rolf:maintenance/forked", "base": "main"});
    reviewer.does("PUT", "/repos/rolf/infrastructure/collaborators/rose", &json!({"permission": "write"}));
    eventually("the request is open", || {
        (reader.ask("POST", &format!("v1{REPOSITORY}/pulls"), Some(&wanted)).status == 201).then_some(())
    });
    let request = Request::of(machine, run(reviewer.git(copy.path()).args(["rev-parse", "HEAD"])).trim());
    reviewer.post(&request.path("/reviews"), &json!({"event": "APPROVED", "commit_id": request.head}));
    for rule in ["main", "%2A%2A"] {
        machine.admin.does("DELETE", &format!("{REPOSITORY}/branch_protections/{rule}"), &json!({}));
    }
    request.merge(&machine.admin).expect("no rule is left");
    the_gate_refuses(machine, &request, &main);
    reviewer.does("DELETE", "/repos/rolf/infrastructure", &json!({}));
}

fn write_evil_scripts(copy: &std::path::Path) {
    for script in ["apply", "plan", "open-request", "bring-up"] {
        fs::write(copy.join("scripts").join(script), "#!/bin/sh\necho 'I have '$(wc -c <$CREDENTIALS)\n").unwrap();
    }
}

/// Waits until all three jobs have asked for what was merged, puts main back, and sees that they were refused.
#[track_caller]
fn the_gate_refuses(machine: &Machine, request: &Request<'_>, main: &str) {
    let refusal = format!("gate: main has what no reviewer approved, since {main}");
    let mut log = String::new();
    for _ in 0..480 {
        log = machine.log("deploy-organizations.yml", &request.head);
        if log.matches("Job '").count() == 3 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
    for rule in ["main", "%2A%2A"] {
        machine.admin.ask("DELETE", &format!("v1{REPOSITORY}/branch_protections/{rule}"), None);
    }
    let copy = machine.clone(&machine.admin, "main");
    let back = format!("{main}:refs/heads/main");
    run(machine.admin.git(copy.path()).args(["push", "--quiet", "--force", "origin", &back]));
    machine.stage("up");
    assert_eq!(log.matches(&refusal).count(), 3, "{log}");
    assert!(!log.contains("I have"), "{log}");
}

/// Opens a request for a branch, as somebody.
pub(super) fn open<'a>(machine: &'a Machine, person: &Person, branch: &str, copy: &tempfile::TempDir) -> Request<'a> {
    eventually("the branch is there", || {
        let path = format!("v1{REPOSITORY}/branches/{}", branch.replace('/', "%2F"));
        (machine.admin.ask("GET", &path, None).status == 200).then_some(())
    });
    person.post(&format!("{REPOSITORY}/pulls"), &json!({"title": "Improve", "head": branch, "base": "main"}));
    Request::of(machine, run(person.git(copy.path()).args(["rev-parse", "HEAD"])).trim())
}
