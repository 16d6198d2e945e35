//! Compiles bytes that nobody has to trust, in a process of its own.
//!
//! The compiler itself knows no bounds: some hundred kilobytes of WebAssembly can keep it busy for minutes and take
//! gigabytes. The kernel knows bounds, for a process. So this program starts itself once more, hands the component over
//! and takes machine code back; a child that goes too far ends alone, and this process can say why.

mod child;
mod code;
mod container;
mod here;
mod reply;
mod tier;

use std::io::{self, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

pub use child::{Bounds, compile_stdin};
pub(super) use code::Code;
use container::Container;
pub use here::{Uncompiled, compile_here};
use reply::Reply;
pub use tier::Tier;

use crate::error::Error;
use crate::limits::{self, Bound, Clock, Limits};
use crate::sandbox::error::SandboxError;
use crate::sandbox::trap::MAX_WORDS;
use crate::text::clean;

/// What the child is told to do; `commands::compile_stdin` hands it to [`compile_stdin`].
pub const COMMAND: &str = "compile-stdin";

/// This very program, also when its file was replaced since.
const PROGRAM: &str = "/proc/self/exe";

/// A second of computing may take so many on the clock: Kratix gives a container a fifth of a CPU, and others are busy.
const PATIENCE: u32 = 10;

/// Most that is read of what the child says to people, in bytes.
const MAX_SAID: u64 = 4096;

/// Compiles a component to what wasmtime loads. The bytes are gone once the child has them.
pub(super) fn compile(shown: &str, bytes: Vec<u8>, tier: Tier, limits: &Limits, clock: Clock) -> Result<Code, Error> {
    let room = Code::room(limits.code_bytes)
        .map_err(|error| Error::from(SandboxError::NoRoomForCode { shown, cause: error }))?;
    let bound = limits.compile_memory_bytes as u64;
    let container = Container::own().filter(|container| container.left < bound);
    let bounds = Bounds {
        length: bytes.len(),
        memory_bytes: container.map_or(bound, |container| container.left),
        cpu_seconds: limits.compile_time.as_secs(),
        code: room.descriptor(),
    };
    let mut command = Command::new(PROGRAM);
    // Nothing of ours is handed on: it needs no secret, no directory and no open file.
    command
        .arg0("kratix-wasm")
        .arg(COMMAND)
        .arg(tier.to_string())
        .args(bounds.arguments())
        .env_clear()
        .current_dir("/");
    let failed = |cause: io::Error| Error::from(SandboxError::CompilerNotStarted { shown, cause });
    let time = clock.time(limits.compile_time * PATIENCE, &limits::COMPILE_TIME);
    let ended = run(command, bytes, time.left, limits.code_bytes).map_err(failed)?;
    match ended {
        Ended { status, reply: Ok(Reply::Code(length)), .. } if status.success() => {
            room.seal(length).map_err(|cause| SandboxError::CodeLost { shown, cause: cause.to_string() }.into())
        }
        Ended { status, reply: Ok(Reply::Refused(cause)), .. } if status.success() => {
            Err(SandboxError::InvalidComponent { shown, cause }.into())
        }
        ended if ended.overdue => Err(stopped(shown, time.bound, limits)),
        ended => Err(explain(shown, &ended, limits, container)),
    }
}

/// How the child ended.
struct Ended {
    status: ExitStatus,
    reply: io::Result<Reply>,
    /// The begin of what it said to people.
    said: String,
    /// It took longer than it may, and was killed for it.
    overdue: bool,
}

fn run(mut command: Command, bytes: Vec<u8>, patience: Duration, max_code: usize) -> io::Result<Ended> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let pid = Pid::from_child(&child);
    let (ended, waiting) = mpsc::channel::<()>();
    let watch = thread::Builder::new().spawn(move || {
        let overdue = waiting.recv_timeout(patience) == Err(RecvTimeoutError::Timeout);
        if overdue {
            // It can only fail when the child is gone already.
            let _ = kill_process(pid, Signal::KILL);
        }
        overdue
    })?;
    // It reads everything before it answers. When it ends earlier, its status says why.
    let _ = child.stdin.take().expect("stdin is piped").write_all(&bytes);
    drop(bytes);
    let reply = Reply::read(child.stdout.take().expect("stdout is piped"), max_code);
    let mut said = Vec::new();
    let _ = child.stderr.take().expect("stderr is piped").take(MAX_SAID).read_to_end(&mut said);
    // Left unreaped until the watch is over, so that the number is not another process's by then.
    rustix::io::retry_on_intr(|| waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT))?;
    drop(ended);
    let overdue = watch.join().map_err(|_| io::Error::other("the watch over the compiler panicked"))?;
    Ok(Ended { status: child.wait()?, reply, said: String::from_utf8_lossy(&said).into_owned(), overdue })
}

