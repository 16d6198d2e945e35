//! The machine that the scenarios share: a Gitea, both repositories set up in it as a user would, both runners, people.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::thread::sleep;
use std::time::Duration;

pub(crate) use kratix_wasm_tests::REPOSITORY;
use kratix_wasm_tests::{Person, root, run, run_and_hear};
use serde_json::{Value, json};

/// Everything is done within this time, or never.
const LONGEST: Duration = Duration::from_mins(4);

/// The machine, and what is set up in it.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) directory: PathBuf,
    pub(crate) url: String,
    pub(crate) admin: Person,
    pub(crate) reviewer: Person,
    pub(crate) other_reviewer: Person,
    pub(crate) maintainer: Person,
}

/// Waits for this scenario's turn on the machine, which is started by the first.
pub(crate) fn machine() -> (&'static Machine, MutexGuard<'static, ()>) {
    static MACHINE: OnceLock<Machine> = OnceLock::new();
    static TURN: Mutex<()> = Mutex::new(());
    // A scenario that failed leaves the others their turns.
    let turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let machine = MACHINE.get_or_init(Machine::start);
    machine.clear();
    (machine, turn)
}

/// Asks again until there is an answer.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    kratix_wasm_tests::eventually(LONGEST, what, ask)
}

impl Machine {
    fn start() -> Self {
        let directory = root().join("target/review");
        let rig = root().join("rig/gitea");
        let _ = Command::new(&rig).args(["stop", "--wipe"]).arg(&directory).output();
        run(Command::new(&rig).arg("start").arg(&directory));
        let read = |name: &str| fs::read_to_string(directory.join(name)).expect("the rig wrote it").trim().to_owned();
        let url = read("url");
        let admin = Person::new("rigadmin", &url, &read("admin.token"));
        let [reviewer, other_reviewer, maintainer] = ["rita", "rolf", "mona"].map(|name| Person::make(&admin, name));
        let machine = Self { directory, url, admin, reviewer, other_reviewer, maintainer };
        machine.stage("up");
        machine.admin.put("rita", "reviewers");
        machine.admin.put("rolf", "reviewers");
        machine.admin.put("mona", "maintainers");
        machine.start_runners();
        machine
    }

    /// Runs a script of `deploy/5-repositories`, which must succeed, and returns what it said.
    #[track_caller]
    pub(crate) fn stage(&self, script: &str) -> String {
        run_and_hear(&mut self.stage_command(script))
    }

    /// A script of `deploy/5-repositories`, as a user would run it.
    pub(crate) fn stage_command(&self, script: &str) -> Command {
        let mut command = Command::new(root().join("deploy/5-repositories").join(script));
        command
            .env("PLATFORM_GITEA", &self.url)
            .env("PLATFORM_GITEA_TOKEN_FILE", self.directory.join("admin.token"))
            .env("PLATFORM_CREDENTIALS", self.credentials())
            .env("TERRAFORM_MIRROR", mirror());
        command
    }

    /// Where the stage leaves tokens and keys.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.directory.join("credentials")
    }

    /// Installs and starts both runners, as docs/actions.md says.
    fn start_runners(&self) {
        run(self
            .enter(root().join("rig/runners"))
            .arg(root().join("deploy/runner"))
            .arg(self.credentials())
            .arg(&self.url)
            .arg(self.directory.join("log"))
            .env("TERRAFORM_MIRROR", mirror()));
        eventually("both runners are there", || {
            let runners = self.admin.get(&format!("{REPOSITORY}/actions/runners"));
            let online = runners["runners"].as_array()?.iter().filter(|runner| runner["status"] == "online").count();
            (online == 2).then_some(())
        });
    }

    /// A command that is to be run inside of the machine, as root.
    pub(crate) fn enter(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(root().join("rig/gitea"));
        command.arg("enter").arg(&self.directory).arg(program.as_ref());
        command
    }

    /// Takes back what a scenario that failed left behind: an open request, commits of Kratix' that aren't on main.
    fn clear(&self) {
        // After a maintenance request main may still be on its way into kratix.
        let differ = || self.head("kratix") != self.head("main");
        let waited = (0..40).take_while(|_| differ()).map(|_| sleep(Duration::from_millis(250))).count();
        if waited == 40 || self.admin.get(&format!("{REPOSITORY}/pulls?state=open")) != json!([]) {
            self.take_back();
        }
    }

    /// Closes all requests, and puts kratix back to main.
    pub(crate) fn take_back(&self) {
        let requests = self.admin.get(&format!("{REPOSITORY}/pulls?state=open"));
        for request in requests.as_array().expect("a list") {
            // One may just be being merged.
            let path = format!("v1{REPOSITORY}/pulls/{}", request["number"]);
            let answer = self.admin.ask("PATCH", &path, Some(&json!({"state": "closed"})));
            assert!(matches!(answer.status, 200..300 | 412), "{answer:?}");
        }
        if self.head("kratix") != self.head("main") {
            // Without its own rule the branch has that of all others.
            for rule in ["kratix", "%2A%2A"] {
                self.admin.does("DELETE", &format!("{REPOSITORY}/branch_protections/{rule}"), &json!({}));
            }
            let copy = self.clone(&self.admin, "main");
            run(self.admin.git(copy.path()).args(["push", "--force", "origin", "main:kratix"]));
            self.stage("up");
        }
    }

    /// The commit of a branch.
    pub(crate) fn head(&self, branch: &str) -> String {
        let branch = self.admin.get(&format!("{REPOSITORY}/branches/{branch}"));
        branch["commit"]["id"].as_str().expect("a commit").to_owned()
    }

    /// Clones the infrastructure repository over HTTP, as somebody.
    pub(crate) fn clone(&self, person: &Person, branch: &str) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a temporary directory");
        let url = format!("{}/platform/infrastructure.git", self.url);
        run(person.git(copy.path()).args(["clone", "--quiet", "--branch", branch, &url, "."]));
        copy
    }

    /// The organization of this name, if there is one.
    pub(crate) fn organization(&self, name: &str) -> Option<Value> {
        self.admin.get_if_there(&format!("/orgs/{name}"))
    }
}

/// The folder with Terraform's provider.
fn mirror() -> PathBuf {
    std::env::var_os("TERRAFORM_MIRROR").map_or_else(|| root().join("target/rig/mirror"), PathBuf::from)
}
