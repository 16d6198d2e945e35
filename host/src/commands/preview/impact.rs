//! `kratix-wasm impact`: what a changed Promise or generator does to every request.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::shown::Shown;
use super::{Given, compared, ensure_whole, read, sort, working};
use crate::commands::check_promise::pair;
use crate::error::Error;
use crate::exit::Exit;
use crate::preview::impact::Before;
use crate::preview::platform::Platform;
use crate::preview::promise::Promise;
use crate::preview::rendered::Rendered;

/// Show what a changed Promise or generator would do to every request
///
/// Answers all requests that are given as they are now, then with the new Promise or generator, and says which of them change,
/// fail, or stay as they are: a changed Promise wakes no suspended request, and none that is bound to another version. Ends with 1
/// when something differs.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    given: Given,
    /// The Promise as it is to become
    #[arg(long, value_name = "FILE", required_unless_present = "generators")]
    promise: Option<PathBuf>,
    /// The component as it is to become of the generator of this name; to be given as often as needed
    #[arg(long = "new-generator", value_name = "NAME=FILE", value_parser = pair)]
    generators: Vec<(PathBuf, PathBuf)>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        self.shown.ensure_fit()?;
        let mut platform = self.given.platform()?;
        let working = working(&platform);
        let (manifests, _) = sort(&self.given, read(&self.given.paths)?, platform.cores())?;
        platform.apply(manifests);
        ensure_whole(&platform)?;
        let before = Before::of(&Rendered::of(&platform, &BTreeMap::new()));
        let trees = platform.stores().map(|(name, store)| (name.clone(), store.tree.clone())).collect();
        platform.forget_commits();
        let (promises, taken) = self.promises(&platform)?;
        let mut changed = Vec::new();
        for promise in promises {
            let name = promise.name.clone();
            platform.replace(promise).map_err(|cause| {
                Error::new("promise-refused", Exit::Config, format!("Kratix doesn't take the new Promise {name}"))
                    .because(cause)
            })?;
            changed.push(name);
        }
        let mut rendered = Rendered::of(&platform, &trees);
        let installed = platform.promises().filter(|(promise, _)| changed.contains(&promise.name));
        rendered.impacts = installed
            .map(|(promise, _)| (promise.name.clone(), before.compare(promise, &platform, &rendered)))
            .collect();
        drop(working);
        self.shown.show(&mut rendered, &taken, true)?;
        compared(&rendered)
    }

    /// The Promises as they are to become: the one that is given, or all that are there with other generators.
    fn promises(&self, platform: &Platform) -> Result<(Vec<Promise>, BTreeMap<String, PathBuf>), Error> {
        let mut given = self.given.clone();
        given.named.splice(0..0, self.generators.iter().cloned());
        if let Some(file) = &self.promise {
            given.paths = vec![file.clone()];
        }
        let (manifests, taken) = sort(&given, read(&given.paths)?, platform.cores())?;
        if let Some(refused) = manifests.refused.into_values().next() {
            return Err(refused);
        }
        let is_there = |promise: &Promise| platform.promises().any(|(there, _)| there.name == promise.name);
        if let Some(new) = manifests.promises.iter().find(|promise| !is_there(promise)) {
            let what = format!("there is no Promise {} among the manifests that could become this one", new.name);
            return Err(
                Error::new("promise-unknown", Exit::Usage, what).hint("name the manifest of the old one with -f")
            );
        }
        if manifests.promises.is_empty() {
            return Err(Error::new("promise-none", Exit::Usage, "there is no Promise in what is to become it"));
        }
        Ok((manifests.promises, taken))
    }
}
