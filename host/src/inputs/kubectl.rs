//! kubectl, which knows the user's cluster and how to log in there.

use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::error::plural;
use super::reply::said;
use super::{Allowance, Reply};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{Address, Which};

/// Most that is read of what kubectl says to people, in bytes.
const MAX_SAID: usize = 64 * 1024;
/// How often is looked whether it has ended, once it has said all.
const LOOK: Duration = Duration::from_millis(5);

/// A program that asks the user's cluster.
#[derive(Debug)]
pub struct Kubectl {
    program: PathBuf,
}

impl Kubectl {
    /// What it is called on the PATH.
    pub const PROGRAM: &str = "kubectl";

    /// This program.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// Asks for what is at an address: a GET or a LIST.
    ///
    /// # Errors
    ///
    /// [`Exit::Usage`] when there is no such program; else as [`ApiServer::get`](super::ApiServer::get).
    pub fn get(&self, address: &Address, allowance: &Allowance<'_>) -> Result<Reply, Error> {
        let time = allowance.time()?;
        let mut command = Command::new(&self.program);
        command.args(["get", "--raw", &address.path()]);
        match run(command, time.left, allowance.bytes()).map_err(|error| self.not_run(&error))? {
            Ended::Late => Err(allowance.slow(time, address)),
            Ended::Large => Err(allowance.too_large(address)),
            Ended::Itself { status, stdout, .. } if status.success() => Ok(Reply { status: 200, body: stdout }),
            Ended::Itself { status, stderr, .. } => {
                let words = String::from_utf8_lossy(&stderr);
                let words = last_error(&words);
                answered(address, words).ok_or_else(|| {
                    let what = if words.is_empty() { status.to_string() } else { said(words) };
                    Error::new("kubectl-failed", Exit::Unavailable, format!("kubectl has no answer for {address}"))
                        .because(what)
                        .hint("does `kubectl get` work in this shell? Another try may succeed")
                })
            }
        }
    }

    fn not_run(&self, error: &io::Error) -> Error {
        let program = self.program.display();
        if error.kind() == io::ErrorKind::NotFound {
            return Error::new("kubectl-missing", Exit::Usage, format!("there is no {program} on the PATH"))
                .hint("install kubectl, or give the objects as manifests, with --input-object");
        }
        Error::new("kubectl-missing", Exit::Usage, format!("cannot run {program}")).because_of(error)
    }
}

/// What the API server answered, by the words that kubectl has for it (`StandardErrorMessage` in its `pkg/cmd/util`).
fn answered(address: &Address, words: &str) -> Option<Reply> {
    let reply = |status, message: &str, details| {
        let answer = serde_json::json!({
            "apiVersion": "v1", "kind": "Status", "reason": if status == 404 { "NotFound" } else { "" },
            "message": message, "details": details,
        });
        Some(Reply { status, body: answer.to_string().into_bytes() })
    };
    let none = serde_json::json!({});
    if let Some(message) = words.strip_prefix("Error from server (NotFound): ") {
        let Which::Named(name) = &address.which else { return reply(404, message, none) };
        let ours = format!("{} \"{name}\" not found", plural(address));
        let kind = &address.kind;
        let details = serde_json::json!({"name": name, "kind": address.resource, "group": kind.group});
        return reply(404, message, if message == ours { details } else { none });
    }
    if let Some(message) = words.strip_prefix("Error from server (Forbidden): ") {
        return reply(403, message, none);
    }
    words.strip_prefix("error: You must be logged in to the server").and_then(|_| reply(401, words, none))
}

/// The error that kubectl ends with: warnings and what a plugin says may stand before it.
fn last_error(words: &str) -> &str {
    let starts = ["Error from server", "error: "].iter().flat_map(|start| {
        words.match_indices(start).map(|(at, _)| at).filter(|at| *at == 0 || words[..*at].ends_with('\n'))
    });
    words[starts.max().unwrap_or(0)..].trim()
}

/// How kubectl ended.
enum Ended {
    /// By itself.
    Itself { status: ExitStatus, stdout: Vec<u8>, stderr: Vec<u8> },
    /// It took longer than it may.
    Late,
    /// It has a larger answer than may be read.
    Large,
}

/// Runs a program that gets no input. It may start others, to log in, and these may outlive it with its streams open: so
/// nothing here waits for the end of a stream longer than it may take. They are not killed: one may be the user's browser.
fn run(mut command: Command, patience: Duration, max_bytes: usize) -> io::Result<Ended> {
    let end = Instant::now() + patience;
    let left = || end.saturating_duration_since(Instant::now());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Running(command.spawn()?);
    let stdout = reader(child.0.stdout.take().expect("stdout is piped"), max_bytes)?;
    let stderr = reader(child.0.stderr.take().expect("stderr is piped"), MAX_SAID)?;
    let Ok(stdout) = stdout.recv_timeout(left()) else { return Ok(Ended::Late) };
    let stdout = stdout?;
    if stdout.len() > max_bytes {
        return Ok(Ended::Large);
    }
    let status = loop {
        match child.0.try_wait()? {
            Some(status) => break status,
            None if left().is_zero() => return Ok(Ended::Late),
            None => thread::sleep(LOOK),
        }
    };
    if status.success() {
        return Ok(Ended::Itself { status, stdout, stderr: Vec::new() });
    }
    let Ok(stderr) = stderr.recv_timeout(left()) else { return Ok(Ended::Late) };
    Ok(Ended::Itself { status, stdout, stderr: stderr? })
}

/// Reads a stream to its end or beyond a bound, by a thread of its own.
fn reader(stream: impl Read + Send + 'static, max_bytes: usize) -> io::Result<Receiver<io::Result<Vec<u8>>>> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        let read = stream.take((max_bytes as u64).saturating_add(1)).read_to_end(&mut bytes);
        // Nobody listens any more when it took too long.
        let _ = sender.send(read.map(|_| bytes));
    })?;
    Ok(receiver)
}

/// A child that doesn't outlive its use.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it is gone.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
