//! What a step changes, as a file: whoever finds it can bring the step to its end.

use serde::{Deserialize, Serialize};

use crate::kratix::{OutputPath, metadata};

/// Where a step's files wait until all of them can be moved into place: in our corner of either directory.
pub(super) const STAGE: &str = "stage";
/// These two lie in our corner of the metadata.
pub(super) const JOURNAL: &str = "journal.json";
pub(super) const JOURNAL_STAGED: &str = "journal.json.new";
/// Bytes of a journal or a record: more than those of the largest step, by default.
pub(super) const MAX_JOURNAL: usize = 32 * 1024 * 1024;

/// All changes of a step.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    /// Directories below the output that aren't there yet, upper ones first. They are made before the step is decided:
    /// what fails then changes nothing.
    pub(super) make: Vec<String>,
    pub(super) output: Changes,
    pub(super) metadata: Changes,
    /// Of our corner of the metadata: the step's record.
    pub(super) corner: Changes,
}

/// The name of our corner in both directories. In the output it exists only while a step is written. Each user has one: what
/// is in it is trusted, and in a directory that another user made nothing is.
pub(super) fn corner() -> String {
    format!(".kratix-wasm-{}", rustix::process::geteuid().as_raw())
}

/// The changes of one directory, in the order in which they are made: a file may take the place of a directory.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Changes {
    /// Files.
    pub(super) remove: Vec<String>,
    /// Directories that this step made, lower ones first; one that isn't empty stays.
    pub(super) remove_directories: Vec<String>,
    /// From a name in the stage to a path.
    pub(super) rename: Vec<(String, String)>,
}

impl Journal {
    /// Reads a journal. It lies where other containers write, so nothing in it may lead out of what a step changes
    /// anyway.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok().filter(Self::is_plain)
    }

    fn is_plain(&self) -> bool {
        let is_output = |path: &String| OutputPath::parse(path).is_ok();
        let is_metadata = |name: &String| metadata::FILES.contains(&name.as_str());
        self.make.iter().all(is_output)
            && self.output.is_plain(is_output)
            && self.metadata.is_plain(is_metadata)
            && self.metadata.remove_directories.is_empty()
            && self.corner.is_plain(is_record)
            && self.corner.remove_directories.is_empty()
    }
}

impl Changes {
    fn is_plain(&self, is_path: impl Fn(&String) -> bool) -> bool {
        let is_stage = |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        self.remove.iter().chain(&self.remove_directories).all(&is_path)
            && self.rename.iter().all(|(from, to)| is_stage(from) && is_path(to))
    }
}

#[expect(clippy::ptr_arg, reason = "it is one of several that are told apart by a path")]
fn is_record(name: &String) -> bool {
    name.strip_suffix(".json").is_some_and(|name| name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
