//! The three files that Kratix reads from `/kratix/metadata` (kratix-contract 3.4, 4.1, 4.2).

use serde_json::{Map, Value};

use super::{control, selectors, status};

/// Their names.
pub const FILES: [&str; 3] = [status::FILE, selectors::FILE, control::FILE];

/// Bytes of one: more than any container may sensibly leave.
pub const MAX_BYTES: usize = 1024 * 1024;

/// A text for each of them, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// `status.yaml`.
    pub status: Option<String>,
    /// `destination-selectors.yaml`.
    pub selectors: Option<String>,
    /// `workflow-control.yaml`.
    pub control: Option<String>,
}

impl Texts {
    /// Each with its file's name, as [`FILES`] has them.
    pub fn each(&self) -> [(&'static str, Option<&str>); 3] {
        let texts = [&self.status, &self.selectors, &self.control];
        std::array::from_fn(|index| (FILES[index], texts[index].as_deref()))
    }
}

/// A field of one. Kratix decodes these as Go decodes JSON, without a look at the case of keys.
pub(super) fn field<'a>(entries: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
