//! One of the three directories, used without ever following a link.
//!
//! Other containers of the pod write to the same directories, so what lies there is not trusted: every part of a path is
//! opened by itself, relative to the one before, and must be a real directory; only regular files are read. The path
//! of the directory itself is the caller's and may be a link. This file looks, `write` changes.

mod write;

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, ResolveFlags, StatxFlags};
use rustix::io::Errno;

use crate::error::Error;
use crate::files;
use crate::pod::error::PodError;

/// What is known of an entry without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// File, directory, link or something special.
    pub kind: FileType,
    /// User.
    pub owner: u32,
    /// Of a directory: whether only the owner of an entry can remove it.
    pub is_sticky: bool,
    /// The mount that it lies in; nothing can be renamed from one to another.
    pub mount: u64,
    /// Device and inode: what tells that two paths lead to the same.
    pub identity: (u64, u64),
}

/// An open directory. Paths given to its methods are relative and made of plain parts: an
/// [`OutputPath`](crate::kratix::OutputPath) or a name of our own.
#[derive(Debug)]
pub struct Volume {
    root: OwnedFd,
    path: PathBuf,
}

impl Volume {
    /// Opens a directory; `option` is the flag that names it.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`](crate::exit::Exit::Directories) when it isn't there or isn't a directory.
    pub fn open(option: &str, path: &Path) -> Result<Self, Error> {
        let opened = rustix::fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
        let root = opened.map_err(|errno| {
            let cause = (errno != Errno::NOENT).then(|| errno.into());
            PodError::NoDirectory { option, path, cause }
        })?;
        Ok(Self { root, path: path.to_owned() })
    }

