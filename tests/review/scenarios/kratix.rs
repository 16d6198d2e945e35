//! Kratix' side: commits of the Team generator's files over SSH, with Kratix' own key. And what becomes of them.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::Command;

use kratix_wasm_tests::{Person, STATUS, Step, fail, run};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::machine::{Machine, REPOSITORY, eventually};

/// Kratix' copy of the infrastructure repository.
#[derive(Debug)]
pub(crate) struct Kratix<'a> {
    machine: &'a Machine,
    copy: TempDir,
}

/// A request for main.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    machine: &'a Machine,
    pub(crate) number: u64,
    pub(crate) head: String,
    /// How often it was told how an apply went, as far as anybody asked.
    told: Cell<usize>,
}

/// The file that the real step makes of a Team, as Terraform reads it.
pub(crate) fn team_file(namespace: &str, name: &str, id: &str, title: &str) -> (String, String) {
    let request = json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Team",
        "metadata": {"namespace": namespace, "name": name}, "spec": {"id": id, "name": title},
    });
    let path = format!("terraform/{namespace}.{name}.tf.json");
    let outcome = Step::team(&request.to_string()).run().exits(0);
    let contents = outcome.output(&path).to_owned();
    (path, contents)
}

impl<'a> Kratix<'a> {
    /// Clones the branch that Kratix writes to.
    pub(crate) fn of(machine: &'a Machine) -> Self {
        let copy = tempfile::tempdir().expect("a temporary directory");
        let kratix = Self { machine, copy };
        let address = fs::read_to_string(machine.directory.join("ssh")).expect("the rig wrote it");
        let url = format!("ssh://git@{}/platform/infrastructure.git", address.trim());
        run(kratix.git().args(["clone", "--quiet", "--branch", "kratix", &url, "."]));
        kratix
    }

    /// Git with Kratix' key.
    pub(crate) fn git(&self) -> Command {
        let key = self.machine.credentials().join("kratix-infrastructure");
        let hosts = self.machine.directory.join("known_hosts");
        let mut command = Command::new("git");
        command
            .current_dir(self.copy.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "kratix")
            .env("GIT_AUTHOR_EMAIL", "kratix@kratix.io")
            .env("GIT_COMMITTER_NAME", "kratix")
            .env("GIT_COMMITTER_EMAIL", "kratix@kratix.io")
            .env(
                "GIT_SSH_COMMAND",
                format!("ssh -i {} -o IdentitiesOnly=yes -o UserKnownHostsFile={}", key.display(), hosts.display()),
            );
        command
    }

    pub(crate) fn path(&self) -> &Path {
        self.copy.path()
    }

    /// Puts a Team's file in; not committed yet.
    pub(crate) fn team(&self, namespace: &str, name: &str, id: &str, title: &str) -> &Self {
        let (path, contents) = team_file(namespace, name, id, title);
        self.write(&path, &contents)
    }

    /// Puts any file in.
    pub(crate) fn write(&self, path: &str, contents: &str) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("below the copy")).expect("a folder can be made");
        fs::write(path, contents).expect("a file can be written");
        self
    }

    pub(crate) fn remove(&self, namespace: &str, name: &str) -> &Self {
        fs::remove_file(self.path().join(format!("terraform/{namespace}.{name}.tf.json"))).expect("it is there");
        self
    }

    /// Commits what there is.
    pub(crate) fn commit(&self) -> &Self {
        run(self.git().args(["add", "--all"]));
        run(self.git().args(["commit", "--quiet", "--message", "Update from: a-workplacement"]));
        self
    }

    /// Commits and pushes.
    #[track_caller]
    pub(crate) fn push(&self) -> &Self {
        self.commit();
        run(self.git().args(["push", "--quiet", "origin", "HEAD:kratix"]));
        self
    }

    /// Commits and pushes what must be refused, and takes it back here; returns what Gitea said.
    #[track_caller]
    pub(crate) fn push_refused(&self, to: &str) -> String {
        let said = fail(self.git().args(["push", "--quiet", "origin", &format!("HEAD:{to}")]));
        run(self.git().args(["reset", "--quiet", "--hard", "@{upstream}"]));
        said
    }

    /// The open request with what was pushed last.
    #[track_caller]
    pub(crate) fn request(&self) -> Request<'a> {
        let head = run(self.git().args(["rev-parse", "HEAD"])).trim().to_owned();
        Request::of(self.machine, &head)
    }
}

impl<'a> Request<'a> {
    /// The open request for a commit.
    #[track_caller]
    pub(crate) fn of(machine: &'a Machine, head: &str) -> Self {
        let number = eventually("a request is open", || {
            let open = machine.admin.get(&format!("{REPOSITORY}/pulls?state=open&base_branch=main"));
            let found = open.as_array()?.iter().find(|request| request["head"]["sha"] == head)?;
            found["number"].as_u64()
        });
        Self { machine, number, head: head.to_owned(), told: Cell::new(0) }
    }

    /// The API's path.
    pub(crate) fn path(&self, more: &str) -> String {
        format!("{REPOSITORY}/pulls/{}{more}", self.number)
    }

    /// Waits for the plan's verdict, and returns whether it is that the request may be merged.
    #[track_caller]
    pub(crate) fn planned(&self) -> bool {
        eventually("the request is planned", || self.status().filter(|status| status != "pending")) == "success"
    }

    /// The plan's status, once there is one.
    fn status(&self) -> Option<String> {
        let statuses = self.machine.admin.get(&format!("{REPOSITORY}/commits/{}/statuses", self.head));
        let ours = statuses.as_array()?.iter().filter(|status| status["context"] == STATUS);
        let last = ours.max_by_key(|status| status["id"].as_u64())?;
        Some(last["status"].as_str()?.to_owned())
    }

