//! What a generator answers.

/// Files and what belongs to them, a stop, or what is wrong.
pub type Answer = Result<Outcome, Failure>;

/// What a generator ends with when nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The complete desired state.
    Complete(Output),
    /// Nothing yet: the workflow waits.
    Suspend(Suspension),
}

/// The complete desired state of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// All files.
    pub files: Vec<File>,
    /// Where files go.
    pub destinations: Vec<Destination>,
    /// A JSON object for the status of the request.
    pub status: Option<String>,
    /// Says that no file at all is what is meant.
    pub empty_is_intended: bool,
}

/// A file of the desired state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Relative to the output.
    pub path: String,
    /// What is in it.
    pub contents: Contents,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// Written as they are.
    Bytes(Vec<u8>),
    /// JSON texts, one a document, to be written as YAML.
    Yaml(Vec<String>),
}

/// An entry of `destination-selectors.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// A directory at the top; none for all that is outside such directories.
    pub directory: Option<String>,
    /// Labels as they were given: in any order, a key perhaps twice.
    pub match_labels: Vec<(String, String)>,
}

/// Why a workflow waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// What the status says.
    pub message: String,
    /// When to try again, in seconds; none for only when something changes.
    pub retry_after_seconds: Option<u32>,
    /// A JSON object for the status of the request.
    pub status: Option<String>,
}

/// What a generator ends with when something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The request is: its author has to mend it.
    Invalid(Vec<Problem>),
    /// The config is: the Promise author has to mend it.
    Misconfigured(Vec<Problem>),
    /// The generator is.
    Internal(String),
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `spec.id`.
    pub field: Option<String>,
    /// What, to be read after the field.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}
