//! What the commands have in common that say what Kratix would do: the manifests, and the generators of their Promises.

mod json;
mod manifests;
mod programs;
pub mod render;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;

use manifests::{Manifest, read};
use programs::Generators;

use super::check_promise::pair;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::Kind;
use crate::preview::destination::{Destination, StoreRef};
use crate::preview::platform::{Manifests, Platform};
use crate::preview::rendered::Rendered;

/// What manifests there are, and which files the generators are.
#[derive(Debug, Clone, clap::Args)]
pub struct Given {
    /// Manifests as they go to a cluster: Promises, requests, Destinations, state stores, and what inputs are bound to. A file, a
    /// folder (its .yaml, .yml and .json), or - for stdin; to be given as often as needed
    #[arg(short = 'f', long = "filename", value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// The component to take for the generator of this name: of /generators/team.cwasm, and of a container whose image is
    /// kratix-wasm-team and that names none, that is team
    #[arg(long = "generator", value_name = "NAME=FILE", value_parser = pair)]
    pub named: Vec<(PathBuf, PathBuf)>,
    /// The folder of components to take for all others: NAME.wasm each
    #[arg(long = "generators", value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Any other file that a container has at PATH, such as its config
    #[arg(long = "file", value_name = "PATH=FILE", value_parser = pair)]
    pub files: Vec<(PathBuf, PathBuf)>,
}

/// How a command ends that has said all of it.
fn ended(rendered: &Rendered) -> Result<(), Error> {
    let told = || rendered.promises.iter().chain(&rendered.requests);
    let exit = rendered.exit();
    let count = told().filter(|told| told.outcome.exit() != Exit::Ok).count();
    let what = match exit {
        Exit::Ok => return Ok(()),
        Exit::NotChecked => format!("of {count} objects it can't be known what comes of them"),
        _ => format!("{count} objects of {} can't be answered as they are", told().count()),
    };
    Err(Error::new("preview", exit, what).printed())
}

/// Applies the manifests that are given to a platform; gives the files that were taken for generators.
///
/// # Errors
///
/// What is no manifest, or a file that isn't given.
pub fn apply(platform: &mut Platform, given: &Given) -> Result<BTreeMap<String, PathBuf>, Error> {
    let generators = Generators::new(given);
    let mut sorted = Manifests::default();
    for Manifest { file, object } in read(&given.paths)? {
        let Kind { name, group } = Kind::of(&object);
        match (group.as_str(), name.as_str()) {
            ("platform.kratix.io", "Promise") => sorted.promises.push(generators.promise(object, file.as_deref())?),
            ("platform.kratix.io", "Destination") => sorted.destinations.push(Destination::of(&object)),
            ("platform.kratix.io", "GitStateStore" | "BucketStateStore") => {
                let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
                let store = StoreRef { kind: name, name: text(&object["metadata"]["name"]) };
                sorted.stores.push((store, text(&object["spec"]["path"])));
            }
            _ => sorted.objects.push(object),
        }
    }
    platform.apply(sorted);
    Ok(generators.taken())
}

/// Deletes the objects that manifests name.
///
/// # Errors
///
/// What is no manifest.
pub fn delete(platform: &mut Platform, given: &Given) -> Result<(), Error> {
    let objects: Vec<_> = read(&given.paths)?.into_iter().map(|manifest| manifest.object).collect();
    platform.delete(&objects);
    Ok(())
}
