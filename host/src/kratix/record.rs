//! What this step wrote, so that a retried container tells its own leftovers from what other containers wrote.
//!
//! A pod restarts a failed container over the same directories (kratix-contract 1.4), and several containers of one pod
//! may be kratix-wasm. So each step keeps a record, found by what the step runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::sha256;

/// What one step wrote. A record that can't be read is as good as none: then everything belongs to others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// SHA-256 of each file below the output, by path.
    pub(super) files: BTreeMap<String, String>,
    /// The files of the metadata directory, by name.
    pub(super) metadata: BTreeMap<String, Merged>,
}

/// A metadata file that this step wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Merged {
    /// SHA-256 of what it wrote.
    pub(super) sha256: String,
    /// What was there before, from other containers; none when there was nothing.
    pub(super) before: Option<String>,
}

impl Record {
    /// The name of a step's record: the same for every run of the same generators.
    pub(super) fn name(generators: &[String]) -> String {
        sha256(generators.join("\n").as_bytes())[..16].to_owned()
    }

    /// What other containers left of a metadata file, given what it holds now.
    pub(super) fn foreign(&self, name: &str, now: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match (self.metadata.get(name), now) {
            (Some(merged), Some(now)) if merged.sha256 == sha256(&now) => merged.before.clone().map(String::into_bytes),
            (_, now) => now,
        }
    }
}
