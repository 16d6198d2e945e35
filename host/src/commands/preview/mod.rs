//! What the commands have in common that say what Kratix would do: the manifests, and the generators of their Promises.

mod count;
pub mod diff;
mod dir;
pub mod impact;
mod json;
mod manifests;
mod markdown;
mod programs;
pub mod render;
mod repositories;
pub mod shown;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use manifests::{Manifest, read, read_at};
use programs::Generators;

use super::check_promise::pair;
use crate::console::Working;
use crate::error::Error;
use crate::exit::Exit;
use crate::preview::admission::{Destination, StoreRef};
use crate::preview::cores::Cores;
use crate::preview::manifests::Manifests;
use crate::preview::platform::Platform;
use crate::preview::rendered::Rendered;

/// What manifests there are, and which files the generators are.
#[derive(Debug, Clone, Default, clap::Args)]
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
    /// Go on where a workflow is suspended, with the status of this file: of objects with their status each for itself, of a status
    /// alone for all others
    #[arg(long, value_name = "STATUS-FILE")]
    pub assume: Option<PathBuf>,
}

impl Given {
    /// An empty platform, with what is assumed there.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or has something else than statuses.
    pub fn platform(&self) -> Result<Platform, Error> {
        let mut platform = Platform::default();
        if let Some(file) = &self.assume {
            platform.assume(manifests::assumed(file)?);
        }
        Ok(platform)
    }
}

/// Refuses to say what lands where when what decides that isn't given: it would look as if nothing did.
fn ensure_whole(platform: &Platform) -> Result<(), Error> {
    let missing = |what: String, hint: &str| Err(Error::new("manifests-missing", Exit::Usage, what).hint(hint));
    if platform.promises().next().is_none() && platform.refused().next().is_none() {
        return missing("no Promise is given".into(), "name its manifest, too: -f promise.yaml");
    }
    if platform.destinations().next().is_none() && platform.refused().next().is_none() {
        let hint = "name their manifests, too: -f DIR, or of a cluster `kubectl get destinations -o yaml`";
        return missing("no Destination is given".into(), hint);
    }
    for Destination { name, store: StoreRef { kind, name: store }, .. } in platform.destinations() {
        if !platform.stores().any(|(there, _)| there.kind == *kind && there.name == *store) {
            let kind = kind.name();
            let what = format!("the {kind} {store} of the Destination {name} is not given");
            return missing(what, "name its manifest, too: -f FILE");
        }
    }
    Ok(())
}

/// How a command ends that has said all of it.
fn ended(rendered: &Rendered) -> Result<(), Error> {
    let told = || rendered.promises.iter().chain(&rendered.requests).chain(&rendered.refused);
    let exit = rendered.exit();
    let count = told().filter(|told| told.outcome.exit() != Exit::Ok).count();
    let what = match exit {
        Exit::Ok => return Ok(()),
        Exit::NotChecked if count == 0 => "not everything can be checked here".to_owned(),
        Exit::NotChecked => format!("what comes of {count} of {} objects isn't known here", told().count()),
        _ => format!("{count} of {} objects can't be answered", told().count()),
    };
    Err(Error::new("preview", exit, what).printed())
}

/// How a command ends that compares.
fn compared(rendered: &Rendered) -> Result<(), Error> {
    ended(rendered)?;
    let differs = rendered.repositories.iter().any(|repository| !repository.changes.is_empty());
    if differs { Err(Error::new("differs", Exit::Differs, "something differs").printed()) } else { Ok(()) }
}

/// Shows how far the work of a platform is.
fn working(platform: &Platform) -> Working {
    let progress = Arc::clone(platform.cores().progress());
    Working::begin(move || progress.line())
}

/// Applies the manifests that are given to a platform; gives the files that were taken for generators.
///
/// # Errors
///
/// What is no manifest, or a file that isn't given.
pub fn apply(platform: &mut Platform, given: &Given) -> Result<BTreeMap<String, PathBuf>, Error> {
    platform.cores().progress().begin("reading manifests", 0);
    let (manifests, taken) = sort(given, read(&given.paths)?, platform.cores())?;
    platform.apply(manifests);
    Ok(taken)
}

/// Manifests by what they are, with the steps of Promises made of the generators that are given.
fn sort(
    given: &Given,
    manifests: Vec<Manifest>,
    cores: &Cores,
) -> Result<(Manifests, BTreeMap<String, PathBuf>), Error> {
    let generators = Generators::new(given, cores);
    let mut sorted = Manifests::default();
    for Manifest { file, object } in manifests {
        if let Some(taken) = sorted.add(object) {
            sorted.promises.push(generators.promise(taken, file.as_deref())?);
        }
    }
    Ok((sorted, generators.taken()))
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
