//! A pipeline step of the real binary, in directories of its own.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::describing::code_describing;
use crate::{Tree, built, peak, tree};

/// A request for the component that does what its config or the request's spec says.
pub const TEST: &str = "{apiVersion: tests/v1, kind: Test, metadata: {name: a-test}}";

/// A step that is to be run; its directories live as long as it does.
#[derive(Debug)]
#[must_use]
pub struct Step {
    root: TempDir,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    /// `input`, `output` and `metadata`, below the root.
    directories: [String; 3],
    user: Option<u32>,
    /// What a shell does before it becomes the host.
    before: Option<String>,
}

/// What a run of a step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How the process ended; none by a signal.
    pub code: Option<i32>,
    /// What it printed for programs.
    pub stdout: String,
    /// What it said to people, with the directories' root as `<root>`.
    pub stderr: String,
    /// Below the output, afterwards.
    pub output: Tree,
    /// In the metadata directory, afterwards.
    pub metadata: Tree,
}

impl Step {
    /// A step without a request and without a generator, which may send files to any Destination.
    ///
    /// # Panics
    ///
    /// When there is no temporary directory to be had.
    pub fn new() -> Self {
        let root = tempfile::Builder::new().prefix("step").tempdir_in(place()).expect("a temporary directory");
        for name in ["input", "output", "metadata"] {
            fs::create_dir(root.path().join(name)).expect("it is empty");
        }
        // Steps run as other users too.
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let directories = ["input", "output", "metadata"].map(String::from);
        let step = Self { root, arguments: Vec::new(), environment: Vec::new(), directories, user: None, before: None };
        step.policy("destinations: [{}]")
    }

    /// A step of the Team generator, precompiled so that it starts at once.
    pub fn team(request: &str) -> Self {
        Self::new().request(request).arg("--precompiled").generator("team.cwasm")
    }

    /// A step of the component that does what its config says.
    pub fn hostile(config: &str) -> Self {
        Self::new().request(TEST).arg("--precompiled").generator("hostile.cwasm").config(config)
    }

    /// A step of the same component, which declares what the word says.
    pub fn declaring(word: &str) -> Self {
        let step = Self::new().request(TEST).arg("--precompiled").another_declaring(word);
        step.config("{}")
    }

