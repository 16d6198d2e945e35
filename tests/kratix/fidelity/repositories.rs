//! The repositories that Kratix writes to: one a store, of a user of their own in the machine's Gitea; read and written as bytes,
//! without a working tree, since attributes would change what is checked out.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use kratix_wasm_tests::corpus::{Scenario, Store};
use kratix_wasm_tests::{Person, Tree, run};
use serde_json::json;
use tempfile::TempDir;

use crate::machine::{Machine, kubectl};

const USER: &str = "fidelity";
const NAMESPACE: &str = "kratix-platform-system";
const SECRET: &str = "fidelity-ssh";

/// The user, and clones of what is theirs.
#[derive(Debug)]
pub(crate) struct Repositories {
    person: Person,
    /// host:port, as pods reach it.
    ssh: String,
    folder: TempDir,
}

/// A commit as it is compared.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) author: String,
    pub(crate) subject: String,
}

impl Repositories {
    /// Makes the user, and the Secret by which Kratix writes as them.
    pub(crate) fn new(machine: &Machine) -> Self {
        remove(machine);
        let person = Person::make(&machine.admin, USER);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = folder.path().join("key");
        run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", USER, "-f"]).arg(&key));
        let public = fs::read_to_string(key.with_extension("pub")).expect("it is there");
        person.post("/user/keys", &json!({"title": USER, "key": public}));
        let (ssh, known_hosts) = machine.ssh();
        let hosts = folder.path().join("known_hosts");
        fs::write(&hosts, known_hosts).expect("it can be written");
        kubectl(&[
            "create",
            "secret",
            "generic",
            SECRET,
            "--namespace",
            NAMESPACE,
            &format!("--from-file=sshPrivateKey={}", key.display()),
            &format!("--from-file=knownHosts={}", hosts.display()),
        ]);
        Self { person, ssh, folder }
    }

    fn name(scenario: &Scenario, store: &Store) -> String {
        format!("{}-{}", scenario.name, store.name)
    }

    /// The address for Kratix, and how it gets in, in the place of a GitStateStore's own.
    pub(crate) fn point(&self, scenario: &Scenario, store: &Store, spec: &mut serde_json::Value) {
        spec["url"] = format!("ssh://git@{}/{USER}/{}.git", self.ssh, Self::name(scenario, store)).into();
        spec["authMethod"] = "ssh".into();
        spec["secretRef"] = json!({"name": SECRET, "namespace": NAMESPACE});
    }

    fn git(&self, scenario: &Scenario, store: &Store) -> Command {
        self.person.git(&self.clone_of(scenario, store))
    }

    fn clone_of(&self, scenario: &Scenario, store: &Store) -> PathBuf {
        self.folder.path().join(Self::name(scenario, store))
    }

    /// Makes one, with a first commit that has no files; returns that.
    pub(crate) fn make(&self, scenario: &Scenario, store: &Store) -> String {
        let name = Self::name(scenario, store);
        self.person.post("/user/repos", &json!({"name": name, "default_branch": store.branch}));
        let clone = self.clone_of(scenario, store);
        fs::create_dir(&clone).expect("it can be made");
        run(self.git(scenario, store).args(["init", "--quiet", "--bare"]));
        let url = format!("{}/{USER}/{name}.git", self.person.url());
        run(self.git(scenario, store).args(["remote", "add", "origin", &url]));
        self.commit(scenario, store, None, &Tree::new())
    }

    /// Commits files beside those that are there, as somebody else.
    pub(crate) fn add(&self, scenario: &Scenario, store: &Store, files: &Tree) {
        let head = self.head(scenario, store);
        self.commit(scenario, store, Some(&head), files);
    }

    fn commit(&self, scenario: &Scenario, store: &Store, parent: Option<&str>, files: &Tree) -> String {
        let git = || self.git(scenario, store);
        run(git().args(["read-tree", parent.unwrap_or("--empty")]));
        for (path, bytes) in files {
            let mut child = git()
                .args(["hash-object", "-w", "--no-filters", "--stdin"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("git can be started");
            child.stdin.take().expect("it is piped").write_all(bytes).expect("git reads");
            let blob = String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("it is ASCII");
            run(git().args(["update-index", "--add", "--cacheinfo", &format!("100644,{},{path}", blob.trim())]));
        }
        let tree = run(git().arg("write-tree"));
        let mut made = git();
        made.args(["commit-tree", "-m", "By somebody else", tree.trim()]);
        if let Some(parent) = parent {
            made.args(["-p", parent]);
        }
        let commit = run(&mut made);
        run(git().args(["push", "--quiet", "origin", &format!("{}:refs/heads/{}", commit.trim(), store.branch)]));
        commit.trim().to_owned()
    }

    /// The last commit of the branch, which is fetched.
    pub(crate) fn head(&self, scenario: &Scenario, store: &Store) -> String {
        run(self.git(scenario, store).args(["fetch", "--quiet", "origin", &store.branch]));
        run(self.git(scenario, store).args(["rev-parse", "FETCH_HEAD"])).trim().to_owned()
    }

    /// All files of a commit.
    pub(crate) fn files(&self, scenario: &Scenario, store: &Store, commit: &str) -> Tree {
        let listed =
            self.git(scenario, store).args(["ls-tree", "-r", "-z", commit]).output().expect("git can be started");
        let listed = String::from_utf8(listed.stdout).expect("paths are UTF-8");
        let mut blobs = BTreeMap::new();
        for entry in listed.split_terminator('\0') {
            let (entry, path) = entry.split_once('\t').expect("a path follows");
            let [mode, "blob", blob] = entry.split(' ').collect::<Vec<_>>()[..] else { panic!("{path}: {entry}") };
            assert_eq!(mode, "100644", "{path}");
            let contents =
                self.git(scenario, store).args(["cat-file", "blob", blob]).output().expect("git can be started");
            blobs.insert(path.to_owned(), contents.stdout);
        }
        blobs
    }

    /// The commits after one and up to another.
    pub(crate) fn commits(&self, scenario: &Scenario, store: &Store, after: &str, to: &str) -> Vec<Commit> {
        let range = format!("{after}..{to}");
        let log = run(self.git(scenario, store).args(["log", "--format=%an%x09%s", &range]));
        let commits = log.lines().map(|line| line.split_once('\t').expect("it has both"));
        commits.map(|(author, subject)| Commit { author: author.to_owned(), subject: subject.to_owned() }).collect()
    }
}

/// Removes the user, all their repositories, and the Secret.
pub(crate) fn remove(machine: &Machine) {
    machine.admin.ask("DELETE", &format!("v1/admin/users/{USER}?purge=true"), None);
    kubectl(&["delete", "secret", SECRET, "--namespace", NAMESPACE, "--ignore-not-found"]);
}
