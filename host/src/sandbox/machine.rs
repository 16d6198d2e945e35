//! What the machine refuses: that is neither a generator's fault nor a bound of ours.

use std::io;

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};
use wasmtime::{OutOfMemory, PoolConcurrencyLimitError};

use super::trap::words;
use crate::error::Error;
use crate::exit::Exit;
use crate::limits::Unit;

/// The error when it was the machine that refused; `what` says what it can't do: "run generator x.wasm".
pub(super) fn cant(what: &str, error: &wasmtime::Error) -> Option<Error> {
    is_behind(error).then(|| explain(what, &words(error)))
}

/// Whether it was the machine that refused. Whatever wasmtime asks the kernel for fails with an [`Errno`], or with an
/// [`io::Error`] that has one, and what it allocates itself with an [`OutOfMemory`]. A pool is smaller than the bounds
/// only where addresses are few, and then ends in a [`PoolConcurrencyLimitError`]. Nothing that a generator does to itself
/// ends in any of them.
pub(super) fn is_behind(error: &wasmtime::Error) -> bool {
    let is_kernels = error.downcast_ref::<io::Error>().is_some_and(|error| error.raw_os_error().is_some());
    is_kernels || error.is::<Errno>() || error.is::<OutOfMemory>() || error.is::<PoolConcurrencyLimitError>()
}

/// The error, with the limits of this process that may be why.
pub(super) fn explain(what: &str, cause: &str) -> Error {
    let limit = |resource, name: &str, option: &str| {
        let bytes = Unit::Bytes.show(getrlimit(resource).current?);
        Some((format!("its {name} is limited to {bytes} (ulimit {option})"), format!("`ulimit {option} unlimited`")))
    };
    let addresses = limit(Resource::As, "address space", "-v");
    // Linear memory is reserved whole, so that no access needs a check: precompiled code relies on it.
    let each =
        if addresses.is_some() { ": each memory of a generator takes 4 GiB of addresses, used or not" } else { "" };
    let (limited, lift): (Vec<_>, Vec<_>) =
        [addresses, limit(Resource::Data, "data", "-d")].into_iter().flatten().unzip();
    let causes = [&[cause.to_owned()], &*limited].concat().join("; ");
    let error = Error::new("machine-sandbox", Exit::Machine, format!("this machine can't {what}")).because(causes);
    if lift.is_empty() {
        let see = "is short of memory, or of leave to use it: see vm.overcommit_memory and vm.max_map_count";
        return error.hint(format!("it {see}")).hint_in_pod(format!("its node {see}"));
    }
    error
        .hint(format!("lift the limit with {}{each}", lift.join(" and ")))
        .hint_in_pod(format!("lift the limit, which the container runtime of the node sets{each}"))
}

#[cfg(test)]
mod tests {
    use wasmtime::Trap;

    use super::*;

    #[test]
    fn what_the_machine_refuses_is_told_from_what_a_generator_does() {
        let refused = |error: wasmtime::Error| cant("run generator x", &error.context("within something")).is_some();
        assert!(refused(Errno::NOMEM.into()));
        assert!(refused(Errno::AGAIN.into()));
        assert!(refused(io::Error::from(Errno::NOMEM).into()));
        assert!(!refused(io::Error::other("closed").into()));
        assert!(refused(OutOfMemory::new(1000).into()));
        assert!(!refused(Trap::MemoryOutOfBounds.into()));
        assert!(!refused(wasmtime::format_err!("Cannot allocate memory (os error 12)")));
    }
}
