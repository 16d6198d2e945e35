//! `kratix-wasm diff`: what changes, in the repositories as they are or against another commit of the manifests.

use std::collections::BTreeMap;

use super::repositories::{self, named};
use super::shown::Shown;
use super::{Given, compared, ensure_whole, read, read_at, sort, working};
use crate::error::Error;
use crate::preview::admission::StoreRef;
use crate::preview::git::Repository;
use crate::preview::rendered::Rendered;
use crate::preview::store::Tree;

/// Show what Kratix would change in the repositories
///
/// Reads the repositories of the state stores as they are, with what Kratix drew there before, and says what applying the
/// manifests would change. With --base it says what the manifests change against another commit of themselves: for pull requests.
/// Ends with 1 when something differs.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    given: Given,
    /// Where the repository of a state store is, instead of where the state store says: a clone, whose branch counts as it is
    /// committed, or an address that git takes; to be given as often as needed
    #[arg(long = "repo", value_name = "NAME=DIR|URL", value_parser = named, conflicts_with = "base")]
    repositories: Vec<(String, Repository)>,
    /// Compare with the manifests of this commit, of the repository that they are in
    #[arg(long, value_name = "REF")]
    base: Option<String>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        self.shown.ensure_fit()?;
        let mut platform = self.given.platform()?;
        let working = working(&platform);
        let (manifests, taken) = sort(&self.given, read(&self.given.paths)?, platform.cores())?;
        let before = match &self.base {
            Some(commit) => self.trees_at(commit)?,
            None => repositories::read(&manifests.stores, &self.repositories, &mut platform)?,
        };
        platform.apply(manifests);
        ensure_whole(&platform)?;
        let mut rendered = Rendered::of(&platform, &before);
        drop(working);
        self.shown.show(&mut rendered, &taken, true)?;
        compared(&rendered)
    }

    /// What the manifests of another commit make.
    fn trees_at(&self, commit: &str) -> Result<BTreeMap<StoreRef, Tree>, Error> {
        let mut platform = self.given.platform()?;
        let (manifests, _) = sort(&self.given, read_at(&self.given.paths, commit)?, platform.cores())?;
        platform.apply(manifests);
        Ok(platform.stores().map(|(name, store)| (name.clone(), store.tree.clone())).collect())
    }
}
