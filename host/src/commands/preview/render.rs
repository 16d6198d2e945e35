//! `kratix-wasm render`: what lands where.

use std::collections::BTreeMap;

use super::{Given, apply, ended, ensure_whole, json, text};
use crate::commands::Format;
use crate::console::{print_json, print_toned};
use crate::error::Error;
use crate::preview::platform::Platform;
use crate::preview::rendered::Rendered;

/// Show which files Kratix would write to which repository, without a cluster
///
/// Runs the workflows of the Promises for all requests that are given, schedules what they write to the Destinations, and
/// lays it out in the repositories of their state stores, as Kratix does.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    given: Given,
    /// How to print what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        let mut platform = Platform::default();
        let taken = apply(&mut platform, &self.given)?;
        ensure_whole(&platform)?;
        let rendered = Rendered::of(&platform, &BTreeMap::new());
        match self.format {
            Format::Text => print_toned(text::lines(&rendered))?,
            Format::Json => print_json(&json::value(&rendered, &taken))?,
        }
        ended(&rendered)
    }
}
