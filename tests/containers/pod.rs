//! The directories of a pod, and containers that share them, as Kratix sets them up.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use kratix_wasm_tests::{Outcome, root, tree};
use tempfile::TempDir;

use crate::image::Image;

/// A request for a team.
pub(crate) const TEAM: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, \
    metadata: {name: a-team, namespace: default}, spec: {id: a-team, name: A Team}}";
/// A request that no generator of teams takes.
pub(crate) const WRONG: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, \
    metadata: {name: a-team, namespace: default}, spec: {id: A Team, name: ''}}";

/// What a container gets from Kratix by default.
const BOUNDS: &[&str] = &["--memory", "256m", "--memory-swap", "256m", "--cpus", "0.2"];

/// As restricted as Kubernetes can make it, without network. The `ulimit`s are for machines whose root may not raise them,
/// as podman would.
const RESTRICTED: &[&str] = &[
    "--runtime=runc",
    "--rm",
    "--read-only",
    "--read-only-tmpfs=false",
    "--network=none",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--ulimit=nofile=1024:1024",
    "--ulimit=nproc=4096:4096",
];

/// The three directories; they live as long as the value.
#[derive(Debug)]
pub(crate) struct Pod(TempDir);

impl Pod {
    pub(crate) fn new(request: &str) -> Self {
        let root = tempfile::Builder::new().prefix("pod").tempdir().unwrap();
        open(root.path(), 0o755);
        for name in ["input", "output", "metadata", "volume"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        // An emptyDir is everybody's.
        for name in ["input", "output", "metadata"] {
            open(&root.path().join(name), 0o777);
        }
        let pod = Self(root);
        pod.request(request);
        pod
    }

    /// What Kratix's reader does.
    pub(crate) fn request(&self, yaml: &str) {
        fs::write(self.path("input/object.yaml"), yaml).unwrap();
    }

    /// Puts a file of `target/` into a volume that only root writes to.
    pub(crate) fn ship(&self, built: &str) -> PathBuf {
        let path = self.path("volume").join(built.rsplit('/').next().unwrap());
        fs::copy(root().join("target").join(built), &path).unwrap();
        open(&path, 0o644);
        path
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// A container of the image of the Team step, set up as its Promise does.
    pub(crate) fn team(&self) -> Container<'_> {
        let generator = [("GENERATOR", "/generators/team.cwasm"), ("PRECOMPILED", "true")];
        self.container(&Image::step()).set(&generator).set(&[("POLICY", "destinations: [{}]")])
    }

    /// A container of the image of the host, with a generator from the volume.
    pub(crate) fn host(&self, generator: &str) -> Container<'_> {
        let volume = format!("{}:/volume:ro", self.path("volume").display());
        self.container(&Image::host())
            .flags(&["--volume", &volume])
            .set(&[("GENERATOR", &format!("/volume/{generator}"))])
    }

    /// The component that does what its config says.
    pub(crate) fn hostile(&self, config: &str) -> Container<'_> {
        self.ship("components/hostile.wasm");
        self.host("hostile.wasm").set(&[("CONFIG", config), ("POLICY", "destinations: [{}]")])
    }

    pub(crate) fn container(&self, image: &Image) -> Container<'_> {
        Container { pod: self, image: image.id(), flags: Vec::new(), arguments: Vec::new() }
    }
}

/// A container that is to be run.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Container<'a> {
    pod: &'a Pod,
    image: String,
    flags: Vec<String>,
    arguments: Vec<String>,
}

impl Container<'_> {
    /// Sets `KRATIX_WASM_` variables.
    pub(crate) fn set(mut self, variables: &[(&str, &str)]) -> Self {
        for (name, value) in variables {
            self.flags.extend(["--env".into(), format!("KRATIX_WASM_{name}={value}")]);
        }
        self
    }

    /// Adds flags of podman; later ones override earlier ones and the defaults.
    pub(crate) fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(ToString::to_string));
        self
    }

    /// Has so much memory, swap included.
    pub(crate) fn memory(self, bytes: &str) -> Self {
        self.flags(&["--memory", bytes, "--memory-swap", bytes])
    }

    /// Is somebody else than the image says.
    pub(crate) fn user(self, user: &str) -> Self {
        self.flags(&["--user", user])
    }

    /// Gets these arguments instead of those of the image.
    pub(crate) fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(ToString::to_string));
        self
    }

    fn command(&self) -> Command {
        let mount = |name: &str, how: &str| format!("--volume={}:/kratix/{name}:{how}", self.pod.path(name).display());
        let mut podman = Command::new("podman");
        podman.arg("run").args(RESTRICTED).args(BOUNDS);
        podman.args([mount("input", "ro"), mount("output", "rw"), mount("metadata", "rw")]);
        podman.args(&self.flags).arg(&self.image).args(&self.arguments).stdin(Stdio::null());
        // Where podman's helper leaves a file when the kernel kills a container.
        podman.current_dir(self.pod.path(""));
        podman
    }

    /// Starts it and doesn't wait.
    pub(crate) fn start(&self) -> Child {
        self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Runs it.
    pub(crate) fn run(&self) -> Outcome {
        let done = self.command().output().unwrap();
        Outcome {
            code: done.status.code(),
            stdout: String::from_utf8(done.stdout).unwrap(),
            stderr: String::from_utf8(done.stderr).unwrap(),
            output: tree(&self.pod.path("output")),
            metadata: tree(&self.pod.path("metadata")),
        }
    }
}

/// `podman run` with so much memory, as restricted as the others.
pub(crate) fn bounded(memory: &str) -> Command {
    let mut podman = Command::new("podman");
    podman.arg("run").args(RESTRICTED).args(["--memory", memory, "--memory-swap", memory]).stdin(Stdio::null());
    podman
}

fn open(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
