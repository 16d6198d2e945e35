//! What a generator says while it runs.

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Shown with `--verbose` only.
    Debug,
    /// What was done; also stdout and stderr.
    Info,
    /// Odd, but the answer stands.
    Warn,
    /// Wrong.
    Error,
}

impl Level {
    /// The word that a log shows.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warning",
            Self::Error => "error",
        }
    }
}

/// One line, clean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub text: String,
}
