//! The only module that knows YAML. Read as Kubernetes tools read it, written so that they read the same.

mod build;
#[cfg(feature = "preview")]
pub mod go;
mod read;
mod scalar;
mod syntax;
mod write;

pub use build::{MAX_DEPTH, MAX_VALUES};
#[cfg(feature = "preview")]
pub use read::read_manifests;
pub use read::{ReadError, read, read_all, read_scalars};
pub use scalar::{as_json, text};
pub use write::{TooLong, Writer, write};
