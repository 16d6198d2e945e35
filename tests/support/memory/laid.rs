//! A shape, laid out in directories as Kratix has them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kratix_wasm::limits::Limits;
use tempfile::TempDir;

use super::cgroup::{Cgroup, Figure};
use super::component::component;
use super::json::Json;
use super::shape::{Answer, Shape};

/// Bytes of a metadata file: a little less than what the host reads.
const MOST_METADATA: usize = 1020 * 1024;

/// The directories of a step, and the program that runs it. They live as long as the value.
#[derive(Debug)]
pub struct Laid {
    root: TempDir,
    host: PathBuf,
    shape: Shape,
}

impl Laid {
    /// Makes components and everything else that doesn't change from run to run.
    ///
    /// # Errors
    ///
    /// When that can't be done; a component that doesn't compile says so when it is run.
    pub fn new(shape: Shape, host: &Path) -> io::Result<Self> {
        let root = tempfile::Builder::new().prefix("memory").tempdir()?;
        let laid = Self { root, host: host.to_owned(), shape };
        fs::create_dir(laid.path("input"))?;
        let handed = &shape.handed;
        let limits = Limits::default();
        // More than may be is refused before it takes anything.
        let most = limits.object_bytes - 1024;
        let spec = text(most, handed.request_kind, handed.request_count, handed.request_depth, handed.request_aliases);
        let object = format!("{{apiVersion: tests/v1, kind: Test, metadata: {{name: a-test}}, spec: {spec}}}");
        fs::write(laid.path("input/object.yaml"), object)?;
        let most = limits.config_bytes - 1024;
        let config = text(most, handed.config_kind, handed.config_count, handed.config_depth, handed.config_aliases);
        let config = match handed.config_count {
            0 => "{}".to_owned(),
            _ if handed.several == 1 => format!("{{g0: {config}}}"),
            _ => config,
        };
        fs::write(laid.path("config.yaml"), config)?;
        laid.make(shape.generators())?;
        Ok(laid)
    }

    /// Runs it with so many MiB of memory, in fresh directories.
    ///
    /// # Errors
    ///
    /// Where there is no cgroup to be had.
    pub fn run(&self, limit: u32) -> io::Result<Figure> {
        self.lay()?;
        Cgroup::new(limit)?.run(&self.command())
    }

    /// The smallest limit, in MiB, under which the kernel doesn't kill what `is_over` looks at: it does `below`, and not
    /// `above`.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn smallest(&self, mut below: u32, mut above: u32, is_over: impl Fn(&Figure) -> bool) -> io::Result<u32> {
        while above - below > 1 {
            let middle = u32::midpoint(below, above);
            *(if is_over(&self.run(middle)?) { &mut below } else { &mut above }) = middle;
        }
        Ok(above)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn make(&self, answers: &[Answer]) -> io::Result<()> {
        for (index, answer) in answers.iter().enumerate() {
            let name = format!("g{index}");
            let bytes = component(&name, answer).map_err(io::Error::other)?;
            fs::write(self.path(&format!("{name}.wasm")), bytes)?;
            if self.shape.handed.compiled == 0 {
                let mut compile = Command::new(&self.host);
                compile.arg("compile").arg(self.path(&format!("{name}.wasm"))).arg("--output");
                let done = compile.arg(self.path(&format!("{name}.cwasm"))).output()?;
                if !done.status.success() {
                    return Err(io::Error::other(String::from_utf8_lossy(&done.stderr).into_owned()));
                }
            }
        }
        Ok(())
    }

    /// Where all of it lies.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// The step's command; nothing in its environment is anybody else's.
    pub fn command(&self) -> Command {
        let handed = &self.shape.handed;
        let mut command = Command::new(&self.host);
        command.arg("run");
        for index in 0..self.shape.generators().len() {
            command.arg(self.path(&format!("g{index}.{}", if handed.compiled == 1 { "wasm" } else { "cwasm" })));
        }
        for name in ["input", "output", "metadata"] {
            command.arg(format!("--{name}")).arg(self.path(name));
        }
        command.arg("--config-file").arg(self.path("config.yaml"));
        for (is_set, arguments) in [
            (handed.compiled == 0, &["--precompiled"][..]),
            (handed.json == 1, &["--format", "json"]),
            (handed.overwrite == 1, &["--overwrite"]),
        ] {
            command.args(if is_set { arguments } else { &[] });
        }
        command.env("KRATIX_WASM_POLICY", "destinations: [{}]").stdin(Stdio::null());
        if handed.deletes == 1 {
            command.env("KRATIX_WORKFLOW_ACTION", "delete");
        }
        command
    }

    /// Makes what a run changes anew.
    ///
    /// # Errors
    ///
    /// When that can't be done.
    pub fn lay(&self) -> io::Result<()> {
        let handed = &self.shape.handed;
        for name in ["output", "metadata"] {
            let path = self.path(name);
            if path.exists() {
                fs::remove_dir_all(&path)?;
            }
            fs::create_dir(&path)?;
        }
        if handed.status_count > 0 {
            let status = text(
                MOST_METADATA,
                handed.status_kind,
                handed.status_count,
                handed.status_depth,
                handed.status_aliases,
            );
            fs::write(self.path("metadata/status.yaml"), status)?;
        }
        if handed.selectors > 0 {
            let entry = |index| format!("- {{directory: d{index}, matchLabels: {{a: b}}}}\n");
            let entries: Vec<String> = (0..handed.selectors).map(entry).collect();
            fs::write(self.path("metadata/destination-selectors.yaml"), entries.concat())?;
        }
        Ok(())
    }
}

/// A map in YAML of at most so many bytes.
fn text(most: usize, kind: u32, count: u32, depth: u32, aliases: u32) -> String {
    const ALIAS: &str = "*a,";
    let json = Json::new(kind, depth.max(1));
    let json = json.text(count.min(u32::try_from(most / json.unit.len().max(1)).unwrap_or(u32::MAX)));
    if aliases == 0 {
        return format!("{{a: {json}}}");
    }
    let aliases = (aliases as usize).min(most.saturating_sub(json.len()) / ALIAS.len());
    format!("{{a: &a {json}, b: [{}0]}}", ALIAS.repeat(aliases))
}
