//! Where something is mounted: in a pod, all that doesn't come with the image of the container.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// The mounts of this process (<https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html>).
const FILE: &str = "/proc/self/mountinfo";

/// The mount that a path lies in, or is, unless that is the one of `/`; no part of the path may be a link.
pub(super) fn mount_of(path: &Path) -> io::Result<Option<PathBuf>> {
    Ok(innermost(&std::fs::read(FILE)?, path))
}

fn innermost(mounts: &[u8], path: &Path) -> Option<PathBuf> {
    let points = mounts.split(|byte| *byte == b'\n').filter_map(|line| line.split(|byte| *byte == b' ').nth(4));
    let points = points.map(|point| PathBuf::from(OsString::from_vec(unescaped(point))));
    let above = points.filter(|point| point != Path::new("/") && path.starts_with(point));
    above.max_by_key(|point| point.as_os_str().len())
}

/// White space and backslashes stand there as three octal digits behind a backslash.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, after @ ..] = rest {
        let digits = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                bytes.push(byte);
                rest = &after[3..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_in_the_innermost_mount_above_it() {
        let mounts = b"600 500 0:50 / / ro,relatime master:1 - overlay overlay rw,lowerdir=/a\n\
            601 600 0:51 / /proc rw - proc proc rw\n\
            602 600 0:52 / /generators ro,relatime - tmpfs tmpfs rw\n\
            603 600 8:1 /var/lib/kubelet/pods/1/volumes/kubernetes.io~configmap/g/..2026/a.cwasm /code/a.cwasm ro - ext4 /dev/sda rw\n\
            604 602 0:53 / /generators/in\\040a\\134\\011\\012d rw - tmpfs tmpfs rw\n\nodd\n";
        let mount = |path: &str| innermost(mounts, Path::new(path)).map(|point| point.to_str().unwrap().to_owned());
        for (path, point) in [
            ("/generators/..2026/team.cwasm", Some("/generators")),
            ("/generators", Some("/generators")),
            ("/generators/in a\\\t\nd/x", Some("/generators/in a\\\t\nd")),
            ("/code/a.cwasm", Some("/code/a.cwasm")),
            ("/code/a.cwasm2", None),
            ("/code/b.cwasm", None),
            ("/generators2/a", None),
            ("/a", None),
        ] {
            assert_eq!(mount(path).as_deref(), point, "{path:?}");
        }
    }

    #[test]
    fn what_this_process_has_mounted_is_known() {
        assert_eq!(mount_of(Path::new(FILE)).unwrap().as_deref(), Some(Path::new("/proc")));
        assert_eq!(mount_of(Path::new("/")).unwrap(), None);
    }
}
