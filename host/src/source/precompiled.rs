//! Precompiled code is trusted code: running it is running a program. So who could have written the file matters.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::mounts::mount_of;
use super::{too_large, unreadable};
use crate::error::{Error, Place, plain};
use crate::exit::Exit;
use crate::limits::{self, Limits};

/// Opens precompiled code in a file that nobody but root and this process's user could have written, or can: the file, checked
/// and given by one descriptor, and every directory above it. `never_below` are directories that other containers
/// write to, whoever owns what lies there.
///
/// In a pod, owner and mode say nothing of a volume: what a Secret has is root's, and decided by whoever may edit Secrets in
/// the namespace of the request. So only what the image brought counts there: files that no other mount holds.
///
/// # Errors
///
/// [`Exit::Generator`] when that doesn't hold or it can't be opened, [`Exit::Limit`] when it is too large.
pub(super) fn open_precompiled(
    path: &Path,
    place: Place,
    never_below: &[&Path],
    limits: &Limits,
) -> Result<File, Error> {
    let real = path.canonicalize().map_err(|error| unreadable(path, &error))?;
    for directory in never_below {
        if directory.canonicalize().is_ok_and(|directory| real.starts_with(directory)) {
            return Err(untrusted(
                path,
                format!("it lies below {}, where other containers write", directory.display()),
            ));
        }
    }
    if place == Place::Pod {
        ensure_of_image(path, &real)?;
    }
    // No part of the real path is a link, so the descriptor is of the very file whose directories are checked.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(&real, flags, Mode::empty()).map_err(|errno| unreadable(path, &errno.into()))?;
    let file = File::from(file);
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    ensure_ours(path, &real, &metadata)?;
    for directory in real.ancestors().skip(1) {
        let metadata = directory.symlink_metadata().map_err(|error| unreadable(path, &error))?;
        ensure_ours(path, directory, &metadata)?;
    }
    if metadata.is_dir() {
        return Err(unreadable(path, &Errno::ISDIR.into()));
    }
    if metadata.len() > limits.code_bytes as u64 {
        return Err(too_large(path, &limits::CODE_BYTES, limits));
    }
    Ok(file)
}

fn ensure_of_image(path: &Path, real: &Path) -> Result<(), Error> {
    match mount_of(real) {
        Ok(None) => Ok(()),
        Ok(Some(mount)) => {
            let what = "in a pod it is trusted only as a part of the image";
            Err(untrusted(path, format!("it lies in a volume, mounted at {}; {what}", mount.display())))
        }
        Err(error) => Err(untrusted(path, format!("what is mounted here can't be known: {}", plain(&error)))),
    }
}

fn ensure_ours(path: &Path, part: &Path, metadata: &Metadata) -> Result<(), Error> {
    let who = if part == path { "it".to_owned() } else { part.display().to_string() };
    let us = rustix::process::geteuid().as_raw();
    if metadata.uid() != 0 && metadata.uid() != us {
        return Err(untrusted(path, format!("{who} belongs to the user {}, not to root or to {us}", metadata.uid())));
    }
    // A sticky directory such as /tmp lets nobody replace another user's entries.
    let sticky = metadata.is_dir() && metadata.mode() & 0o1000 != 0;
    if metadata.mode() & 0o022 != 0 && !sticky {
        return Err(untrusted(path, format!("{who} can be written by others (mode {:03o})", metadata.mode() & 0o777)));
    }
    if !metadata.is_dir() && !metadata.is_file() {
        return Err(untrusted(path, format!("{who} is not a regular file")));
    }
    Ok(())
}

fn untrusted(path: &Path, why: String) -> Error {
    Error::new("code-untrusted", Exit::Generator, format!("precompiled code at {} can't be trusted", path.display()))
        .because(why)
        .hint("keep it where only root or this user writes (chmod go-w), or run the .wasm, which needs no trust")
        .hint_in_pod(
            "put it into the image, where only root or the container's user writes (COPY --chmod=0644), never into a volume; \
             or run the .wasm, which needs no trust",
        )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::{fs, io};

    use super::*;

    const HERE: Place = Place::CommandLine;

    fn place() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let file = directory.path().join("team.cwasm");
        fs::write(&file, "code").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        (directory, file)
    }

    fn at_most(code_bytes: usize) -> Limits {
        Limits { code_bytes, ..Limits::default() }
    }

    fn cause(result: Result<File, Error>) -> String {
        result.unwrap_err().cause().unwrap().to_owned()
    }

    #[test]
    fn a_file_that_only_we_can_write_is_opened() {
        let (directory, file) = place();
        assert_eq!(io::read_to_string(open_precompiled(&file, HERE, &[], &at_most(4)).unwrap()).unwrap(), "code");
        assert_eq!(open_precompiled(&file, HERE, &[], &at_most(3)).unwrap_err().exit(), Exit::Limit);
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(io::read_to_string(open_precompiled(&link, HERE, &[], &at_most(4)).unwrap()).unwrap(), "code");
    }

    #[test]
    fn a_file_or_directory_that_others_can_write_is_refused() {
        let (directory, file) = place();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o664)).unwrap();
        assert!(
            cause(open_precompiled(&file, HERE, &[], &at_most(4))).ends_with("can be written by others (mode 664)")
        );
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(
            cause(open_precompiled(&file, HERE, &[], &at_most(4))).ends_with("can be written by others (mode 777)")
        );
    }

    #[test]
    fn a_file_below_a_shared_directory_is_refused() {
        let (directory, file) = place();
        assert!(
            cause(open_precompiled(&file, HERE, &[directory.path()], &at_most(4))).contains("other containers write")
        );
    }
}
