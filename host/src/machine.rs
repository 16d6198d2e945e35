//! What an I/O error says of the machine, and not of the file that it happened to be met at.

use std::io;

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

/// What the machine has too little of, and what to do about that.
#[derive(Debug)]
pub(crate) struct Remedy {
    /// What programs know it by.
    pub(crate) reason: &'static str,
    /// What to do.
    pub(crate) hint: String,
}

/// What to do about an error that no file and no directory is at fault for; none for any other. Only the kernel's own word
/// counts: what this program itself says of a file has no number.
pub(crate) fn remedy(error: &io::Error) -> Option<Remedy> {
    let errno = Errno::from_raw_os_error(error.raw_os_error()?);
    let (reason, hint) = match errno {
        Errno::MFILE => (
            "machine-open-files",
            format!("this process may have {} files open (ulimit -n): let it have 32", bound(Resource::Nofile)),
        ),
        Errno::NFILE => {
            ("machine-open-files", "all files that this machine can have open are taken (fs.file-max)".into())
        }
        Errno::FBIG => (
            "machine-file-size",
            format!("a file of this process may have {} bytes (ulimit -f): let it have more", bound(Resource::Fsize)),
        ),
        Errno::NOSPC => {
            ("machine-disk", "the disk is full, of bytes or of names (df, df -i): make room and run again".into())
        }
        Errno::DQUOT => ("machine-disk", "the disk quota is used up: make room or raise it, and run again".into()),
        Errno::NOMEM => (
            "machine-memory",
            "there is no more memory: raise the memory limit of the container, or of this process (ulimit -v)".into(),
        ),
        Errno::AGAIN => (
            "machine-processes",
            "no more processes can be started: raise the pids limit of the container, or of this user (ulimit -u)"
                .into(),
        ),
        Errno::IO => ("machine-disk", "the disk fails: see the log of the machine's kernel".into()),
        _ => return None,
    };
    Some(Remedy { reason, hint })
}

fn bound(resource: Resource) -> String {
    getrlimit(resource).current.map_or_else(|| "any number of".into(), |bound| bound.to_string())
}
