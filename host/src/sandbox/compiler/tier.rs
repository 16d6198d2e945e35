//! How much the compiler takes on.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::exit::Exit;

/// What is worth more: the time of compiling, or that of running. Both tiers compute the same and cost the same fuel: fuel,
/// NaNs and relaxed SIMD are decided before the optimiser. What differs is time, and the stack that a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// For code that runs once, which then costs less than compiling it.
    Quick,
    /// For code that is kept.
    Optimised,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quick => "quick",
            Self::Optimised => "optimised",
        })
    }
}

impl FromStr for Tier {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let tiers = [Self::Quick, Self::Optimised];
        let tier = tiers.into_iter().find(|tier| tier.to_string() == name);
        tier.ok_or_else(|| Error::new("arguments", Exit::Usage, "it is neither quick nor optimised"))
    }
}
