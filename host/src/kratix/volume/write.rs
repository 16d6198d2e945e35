//! Changes in a directory: every name is made by itself, and modes don't depend on the umask.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::{Volume, enter, link_or, split};

/// Files are read by Kratix's containers, which run as another user (kratix-contract 1.3): this, whatever the umask.
const FILE_MODE: Mode = Mode::from_raw_mode(0o644);
const DIRECTORY_MODE: Mode = Mode::from_raw_mode(0o755);
/// Of our corner: containers may run as different users.
const SHARED_MODE: Mode = Mode::from_raw_mode(0o1777);

impl Volume {
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
        let (parent, name) = self.made_parent(path)?;
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
        let (from_parent, from_name) = self.parent(from)?;
        let (to_parent, to_name) = self.made_parent(to)?;
        Ok(rustix::fs::renameat(from_parent, from_name, to_parent, to_name)?)
    }

    /// Makes a directory and those above it, as far as they aren't there.
    ///
    /// # Errors
    ///
    /// When that can't be done.
    pub fn make_directories(&self, path: &str) -> io::Result<()> {
        self.make_directory(path).map(drop)
    }

    /// Makes a directory in which any user may have entries of its own, as in `/tmp`, if there is none.
    ///
    /// # Errors
    ///
    /// When that can't be done.
    pub fn make_shared(&self, name: &str) -> io::Result<()> {
        match rustix::fs::mkdirat(&self.root, name, DIRECTORY_MODE) {
            Ok(()) => Ok(rustix::fs::fchmod(enter(&self.root, name)?, SHARED_MODE)?),
            Err(Errno::EXIST) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
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
            // No name of ours is anything else.
            let name = name.to_str().ok_or(io::ErrorKind::DirectoryNotEmpty)?;
            self.remove(&format!("{path}/{name}"))?;
        }
        self.unlink(path, AtFlags::REMOVEDIR)
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
        let (parent, name) = self.made_parent(path)?;
        let open = |how| {
            let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | how;
            rustix::fs::openat(&parent, name, flags, FILE_MODE)
        };
        let file = match open(OFlags::RDWR | OFlags::CREATE | OFlags::EXCL) {
            Ok(made) => rustix::fs::fchmod(&made, FILE_MODE).map(|()| made),
            Err(Errno::EXIST) => match open(OFlags::RDWR) {
                // Another user's; reading is enough for a lock, but for NFS.
                Err(Errno::ACCESS) => open(OFlags::RDONLY),
                opened => opened,
            },
            Err(errno) => Err(errno),
        };
        let file = File::from(file.map_err(|errno| link_or(errno.into()))?);
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
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