    /// Adds such a component.
    pub fn another_declaring(self, word: &str) -> Self {
        let name = format!("{word}.cwasm");
        let step = self.generator_of(&name, code_describing(word));
        let path = step.path(&format!("generators/{name}"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("it is ours");
        step
    }

    /// Sets what inputs are bound to.
    pub fn inputs(self, yaml: &str) -> Self {
        self.env("KRATIX_WASM_INPUTS", yaml)
    }

    /// Gives manifests of objects that a cluster would have.
    pub fn objects(self, yaml: &str) -> Self {
        let step = self.file("objects.yaml", yaml);
        let path = step.path("objects.yaml").to_str().expect("temporary paths are UTF-8").to_owned();
        step.arg("--input-object").arg(path)
    }

    /// Another step of the same pod: with this config, in the same directories.
    pub fn again_with(&self, config: &str) -> Self {
        let mut step = Self::new().config(config);
        step.arguments.clone_from(&self.arguments);
        for (name, path) in ["input", "output", "metadata"].iter().zip(&mut step.directories) {
            // Joined to the new root, an absolute path stays what it is.
            self.path(name).to_str().expect("temporary paths are UTF-8").clone_into(path);
        }
        step
    }

    /// Sets the policy; an empty one is none.
    pub fn policy(self, yaml: &str) -> Self {
        self.env("KRATIX_WASM_POLICY", yaml)
    }

    /// Sets the config.
    pub fn config(self, yaml: &str) -> Self {
        self.env("KRATIX_WASM_CONFIG", yaml)
    }

    /// Puts a request in.
    pub fn request(self, yaml: &str) -> Self {
        self.file("input/object.yaml", yaml)
    }

    /// Puts a request in for the component that does what the spec says.
    pub fn spec(self, yaml: &str) -> Self {
        let object = TEST.strip_suffix('}').expect("it is a map");
        self.request(&format!("{object}, spec: {yaml}}}"))
    }

    /// Puts a file in: `output/a/b.yaml`.
    ///
    /// # Panics
    ///
    /// When that can't be done.
    pub fn file(self, path: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("directories can be made");
        fs::write(path, contents).expect("a file can be written");
        self
    }

    /// Adds a generator that `just dev` built. It is copied to where nobody else can write, as precompiled code has to be
    /// and a checkout often isn't.
    ///
    /// # Panics
    ///
    /// When that can't be done.
    pub fn generator(self, name: &str) -> Self {
        let path = self.path(&format!("generators/{name}"));
        fs::create_dir_all(self.path("generators")).expect("a directory can be made");
        fs::copy(built(name), &path).expect("a generator can be copied");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
        self.arg(path.to_str().expect("temporary paths are UTF-8"))
    }

    /// Names a generator of these bytes, in `generators/`.
    pub fn generator_of(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let name = format!("generators/{name}");
        let step = self.file(&name, bytes);
        let path = step.path(&name);
        step.arg(path.to_str().expect("temporary paths are UTF-8"))
    }

    /// Where something lies in the host's own corner of a directory: `metadata`, `journal.json`.
    #[must_use]
    pub fn in_corner(&self, directory: &str, path: &str) -> String {
        let user = self.user.unwrap_or_else(|| rustix::process::geteuid().as_raw());
        format!("{directory}/.kratix-wasm-{user}/{path}")
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets an environment variable; there are no others.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Uses other directories for the output and the metadata; they are made.
    ///
    /// # Panics
    ///
    /// When that can't be done.
    pub fn directories(mut self, output: &str, metadata: &str) -> Self {
        self.directories = ["input", output, metadata].map(String::from);
        for path in [output, metadata] {
            fs::create_dir_all(self.path(path)).expect("directories can be made");
        }
        self
    }

    /// Runs as this user; only root can.
    pub fn user(mut self, user: u32) -> Self {
        self.user = Some(user);
        self
    }

    /// Runs with this umask.
    pub fn umask(self, umask: u32) -> Self {
        self.before(&format!("umask {umask:03o}"))
    }

    /// Runs within this limit of the machine: `-n 32` open files, `-f 0` blocks of a file.
    pub fn ulimit(self, limit: &str) -> Self {
        self.before(&format!("ulimit {limit}"))
    }

    fn before(mut self, command: &str) -> Self {
        self.before = Some(command.to_owned());
        self
    }

    /// The path of something in the step's directories.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// The command, not started.
    #[must_use]
    pub fn command(&self) -> Command {
        self.command_for("run")
    }

    fn command_for(&self, subcommand: &str) -> Command {
        let host = self.host();
        let mut command = match &self.before {
            None => Command::new(host),
            Some(before) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("{before}; exec \"$0\" \"$@\"")]).arg(host);
                shell
            }
        };
        command.arg(subcommand).args(&self.arguments);
        for (name, path) in ["input", "output", "metadata"].iter().zip(&self.directories) {
            command.arg(format!("--{name}")).arg(self.path(path));
        }
        command.env_clear().envs(self.environment.iter().cloned()).stdin(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    /// The host. Where the checkout is in somebody's own folder, such as root's home, other users run a copy.
    fn host(&self) -> PathBuf {
        let (host, copy) = (built("kratix-wasm"), self.path("kratix-wasm"));
        let open = |folder: &Path| fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o001 != 0);
        if self.user.is_none() || host.ancestors().all(open) {
            return host;
        }
        // By another process: what this one has open for writing could not be run by a thread that forks meanwhile.
        let copied = Command::new("cp").arg(&host).arg(&copy).status();
        assert!(copied.expect("cp is there").success(), "{} can be copied", host.display());
        copy
    }

    /// Runs it.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    #[must_use]
    pub fn run(&self) -> Outcome {
        self.measure().0
    }

    /// Runs another subcommand in the same directories.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    #[must_use]
    pub fn run_as(&self, subcommand: &str) -> Outcome {
        self.measured(&mut self.command_for(subcommand)).0
    }

    /// Runs it, and says how much memory it had at most, in MiB, with what it started.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    #[must_use]
    pub fn measure(&self) -> (Outcome, u64) {
        self.measured(&mut self.command())
    }

    fn measured(&self, command: &mut Command) -> (Outcome, u64) {
        let (done, peak) = peak::output(command).expect("the host can be started");
        let root = self.root.path().to_str().expect("temporary paths are UTF-8");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(root, "<root>");
        let outcome = Outcome {
            code: done.status.code(),
            stdout: text(&done.stdout),
            stderr: text(&done.stderr),
            output: self.tree(&self.directories[1]),
            metadata: self.tree(&self.directories[2]),
        };
        (outcome, peak)
    }

    /// What lies in one of its directories now.
    #[must_use]
    pub fn tree(&self, directory: &str) -> Tree {
        let path = self.path(directory);
        if path.is_dir() { tree(&path) } else { Tree::new() }
    }
}

/// Where steps run: as in an image, on the mount of `/`, where that can be. In a pod no other code is trusted.
fn place() -> PathBuf {
    let device = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
    let places = [std::env::temp_dir(), "/var/tmp".into()];
    let on_root = places.iter().find(|place| device(place) == device(Path::new("/")));
    on_root.unwrap_or(&places[0]).clone()
}

impl Default for Step {
    fn default() -> Self {
        Self::new()
    }
}

impl Outcome {
    /// Asserts how the process ended.
    ///
    /// # Panics
    ///
    /// When it ended otherwise; with all that it said.
    #[track_caller]
    #[must_use]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Asserts that stderr has a text.
    ///
    /// # Panics
    ///
    /// When it hasn't.
    #[track_caller]
    #[must_use]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no \"{text}\" in: {}", self.stderr);
        self
    }

    /// A file below the output as text.
    ///
    /// # Panics
    ///
    /// When it isn't there.
    #[track_caller]
    #[must_use]
    pub fn output(&self, path: &str) -> &str {
        text(&self.output, path)
    }

    /// A file of the metadata directory as text.
    ///
    /// # Panics
    ///
    /// When it isn't there.
    #[track_caller]
    #[must_use]
    pub fn metadata(&self, path: &str) -> &str {
        text(&self.metadata, path)
    }
}

#[track_caller]
fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    let bytes = tree.get(path).unwrap_or_else(|| panic!("no {path}, only {:?}", tree.keys()));
    std::str::from_utf8(bytes).expect("it is text")
}
