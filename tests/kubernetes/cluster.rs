//! The cluster that the tests share: one node, whose state is `target/node`, with the Promise's API and the images of its
//! step.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use kratix_wasm_tests::{root, run};
use serde_json::Value;

use crate::promise;

/// The image in which a script plays Kratix's own program.
pub(crate) const PLAYED: &str = "localhost/kratix-played-by-a-script:1";

/// Everything is done within this time, or never.
const LONGEST: Duration = Duration::from_secs(90);

/// The cluster, as its administrator knows it.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Where its node has its state.
    directory: PathBuf,
}

/// The one cluster, which the first test sets up.
pub(crate) fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::set_up)
}

/// Asks again until there is an answer.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    kratix_wasm_tests::eventually(LONGEST, what, ask)
}

impl Cluster {
    fn set_up() -> Self {
        let directory = root().join("target/node");
        assert!(directory.join("pid").exists(), "no node runs: run the tests with `./x platform-test`");
        let cluster = Self { directory };
        let played = root().join("target/rig/images/played.tar");
        run(Command::new(root().join("tests/kubernetes/played/build")).arg(PLAYED).arg(&played));
        let built = ["kratix-wasm-team", "kratix-wasm"].map(|name| root().join(format!("target/dist/{name}.oci.tar")));
        run(cluster.node("load").args(built.iter().chain([&played])));
        cluster.apply(&promise::api());
        let api = format!("crd/{}", promise::PLURAL);
        let _ = cluster.kubectl(&["wait", "--for", "condition=Established", &api, "--timeout", "30s"]);
        cluster
    }

    /// What kubectl printed, which must succeed.
    #[track_caller]
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        run(self.node("kubectl").args(arguments))
    }

    /// An object, if there is one.
    pub(crate) fn get(&self, kind: &str, name: &str) -> Option<Value> {
        let found = self.kubectl(&["get", kind, name, "--ignore-not-found", "--output", "json"]);
        (!found.is_empty()).then(|| serde_json::from_str(&found).expect("kubectl prints JSON"))
    }

    /// Whether kubectl says yes.
    pub(crate) fn says_yes(&self, arguments: &[&str]) -> bool {
        self.node("kubectl").args(arguments).output().expect("the node's script can be started").status.success()
    }

    /// Makes an object what this says, which must succeed.
    #[track_caller]
    pub(crate) fn apply(&self, object: &Value) {
        self.ask("apply", object).unwrap_or_else(|refusal| panic!("{object}: {refusal}"));
    }

    /// Whether the API server takes this: `create` or `apply`; or why not.
    pub(crate) fn ask(&self, verb: &str, object: &Value) -> Result<(), String> {
        let mut kubectl = self.node("kubectl");
        kubectl.args([verb, "--filename", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut kubectl = kubectl.spawn().expect("the node's script can be started");
        let mut input = kubectl.stdin.take().expect("it is piped");
        input.write_all(object.to_string().as_bytes()).expect("kubectl reads all");
        drop(input);
        let ended = kubectl.wait_with_output().expect("it ends");
        if ended.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&ended.stderr).into_owned()) }
    }

    /// The script of the node.
    fn node(&self, command: &str) -> Command {
        let mut node = Command::new(root().join("rig/node"));
        node.arg(command).arg(&self.directory);
        node
    }

    /// Removes an object, if there is one, and waits until it is gone with all that belongs to it. Also after a failure,
    /// which it must not hide by one of its own.
    pub(crate) fn delete(&self, kind: &str, name: &str) {
        self.delete_in("default", kind, name);
    }

    /// The same of one in another namespace.
    pub(crate) fn delete_in(&self, namespace: &str, kind: &str, name: &str) {
        let cascade = ["--ignore-not-found", "--cascade", "foreground"];
        let arguments = [&["delete", "--namespace", namespace, kind, name], &cascade[..]].concat();
        let _ = self.node("kubectl").args(arguments).output();
    }
}

/// Unpacks what a pod's log has as an archive.
#[track_caller]
pub(crate) fn unpack(log: &str, into: &Path) {
    let mut tar = Command::new("sh");
    tar.args(["-c", "base64 --decode | tar --extract --no-same-owner --directory \"$0\""]).arg(into);
    let mut tar = tar.stdin(Stdio::piped()).spawn().expect("sh can be started");
    tar.stdin.take().expect("it is piped").write_all(log.trim().as_bytes()).expect("it reads all");
    assert!(tar.wait().expect("it ends").success(), "no archive: {log}");
}
