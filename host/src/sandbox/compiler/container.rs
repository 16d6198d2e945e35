//! What the memory limit of the container leaves to the compiler. A child that goes over its own bound ends alone, but one
//! that takes the container over its limit ends the container: Kubernetes has the kernel kill all of it at once
//! (`memory.oom.group`, <https://kubernetes.io/docs/concepts/architecture/cgroups/>).

use std::fs;
use std::path::Path;

/// Where the kernel shows control groups of the second and of the first version, by the mark of their line in
/// `/proc/self/cgroup` and the file that holds the limit (<https://docs.kernel.org/admin-guide/cgroup-v2.html>).
const GROUPS: [(&str, &str, &str); 2] =
    [("", "/sys/fs/cgroup", "memory.max"), ("memory", "/sys/fs/cgroup/memory", "memory.limit_in_bytes")];

/// A memory limit, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container {
    /// Of all its processes.
    pub(super) limit: u64,
    /// What is left of that beside this process.
    pub(super) left: u64,
}

impl Container {
    /// The container that this process is in; none without a limit.
    pub(super) fn own() -> Option<Self> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        let limit = groups.lines().filter_map(limit_of).min()?;
        Some(Self { limit, left: limit.saturating_sub(taken()) })
    }
}

/// The lowest limit of a group and of those above it. A container mostly sees its own as the uppermost.
fn limit_of(line: &str) -> Option<u64> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    let (_, mount, file) = GROUPS.into_iter().find(|(mark, ..)| controllers.split(',').any(|name| name == *mark))?;
    let limits = Path::new(path).ancestors().filter_map(|group| {
        let group = group.strip_prefix("/").unwrap_or(group);
        fs::read_to_string(Path::new(mount).join(group).join(file)).ok()?.trim().parse().ok()
    });
    limits.min()
}

/// What this process has in memory of its own, in bytes (<https://docs.kernel.org/filesystems/proc.html>, `VmRSS`).
fn taken() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    kilobytes.map_or(0, |kilobytes: u64| kilobytes * 1024)
}
