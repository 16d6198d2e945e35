//! A workflow of one's own on a runner: Gitea runs it for whoever may read. What it finds there, and what it leaves.

use super::super::kratix::Kratix;
use super::super::machine::{Machine, machine};
use super::{evil_job, lines, people};

/// What a job's script can do that it shouldn't is a line that begins with BROKEN.
const TRY: &str = r#"
no() { if "$@" >/tmp/said 2>&1 </dev/null; then echo "BROKEN $*: $(head -c 300 /tmp/said)"; else echo "no: $*: $(tail -1 /tmp/said | head -c 200)"; fi; }
"#;

pub(super) fn script(body: &str) -> String {
    format!("{TRY}{body}\necho '(end)'")
}

#[track_caller]
pub(super) fn holds(log: &str, expected: usize) {
    assert_eq!(lines(log, "BROKEN"), Vec::<&str>::new(), "{log}");
    assert_eq!(lines(log, "no: ").len(), expected, "everything was tried:\n{log}");
}

/// Somebody who may only read has a workflow of their own run on both runners, and finds no credentials there: no secrets, no
/// file, no process's memory or environment, nothing that sudo lets them do but to ask the gate.
#[test]
fn a_readers_job_finds_no_credentials_on_either_runner() {
    let (machine, _turn) = machine();
    let reader = &people(machine).reader;
    machine.admin.does(
        "PUT",
        "/repos/platform/infrastructure/actions/secrets/CANARY",
        &serde_json::json!({"data": "the-canary-sings"}),
    );
    for (role, other) in [("plan", "apply"), ("apply", "plan")] {
        let log = evil_job(
            machine,
            reader,
            role,
            &script(&format!(
                r#"
echo "I am $(id -un), in $(id -Gn)"
state=/var/lib/kratix-wasm-runner
for folder in $state/kratix-{role}-gate $state/kratix-{other}-gate $state/kratix-{other}; do no ls $folder; done
no cat $state/kratix-{role}-gate/credentials
no cat $state/kratix-{other}/.runner
no cat /etc/sudoers.d/kratix-wasm-runner-{role}
no sudo -n id
no sudo -n -u kratix-{role}-gate id
no sudo -n -u kratix-{role}-gate bash -c id
no sudo -n -u kratix-{other}-gate /usr/local/lib/kratix-wasm-runner/gate {other} 1
no sudo -n -u kratix-{role}-gate -g root /usr/local/lib/kratix-wasm-runner/gate
no sudo -n -E -u kratix-{role}-gate /usr/local/lib/kratix-wasm-runner/gate open-request
no sudo -n -u kratix-{role}-gate BASH_ENV=/tmp/x /usr/local/lib/kratix-wasm-runner/gate open-request
no sudo -n -u kratix-{role}-gate -D /tmp /usr/local/lib/kratix-wasm-runner/gate open-request
no sudo -n -e -u kratix-{role}-gate /usr/local/lib/kratix-wasm-runner/gate
no sudo -n -u kratix-{role}-gate /usr/local/lib/kratix-wasm-runner/../kratix-wasm-runner/run
no bash -c 'cp /bin/sh /usr/local/lib/kratix-wasm-runner/gate'
no bash -c 'mv /usr/local/lib/kratix-wasm-runner /usr/local/lib/away'
# While the gate works for this job: its processes, and what is on their command lines.
(for i in 1 2 3; do ask-gate {ask}; done >/dev/null 2>&1) &
sleep 0.5
for i in $(seq 30); do
    for p in $(pgrep -u kratix-{role}-gate); do
        cat /proc/$p/environ 2>/dev/null
        cat /proc/$p/cmdline >>/tmp/lines 2>/dev/null
        if (exec 3</proc/$p/mem) 2>/dev/null; then echo BROKEN memory; fi
    done
    sleep 0.05
done
wait
tr '\0' '\n' </tmp/lines | grep -aE '(^|[^0-9a-f])[0-9a-f]{{40}}([^0-9a-f]|$)' | sort -u | sed 's/^/LINE /'
[[ -s /tmp/lines ]] && echo 'no: looked'
grep -aoE 'the-canary-[a-z]+' /proc/self/environ | sed 's/^/BROKEN /'
"#,
                ask = if role == "plan" { "plan 999999" } else { "bring-up" }
            )),
        );
        assert!(log.contains(&format!("I am kratix-{role}, in kratix-{role}\n")), "{log}");
        holds(&log, 19);
        for line in lines(&log, "LINE ") {
            assert!(tokens(machine).iter().all(|token| !line.contains(token)), "{line}");
        }
    }
    machine.admin.does("DELETE", "/repos/platform/infrastructure/actions/secrets/CANARY", &serde_json::json!({}));
}

/// The tokens in both runners' credentials.
fn tokens(machine: &Machine) -> Vec<String> {
    let files = ["plan", "apply"].map(|role| std::fs::read_to_string(machine.credentials().join(role)).unwrap());
    let tokens: Vec<String> = files
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| line.split_once("_TOKEN=").map(|(_, token)| token.to_owned()))
        .collect();
    assert!(tokens.len() > 8 && tokens.iter().all(|token| token.len() == 40));
    tokens
}

