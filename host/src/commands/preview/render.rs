//! `kratix-wasm render`: what lands where.

use std::collections::BTreeMap;

use super::shown::Shown;
use super::{Given, apply, ended, ensure_whole, working};
use crate::error::Error;
use crate::preview::rendered::Rendered;

/// Show which files Kratix would write to which repository, without a cluster
///
/// Runs the workflows of the Promises for all requests that are given, schedules what they write to the Destinations, and
/// lays it out in the repositories of their state stores, as Kratix does.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        self.shown.ensure_fit()?;
        let mut platform = self.given.platform()?;
        let working = working(&platform);
        let taken = apply(&mut platform, &self.given)?;
        ensure_whole(&platform)?;
        let mut rendered = Rendered::of(&platform, &BTreeMap::new());
        drop(working);
        self.shown.show(&mut rendered, &taken, false)?;
        let ended = ended(&rendered);
        // The process ends, too, and all its memory with it: to give it back piece by piece would take its time.
        std::mem::forget((platform, rendered));
        ended
    }
}
