//! The files that earlier generators of the same step have made, read-only.
//!
//! They need the permission `workspace`, which a component has when it uses one of these. A native test says with
//! [`provide`] what there is.

/// The paths, in the order of the names.
#[must_use]
pub fn list() -> Vec<String> {
    imp::list()
}

/// A file as it will be written; none when no earlier generator made it.
#[must_use]
pub fn read(path: &str) -> Option<Vec<u8>> {
    imp::read(path)
}

#[cfg(target_family = "wasm")]
use crate::bindings::kratix_wasm::generator::workspace as imp;

#[cfg(not(target_family = "wasm"))]
pub use imp::provide;

#[cfg(not(target_family = "wasm"))]
mod imp {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    thread_local! {
        static FILES: RefCell<BTreeMap<String, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
    }

    /// For native tests: what this thread's generators see from now on.
    pub fn provide(files: BTreeMap<String, Vec<u8>>) {
        FILES.set(files);
    }

    pub(super) fn list() -> Vec<String> {
        FILES.with_borrow(|files| files.keys().cloned().collect())
    }

    pub(super) fn read(path: &str) -> Option<Vec<u8>> {
        FILES.with_borrow(|files| files.get(path).cloned())
    }
}
