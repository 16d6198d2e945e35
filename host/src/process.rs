//! What this program settles about its own process before it does anything: nobody's umask and no signal decides for it, and
//! it keeps no memory.

use rustix::fs::Mode;

/// From so many bytes on, memory goes back to the machine when it is freed.
#[cfg(target_env = "gnu")]
const LARGE: libc::c_int = 128 * 1024;

/// Makes every file and directory have just the mode that it is made with, a write over the limit of the size of files
/// (`ulimit -f`) an error like any other, and memory that is freed somebody else's. To be called before there is another
/// thread: all of it is the whole process's.
pub fn settle() {
    rustix::process::umask(Mode::empty());
    // glibc raises this bound to the largest piece that was ever freed, and keeps what is smaller: the file of one
    // generator's code would still be there while the next one runs (`man 3 mallopt`).
    // SAFETY: it sets two numbers, before there is another thread.
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "the standard library has no way to set up its allocator")]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, LARGE);
    }
    // SAFETY: to ignore a signal installs no handler, and nothing in this program has one for it.
    #[expect(unsafe_code, reason = "the standard library has no way to ignore a signal")]
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}
