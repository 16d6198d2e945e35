//! Runs a program and says what it took.

use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// What a process took from before it was started until it was gone.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// On the clock.
    pub wall: Duration,
    /// User and system.
    pub cpu: Duration,
    /// Most memory that was resident at one time. Linux never says less than what the driver itself has at most had.
    pub peak_kib: u32,
}

/// Runs a command to its end. What it took includes the children that it waited for.
///
/// # Errors
///
/// It can't be run.
pub fn run(command: &mut Command) -> io::Result<(ExitStatus, Cost)> {
    let start = Instant::now();
    let child = command.spawn()?;
    let (status, usage) = wait(child.id())?;
    let wall = start.elapsed();
    let cpu = duration(usage.ru_utime) + duration(usage.ru_stime);
    let peak_kib = u32::try_from(usage.ru_maxrss).map_err(io::Error::other)?;
    Ok((status, Cost { wall, cpu, peak_kib }))
}

/// Waits for a child: the kernel says what it used to nobody but who collects it, and the standard library doesn't ask.
#[expect(unsafe_code, reason = "the standard library has no safe way to wait4")]
fn wait(pid: u32) -> io::Result<(ExitStatus, libc::rusage)> {
    let pid = libc::pid_t::try_from(pid).map_err(io::Error::other)?;
    let mut status = 0;
    let mut usage = MaybeUninit::zeroed();
    loop {
        // SAFETY: both pointers are to live variables of the types that the kernel writes.
        if unsafe { libc::wait4(pid, &raw mut status, 0, usage.as_mut_ptr()) } == pid {
            // SAFETY: it is plain numbers, for which zeroes are values, too; and wait4 has filled it in.
            return Ok((ExitStatus::from_raw(status), unsafe { usage.assume_init() }));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn duration(time: libc::timeval) -> Duration {
    let part = |number: i64| u64::try_from(number).unwrap_or_default();
    Duration::from_secs(part(time.tv_sec)) + Duration::from_micros(part(time.tv_usec))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_waited_for_and_costs_something() {
        let (status, cost) = run(Command::new("sh").args(["-c", "sleep 0.05; exit 3"])).unwrap();
        assert_eq!(status.code(), Some(3));
        assert!(cost.wall >= Duration::from_millis(50));
        assert!(cost.peak_kib > 100);
    }
}
