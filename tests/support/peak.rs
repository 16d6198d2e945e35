//! Runs a program and says how much memory it had, with all that it started.

use std::io::{self, Read as _};
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::thread;

/// Runs a command to its end; the number is the most that one of its processes had in memory, in MiB. Linux never says
/// less than what this very process had when it started the command.
pub(crate) fn output(command: &mut Command) -> io::Result<(Output, u64)> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut pipe = child.stderr.take().expect("stderr is piped");
    let reader = thread::spawn(move || {
        let mut said = Vec::new();
        pipe.read_to_end(&mut said).map(|_| said)
    });
    let mut stdout = Vec::new();
    child.stdout.take().expect("stdout is piped").read_to_end(&mut stdout)?;
    let stderr = reader.join().expect("reading doesn't panic")?;
    let (status, peak) = wait(child.id())?;
    Ok((Output { status, stdout, stderr }, peak))
}

/// The kernel says what a child used to nobody but who collects it, and the standard library doesn't ask.
fn wait(pid: u32) -> io::Result<(ExitStatus, u64)> {
    let pid = libc::pid_t::try_from(pid).map_err(io::Error::other)?;
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    loop {
        // SAFETY: both pointers are to live variables of the types that the kernel writes.
        if unsafe { libc::wait4(pid, &raw mut status, 0, usage.as_mut_ptr()) } == pid {
            // SAFETY: it is plain numbers, for which zeroes are values, too; and wait4 has filled it in.
            let kib = unsafe { usage.assume_init() }.ru_maxrss;
            return Ok((ExitStatus::from_raw(status), u64::try_from(kib).map_err(io::Error::other)? / 1024));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}
