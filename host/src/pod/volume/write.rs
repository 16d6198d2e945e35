//! Changes in a directory: every name is made by itself, with its mode, which nothing is taken from: the process has no
//! umask (`process`).

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::{Volume, enter, parts, split};

/// Files are read by Kratix's containers, which run as another user (kratix-contract 1.3).
const FILE_MODE: Mode = Mode::from_raw_mode(0o644);
const DIRECTORY_MODE: Mode = Mode::from_raw_mode(0o755);

impl Volume {
    /// Writes a new file; directories above it are made. Its data is yet to be written through to the disk.
    ///
    /// # Errors
    ///
    /// When there is an entry of that name, or anything on the way fails.
    pub fn write_new(&self, path: &str, bytes: &[u8]) -> io::Result<File> {
        let (parent, name) = self.made_parent(path)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(parent, name, flags, FILE_MODE)?);
        file.write_all(bytes)?;
        Ok(file)
    }

    /// Sees whether files can be made, by making one and removing it; nothing of that needs to reach the disk.
    ///
    /// # Errors
    ///
    /// When it can't.
    pub fn probe(&self, path: &str) -> io::Result<()> {
        self.write_new(path, b"")?;
        self.remove(path)
    }

    /// Moves a file of another volume of the same mount here, over whatever file is there; directories above it are made.
    ///
    /// # Errors
    ///
    /// When anything on the way fails.
    pub fn take(&self, from: &Self, name: &str, to: &str) -> io::Result<()> {
        let (parent, to) = self.made_parent(to)?;
        Ok(rustix::fs::renameat(&from.root, name, parent, to)?)
    }

    /// Gives a file of another volume of the same mount a second name here, where nothing has that name.
    ///
    /// # Errors
    ///
    /// When something has the name, when the directory isn't there, or when the file system can't do it.
    pub fn link(&self, from: &Self, name: &str, to: &str) -> io::Result<()> {
        let (parent, to) = self.parent(to)?;
        Ok(rustix::fs::linkat(&from.root, name, parent, to, AtFlags::empty())?)
    }

    /// Makes a directory and those above it, as far as they aren't there.
    ///
    /// # Errors
    ///
    /// When that can't be done.
    pub fn make_directories(&self, path: &str) -> io::Result<()> {
        self.make_directory(path).map(drop)
    }

    /// A directory in this one that belongs to this process's user; it is made if there is none.
    ///
    /// # Errors
    ///
    /// As [`own`](Self::own), or when it can't be made.
    pub fn make_own(&self, name: &str) -> io::Result<Self> {
        self.make_directory(name)?;
        self.own(name)?.ok_or(io::ErrorKind::NotFound.into())
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

    /// Removes a directory that belongs to this process's user, and the files in it, if it is there.
    ///
    /// # Errors
    ///
    /// When it is another user's, holds directories, or can't be removed.
    pub fn remove_flat(&self, name: &str) -> io::Result<()> {
        let Some(directory) = self.own(name)? else { return Ok(()) };
        for name in directory.names(".")?.collect::<io::Result<Vec<_>>>()? {
            rustix::fs::unlinkat(&directory.root, name, AtFlags::empty())?;
        }
        self.unlink(name, AtFlags::REMOVEDIR)
    }

    /// Writes the entries of a directory through to the disk.
    ///
    /// # Errors
    ///
    /// When it can't be opened.
    pub fn sync(&self, path: &str) -> io::Result<()> {
        Ok(rustix::fs::fsync(self.directory(path)?)?)
    }

    /// Whether [`sync_whole`](Self::sync_whole) does for each file what syncing it would: so it is on the file systems that
    /// nodes have. FUSE, for one, tells no server of it.
    pub fn syncs_as_a_whole(&self) -> bool {
        // <https://man7.org/linux/man-pages/man2/statfs.2.html>: ext4, XFS, Btrfs, tmpfs, overlayfs.
        const TYPES: [u64; 5] = [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630];
        rustix::fs::fstatfs(&self.root).is_ok_and(|stat| TYPES.contains(&stat.f_type.cast_unsigned()))
    }

    /// Writes the whole file system through to the disk.
    ///
    /// # Errors
    ///
    /// When anything could not be written since the volume was opened (<https://man7.org/linux/man-pages/man2/syncfs.2.html>).
    pub fn sync_whole(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.root)?)
    }

    fn unlink(&self, path: &str, flags: AtFlags) -> io::Result<()> {
        let removed = self.parent(path).and_then(|(parent, name)| Ok(rustix::fs::unlinkat(parent, name, flags)?));
        match removed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    fn made_parent<'a>(&self, path: &'a str) -> io::Result<(OwnedFd, &'a str)> {
        let (parent, name) = split(path);
        Ok((self.make_directory(parent)?, name))
    }

    fn make_directory(&self, path: &str) -> io::Result<OwnedFd> {
        match self.directory(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        parts(path).try_fold(self.root.try_clone()?, |parent, name| {
            match rustix::fs::mkdirat(&parent, name, DIRECTORY_MODE) {
                Ok(()) | Err(Errno::EXIST) => enter(&parent, name),
                Err(errno) => Err(errno.into()),
            }
        })
    }
}
