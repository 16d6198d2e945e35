//! The bounds, as every command that runs or compiles a generator takes them.

use super::variables::Variables;
use crate::error::Error;
use crate::limits::{self, Limits};

pub(super) const VARIABLE: &str = "KRATIX_WASM_LIMITS";

/// Bounds that are not the defaults.
#[derive(Debug, clap::Args)]
pub(super) struct LimitArgs {
    /// A bound, as NAME=VALUE [env: KRATIX_WASM_LIMITS]
    #[arg(long = "limit", value_name = "NAME=VALUE", long_help = limits::help())]
    settings: Vec<String>,
}

impl LimitArgs {
    /// What is set, as the variable would have it.
    pub(super) fn written(&self, variables: Variables<'_>) -> Result<Option<String>, Error> {
        let of_variable = variables(VARIABLE)?.unwrap_or_default();
        let settings: Vec<&str> =
            of_variable.split_whitespace().chain(self.settings.iter().flat_map(|one| one.split_whitespace())).collect();
        Ok((!settings.is_empty()).then(|| settings.join(" ")))
    }

    /// What is in force: an option counts for more than the environment, and that for more than the defaults.
    pub(super) fn read(&self, variables: Variables<'_>) -> Result<Limits, Error> {
        let mut limits = Limits::default();
        if let Some(settings) = variables(VARIABLE)? {
            limits.set(VARIABLE, &settings)?;
        }
        self.settings.iter().try_for_each(|setting| limits.set("--limit", setting))?;
        Ok(limits)
    }
}
