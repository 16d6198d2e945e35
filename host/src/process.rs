//! What this program settles about its own process before it does anything: nobody's umask and no signal decides for it.

use rustix::fs::Mode;

/// Makes every file and directory have just the mode that it is made with, and a write over the limit of the size of files
/// (`ulimit -f`) an error like any other. To be called before there is another thread: both are the whole process's.
pub fn settle() {
    rustix::process::umask(Mode::empty());
    // SAFETY: to ignore a signal installs no handler, and nothing in this program has one for it.
    #[expect(unsafe_code, reason = "the standard library has no way to ignore a signal")]
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}
