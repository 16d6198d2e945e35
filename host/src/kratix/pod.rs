//! Where a step runs: known before anything that the Promise author sets is looked at (kratix-contract 1.2, 1.5).

use std::path::{Path, PathBuf};

use super::{Directories, Environment};

/// What Kratix says, and the three directories that all containers of a pod share. On a laptop any directories serve.
#[derive(Debug, Clone)]
pub struct Pod {
    /// What Kratix says.
    pub environment: Environment,
    /// `/kratix/input`.
    pub input: PathBuf,
    /// Where a step writes.
    pub directories: Directories,
}

impl Pod {
    /// The directories in which any container of the pod may have put a file.
    #[must_use]
    pub fn shared(&self) -> [&Path; 3] {
        [&self.input, &self.directories.output, &self.directories.metadata]
    }
}
