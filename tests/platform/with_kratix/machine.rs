//! The machine that the scenarios share: a Kubernetes node, a Gitea with both runners in its network, and the platform that
//! the stages' scripts have built there.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use kratix_wasm_tests::root;
use serde_json::Value;

/// Everything is done within this time, or never.
const LONGEST: Duration = Duration::from_mins(5);

/// Where the node's and Gitea's scripts keep what they have, and how Gitea is asked.
#[derive(Debug)]
pub(crate) struct Machine {
    gitea: PathBuf,
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
        let gitea = root().join("target/node-gitea");
        let read =
            |name: &str| fs::read_to_string(gitea.join(name)).expect("./x platform-test starts it").trim().to_owned();
        let machine = Self { url: read("url"), token: read("admin.token"), gitea };
        machine.platform(&["up", "1"]);
        machine.platform(&["up", "2"]);
        machine.platform(&["up", "4"]);
        machine.start_runners();
        machine.platform(&["up", "5"]);
        machine.platform(&["up", "6"]);
        machine
    }

    /// Runs the platform's program as a user would who brings cluster and Gitea; returns what it said.
    #[track_caller]
    pub(crate) fn platform(&self, arguments: &[&str]) -> String {
        let file = |name: &str| self.gitea.join(name);
        run(Command::new(root().join("deploy/platform"))
            .args(arguments)
            .env("PLATFORM_CLUSTER", "existing")
            .env("PLATFORM_CERT_MANAGER", "none")
            .env("PLATFORM_GITEA", &self.url)
            .env("PLATFORM_GITEA_TOKEN_FILE", file("admin.token"))
            .env("PLATFORM_GITEA_SSH", fs::read_to_string(file("ssh")).expect("the rig wrote it").trim())
            .env("PLATFORM_GITEA_KNOWN_HOSTS", file("known_hosts"))
            .env("TERRAFORM_MIRROR", root().join("target/platform/mirror")))
    }

    /// Both runners as docs/actions.md says, on the machine of Gitea.
    fn start_runners(&self) {
        let credentials = self.gitea.join("credentials");
        fs::create_dir_all(&credentials).expect("a folder can be made");
        let secret = get("secret", "credentials", "kratix-wasm-platform").expect("stage 4 keeps it");
        for (name, value) in secret["data"].as_object().expect("it has entries") {
            let file = fs::File::create(credentials.join(name)).expect("a file can be made");
            let mut base64 = Command::new("base64");
            let mut base64 =
                base64.arg("--decode").stdin(Stdio::piped()).stdout(file).spawn().expect("base64 is there");
            let text = value.as_str().expect("it is text").as_bytes();
            std::io::Write::write_all(&mut base64.stdin.take().expect("it is piped"), text).expect("it reads all");
            assert!(base64.wait().expect("it ends").success());
        }
        run(self
            .rig("enter")
            .arg(root().join("tests/review/runners"))
            .arg(root().join("deploy/runner"))
            .arg(&credentials)
            .arg(&self.url)
            .arg(self.gitea.join("log"))
            .env("TERRAFORM_MIRROR", root().join("target/platform/mirror")));
        eventually("both runners are online", || {
            let runners = self.gitea("/repos/platform/infrastructure/actions/runners")?;
            (runners["runners"].as_array()?.iter().filter(|runner| runner["status"] == "online").count() == 2)
                .then_some(())
        });
    }

    /// The script of the machine that Gitea runs on.
    pub(crate) fn rig(&self, command: &str) -> Command {
        let mut rig = Command::new(root().join("tests/platform/rig"));
        rig.arg(command).arg(&self.gitea);
        rig
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
