//! Bindings: what the Promise author gives a generator for the inputs that it declares.
//!
//! A binding says where objects are. Which of them a requester chooses, a requester could otherwise have read into Git, so the
//! rules of docs/generators.md ("Inputs") are held when a step is made, before any request.

mod binding;
mod part;
mod permission;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub use binding::{Binding, Place, WhenMissing};
pub use part::{Requested, Unfilled};
pub use permission::{Permission, Pods};

use super::error::AuthorError;
use crate::contract::{Description, Input, Quantity};
use crate::error::Error;
use crate::text::clean;
use crate::yaml;

/// The bindings of a step.
#[derive(Debug, Clone)]
pub struct Bindings {
    /// As they were written, as JSON text.
    json: String,
    keyed: Keyed,
}

#[derive(Debug, Clone)]
enum Keyed {
    /// Those of the step's one generator.
    One(BTreeMap<String, Binding>),
    /// By name of a generator.
    ByName(BTreeMap<String, BTreeMap<String, Binding>>),
}

/// An input with what it is bound to; one that is optional may be bound to nothing.
#[derive(Debug, Clone)]
pub struct BoundInput {
    /// What the generator declares.
    pub input: Input,
    /// What the Promise author gives it.
    pub binding: Option<Binding>,
}

impl Bindings {
    /// Reads bindings from YAML text; `shown` is where it came from. For `several` generators they are keyed by their names.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config), with what is wrong with each.
    pub fn read(shown: &str, text: &[u8], several: bool) -> Result<Self, Error> {
        let unusable = |wrong: Vec<String>| Error::from(AuthorError::BindingsUnusable { shown, wrong, several });
        let value = match yaml::read(text) {
            Ok(Value::Object(value)) => value,
            Err(yaml::ReadError::Empty) => Map::new(),
            Ok(_) => return Err(unusable(vec!["they are not a map".into()])),
            Err(error) => return Err(unusable(vec![error.to_string()])),
        };
        let (json, mut wrong) = (Value::Object(value.clone()).to_string(), Vec::new());
        let keyed = if several {
            if !value.values().all(is_map_of_maps) {
                let how = "with several generators they are keyed by the generators' names, and below each by its keys";
                return Err(unusable(vec![how.into()]));
            }
            let of = |(name, value)| match value {
                Value::Object(value) => (name, each(value, &mut wrong)),
                _ => (name, BTreeMap::new()),
            };
            Keyed::ByName(value.into_iter().map(of).collect())
        } else {
            Keyed::One(each(value, &mut wrong))
        };
        if wrong.is_empty() { Ok(Self { json, keyed }) } else { Err(unusable(wrong)) }
    }

    /// None at all, for one generator or several.
    #[must_use]
    pub fn none(several: bool) -> Self {
        let keyed = if several { Keyed::ByName(BTreeMap::new()) } else { Keyed::One(BTreeMap::new()) };
        Self { json: "{}".to_owned(), keyed }
    }

    /// All of them as JSON text: a part of what tells a step from others.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// The inputs of a generator, with their bindings. For deletions alone none needs to be bound: there whatever is missing is
    /// absent.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config) for all that the generator needs and isn't bound, is bound wrongly, or is
    /// bound and not declared.
    pub fn of(&self, generator: &Description, is_for_deletions: bool) -> Result<Vec<BoundInput>, Error> {
        let none = BTreeMap::new();
        let bindings = match &self.keyed {
            Keyed::One(bindings) => bindings,
            Keyed::ByName(bindings) => bindings.get(generator.name.as_str()).unwrap_or(&none),
        };
        let (name, inputs) = (&generator.name, &generator.declarations.inputs);
        let is_unbound = |input: &&Input| input.quantity != Quantity::Optional && !bindings.contains_key(&input.key);
        if let Some(input) = inputs.iter().find(is_unbound).filter(|_| !is_for_deletions) {
            let by_name = matches!(self.keyed, Keyed::ByName(_));
            // One of these may be misspelt.
            let strays = bindings.keys().filter(|key| inputs.iter().all(|input| input.key != **key));
            let strays = strays.map(|key| clean(key, 80)).collect();
            return Err(AuthorError::InputUnbound { generator: name, input, by_name, strays }.into());
        }
        if let Some(key) = bindings.keys().find(|key| inputs.iter().all(|input| input.key != **key)) {
            return Err(AuthorError::BindingForNothing { generator: name, key, inputs }.into());
        }
        let bound = |input: &Input| {
            let binding = bindings.get(&input.key).cloned();
            if let Some(Err(wrong)) = binding.as_ref().map(|binding| binding.ensure_for(input)) {
                return Err(AuthorError::BindingUnfit { generator: name, input, wrong }.into());
            }
            Ok(BoundInput { input: input.clone(), binding })
        };
        inputs.iter().map(bound).collect()
    }

    /// Refuses bindings for a generator that the step doesn't have.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config).
    pub fn ensure_taken(&self, generators: &BTreeSet<&str>) -> Result<(), Error> {
        let Keyed::ByName(values) = &self.keyed else { return Ok(()) };
        let Some(name) = values.keys().find(|name| !generators.contains(name.as_str())) else { return Ok(()) };
        Err(AuthorError::BindingsForNobody { name, there: generators.iter().copied().collect() }.into())
    }

    /// Every binding, whichever generator it is for.
    pub fn all(&self) -> impl Iterator<Item = (&String, &Binding)> {
        let (one, several) = match &self.keyed {
            Keyed::One(bindings) => (Some(bindings), None),
            Keyed::ByName(bindings) => (None, Some(bindings)),
        };
        one.into_iter().chain(several.into_iter().flat_map(BTreeMap::values)).flatten()
    }
}

fn is_map_of_maps(value: &Value) -> bool {
    value.as_object().is_some_and(|entries| entries.values().all(Value::is_object))
}

fn each(bindings: Map<String, Value>, wrong: &mut Vec<String>) -> BTreeMap<String, Binding> {
    let mut read = BTreeMap::new();
    for (key, value) in bindings {
        match written::parse(value) {
            Ok(binding) => drop(read.insert(key, binding)),
            Err(why) => wrong.push(format!("{} {why}", clean(&key, 80))),
        }
    }
    read
}

impl BoundInput {
    /// Whether its address has a field of the request's spec.
    #[must_use]
    pub fn reads_spec(&self) -> bool {
        self.binding.as_ref().is_some_and(Binding::reads_spec)
    }
}

/// A binding as it could be, for an input that has none.
pub(super) fn example(input: &Input) -> String {
    let kind = input.kind.split('.').next().unwrap_or_default();
    let api_version = match input.kind.split_once('.') {
        Some((_, group)) => format!("{group}/v1alpha1"),
        None => "v1".to_owned(),
    };
    let resource = format!("{}s", kind.to_lowercase());
    let which = match input.quantity {
        Quantity::One | Quantity::Optional => "name: NAME",
        Quantity::Many => "matchLabels: {KEY: VALUE}",
    };
    format!("{{{}: {{apiVersion: {api_version}, kind: {kind}, resource: {resource}, {which}}}}}", input.key)
}
