//! The machine that the scenarios share: a Kubernetes node, and the platform that the stages' scripts have built there; with a
//! Gitea of their own in the cluster where its chart is given (GITEA_CHART), and else with one that is brought.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use kratix_wasm_tests::root;
use serde_json::Value;

/// Everything is done within this time, or never.
const LONGEST: Duration = Duration::from_mins(5);

/// Whose Gitea it is, and how it is asked.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Where the script of a Gitea that is brought keeps what it has.
    brought: Option<PathBuf>,
    url: String,
    token: String,
}

/// The one machine, on which the first scenario builds the platform.
pub(crate) fn machine() -> &'static Machine {
    static MACHINE: OnceLock<Machine> = OnceLock::new();
    MACHINE.get_or_init(Machine::build)
}

/// Asks again until there is an answer.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    kratix_wasm_tests::eventually(LONGEST, what, ask)
}

impl Machine {
    fn build() -> Self {
        if std::env::var_os("GITEA_CHART").is_some() {
            let address = fs::read_to_string(root().join("target/node/address")).expect("./x platform-test starts it");
            let mut machine =
                Self { brought: None, url: format!("http://{}:30300", address.trim()), token: String::new() };
            machine.platform(&["up"]);
            let admin = secret("gitea-admin", "gitea");
            admin["token"].trim().clone_into(&mut machine.token);
            return machine;
        }
        let gitea = root().join("target/node-gitea");
        let read =
            |name: &str| fs::read_to_string(gitea.join(name)).expect("./x platform-test starts it").trim().to_owned();
        let machine = Self { url: read("url"), token: read("admin.token"), brought: Some(gitea.clone()) };
        for stage in ["1", "2", "3", "4"] {
            machine.platform(&["up", stage]);
        }
        machine.start_runners(&gitea);
        machine.platform(&["up", "5"]);
        machine.platform(&["up", "6"]);
        machine
    }

    /// Whether the Gitea is the platform's own.
    pub(crate) fn own_gitea(&self) -> bool {
        self.brought.is_none()
    }

    /// The platform's program, as a user calls it who brings the cluster, and perhaps a Gitea.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut platform = Command::new(root().join("deploy/platform"));
        platform
            .args(arguments)
            .env("PLATFORM_CLUSTER", "existing")
            .env("PLATFORM_CERT_MANAGER", "none")
            .env("TERRAFORM_MIRROR", root().join("target/platform/mirror"));
        if let Some(gitea) = &self.brought {
            platform
                .env("PLATFORM_GITEA", &self.url)
                .env("PLATFORM_GITEA_TOKEN_FILE", gitea.join("admin.token"))
                .env("PLATFORM_GITEA_SSH", fs::read_to_string(gitea.join("ssh")).expect("the rig wrote it").trim())
                .env("PLATFORM_GITEA_KNOWN_HOSTS", gitea.join("known_hosts"));
        }
        platform
    }

    /// Runs it; returns what it said.
    #[track_caller]
    pub(crate) fn platform(&self, arguments: &[&str]) -> String {
        run(&mut self.command(arguments))
    }

    /// Both runners as docs/actions.md says, on the machine of the Gitea that is brought.
    fn start_runners(&self, gitea: &Path) {
        let credentials = gitea.join("credentials");
        fs::create_dir_all(&credentials).expect("a folder can be made");
        for (name, contents) in secret("credentials", "kratix-wasm-platform") {
            fs::write(credentials.join(name), contents).expect("a file can be made");
        }
        run(rig("enter", gitea)
            .arg(root().join("tests/review/runners"))
            .arg(root().join("deploy/runner"))
            .arg(&credentials)
            .arg(&self.url)
            .arg(gitea.join("log"))
            .env("TERRAFORM_MIRROR", root().join("target/platform/mirror")));
        eventually("both runners are online", || {
            let runners = self.gitea("/repos/platform/infrastructure/actions/runners")?;
            (runners["runners"].as_array()?.iter().filter(|runner| runner["status"] == "online").count() == 2)
                .then_some(())
        });
    }

    /// Ends Gitea, and its database where that is the platform's, and waits until it is there again.
    pub(crate) fn restart_gitea(&self) {
        if let Some(gitea) = &self.brought {
            run(&mut rig("restart-gitea", gitea));
            return;
        }
        let pods = "app.kubernetes.io/name in (gitea, database)";
        kubectl(&["delete", "pods", "--namespace", "gitea", "--selector", pods]);
        eventually("Gitea is there again", || self.gitea("/version"));
    }

    /// What Gitea's API has at a path, if it has.
    pub(crate) fn gitea(&self, path: &str) -> Option<Value> {
        let mut answer = ureq::get(format!("{}/api/v1{path}", self.url))
            .header("Authorization", format!("token {}", self.token))
            .call()
            .ok()?;
        answer.body_mut().read_json().ok()
    }

    /// The paths of all files of a branch.
    pub(crate) fn files(&self, repository: &str, branch: &str) -> Vec<String> {
        let path = format!("/repos/platform/{repository}/git/trees/{branch}?recursive=true&per_page=1000");
        let tree = self.gitea(&path).expect("the branch is there");
        let entries = tree["tree"].as_array().expect("a list").iter();
        entries.map(|entry| entry["path"].as_str().expect("text").to_owned()).collect()
    }

    /// What a branch has in a file, if it has it.
    pub(crate) fn file(&self, repository: &str, branch: &str, path: &str) -> Option<String> {
        let file = format!("{}/api/v1/repos/platform/{repository}/raw/{path}?ref={branch}", self.url);
        let mut answer = ureq::get(file).header("Authorization", format!("token {}", self.token)).call().ok()?;
        answer.body_mut().read_to_string().ok()
    }

    /// The commit of a branch.
    pub(crate) fn head(&self, repository: &str, branch: &str) -> String {
        let branch = self.gitea(&format!("/repos/platform/{repository}/branches/{branch}")).expect("it is there");
        branch["commit"]["id"].as_str().expect("a commit").to_owned()
    }
}

/// What kubectl printed, which must succeed.
#[track_caller]
pub(crate) fn kubectl(arguments: &[&str]) -> String {
    run(Command::new("kubectl").args(arguments))
}

/// An object, if there is one.
pub(crate) fn get(kind: &str, name: &str, namespace: &str) -> Option<Value> {
    let found = kubectl(&["get", kind, name, "--namespace", namespace, "--ignore-not-found", "--output", "json"]);
    (!found.is_empty()).then(|| serde_json::from_str(&found).expect("kubectl prints JSON"))
}

/// A Secret's entries, which are text.
pub(crate) fn secret(name: &str, namespace: &str) -> BTreeMap<String, String> {
    let secret = get("secret", name, namespace).expect("a stage makes it");
    let keys = secret["data"].as_object().expect("it has entries").keys();
    keys.map(|key| {
        let decoded = format!("go-template={{{{index .data \"{key}\" | base64decode}}}}");
        (key.clone(), kubectl(&["get", "secret", name, "--namespace", namespace, "--output", &decoded]))
    })
    .collect()
}

/// The script of a machine that Gitea runs on, for its folder.
fn rig(command: &str, gitea: &Path) -> Command {
    let mut rig = Command::new(root().join("tests/platform/rig"));
    rig.arg(command).arg(gitea);
    rig
}

/// Makes objects what these say.
#[track_caller]
pub(crate) fn apply(objects: &[Value]) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": objects});
    fs::write(file.path(), list.to_string()).expect("it can be written");
    kubectl(&["apply", "--filename", file.path().to_str().expect("temporary paths are UTF-8")]);
}

/// Runs what must succeed, and returns what it printed.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}
