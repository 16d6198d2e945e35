//! The machine that the steps share: a Kubernetes node, and the platform that the stages' scripts have built there; with a
//! Gitea of their own in the cluster where its chart is given (GITEA_CHART), and else with one that is brought.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kratix_wasm_tests::{Person, root, run};
use serde_json::{Value, json};

/// Everything is done within this time, or never.
const LONGEST: Duration = Duration::from_mins(5);

/// Whose Gitea it is, and how it is asked.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Where the script of a Gitea that is brought keeps what it has.
    brought: Option<PathBuf>,
    /// Its site admin.
    pub(crate) admin: Person,
    /// The names that the cluster had before there was a platform.
    pub(crate) before: BTreeSet<String>,
}

/// Asks again until there is an answer.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    kratix_wasm_tests::eventually(LONGEST, what, ask)
}

impl Machine {
    /// Builds the platform, as a user would.
    pub(crate) fn build() -> Self {
        let before = names();
        if std::env::var_os("GITEA_CHART").is_some() {
            run(&mut platform(&["up"]));
            return Self { brought: None, admin: own_admin(), before };
        }
        let (gitea, admin) = brought_gitea();
        let machine = Self { admin, before, brought: Some(gitea.clone()) };
        for stage in ["1", "2", "3", "4"] {
            machine.platform(&["up", stage]);
        }
        machine.start_runners(&gitea);
        machine.platform(&["up", "5"]);
        machine.platform(&["up", "6"]);
        machine
    }

    /// Installs Kratix alone, and a Gitea where none is brought.
    pub(crate) fn with_kratix_alone() -> Self {
        let before = names();
        if std::env::var_os("GITEA_CHART").is_some() {
            for stage in ["1", "2", "3"] {
                run(&mut platform(&["up", stage]));
            }
            return Self { brought: None, admin: own_admin(), before };
        }
        let (gitea, admin) = brought_gitea();
        let machine = Self { admin, before, brought: Some(gitea) };
        for stage in ["1", "2"] {
            machine.platform(&["up", stage]);
        }
        machine
    }

    /// Removes what that installed.
    pub(crate) fn without_kratix(&self) {
        for stage in ["3", "2"] {
            self.platform(&["down", stage, "--yes"]);
        }
    }

    /// Where pods reach Gitea's SSH, as host:port, and its key there, as known_hosts has it.
    pub(crate) fn ssh(&self) -> (String, String) {
        let Some(gitea) = &self.brought else {
            let host = "gitea-ssh.gitea.svc.cluster.local";
            let key = secret("gitea-host-key", "gitea")["ssh_host_ed25519_key.pub"].clone();
            return (format!("{host}:22"), format!("{host} {key}"));
        };
        let read = |name: &str| fs::read_to_string(gitea.join(name)).expect("./x platform-test starts it");
        (read("ssh").trim().to_owned(), read("known_hosts"))
    }

    /// Whether the Gitea is the platform's own.
    pub(crate) fn own_gitea(&self) -> bool {
        self.brought.is_none()
    }

