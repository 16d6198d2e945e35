//! Manifests by what they are, as far as an API server with Kratix takes them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::admission::{self, Admitted, Binding, Destination, Refusal, StateStore, StateStoreKind};
use super::api::Api;
use super::platform::Key;
use super::promise::Promise;
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::Kind;
use crate::text::clean;

/// The API group of Kratix' own kinds.
const KRATIX: &str = "platform.kratix.io";

/// What is to be there.
#[derive(Debug, Default)]
pub struct Manifests {
    /// State stores.
    pub stores: Vec<StateStore>,
    /// Destinations.
    pub destinations: Vec<Destination>,
    /// Promises.
    pub promises: Vec<Promise>,
    /// Which versions of their Promises requests follow.
    pub bindings: Vec<Binding>,
    /// Objects of all other kinds.
    pub objects: Vec<Value>,
    /// What isn't taken, and why.
    pub refused: BTreeMap<Key, Error>,
    /// Fields that an API server drops, by the objects that have them.
    pub dropped: BTreeMap<Key, Vec<String>>,
}

/// A Promise that is taken, whose steps are yet to be made.
#[derive(Debug)]
pub struct Taken {
    /// All of it.
    pub value: Value,
    /// The API of its requests, if it has one.
    pub api: Option<Api>,
}

impl Manifests {
    /// Adds an object. A Promise is given back, for its steps to be made.
    pub fn add(&mut self, object: Value) -> Option<Taken> {
        let Kind { name, group } = Kind::of(&object);
        let key = Key::of(&object);
        match name.as_str() {
            "Promise" if group == KRATIX => return self.promise(key, object),
            "Destination" if group == KRATIX => {
                let destination = self.taken(key, Destination::admit(&object));
                self.destinations.extend(destination);
            }
            "GitStateStore" | "BucketStateStore" if group == KRATIX => {
                let kind = if name == "GitStateStore" { StateStoreKind::Git } else { StateStoreKind::Bucket };
                let store = self.taken(key, StateStore::admit(&object, kind));
                self.stores.extend(store);
            }
            "ResourceBinding" if group == KRATIX => {
                let binding = self.taken(key, Binding::admit(&object));
                self.bindings.extend(binding);
            }
            _ => self.objects.push(object),
        }
        None
    }

    fn promise(&mut self, key: Key, value: Value) -> Option<Taken> {
        let mut refusals = admission::promise::admit(&value);
        let api = Some(&value["spec"]["api"]).filter(|api| !api.is_null()).map(Api::new).transpose();
        let api = api.unwrap_or_else(|wrong| {
            let message = format!("invalid CRD: {}", wrong.join("; "));
            if refusals.is_empty() {
                refusals.push(Refusal { message, hint: None });
            }
            None
        });
        let mut dropped = admission::promise::dropped(&value);
        dropped.extend(api.iter().flat_map(Api::dropped).map(|field| format!("spec.api.{field}")));
        let admitted = Admitted { object: refusals.is_empty().then_some(Taken { value, api }), refusals, dropped };
        self.taken(key, admitted)
    }

    /// What is taken of an object; what is wrong with it is noted.
    fn taken<T>(&mut self, key: Key, Admitted { object, refusals, dropped }: Admitted<T>) -> Option<T> {
        if !dropped.is_empty() {
            self.dropped.insert(key.clone(), dropped);
        }
        if object.is_none() {
            let hint = refusals.iter().find_map(|refusal| refusal.hint.clone());
            let refusals = refusals.iter().map(|refusal| refusal.message.as_str());
            self.refused.insert(key.clone(), refused(&key, refusals, hint));
        }
        object
    }
}

/// The error for an object that an API server doesn't take.
pub(super) fn refused<'a>(key: &Key, refusals: impl Iterator<Item = &'a str>, hint: Option<String>) -> Error {
    let error = Error::new("refused", Exit::Request, format!("{key} is refused"));
    let error = error.because_each(refusals.map(|refusal| clean(refusal, 2048)));
    hint.into_iter().fold(error, |error, hint| error.hint(clean(&hint, 500)))
}
