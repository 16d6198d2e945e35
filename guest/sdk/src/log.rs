//! Messages for whoever reads the log of the pod: `log::info("…")`.
//!
//! They need the permission `log`, which a component has when it uses one of these. Natively they go to stderr.

/// For whoever looks for a mistake; shown with `--verbose` only.
pub fn debug(message: impl AsRef<str>) {
    write(Level::Debug, message.as_ref());
}

/// What was done.
pub fn info(message: impl AsRef<str>) {
    write(Level::Info, message.as_ref());
}

/// Odd, but the answer stands.
pub fn warn(message: impl AsRef<str>) {
    write(Level::Warn, message.as_ref());
}

/// Wrong. Return a [`Stop`](crate::Stop) too: a message alone changes nothing.
pub fn error(message: impl AsRef<str>) {
    write(Level::Error, message.as_ref());
}

#[cfg(target_family = "wasm")]
use crate::bindings::kratix_wasm::generator::log::{Level, write};

#[cfg(not(target_family = "wasm"))]
#[derive(Debug, Clone, Copy)]
enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

#[cfg(not(target_family = "wasm"))]
fn write(level: Level, message: &str) {
    eprintln!("{level:?}: {message}");
}
