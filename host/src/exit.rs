//! Exit codes: an interface, so the only numbers are here. `docs/exit-codes.md` says what to do about each.

/// How a process of `kratix-wasm` ends. Numbers follow `sysexits.h` where it has a word for the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done; a suspended workflow counts as done.
    Ok = 0,
    /// A comparison found that something differs.
    Differs = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Part of a preview can't be known, all that can is in order.
    NotChecked = 3,
    /// The request is wrong: for the person who wrote it.
    Request = 65,
    /// The generator can't be loaded: missing, not a component of this contract, foreign precompiled code.
    Generator = 66,
    /// What the step needs from elsewhere, such as the cluster's API server, didn't answer in order. Another time it may.
    Unavailable = 69,
    /// The generator failed, or returned what the contract doesn't allow: for its author.
    Misbehaved = 70,
    /// The machine refuses what any run needs: memory, room on the disk, processes, a stdout. Another time it may not.
    Machine = 71,
    /// A directory of Kratix is missing, unwritable, or holds what is in the way.
    Directories = 74,
    /// A bound was reached. The same request reaches it again.
    Limit = 75,
    /// The config is wrong, or the generator is used for a kind that it doesn't answer: for the Promise author.
    Config = 78,
}

impl Exit {
    /// The stable name for programs: what `status.fault` has beside the code.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Differs => "differs",
            Self::Usage => "usage",
            Self::NotChecked => "unchecked",
            Self::Request => "request",
            Self::Generator => "generator",
            Self::Unavailable => "unavailable",
            Self::Misbehaved => "misbehaved",
            Self::Machine => "machine",
            Self::Directories => "directories",
            Self::Limit => "limit",
            Self::Config => "config",
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
