//! `kratix-wasm impact`: what a changed Promise or generator does to every request.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Given, ended, ensure_whole, json as printed, read, sort, text};
use crate::commands::Format;
use crate::commands::check_promise::pair;
use crate::console::{Tone, print_json, print_toned};
use crate::error::Error;
use crate::exit::Exit;
use crate::preview::impact::{Before, Impact};
use crate::preview::platform::{Key, Platform};
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
    /// How to print what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        let mut platform = Platform::default();
        let (manifests, _) = sort(&self.given, read(&self.given.paths)?)?;
        platform.apply(manifests);
        ensure_whole(&platform)?;
        let before = Before::of(&Rendered::of(&platform, &BTreeMap::new()));
        let trees = platform.stores().map(|(name, store)| (name.clone(), store.tree.clone())).collect();
        platform.forget_commits();
        let (promises, taken) = self.promises(&platform)?;
        let mut impacts = Vec::new();
        for promise in promises {
            let name = promise.name.clone();
            platform.replace(promise).map_err(|cause| {
                Error::new("promise-refused", Exit::Config, format!("Kratix doesn't take the new Promise {name}"))
                    .because(cause)
            })?;
            impacts.push(name);
        }
        let rendered = Rendered::of(&platform, &trees);
        let installed = platform.promises().filter(|(promise, _)| impacts.contains(&promise.name));
        let impacts: Vec<(String, Impact)> = installed
            .map(|(promise, _)| (promise.name.clone(), before.compare(promise, &platform, &rendered)))
            .collect();
        match self.format {
            Format::Text => {
                print_toned(text::lines(&rendered))?;
                print_toned(impacts.iter().flat_map(|(name, impact)| lines(name, impact)))?;
            }
            Format::Json => {
                let mut value = printed::value(&rendered, &taken);
                value["impact"] = impacts.iter().map(|(name, impact)| to_json(name, impact)).collect();
                print_json(&value)?;
            }
        }
        ended(&rendered)?;
        let differs = rendered.repositories.iter().any(|repository| !repository.changes.is_empty());
        if differs { Err(Error::new("differs", Exit::Differs, "something differs").printed()) } else { Ok(()) }
    }

    /// The Promises as they are to become: the one that is given, or all that are there with other generators.
    fn promises(&self, platform: &Platform) -> Result<(Vec<Promise>, BTreeMap<String, PathBuf>), Error> {
        let mut given = self.given.clone();
        given.named.splice(0..0, self.generators.iter().cloned());
        if let Some(file) = &self.promise {
            given.paths = vec![file.clone()];
        }
        let (manifests, taken) = sort(&given, read(&given.paths)?)?;
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

fn lines(name: &str, impact: &Impact) -> Vec<(Tone, String)> {
    let lists = impact.lists();
    let total: usize = lists.iter().map(|(_, keys)| keys.len()).sum();
    let mut lines = vec![(Tone::Heading, format!("{name}: of {total} requests"))];
    for (what, keys) in lists.into_iter().filter(|(_, keys)| !keys.is_empty()) {
        let named: Vec<String> = keys.iter().take(3).map(Key::to_string).collect();
        let more =
            if keys.len() > named.len() { format!(" and {} more", keys.len() - named.len()) } else { String::new() };
        lines.push((Tone::Plain, format!("  {} {what}: {}{more}", keys.len(), named.join(", "))));
    }
    for (key, why) in &impact.no_longer_taken {
        lines.push((Tone::Removed, format!("  the new API no longer takes {key} as it is: {why}")));
    }
    lines
}

fn to_json(name: &str, impact: &Impact) -> Value {
    let named = |keys: &[Key]| keys.iter().map(Key::to_string).collect::<Vec<_>>();
    let Impact { changed, status, unchanged, failing, asleep, wedged, pinned, no_longer_taken } = impact;
    let refused = no_longer_taken.iter().map(|(key, why)| json!({"request": key.to_string(), "why": why}));
    json!({
        "promise": name, "changed": named(changed), "statusOnly": named(status), "unchanged": named(unchanged),
        "failing": named(failing), "asleep": named(asleep), "wedged": named(wedged), "pinned": named(pinned),
        "noLongerTaken": refused.collect::<Vec<_>>(),
    })
}