/// The same job leaves behind whatever might meet the next: processes that multiply and end others, settings, files where
/// the gate works, calls of the gate. The next job finds nothing of it, and a Team lands.
#[test]
fn a_job_leaves_nothing_to_the_next() {
    let (machine, _turn) = machine();
    let reader = &people(machine).reader;
    let log = evil_job(
        machine,
        reader,
        "plan",
        &script(
            r#"
for file in ~/.bashrc ~/.profile ~/.gitconfig ~/.terraformrc /tmp/gate.planted /var/tmp/planted /dev/shm/planted; do echo 'exit 7' >$file && echo "left $file"; done
ipcmk --shmem 4096 >/dev/null && ipcmk --semaphore 1 >/dev/null && ipcmk --queue >/dev/null && echo 'left shared memory, semaphores and a queue'
state=/var/lib/kratix-wasm-runner/kratix-plan
for file in $state/config.yaml $state/.runner /usr/local/lib/kratix-wasm-runner/ask-gate; do no bash -c "echo >>$file"; done
no touch $state/left
grep -qx kratix-plan /etc/cron.deny || echo 'BROKEN cron: it may start something later'
no bash -c 'kill -KILL $(pgrep -f "kratix-wasm-runner/run plan")'
# Multiplies and dies at once, so that no list of processes has the one that is to be ended; and one that ends all others.
comet() { sleep 0.002; comet & }
for i in 1 2 3; do (trap '' TERM HUP; exec -a comet setsid bash -c 'comet() { comet & }; comet') >/dev/null 2>&1 & done
(setsid bash -c 'exec -a assassin perl -e "sleep 1; while (1) { kill KILL => -1 }"') >/dev/null 2>&1 &
for i in 1 2 3 4; do (setsid ask-gate plan 999999 >/dev/null 2>&1 &); done
"#,
        ),
    );
    holds(&log, 5);
    assert_eq!(lines(&log, "left").len(), 8, "{log}");

    let log = evil_job(
        machine,
        reader,
        "plan",
        &script(
            r"
ls -A ~ | grep -vxF .cache | sed 's/^/BROKEN home: /'
for file in /tmp/gate.planted /var/tmp/planted /dev/shm/planted; do no ls $file; done
ipcs | grep kratix-plan | sed 's/^/BROKEN memory: /'
ps -u kratix-plan -o pid=,args= | grep -vE 'gitea-runner|workflow/0.sh|ps -u|grep -v|sed s' | sed 's/^/BROKEN process: /'
",
        ),
    );
    holds(&log, 3);
    let kratix = Kratix::of(machine);
    kratix.team("default", "after-a-job", "attacks-after-a-job", "After").push();
    kratix.request().land();
}

/// A job whose token Gitea itself hands out can't touch what counts.
#[test]
fn a_jobs_automatic_token_changes_nothing_that_counts() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "automatic", "attacks-automatic", "Automatic").push();
    let request = kratix.request();
    assert!(request.planned(), "{}", request.plan_log());
    let plan = request.plan();
    let log = evil_job(
        machine,
        &people(machine).reader,
        "plan",
        &script(&format!(
            r#"
api() {{ curl -sS -o /tmp/said -w '%{{http_code}}' -X $1 -H "Authorization: token $AUTOMATIC" -H 'Content-Type: application/json' {url}/api/v1/repos/platform/infrastructure$2 -d "$3"; }}
refused() {{ code=$(api "$@"); [[ $code == 4* ]] && echo "no: $code $1 $2" || echo "BROKEN $code $*: $(head -c 200 /tmp/said)"; }}
comment={comment}
refused PATCH /issues/comments/$comment '{{"body": "Nothing happens."}}'
refused DELETE /issues/comments/$comment '{{}}'
refused POST /statuses/{head} '{{"state": "success", "context": "plan / plan (pull_request_target)"}}'
refused POST /pulls/{number}/reviews '{{"event": "APPROVED", "commit_id": "{head}"}}'
refused POST /pulls/{number}/merge '{{"Do": "fast-forward-only"}}'
refused POST /contents/README.md '{{"content": "", "branch": "kratix"}}'
refused PUT /actions/workflows/plan.yml/disable '{{}}'
refused POST /branches '{{"new_branch_name": "maintenance/mine", "old_ref_name": "main"}}'
refused GET /actions/secrets '{{}}'
code=$(curl -sS -o /tmp/said -w '%{{http_code}}' -H "Authorization: token $AUTOMATIC" {url}/api/packages/platform-state/terraform/state/infrastructure)
[[ $code == 4* ]] && echo "no: $code state" || echo "BROKEN $code state"
"#,
            url = machine.url,
            comment = super::reviews::comment(machine, &request),
            number = request.number,
            head = request.head
        )),
    );
    holds(&log, 10);
    assert_eq!(request.plan(), plan);
    request.land();
}