fn stopped(shown: &str, bound: &Bound, limits: &Limits) -> Error {
    limits.reached(bound, format!("compiling {shown} reached the bound {}", bound.name()))
}

/// Says why there is no answer; `container` is what bounds memory instead of the bound for that.
fn explain(shown: &str, ended: &Ended, limits: &Limits, container: Option<Container>) -> Error {
    let signal = ended.status.signal().and_then(Signal::from_named_raw);
    // Rust's own words before it aborts, and the kernel's for a mapping.
    let out_of_memory = ended.said.contains("memory allocation of") && signal == Some(Signal::ABORT)
        || ended.said.contains("cannot allocate memory");
    if signal == Some(Signal::XCPU) {
        return stopped(shown, &limits::COMPILE_TIME, limits);
    }
    let short = |what: String, cause: String| SandboxError::NoMemoryToCompile { what, cause }.into();
    match container {
        Some(Container { limit, left }) if out_of_memory => {
            let [limit, left] = [limit, left].map(|bytes| format!("{} MiB", bytes >> 20));
            return short(
                format!("compiling {shown} takes more memory than the container has"),
                format!("of {limit} that all its processes may have, {left} are left to the compiler"),
            );
        }
        None if out_of_memory => return stopped(shown, &limits::COMPILE_MEMORY_BYTES, limits),
        _ => {}
    }
    if signal == Some(Signal::KILL) {
        return short(
            format!("the compiler was killed over {shown}"),
            "somebody killed it, perhaps the kernel for the memory limit of the container".into(),
        );
    }
    if let Err(error) = &ended.reply
        && error.kind() == io::ErrorKind::FileTooLarge
    {
        return stopped(shown, &limits::CODE_BYTES, limits);
    }
    let said = clean(&ended.said, MAX_WORDS);
    let cause = if said.is_empty() { ended.status.to_string() } else { format!("{}: {said}", ended.status) };
    SandboxError::CompilerFailed { shown, cause }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    /// What is said of a child that is a shell script.
    fn said(script: &str) -> Error {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]);
        let limits = Limits::default();
        let ended = run(shell, vec![0; 100_000], Duration::from_millis(300), 1000).unwrap();
        assert!(!matches!(ended.reply, Ok(Reply::Code(_))));
        explain("x.wasm", &ended, &limits, None)
    }

    #[test]
    fn a_child_that_is_stopped_says_which_bound_it_met() {
        for (script, exit, says) in [
            ("kill -XCPU $$", Exit::Limit, "compiling x.wasm reached the bound compile-time"),
            (
                "echo memory allocation of 9 bytes failed >&2; kill -ABRT $$",
                Exit::Limit,
                "compiling x.wasm reached the bound compile-memory-bytes",
            ),
            ("printf 'compiled\\0\\1\\0\\0'", Exit::Generator, "the compiler failed over x.wasm"),
            ("printf 'compiled\\0\\0\\1\\0\\0\\0\\0\\0'", Exit::Limit, "compiling x.wasm reached the bound code-bytes"),
            ("kill -KILL $$", Exit::Limit, "the compiler was killed over x.wasm"),
            ("kill -SEGV $$", Exit::Generator, "the compiler failed over x.wasm"),
            ("echo 'running 0 tests'", Exit::Generator, "the compiler failed over x.wasm"),
            ("cat >/dev/null; exec head -c 1000000 /dev/zero", Exit::Generator, "the compiler failed"),
            ("cat >/dev/null; exec head -c 1000000 /dev/zero >&2", Exit::Generator, "the compiler failed"),
        ] {
            let error = said(script);
            assert_eq!((error.exit(), error.to_string().starts_with(says)), (exit, true), "{script}: {error}");
        }
    }

    #[test]
    fn a_child_that_takes_too_long_is_killed() {
        let mut sleep = Command::new("sleep");
        sleep.arg("60");
        let ended = run(sleep, vec![], Duration::from_millis(100), 1000).unwrap();
        assert_eq!((ended.overdue, ended.status.signal()), (true, Some(Signal::KILL.as_raw())));
    }

    #[test]
    fn what_a_child_says_is_shown_clean_and_short() {
        let error = said("printf 'oh \\033[31mno\\n' >&2; exit 3");
        assert_eq!(error.cause(), Some("exit status: 3: oh [31mno"));
    }
}
