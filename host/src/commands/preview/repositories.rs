//! The repositories of state stores as they are.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Error;
use crate::exit::Exit;
use crate::preview::admission::{StateStore, StateStoreKind, StoreRef};
use crate::preview::git::Repository;
use crate::preview::platform::Platform;
use crate::preview::store::Tree;
use crate::text::clean;

/// Reads `NAME=DIR` or `NAME=URL`.
pub(super) fn named(text: &str) -> Result<(String, Repository), String> {
    match text.split_once('=') {
        Some((name, place)) if !name.is_empty() && !place.is_empty() => Ok((name.to_owned(), repository(place))),
        _ => Err("NAME=DIR or NAME=URL is wanted, for example catalog=../catalog".into()),
    }
}

fn repository(place: &str) -> Repository {
    let is_remote = place.contains("://") || place.split_once(':').is_some_and(|(host, _)| host.contains('@'));
    if is_remote { Repository::Url(place.to_owned()) } else { Repository::Folder(Path::new(place).to_owned()) }
}

/// Reads the repositories of these state stores, those that are named from there, all others from where the stores say.
///
/// # Errors
///
/// What can't be read, and a name that no state store has.
pub(super) fn read(
    stores: &[StateStore],
    named: &[(String, Repository)],
    platform: &mut Platform,
) -> Result<BTreeMap<StoreRef, Tree>, Error> {
    if let Some((unknown, _)) = named.iter().find(|(name, _)| !stores.iter().any(|store| store.id.name == *name)) {
        let what = format!("no state store that is given is called {}", clean(unknown, 100));
        return Err(Error::new("store-unknown", Exit::Usage, what).hint("--repo takes the name of a GitStateStore"));
    }
    let mut trees = BTreeMap::new();
    for store in stores {
        let own = named.iter().find(|(name, _)| *name == store.id.name).map(|(_, repository)| repository.clone());
        let repository = match own {
            Some(repository) => repository,
            None => of_store(store)?,
        };
        let branch = if store.branch.is_empty() { "main" } else { &store.branch };
        let tree = repository.read(branch).map_err(|error| {
            let what = format!("cannot read the repository of the state store {}", clean(&store.id.name, 100));
            let told = Error::new(error.reason().to_owned(), error.exit(), what).because(error.in_one_line());
            let hint = format!("name a clone of it: --repo {}=DIR", clean(&store.id.name, 100));
            told.hint(error.what_to_do().map_or(hint, ToOwned::to_owned))
        })?;
        platform.put_files(store.id.clone(), tree.clone());
        trees.insert(store.id.clone(), tree);
    }
    Ok(trees)
}

/// Where a state store says that its repository is: such as Kratix takes, and nothing else, since a manifest may be anybody's.
fn of_store(store: &StateStore) -> Result<Repository, Error> {
    let name = clean(&store.id.name, 100);
    let is_taken = store.url.starts_with("https://")
        || store.url.starts_with("ssh://")
        || store
            .url
            .split_once(':')
            .is_some_and(|(host, _)| host.contains('@') && !host.contains('/') && !host.starts_with('-'));
    if store.id.kind == StateStoreKind::Git && is_taken {
        return Ok(Repository::Url(store.url.clone()));
    }
    let what = format!("where the repository of the state store {name} is can't be known");
    Err(Error::new("repository-unknown", Exit::Usage, what)
        .hint(format!("name it: --repo {name}=DIR or --repo {name}=URL")))
}
