//! One of the three directories, used without ever following a link.
//!
//! Other containers of the pod write to the same directories, so what lies there is not trusted: every part of a path is
//! opened by itself, relative to the one before, and must be a real directory; only regular files are read. The path
//! of the directory itself is the caller's and may be a link.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::error::Error;
use crate::exit::Exit;

/// An open directory. Paths given to its methods are relative and made of plain parts: an
/// [`OutputPath`](super::OutputPath) or a name of our own.
#[derive(Debug)]
pub struct Volume {
    root: OwnedFd,
    path: PathBuf,
}

/// Files are read by Kratix's containers, which run as another user (kratix-contract 1.3): this, whatever the umask.
const FILE_MODE: Mode = Mode::from_raw_mode(0o644);
const DIRECTORY_MODE: Mode = Mode::from_raw_mode(0o755);

impl Volume {
    /// Opens a directory; `option` is the flag that names it.
    ///
    /// # Errors
    ///
    /// [`Exit::Directories`] when it isn't there or isn't a directory.
    pub fn open(option: &str, path: &Path) -> Result<Self, Error> {
        let root = rustix::fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).map_err(|errno| {
            let hint = format!("Kratix mounts it; outside Kratix, make one and name it with --{option}");
            match errno {
                Errno::NOENT => Error::new(Exit::Directories, format!("there is no directory {}", path.display())),
                errno => Error::directory("open the directory", path, &errno.into()),
            }
            .hint(hint)
        })?;
        Ok(Self { root, path: path.to_owned() })
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
        let opened = self.parent(path, false).and_then(|(parent, name)| {
            // A pipe without a writer would block the open.
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            Ok(rustix::fs::openat(parent, name, flags, Mode::empty())?)
        });
        let file = match opened {
            Ok(file) => File::from(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(link_or(error)),
        };
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        let mut bytes = Vec::new();
        file.take(max_bytes as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > max_bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(Some(bytes))
    }

    /// What an entry is; none when there is none. A link is a link.
    ///
    /// # Errors
    ///
    /// When a part above it is a link or no directory.
    pub fn kind(&self, path: &str) -> io::Result<Option<FileType>> {
        let stat = self
            .parent(path, false)
            .and_then(|(parent, name)| Ok(rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?));
        match stat {
            Ok(stat) => Ok(Some(FileType::from_raw_mode(stat.st_mode))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a new file and its data through to the disk; directories above it are made.
    ///
    /// # Errors
    ///
    /// When there is an entry of that name, or anything on the way fails.
    pub fn write_new(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.create(path, bytes)?.sync_data()
    }

    /// Sees whether files can be made, by making one and removing it; nothing of that needs to reach the disk.
    ///
    /// # Errors
    ///
    /// When it can't.
    pub fn probe(&self, path: &str) -> io::Result<()> {
        self.create(path, b"")?;
        self.remove(path)
    }

    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<File> {
        let (parent, name) = self.parent(path, true)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(parent, name, flags, FILE_MODE)?);
        rustix::fs::fchmod(&file, FILE_MODE)?;
        file.write_all(bytes)?;
        Ok(file)
    }

    /// Moves a file within the directory, over whatever file is there; directories above the target are made.
    ///
    /// # Errors
    ///
    /// When anything on the way fails.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from_parent, from_name) = self.parent(from, false)?;
        let (to_parent, to_name) = self.parent(to, true)?;
        Ok(rustix::fs::renameat(from_parent, from_name, to_parent, to_name)?)
    }

    /// Removes a file or link, if there is one.
    ///
    /// # Errors
    ///
    /// When it can't be removed.
    pub fn remove(&self, path: &str) -> io::Result<()> {
        self.unlink(path, AtFlags::empty())
    }

    /// Removes a directory if it is there, is one and is empty.
    ///
    /// # Errors
    ///
    /// When it can't be removed for another reason.
    pub fn remove_empty(&self, path: &str) -> io::Result<()> {
        match self.unlink(path, AtFlags::REMOVEDIR) {
            Err(error) if matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory) => {
                Ok(())
            }
            done => done,
        }
    }

    /// Removes a directory of ours and the files in it, if it is there.
    ///
    /// # Errors
    ///
    /// When it holds directories, or can't be removed.
    pub fn remove_flat(&self, path: &str) -> io::Result<()> {
        for name in self.names(path)? {
            self.remove(&format!("{path}/{name}"))?;
        }
        self.unlink(path, AtFlags::REMOVEDIR)
    }

    /// Names of the entries of a directory, `.` for the whole; none when it isn't there.
    ///
    /// # Errors
    ///
    /// When it is a link or no directory.
    pub fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let directory = match self.directory(path) {
            Ok(directory) => directory,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in Dir::read_from(directory)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Writes the entries of a directory through to the disk.
    ///
    /// # Errors
    ///
    /// When it can't be opened.
    pub fn sync(&self, path: &str) -> io::Result<()> {
        Ok(rustix::fs::fsync(self.directory(path)?)?)
    }

    /// Takes a lock that the process holds while the file is open; none when another process has it.
    ///
    /// # Errors
    ///
    /// When the file can't be opened.
    pub fn lock(&self, path: &str) -> io::Result<Option<File>> {
        let (parent, name) = self.parent(path, true)?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::openat(parent, name, flags, FILE_MODE).map_err(|e| link_or(e.into()))?);
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn unlink(&self, path: &str, flags: AtFlags) -> io::Result<()> {
        let removed =
            self.parent(path, false).and_then(|(parent, name)| Ok(rustix::fs::unlinkat(parent, name, flags)?));
        match removed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    fn parent<'a>(&self, path: &'a str, make: bool) -> io::Result<(OwnedFd, &'a str)> {
        let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
        let directory = if make { self.make_directory(parent)? } else { self.directory(parent)? };
        Ok((directory, name))
    }

    fn directory(&self, path: &str) -> io::Result<OwnedFd> {
        path.split('/').try_fold(self.root.try_clone()?, |parent, name| enter(&parent, name))
    }

    fn make_directory(&self, path: &str) -> io::Result<OwnedFd> {
        path.split('/').try_fold(self.root.try_clone()?, |parent, name| {
            match rustix::fs::mkdirat(&parent, name, DIRECTORY_MODE) {
                Ok(()) => {
                    let made = enter(&parent, name)?;
                    rustix::fs::fchmod(&made, DIRECTORY_MODE)?;
                    Ok(made)
                }
                Err(Errno::EXIST) => enter(&parent, name),
                Err(errno) => Err(errno.into()),
            }
        })
    }
}

fn enter(parent: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(parent, name, flags, Mode::empty()).map_err(|errno| match errno {
        // With NOFOLLOW, a link is "not a directory".
        Errno::NOTDIR | Errno::LOOP => {
            io::Error::new(io::ErrorKind::NotADirectory, format!("{name} is a link or not a directory"))
        }
        errno => errno.into(),
    })
}

fn link_or(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) if code == Errno::LOOP.raw_os_error() => {
            io::Error::new(io::ErrorKind::InvalidInput, "it is a link, and links are not followed")
        }
        // What opening a socket says.
        Some(code) if code == Errno::NXIO.raw_os_error() => {
            io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
        }
        _ => error,
    }
}
