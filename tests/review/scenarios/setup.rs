//! What sets the repositories up, looks at them, replaces their credentials and takes them away: `deploy/5-repositories`.

mod verified;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kratix_wasm_tests::{Person, fail, root, run, run_and_hear};
use serde_json::{Value, json};

use super::kratix::Kratix;
use super::machine::{Machine, REPOSITORY, eventually, machine};

/// The tokens in a runner's file, with their names.
fn tokens(file: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(file).expect("up wrote it");
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines
        .filter(|(name, _)| name.ends_with("_TOKEN"))
        .map(|(name, token)| (name.to_owned(), token.to_owned()))
        .collect()
}

/// Copies the files of a folder into another.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for file in fs::read_dir(from).expect("it is there") {
        let file = file.expect("it can be read").path();
        fs::copy(&file, to.join(file.file_name().expect("a file"))).expect("it can be copied");
    }
}

impl Machine {
    /// What can be changed by an attempt that succeeds: branches, tags, requests.
    fn refs(&self) -> Value {
        json!([
            self.admin.get(&format!("{REPOSITORY}/branches")),
            self.admin.get(&format!("{REPOSITORY}/tags")),
            self.admin.get(&format!("{REPOSITORY}/pulls?state=open")),
            self.admin.get("/repos/platform/catalog/branches"),
            self.admin.get("/packages/platform-state?limit=50"),
        ])
    }

    /// A script of the stage for another organization in the same Gitea.
    fn other(&self, script: &str) -> Command {
        let mut command = self.stage_command(script);
        command.env("PLATFORM_ORGANIZATION", "other").env("PLATFORM_CREDENTIALS", self.other_credentials());
        command
    }

    fn other_credentials(&self) -> PathBuf {
        self.directory.join("other")
    }

    /// Installs the credentials that there are and registers both runners again, which run meanwhile.
    fn reinstall_runners(&self) {
        let script = r#"for role in plan apply; do
            "$0/install" $role <"$1/$role"
            "$0/register" $role "$2" <"$1/registration"
        done"#;
        let deploy = root().join("deploy/runner");
        run(self.enter("bash").args(["-ec", script]).arg(deploy).arg(self.credentials()).arg(&self.url));
        eventually("both runners are there twice", || {
            let runners = self.admin.get(&format!("{REPOSITORY}/actions/runners"));
            let online = runners["runners"].as_array()?.iter().filter(|runner| runner["status"] == "online").count();
            (online == 4).then_some(())
        });
    }
}

#[test]
fn up_done_again_changes_nothing() {
    let (machine, _turn) = machine();
    let said = machine.stage("up");
    assert!(!said.lines().any(|line| line.starts_with("  ")), "{said}");
}

#[test]
fn rotate_leaves_only_new_credentials_and_no_moment_without() {
    let (machine, _turn) = machine();
    let old = tempfile::tempdir().unwrap();
    copy(&machine.credentials(), old.path());
    let land = |name: &str| {
        let kratix = Kratix::of(machine);
        kratix.team("default", name, name, "Rotated").push();
        kratix.request().land();
        assert!(machine.organization(name).is_some());
    };
    let finish = || {
        let mut command = machine.stage_command("rotate");
        command.arg("finish");
        command
    };
    assert!(fail(&mut finish()).contains("no rotation was begun"));

    machine.stage("rotate");
    assert!(fail(&mut finish()).contains("the runner plan isn't there with a new registration"));
    land("rotated-one"); // the runners have the old ones still, Kratix the new key
    machine.reinstall_runners();
    assert!(fail(&mut finish()).contains("an old one was used after the new one"));
    land("rotated-two");
    run(&mut finish());
    land("rotated-three");

    for role in ["plan", "apply"] {
        for (now, valid) in [(old.path(), false), (&machine.credentials(), true)] {
            for (name, token) in tokens(&now.join(role)) {
                let status = Person::new("somebody", &machine.url, &token).ask("GET", "v1/user", None).status;
                assert_eq!(status != 401, valid, "{name} of {role}: {status}");
            }
        }
    }
    let registration = |folder: &Path| fs::read_to_string(folder.join("registration")).unwrap();
    assert_ne!(registration(old.path()), registration(&machine.credentials()));
    assert_eq!(machine.admin.get(&format!("{REPOSITORY}/actions/runners"))["total_count"], 2);
    for name in ["kratix-catalog", "kratix-infrastructure"] {
        let keys = machine.admin.get(&format!("/users/platform-{name}/keys"));
        assert_eq!(keys.as_array().unwrap().len(), 1, "{keys}");
        let public = fs::read_to_string(old.path().join(format!("{name}.pub"))).unwrap();
        assert!(!public.starts_with(keys[0]["key"].as_str().unwrap()), "{keys}");
    }
}

#[test]
fn down_leaves_what_is_somebody_elses() {
    let (machine, _turn) = machine();
    let before = machine.refs();
    run(&mut machine.other("up"));
    // An organization as the provider makes it: its only owner is a machine user. And the state, locked.
    let token = |role: &str, name: &str| {
        let token = tokens(&machine.other_credentials().join(role))
            .into_iter()
            .find(|(variable, _)| variable == name)
            .unwrap()
            .1;
        Person::new("other", &machine.url, &token)
    };
    token("apply", "PROVIDER_TOKEN").post("/orgs", &json!({"username": "of-a-team", "visibility": "private"}));
    machine.admin.post("/orgs/of-a-team/repos", &json!({"name": "work"}));
    let state = token("apply", "STATE_TOKEN");
    for (path, body) in [("", json!({"version": 4, "serial": 1, "lineage": "x"})), ("/lock", json!({"ID": "stuck"}))] {
        let answer =
            state.ask("POST", &format!("packages/other-state/terraform/state/infrastructure{path}"), Some(&body));
        assert!(answer.status < 300, "{answer:?}");
    }
    machine.admin.post("/orgs/other/repos", &json!({"name": "somebodys"}));

    let asked = fail(&mut machine.other("down"));
    assert!(asked.contains("Terraform's STATE") && asked.contains("nothing was deleted"), "{asked}");
    assert!(machine.other_credentials().join("plan").exists());
    machine.admin.get("/repos/other/infrastructure");

    let said = run_and_hear(machine.other("down").arg("--yes"));
    assert!(said.contains("organization other stays, since it has somebodys"), "{said}");
    machine.admin.get("/repos/other/somebodys");
    machine.admin.does("DELETE", "/repos/other/somebodys", &json!({}));
    // What is left is theirs from then on.
    let said = run_and_hear(machine.other("down").arg("--yes"));
    assert!(said.contains("Nothing in ") && machine.organization("other").is_some(), "{said}");
    machine.admin.does("DELETE", "/orgs/other", &json!({}));
    assert!(!machine.other_credentials().exists());
    let people = machine.admin.get("/admin/users?limit=50");
    assert!(!people.to_string().contains("\"other-"), "{people}");

    assert_eq!(machine.admin.get("/orgs/of-a-team/members")[0]["login"], "rigadmin");
    machine.admin.get("/repos/of-a-team/work");
    machine.admin.does("DELETE", "/repos/of-a-team/work", &json!({}));
    machine.admin.does("DELETE", "/orgs/of-a-team", &json!({}));
    assert_eq!(machine.refs(), before);
    let up = machine.stage("up");
    assert!(!up.lines().any(|line| line.starts_with("  ")), "{up}");
}
