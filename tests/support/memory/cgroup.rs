//! A memory cgroup, of version 1 or 2: what Kubernetes makes of a container's memory limit.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, process};

use crate::{peak, starting};

/// A cgroup of one run; it is gone with the value.
#[derive(Debug)]
pub struct Cgroup {
    path: PathBuf,
    is_second: bool,
}

/// How a run ended, and what it took.
#[derive(Debug)]
pub struct Figure {
    /// The exit code; none for a signal.
    pub code: Option<i32>,
    /// Whether the kernel killed the program for its memory.
    pub killed: bool,
    /// How many processes the kernel killed for memory: a compiler may be one, of which the program then tells.
    pub victims: u32,
    /// The most that was charged, in MiB, with what is cached of files.
    pub charged: u64,
    /// What was said to people.
    pub said: String,
}

impl Cgroup {
    /// Makes one with so many MiB and no swap.
    ///
    /// # Errors
    ///
    /// Where this machine or this user can't.
    pub fn new(limit: u32) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let root = Path::new("/sys/fs/cgroup");
        let is_second = root.join("cgroup.controllers").exists();
        let parent = if is_second { root.to_owned() } else { root.join("memory") };
        if is_second {
            // Where it is on already, or this is a container's own root, the next step tells whether it worked.
            let _ = fs::write(root.join("cgroup.subtree_control"), "+memory");
        }
        let path = parent.join(format!("kratix-wasm-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir(&path)?;
        let cgroup = Self { path, is_second };
        let bytes = (u64::from(limit) << 20).to_string();
        if is_second {
            fs::write(cgroup.path.join("memory.max"), bytes)?;
            let _ = fs::write(cgroup.path.join("memory.swap.max"), "0");
        } else {
            fs::write(cgroup.path.join("memory.limit_in_bytes"), &bytes)?;
            // Not there where swap isn't accounted.
            let _ = fs::write(cgroup.path.join("memory.memsw.limit_in_bytes"), &bytes);
        }
        Ok(cgroup)
    }

    /// Runs a command in it to its end.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub fn run(&self, command: &Command) -> io::Result<Figure> {
        let mut entering = Command::new("/bin/sh");
        entering.args(["-c", r#"echo $$ >"$0" && exec "$@""#]).arg(self.path.join("cgroup.procs"));
        let (done, _) = peak::output(starting(entering.env_clear(), command))?;
        let victims = self.victims()?;
        Ok(Figure {
            code: done.status.code(),
            killed: victims > 0 && done.status.signal() == Some(libc::SIGKILL),
            victims,
            charged: self.charged()? >> 20,
            said: String::from_utf8_lossy(&done.stderr).into_owned(),
        })
    }

    fn charged(&self) -> io::Result<u64> {
        let file = if self.is_second { "memory.peak" } else { "memory.max_usage_in_bytes" };
        let text = fs::read_to_string(self.path.join(file))?;
        text.trim().parse().map_err(io::Error::other)
    }

    fn victims(&self) -> io::Result<u32> {
        let file = if self.is_second { "memory.events" } else { "memory.oom_control" };
        let text = fs::read_to_string(self.path.join(file))?;
        let number = text.lines().find_map(|line| line.strip_prefix("oom_kill "));
        number.ok_or(io::ErrorKind::InvalidData)?.trim().parse().map_err(io::Error::other)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // What was killed may take a moment to be gone.
        for _ in 0..100 {
            if fs::remove_dir(&self.path).is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}
