//! What is to be said to Kratix already: the status that earlier containers of the pod and earlier generators of the step leave.
//!
//! It needs the permission `earlier`, which a component has when it uses this. A native test says with [`provide`] what there
//! is.

use serde_json::Value;

/// The status so far: a JSON object, empty when nobody left one. What the object had before this run is in its own `status`.
///
/// # Panics
///
/// When the host breaks the contract.
#[must_use]
pub fn status() -> Value {
    serde_json::from_str(&imp::status()).expect("the host gives a JSON object")
}

#[cfg(target_family = "wasm")]
use crate::declaring::kratix_wasm::generator::earlier as imp;

#[cfg(not(target_family = "wasm"))]
pub use imp::provide;

#[cfg(not(target_family = "wasm"))]
mod imp {
    use std::cell::RefCell;

    use serde_json::{Value, json};

    thread_local! {
        static STATUS: RefCell<Option<Value>> = const { RefCell::new(None) };
    }

    /// For native tests: what this thread's generators see from now on.
    pub fn provide(status: Value) {
        STATUS.set(Some(status));
    }

    pub(super) fn status() -> String {
        STATUS.with_borrow(|status| status.clone().unwrap_or_else(|| json!({})).to_string())
    }
}
