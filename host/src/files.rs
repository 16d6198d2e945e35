//! Files that somebody else made: opened with care, and never read beyond a bound.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// How a file is opened to be read: to open a pipe that blocks is to wait for somebody who writes.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// What a pod has for itself: its token and other secrets, what the kernel shows of processes, and devices. Of the first two one is
/// a link to the other in most images.
const OF_THE_POD: [&str; 5] = ["/var/run/secrets", "/run/secrets", "/proc", "/sys", "/dev"];

/// The place of a pod's own things that this path is in, if it is in one.
pub(crate) fn of_the_pod(path: impl AsRef<Path>) -> Option<&'static str> {
    OF_THE_POD.into_iter().find(|place| path.as_ref().starts_with(place))
}

/// Opens a regular file; the path may lead there by links.
///
/// # Errors
///
/// When it can't be opened, or is no regular file: a device may never end.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    regular(rustix::fs::open(path, READ, Mode::empty())?.into())
}

/// Opens a regular file by its name in a directory, and follows no link there.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] when it is a link or no regular file; any other when it can't be opened.
pub(crate) fn open_at(directory: impl AsFd, name: &Path) -> io::Result<File> {
    let opened = rustix::fs::openat(directory, name, READ | OFlags::NOFOLLOW, Mode::empty());
    regular(opened.map_err(link_or)?.into())
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_regular()) }
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

fn link_or(errno: Errno) -> io::Error {
    match errno {
        Errno::LOOP => io::Error::new(io::ErrorKind::InvalidInput, "it is a link, and links are not followed"),
        // What opening a socket says.
        Errno::NXIO => not_regular(),
        errno => errno.into(),
    }
}

/// The manifests of a directory, by name: what kubectl takes of one, without a look into directories below it.
///
/// # Errors
///
/// When it can't be listed.
#[cfg(feature = "preview")]
pub(crate) fn manifests(directory: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let is_manifest = path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json");
        // A link to a file is one to kubectl, too.
        if is_manifest && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads a file of at most `max_bytes`.
///
/// # Errors
///
/// [`io::ErrorKind::FileTooLarge`] over the bound; any other when it can't be read.
pub(crate) fn read(file: File, max_bytes: usize) -> io::Result<Vec<u8>> {
    // In one piece: growing by doubling would copy a large file many times. What a file says of its length may be wrong.
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(max_bytes).min(max_bytes).saturating_add(1));
    file.take((max_bytes as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > max_bytes { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
