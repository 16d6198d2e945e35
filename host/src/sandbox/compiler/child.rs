//! The side of the child: gives up what it may, then compiles.

use std::io::{self, Read as _};
use std::path::Path;

use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit};

use super::code::Code;
use super::here::{Uncompiled, compile_here};
use super::reply::Reply;
use super::tier::Tier;
use crate::error::Error;
use crate::exit::Exit;

/// What a child may use, as its arguments say.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of the component that it is handed.
    pub length: usize,
    /// Bytes of address space.
    pub memory_bytes: u64,
    /// Seconds of computing.
    pub cpu_seconds: u64,
    /// Number of the descriptor that the code goes to.
    pub code: i32,
}

impl Bounds {
    pub(super) fn arguments(&self) -> [String; 4] {
        let Self { length, memory_bytes, cpu_seconds, code } = self;
        [length.to_string(), memory_bytes.to_string(), cpu_seconds.to_string(), code.to_string()]
    }
}

/// Compiles the component that comes by stdin, and answers by stdout; the code itself goes to memory of the parent's. For
/// a process that does nothing else: it closes what is open and takes bounds on that it can't shed.
///
/// # Errors
///
/// [`Exit::Directories`] when stdin ends too early, stdout is closed, or the kernel refuses a bound. That bytes are no
/// component is an answer.
pub fn compile_stdin(tier: Tier, bounds: Bounds) -> Result<(), Error> {
    let failed = |what: &str, error: &io::Error| Error::new("machine-compiler", Exit::Machine, what).because_of(error);
    confine(bounds).map_err(|error| failed("cannot set the bounds of the compiler", &error))?;
    let mut bytes = vec![0; bounds.length];
    io::stdin().lock().read_exact(&mut bytes).map_err(|error| failed("cannot read the component", &error))?;
    let reply = match compile_here(&bytes, tier) {
        Ok(code) => hand_over(bounds.code, &code).map(|()| Reply::Code(code.len())),
        // The parent knows by the words of this number that it was no fault of the component.
        Err(Uncompiled::OutOfMemory) => Err(Errno::NOMEM.into()),
        Err(Uncompiled::Refused(cause)) => Ok(Reply::Refused(cause)),
    };
    reply
        .and_then(|reply| reply.write(io::stdout().lock()))
        .map_err(|error| failed("cannot hand the code over", &error))
}

fn hand_over(descriptor: i32, code: &[u8]) -> io::Result<()> {
    match Code::inherited(descriptor)?.store(code) {
        // The parent says so, by the length.
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Ok(()),
        stored => stored,
    }
}

fn confine(bounds: Bounds) -> io::Result<()> {
    close_all_but_the_standard_streams_and(bounds.code)?;
    // Nobody waits for an answer once the parent is gone.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // When a container runs out of memory, the kernel is to take this process and leave the one that can say why. Where it
    // can't be asked for, that is chance.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    for (resource, bound) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::As, bounds.memory_bytes),
        (Resource::Cpu, bounds.cpu_seconds),
    ] {
        let most = getrlimit(resource).maximum;
        // At the lower bound of CPU time comes SIGXCPU, which tells what happened; it can be ignored, the upper one can't.
        let upper = if resource == Resource::Cpu { bound + 1 } else { bound };
        let within = |bound: u64| Some(most.map_or(bound, |most| most.min(bound)));
        setrlimit(resource, Rlimit { current: within(bound), maximum: within(upper) })?;
    }
    Ok(())
}

/// This program opens nothing else that a child inherits, but whoever started it may have.
fn close_all_but_the_standard_streams_and(kept: i32) -> io::Result<()> {
    let open = Path::new("/proc/self/fd");
    let names = open.read_dir()?.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()?;
    // The directory itself was among them.
    let names = names.iter().filter(|name| open.join(name).is_symlink());
    for descriptor in
        names.filter_map(|name| name.to_str()?.parse().ok()).filter(|number| *number > 2 && *number != kept)
    {
        // SAFETY: nothing in this process has opened anything yet but the directory above, which is closed again; so no
        // value owns one of these descriptors.
        #[expect(unsafe_code, reason = "closing what one didn't open is not for safe code")]
        unsafe {
            rustix::io::close(descriptor);
        }
    }
    Ok(())
}