    /// A directory in this one that belongs to this process's user; none when it isn't there. Whoever else can write to this
    /// one may move it away as a whole, but can change nothing in it.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::PermissionDenied`] when it belongs to another user, who might make us do what they may not;
    /// [`io::ErrorKind::NotADirectory`] when it is a link or no directory.
    pub fn own(&self, name: &str) -> io::Result<Option<Self>> {
        let root = match enter(&self.root, name) {
            Ok(root) => root,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        ensure_ours(rustix::fs::fstat(&root)?.st_uid)?;
        Ok(Some(Self { root, path: self.path.join(name) }))
    }

    /// A directory in this one; none when it isn't there.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotADirectory`] when a part of its path is a link or no directory.
    pub fn inner(&self, path: &str) -> io::Result<Option<Self>> {
        match self.directory(path) {
            Ok(root) => Ok(Some(Self { root, path: self.path.join(path) })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where a link in this directory leads; none when there is no such link.
    ///
    /// # Errors
    ///
    /// When it can't be seen.
    pub fn leads_to(&self, name: &str) -> io::Result<Option<OsString>> {
        match rustix::fs::readlinkat(&self.root, name, Vec::new()) {
            Ok(target) => Ok(Some(OsString::from_vec(target.into_bytes()))),
            // The second is what it says of anything else.
            Err(Errno::NOENT | Errno::INVAL) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Keeps other runs out for as long as the volume is open; false when one has it already. It is the directory itself that
    /// is locked, whichever user they run as: no file is left behind, or can be put in the way.
    ///
    /// # Errors
    ///
    /// When the file system knows no locks.
    pub fn lock(&self) -> io::Result<bool> {
        match rustix::fs::flock(&self.root, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(true),
            Err(Errno::WOULDBLOCK) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// The directory's path as the caller named it, with a path in it.
    #[must_use]
    pub fn show(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    /// Reads a regular file of at most `max_bytes`; none when there is no such entry.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::FileTooLarge`] over the bound; any other when an entry is a link or no regular file, or can't
    /// be read.
    pub fn read(&self, path: &str, max_bytes: usize) -> io::Result<Option<Vec<u8>>> {
        self.open_file(path)?.map(|file| files::read(file, max_bytes)).transpose()
    }

    /// Reads a file that this process's user wrote; otherwise as [`read`](Self::read).
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::PermissionDenied`] for a file of another user, who might make us do what they may not.
    pub fn read_own(&self, path: &str, max_bytes: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.open_file(path)? else { return Ok(None) };
        ensure_ours(file.metadata()?.uid())?;
        files::read(file, max_bytes).map(Some)
    }

    fn open_file(&self, path: &str) -> io::Result<Option<File>> {
        match self.parent(path).and_then(|(parent, name)| files::open_at(parent, name.as_ref())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// What an entry is; none when there is none. A link is a link.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotADirectory`] when a part above it is a link or no directory; another when it can't be seen.
    pub fn entry(&self, path: &str) -> io::Result<Option<Entry>> {
        let mask = StatxFlags::TYPE | StatxFlags::MODE | StatxFlags::UID | StatxFlags::INO | StatxFlags::MNT_ID;
        let stat = self
            .parent(path)
            .and_then(|(parent, name)| Ok(rustix::fs::statx(parent, name, AtFlags::SYMLINK_NOFOLLOW, mask)?));
        match stat {
            Ok(stat) => {
                let device = u64::from(stat.stx_dev_major) << 32 | u64::from(stat.stx_dev_minor);
                let knows_mount = StatxFlags::from_bits_retain(stat.stx_mask).contains(StatxFlags::MNT_ID);
                Ok(Some(Entry {
                    kind: FileType::from_raw_mode(stat.stx_mode.into()),
                    owner: stat.stx_uid,
                    is_sticky: u32::from(stat.stx_mode) & 0o1000 != 0,
                    mount: if knows_mount { stat.stx_mnt_id } else { device },
                    identity: (device, stat.stx_ino),
                }))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether entries can be made and removed in a directory, as far as its mode and its mount decide that.
    ///
    /// # Errors
    ///
    /// When they can't, or when it is a link or no directory.
    pub fn ensure_writable(&self, path: &str) -> io::Result<()> {
        let access = Access::WRITE_OK | Access::EXEC_OK;
        Ok(rustix::fs::accessat(self.directory(path)?, ".", access, AtFlags::EACCESS)?)
    }

    /// Names of the entries of a directory one by one, `.` for the whole; none when it isn't there.
    ///
    /// # Errors
    ///
    /// When it is a link or no directory, or can't be read.
    pub fn names(&self, path: &str) -> io::Result<impl Iterator<Item = io::Result<OsString>> + use<>> {
        let directory = match self.directory(path) {
            Ok(directory) => Some(Dir::read_from(directory)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let names = directory.into_iter().flatten().map(|entry| {
            let name = entry?.file_name().to_bytes().to_vec();
            Ok(OsString::from_vec(name))
        });
        Ok(names.filter(|name| !name.as_ref().is_ok_and(|name| name == "." || name == "..")))
    }

    /// The directory of an entry, opened, and the entry's name in it.
    fn parent<'a>(&self, path: &'a str) -> io::Result<(OwnedFd, &'a str)> {
        let (parent, name) = split(path);
        Ok((self.directory(parent)?, name))
    }

    fn directory(&self, path: &str) -> io::Result<OwnedFd> {
        if path == "." {
            return self.root.try_clone();
        }
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        match rustix::fs::openat2(&self.root, path, ENTER, Mode::empty(), resolve) {
            Ok(directory) => Ok(directory),
            Err(Errno::NOENT) => Err(io::ErrorKind::NotFound.into()),
            // One by one, which tells which of them it is; and not every kernel, or sandbox around it, has that call.
            Err(_) => parts(path).try_fold(self.root.try_clone()?, |parent, name| enter(&parent, name)),
        }
    }
}

fn ensure_ours(owner: u32) -> io::Result<()> {
    let us = rustix::process::geteuid().as_raw();
    if owner == us {
        return Ok(());
    }
    let what = format!("it belongs to the user {owner}, not to {us}");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, what))
}

/// The directory of an entry, and its name in it.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or((".", path))
}

/// The names of a path one by one; `.` has none.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| *name != ".")
}

/// How a directory is opened.
const ENTER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

fn enter(parent: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    rustix::fs::openat(parent, name, ENTER, Mode::empty()).map_err(|errno| match errno {
        // With NOFOLLOW, a link is "not a directory".
        Errno::NOTDIR | Errno::LOOP => {
            io::Error::new(io::ErrorKind::NotADirectory, format!("{name} is a link or not a directory"))
        }
        errno => errno.into(),
    })
}
