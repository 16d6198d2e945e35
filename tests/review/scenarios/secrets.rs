//! Tokens and plans: where they may not be seen, and when they go.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

use kratix_wasm_tests::run;

use super::kratix::Kratix;
use super::machine::{Machine, REPOSITORY, machine};

/// What is secret in the runners' credentials.
fn tokens(machine: &Machine) -> Vec<String> {
    ["plan", "apply"]
        .iter()
        .flat_map(|role| {
            fs::read_to_string(machine.credentials().join(role)).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|line| line.split_once("TOKEN=").map(|(_, token)| token.to_owned()))
        .collect()
}

#[test]
fn no_command_line_and_no_log_has_a_token() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let (machine, _turn) = machine();
    // Everybody on a machine can read everybody's command lines.
    let watch = spawn(|| {
        let mut seen = BTreeSet::new();
        while !DONE.load(Ordering::Relaxed) {
            for process in fs::read_dir("/proc").unwrap().flatten() {
                if let Ok(line) = fs::read(process.path().join("cmdline")) {
                    seen.insert(String::from_utf8_lossy(&line).replace('\0', " "));
                }
            }
            sleep(Duration::from_millis(5));
        }
        seen
    });
    let kratix = Kratix::of(machine);
    kratix.team("default", "secrets", "secrets-team", "Secrets").push();
    let request = kratix.request();
    request.land();
    DONE.store(true, Ordering::Relaxed);
    let lines = watch.join().unwrap();
    assert!(
        lines.iter().any(|line| line.contains("terraform ")) && lines.iter().any(|line| line.starts_with("curl ")),
        "they were seen at all"
    );

    let tokens = tokens(machine);
    assert_eq!(tokens.len(), 10);
    let mut texts: Vec<String> = lines.into_iter().collect();
    let jobs = machine.admin.get(&format!("{REPOSITORY}/actions/jobs?limit=50"));
    for job in jobs["jobs"].as_array().unwrap() {
        texts.push(
            machine.admin.ask("GET", &format!("v1{REPOSITORY}/actions/jobs/{}/logs", job["id"]), None).body.to_string(),
        );
    }
    texts.extend(
        fs::read_dir(machine.directory.join("log"))
            .unwrap()
            .map(|log| fs::read_to_string(log.unwrap().path()).unwrap()),
    );
    texts.extend(request.comments("platform-plan"));
    for text in texts {
        assert!(!tokens.iter().any(|token| text.contains(token)), "{text}");
    }
}

#[test]
fn a_plan_is_removed_after_two_months() {
    let (machine, _turn) = machine();
    let plans = || {
        let plans = machine.admin.get("/packages/platform-plans?type=generic&limit=50");
        plans.as_array().unwrap().iter().map(|plan| plan["version"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let kratix = Kratix::of(machine);
    kratix.team("default", "aged", "secrets-old", "Old").push();
    let old = kratix.request();
    old.land();
    assert!(plans().contains(&old.head));
    let age = format!(
        "UPDATE package_version SET created_unix = created_unix - 61 * 86400 WHERE lower_version = '{}'",
        old.head
    );
    run(machine.enter("/usr/sbin/runuser").args([
        "-u",
        "postgres",
        "--",
        "psql",
        "--host",
        "/run/rig",
        "--dbname",
        "gitea",
        "--command",
        &age,
    ]));
    kratix.team("default", "new", "secrets-new", "New").push();
    let new = kratix.request();
    new.land();
    assert!(plans().contains(&new.head) && !plans().contains(&old.head), "{:?}", plans());
}
