//! The pod of Kratix in which a step runs: three directories that all its containers share (kratix-contract 1.2).
//!
//! What is in [`input`] is read, and what a step made is put into the other two by a [`transaction`]. On a laptop any three
//! directories serve.

mod brought;
mod case;
mod error;
pub mod input;
mod mounted;
mod report;
mod run;
mod spans;
pub mod termination;
pub mod transaction;
pub mod volume;

use std::path::{Path, PathBuf};

pub use case::Case;
pub use report::Report;
pub use spans::{Span, Spans};
pub use volume::Volume;

use crate::kratix::Environment;

/// What Kratix says, and the three directories.
#[derive(Debug, Clone)]
pub struct Pod {
    /// What Kratix says.
    pub environment: Environment,
    /// `/kratix/input`.
    pub input: PathBuf,
    /// Where a step writes.
    pub directories: Directories,
}

/// Where a step writes.
#[derive(Debug, Clone)]
pub struct Directories {
    /// `/kratix/output`.
    pub output: PathBuf,
    /// `/kratix/metadata`.
    pub metadata: PathBuf,
}

impl Pod {
    /// The directories in which any container of the pod may have put a file.
    #[must_use]
    pub fn shared(&self) -> [&Path; 3] {
        [&self.input, &self.directories.output, &self.directories.metadata]
    }
}
