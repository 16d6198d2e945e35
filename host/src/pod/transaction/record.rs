//! What a step wrote, so that a retried container tells its own leftovers from what other containers wrote.
//!
//! A pod restarts a failed container over the same directories (kratix-contract 1.4), and several containers of one pod
//! may be kratix-wasm. So each step keeps a record, found by all that tells it from another step of the same pod.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// What one step wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Each file below the output, by path.
    pub(super) files: BTreeMap<String, Mark>,
    /// Directories below the output that were made for these files.
    pub(super) directories: BTreeSet<String>,
    /// The files of the metadata directory, by name.
    pub(super) metadata: BTreeMap<String, Merged>,
}

/// By what a file is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) bytes: usize,
    pub(super) sha256: Digest,
}

/// A metadata file that this step wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Merged {
    /// SHA-256 of what it wrote.
    pub(super) sha256: Digest,
    /// What was there before, from other containers; none when there was nothing.
    pub(super) before: Option<String>,
}

impl Record {
    /// The file that has the record of a step, in our corner of the metadata; the same for each run of a step.
    pub(super) fn file_name(step: &str) -> String {
        format!("{}.json", &Digest::of(step.as_bytes()).to_string()[..16])
    }

    /// What other containers left of a metadata file, given what it holds now.
    pub(super) fn foreign(&self, name: &str, now: Option<String>) -> Option<String> {
        match (self.metadata.get(name), now) {
            (Some(merged), Some(now)) if merged.sha256 == Digest::of(now.as_bytes()) => merged.before.clone(),
            (_, now) => now,
        }
    }
}

impl Mark {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len(), sha256: Digest::of(bytes) }
    }
}