    /// The platform's program, as a user calls it who brings the cluster, and perhaps a Gitea.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut platform = platform(arguments);
        if let Some(gitea) = &self.brought {
            platform
                .env("PLATFORM_GITEA", self.admin.url())
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
            .arg(root().join("rig/runners"))
            .arg(root().join("deploy/runner"))
            .arg(&credentials)
            .arg(self.admin.url())
            .arg(gitea.join("log"))
            .env("TERRAFORM_MIRROR", root().join("target/rig/mirror")));
        eventually("both runners are online", || {
            let runners = self.gitea("/repos/platform/infrastructure/actions/runners")?;
            (runners["runners"].as_array()?.iter().filter(|runner| runner["status"] == "online").count() == 2)
                .then_some(())
        });
    }

    /// Does something while there is neither Gitea nor, where that is the platform's, its database; then waits until both are
    /// there again. A Gitea that is brought is only ended and started again, before.
    pub(crate) fn without_gitea(&self, then: impl FnOnce()) {
        if let Some(gitea) = &self.brought {
            run(&mut rig("restart", gitea));
            then();
            return;
        }
        let scale = |replicas: &str| {
            kubectl(&[
                "scale",
                "--namespace",
                "gitea",
                "deployment/gitea",
                "statefulset/database",
                "--replicas",
                replicas,
            ]);
        };
        scale("0");
        eventually("Gitea is away", || self.gitea("/version").is_none().then_some(()));
        then();
        scale("1");
        eventually("Gitea is there again", || self.gitea("/version"));
    }

    /// What Gitea's API has at a path, if it has.
    fn gitea(&self, path: &str) -> Option<Value> {
        self.admin.find(path)
    }

    /// Whether the catalog and the infrastructure have a Team, where both can be read.
    fn has(&self, namespace: &str, name: &str) -> Option<(bool, bool)> {
        let catalog = self.gitea("/repos/platform/catalog/raw/catalog-info.yaml?ref=main")?;
        let group = format!("kratix-wasm.io/request: {namespace}/{name}");
        let tree = self.gitea("/repos/platform/infrastructure/git/trees/kratix?recursive=true&per_page=1000")?;
        let file = format!("terraform/{namespace}.{name}.tf.json");
        Some((
            catalog.as_str()?.lines().any(|line| line.trim() == group),
            tree["tree"].as_array()?.iter().any(|entry| entry["path"] == file),
        ))
    }

    /// Whether both repositories have a Team.
    pub(crate) fn committed(&self, namespace: &str, name: &str) -> Option<()> {
        (self.has(namespace, name)? == (true, true)).then_some(())
    }

    /// Whether neither has it.
    pub(crate) fn gone(&self, namespace: &str, name: &str) -> Option<()> {
        (self.has(namespace, name)? == (false, false)).then_some(())
    }

    /// What was committed last, in the catalog and in the infrastructure.
    pub(crate) fn heads(&self) -> [String; 2] {
        [self.head("catalog", "main"), self.head("infrastructure", "kratix")]
    }

    /// The commit of a branch.
    fn head(&self, repository: &str, branch: &str) -> String {
        let branch = self.admin.get(&format!("/repos/platform/{repository}/branches/{branch}"));
        branch["commit"]["id"].as_str().expect("a commit").to_owned()
    }
}

/// The site admin of the Gitea that stage 3 has made.
fn own_admin() -> Person {
    let address = fs::read_to_string(root().join("target/node/address")).expect("./x platform-test starts it");
    let secret = secret("gitea-admin", "gitea");
    Person::new(&secret["username"], &format!("http://{}:30300", address.trim()), &secret["token"])
}

/// The folder of a Gitea that is brought, and its site admin.
fn brought_gitea() -> (PathBuf, Person) {
    let gitea = root().join("target/node-gitea");
    let read =
        |name: &str| fs::read_to_string(gitea.join(name)).expect("./x platform-test starts it").trim().to_owned();
    let admin = Person::new("rigadmin", &read("url"), &read("admin.token"));
    (gitea, admin)
}

/// The platform's program with the settings of every machine.
fn platform(arguments: &[&str]) -> Command {
    let mut platform = Command::new(root().join("deploy/platform"));
    platform
        .args(arguments)
        .env("PLATFORM_CLUSTER", "existing")
        .env("PLATFORM_CERT_MANAGER", "none")
        .env("TERRAFORM_MIRROR", root().join("target/rig/mirror"));
    platform
}

/// What kubectl printed, which must succeed.
#[track_caller]
pub(crate) fn kubectl(arguments: &[&str]) -> String {
    run(Command::new("kubectl").args(arguments))
}

/// The names of what the cluster has as a whole, of the kinds that stages make.
pub(crate) fn names() -> BTreeSet<String> {
    let kinds = "namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,\
                 validatingwebhookconfigurations,mutatingwebhookconfigurations";
    kubectl(&["get", kinds, "--output", "name"]).lines().map(str::to_owned).collect()
}

/// A Team, as somebody would ask for it.
pub(crate) fn team(namespace: &str, name: &str, id: &str, title: &str) -> Value {
    json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Team",
        "metadata": {"namespace": namespace, "name": name}, "spec": {"id": id, "name": title},
    })
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
    let mut rig = Command::new(root().join("rig/gitea"));
    rig.arg(command).arg(gitea);
    rig
}

/// Makes objects what these say.
#[track_caller]
pub(crate) fn apply(objects: &[Value]) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    fs::write(file.path(), list.to_string()).expect("it can be written");
    kubectl(&["apply", "--filename", file.path().to_str().expect("temporary paths are UTF-8")]);
}