    /// The comments of a machine user, oldest first.
    pub(crate) fn comments(&self, user: &str) -> Vec<String> {
        let comments = self.machine.admin.get(&format!("{REPOSITORY}/issues/{}/comments", self.number));
        let comments = comments.as_array().expect("a list").iter();
        comments.filter(|c| c["user"]["login"] == user).map(|c| c["body"].as_str().expect("text").to_owned()).collect()
    }

    /// The comment with the plan for this commit.
    #[track_caller]
    pub(crate) fn plan(&self) -> String {
        let comments = self.comments("platform-plan");
        let ours = comments.into_iter().rev().find(|body| body.contains(&format!("`{}`", self.head)));
        ours.unwrap_or_else(|| panic!("there is no plan: {}", self.plan_log()))
    }

    /// What the last run of the plan said.
    pub(crate) fn plan_log(&self) -> String {
        self.machine.log("plan.yml", &self.head)
    }

    /// Approves this very commit.
    #[track_caller]
    pub(crate) fn approve(&self, reviewer: &Person, words: &str) {
        let before = self.machine.runs("review.yml", &self.head).len();
        reviewer.post(&self.path("/reviews"), &json!({"event": "APPROVED", "body": words, "commit_id": self.head}));
        eventually("the review is noticed", || {
            (self.machine.runs("review.yml", &self.head).len() > before).then_some(())
        });
    }

    /// Tries to merge; returns what Gitea said when it may not be.
    pub(crate) fn merge(&self, person: &Person) -> Result<(), String> {
        for _ in 0..240 {
            let answer =
                person.ask("POST", &format!("v1{}", self.path("/merge")), Some(&json!({"Do": "fast-forward-only"})));
            match answer.status {
                200 => return Ok(()),
                // It is still looking at the request, or plans its first commit a second time.
                405 | 409
                    if answer.body["message"].as_str().is_some_and(|said| said.contains("try again"))
                        || self.status().is_some_and(|status| status == "pending") =>
                {
                    std::thread::sleep(std::time::Duration::from_millis(250));
                }
                _ => return Err(answer.body.to_string()),
            }
        }
        Err("Gitea is still looking at the request".into())
    }

    /// Waits until a review has made the plan be looked at again, with this verdict.
    #[track_caller]
    pub(crate) fn looked_at_again(&self, verdict: bool) {
        self.machine.finished("review.yml", &self.head);
        assert_eq!(self.planned(), verdict, "{}", self.plan_log());
    }

    /// Runs the job that applies once more, and waits for it.
    #[track_caller]
    pub(crate) fn apply_again(&self) {
        self.machine.finished("deploy-organizations.yml", &self.head);
        let run = self.machine.runs("deploy-organizations.yml", &self.head).into_iter().next().expect("it ran");
        self.machine.maintainer.post(&format!("{REPOSITORY}/actions/runs/{}/rerun", run["id"]), &json!({}));
    }

    /// Waits until what was merged is applied, or isn't, and returns what the request is told; each time the next.
    #[track_caller]
    pub(crate) fn applied(&self) -> String {
        let told = eventually("the request is told how it went", || {
            self.comments("platform-caretaker").into_iter().nth(self.told.get())
        });
        self.told.set(self.told.get() + 1);
        told
    }

    /// The lines that the plan's comment asks a reviewer for.
    pub(crate) fn words(&self) -> String {
        let plan = self.plan();
        let asked = plan.split_once("in the review:\n\n```\n").and_then(|(_, asked)| asked.split_once("\n```\n"));
        asked.expect("the plan asks for words").0.to_owned()
    }

    /// The whole way to the organization, for a request that needs nothing said.
    #[track_caller]
    pub(crate) fn land(&self) {
        assert!(self.planned(), "{}", self.plan_log());
        self.approve(&self.machine.reviewer, "fine");
        self.merge(&self.machine.reviewer).expect("it can be merged");
        let told = self.applied();
        assert!(told.starts_with("**Applied.**"), "{told}");
    }
}

impl Machine {
    /// The runs of a workflow for a commit, newest first.
    fn runs(&self, workflow: &str, commit: &str) -> Vec<Value> {
        let runs = self.admin.get(&format!("{REPOSITORY}/actions/runs?head_sha={commit}"));
        let mut runs: Vec<Value> = runs["workflow_runs"].as_array().cloned().unwrap_or_default();
        runs.retain(|run| run["path"].as_str().is_some_and(|path| path.starts_with(workflow)));
        runs.sort_by_key(|run| std::cmp::Reverse(run["id"].as_u64()));
        runs
    }

    /// Waits until the newest run of a workflow for a commit has ended; returns how.
    #[track_caller]
    pub(crate) fn finished(&self, workflow: &str, commit: &str) -> String {
        eventually(&format!("{workflow} ends"), || {
            let run = self.runs(workflow, commit).into_iter().next()?;
            (run["status"] == "completed").then(|| run["conclusion"].as_str().unwrap_or_default().to_owned())
        })
    }

    /// What the newest run of a workflow for a commit printed, all its jobs.
    pub(crate) fn log(&self, workflow: &str, commit: &str) -> String {
        let Some(run) = self.runs(workflow, commit).into_iter().next() else { return "no run".into() };
        let jobs = self.admin.get(&format!("{REPOSITORY}/actions/runs/{}/jobs", run["id"]));
        let jobs = jobs["jobs"].as_array().cloned().unwrap_or_default();
        jobs.iter()
            .map(|job| self.admin.ask("GET", &format!("v1{REPOSITORY}/actions/jobs/{}/logs", job["id"]), None).body)
            .map(|log| log.as_str().map_or_else(|| log.to_string(), str::to_owned))
            .collect()
    }
}
