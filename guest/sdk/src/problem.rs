//! Why there is no output.

/// Something that a person has to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as Kubernetes writes it: `spec.id`, `spec.members[2].email`.
    pub field: Option<String>,
    /// What is wrong, without the field.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem with this field: `spec.id`, `spec.members[2].email`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), message: message.into(), hint: None }
    }

    /// A problem that belongs to no single field.
    pub fn general(message: impl Into<String>) -> Self {
        Self { field: None, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Why a generator has no output for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The request is wrong. Its author sees the problems in the status.
    Invalid(Vec<Problem>),
    /// The config is wrong. The Promise author sees the problems in the log.
    Misconfigured(Vec<Problem>),
    /// Not yet: Kratix keeps what it has and shows the message.
    Suspend {
        /// What is being waited for.
        message: String,
        /// When to try again, in seconds, at least 1; without it, a change of the object goes on.
        retry_after_seconds: Option<u32>,
        /// Keys for the status of the object.
        status: Option<serde_json::Value>,
    },
    /// A bug of the generator.
    Internal(String),
}

/// A wrong request is the most common reason, so `?` and `.into()` make one of a problem.
impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }
}

impl From<Vec<Problem>> for Stop {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Invalid(problems)
    }
}
