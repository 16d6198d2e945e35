//! What a generator can see while it answers, by what it imports.

use std::collections::BTreeMap;
use std::sync::Arc;

/// All that it could see; what it doesn't import, it doesn't.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// What earlier generators of the step made.
    pub workspace: Workspace,
    /// What its inputs are.
    pub inputs: Inputs,
    /// The status so far, as JSON text; empty for none.
    pub earlier: String,
}

/// What earlier generators of a step made, by path. Shared, since a step has only so much memory.
pub type Workspace = BTreeMap<String, Arc<[u8]>>;

/// The objects of each input as JSON texts, by its key: all that are declared, those that are missing without an object.
pub type Inputs = BTreeMap<String, Vec<Arc<str>>>;
