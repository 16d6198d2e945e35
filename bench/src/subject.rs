//! What is run, and where.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kratix_wasm_bench::child::{self, Cost};
use rustix::fs::syncfs;
use tempfile::TempDir;

use crate::report::IN_MEMORY;
use crate::{Result, tree};

/// Where a benchmark's processes work: an input for all, and an output and metadata that are fresh for each.
#[derive(Debug)]
pub(crate) struct Place {
    root: TempDir,
    /// What kind of file system it is on.
    pub(crate) filesystem: String,
}

impl Place {
    /// Makes one below a directory, removed when it is dropped.
    pub(crate) fn make(below: &Path, request: &Path) -> Result<Self> {
        let failed = |error| format!("cannot work below {}: {error}", below.display());
        // Absolute, since programs are started in the directory of the repository whatever this one is told.
        let below = fs::canonicalize(below).map_err(failed)?;
        let root = tempfile::Builder::new().prefix("kratix-wasm-bench-").tempdir_in(&below).map_err(failed)?;
        fs::create_dir(root.path().join("input")).map_err(failed)?;
        fs::copy(request, root.path().join("input/object.yaml"))
            .map_err(|error| format!("cannot copy {}: {error}", request.display()))?;
        let filesystem = match rustix::fs::statfs(&below).map_err(|errno| failed(errno.into()))?.f_type {
            0xEF53 => "ext4".to_owned(),
            0x0102_1994 => "tmpfs".to_owned(),
            0x794C_7630 => "overlayfs".to_owned(),
            0x5846_5342 => "xfs".to_owned(),
            0x9123_683E => "btrfs".to_owned(),
            other => format!("a file system of type {other:#x}"),
        };
        Ok(Self { root, filesystem })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn clear(&self) -> std::io::Result<()> {
        for name in ["output", "metadata"] {
            match fs::remove_dir_all(self.path(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => fs::create_dir(self.path(name))?,
            }
        }
        // A step that syncs its files would otherwise write out what others left behind.
        Ok(syncfs(fs::File::open(self.root.path())?)?)
    }

    /// How long a new file takes to reach the disk: what a step that writes with care does for each file.
    pub(crate) fn sync_a_file(&self) -> Result<Duration> {
        let timed = || -> std::io::Result<Duration> {
            self.clear()?;
            let mut file = fs::File::create_new(self.path("output/file"))?;
            file.write_all(&[b'x'; 200])?;
            let start = Instant::now();
            file.sync_data()?;
            Ok(start.elapsed())
        };
        timed().map_err(|error| format!("cannot write below {}: {error}", self.root.path().display()))
    }

    /// What the last step left.
    pub(crate) fn tree(&self) -> Result<tree::Tree> {
        tree::read(self.root.path())
    }
}

/// A program that is measured.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// In the JSON.
    pub(crate) key: String,
    /// For people.
    pub(crate) name: &'static str,
    /// Whether it is compared; else it explains.
    pub(crate) is_step: bool,
    program: PathBuf,
    before: Vec<String>,
    directories: Directories,
    after: Vec<PathBuf>,
}

/// How a program is told its directories.
#[derive(Debug, Clone, Copy)]
enum Directories {
    Options,
    Paths,
    Untold,
}

impl Subject {
    /// `kratix-wasm run`.
    pub(crate) fn host(key: &'static str, name: &'static str, host: &Path, arguments: &[&str]) -> Self {
        let before = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let (key, program, directories) = (key.to_owned(), host.to_owned(), Directories::Options);
        Self { key, name, is_step: true, program, before, directories, after: Vec::new() }
    }

    /// A program that takes the three directories, and what else is given.
    pub(crate) fn step(key: &'static str, name: &'static str, program: &Path, before: &[&str]) -> Self {
        Self { directories: Directories::Paths, ..Self::host(key, name, program, before) }
    }

    /// A program that takes no directories.
    pub(crate) fn other(key: &'static str, name: &'static str, program: &Path, arguments: &[&str]) -> Self {
        Self { is_step: false, directories: Directories::Untold, ..Self::host(key, name, program, arguments) }
    }

    /// The same to explain what the disk has to do with it.
    pub(crate) fn in_memory(&self) -> Self {
        Self { key: format!("{}{IN_MEMORY}", self.key), is_step: false, ..self.clone() }
    }

    /// Runs it in fresh directories; making and emptying them isn't counted.
    pub(crate) fn measure(&self, place: &Place) -> Result<Cost> {
        place.clear().map_err(|error| format!("cannot empty {}: {error}", place.root.path().display()))?;
        let mut command = self.command(place);
        let (status, cost) = child::run(command.stdout(Stdio::null()).stderr(Stdio::null()))
            .map_err(|error| format!("cannot run {}: {error}", self.program.display()))?;
        if status.success() { Ok(cost) } else { Err(format!("{} failed: {status}", self.name)) }
    }

    /// Runs it in fresh directories and gives what it said to stderr.
    pub(crate) fn say(&self, place: &Place) -> Result<String> {
        place.clear().map_err(|error| format!("cannot empty {}: {error}", place.root.path().display()))?;
        let output =
            self.command(place).output().map_err(|error| format!("cannot run {}: {error}", self.program.display()))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(said) } else { Err(format!("{} failed: {}\n{said}", self.name, output.status)) }
    }

    fn command(&self, place: &Place) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.before);
        for name in ["input", "output", "metadata"] {
            match self.directories {
                Directories::Options => command.arg(format!("--{name}")).arg(place.path(name)),
                Directories::Paths => command.arg(place.path(name)),
                Directories::Untold => &mut command,
            };
        }
        // No pipeline is named: in a pod the host would refuse precompiled code of a checkout that is a mount of its own.
        command.args(&self.after).stdin(Stdio::null()).env_clear().envs([
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("LANG", "C.UTF-8"),
            ("KRATIX_WORKFLOW_ACTION", "configure"),
            ("KRATIX_WORKFLOW_TYPE", "resource"),
            ("KRATIX_PROMISE_NAME", "team"),
            ("KRATIX_OBJECT_KIND", "Team"),
            ("KRATIX_OBJECT_GROUP", "platform.kratix.io"),
            ("KRATIX_WASM_POLICY", "destinations: [{repository: catalog}, {repository: infrastructure}]"),
        ]);
        command
    }
}
