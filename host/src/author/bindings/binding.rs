//! What a Promise author binds one input to: objects of the cluster, or a file.

use serde::Deserialize;

use super::part::{Form, Part, Requested, Unfilled};
use crate::contract::{Input, Quantity};
use crate::kratix::{Address, Kind, Labels, Which};

/// A binding in which everything is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub(super) bound: Bound,
    /// What becomes of a step whose input isn't there.
    pub when_missing: WhenMissing,
    /// Whether none at all is as good as any.
    pub may_be_empty: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bound {
    Cluster(Objects),
    /// What an earlier container or a volume brought.
    File(String),
}

/// Objects of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Objects {
    pub(super) kind: Kind,
    pub(super) version: String,
    pub(super) resource: String,
    pub(super) namespace: Scope,
    pub(super) which: Selected,
    /// What an object must carry.
    pub(super) required: Labels,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// In the one of the request, or in another.
    Namespace(Part),
    /// Of a resource that no namespace has.
    Cluster,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selected {
    Named(Part),
    Labelled(Labels),
}

/// What becomes of a step whose input isn't there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhenMissing {
    /// It fails.
    #[default]
    Fail,
    /// It waits, and looks again.
    Wait,
}

/// Where the objects of an input are for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the cluster.
    Cluster {
        /// Where.
        address: Address,
        /// What each must carry.
        required: Labels,
    },
    /// In a file, or in a directory of files as a volume of a ConfigMap is.
    File(String),
}

impl Objects {
    /// A requester who chooses an object beyond the request's own namespace could have any of its kind read into Git. So an
    /// object has to say that it is there for this.
    pub(super) fn ensure_asked_for(&self) -> Result<(), String> {
        let (is_elsewhere, is_chosen_there) = match &self.namespace {
            Scope::Cluster => (true, false),
            Scope::Namespace(part) => (*part != Part::Namespace, part.is_requesters()),
        };
        match &self.which {
            Selected::Labelled(_) if !self.required.is_empty() => {
                Err("has a required-label, which is for a name; matchLabels says the same of many".into())
            }
            Selected::Labelled(labels) if is_elsewhere && is_chosen_there && labels.is_empty() => Err(
                "takes all objects of a namespace that the request chooses: matchLabels has to say which are there for that".into(),
            ),
            Selected::Named(name)
                if is_elsewhere && (is_chosen_there || name.is_requesters()) && self.required.is_empty() =>
            {
                Err("lets a request choose an object outside its own namespace: a required-label has to say which objects \
                     are there for that"
                    .into())
            }
            _ => Ok(()),
        }
    }
}

impl Binding {
    /// Refuses one that is not for the input, with what is to be read after the key.
    pub(super) fn ensure_for(&self, input: &Input) -> Result<(), String> {
        if let Bound::Cluster(Objects { kind, .. }) = &self.bound
            && !input.takes(kind)
        {
            return Err(format!("is bound to a {kind}; the generator takes a {}", input.kind));
        }
        match input.quantity {
            Quantity::One | Quantity::Optional if self.may_be_empty => {
                Err(format!("may be empty, which is for many; there is {} of it", input.quantity.name()))
            }
            Quantity::Optional if self.when_missing == WhenMissing::Wait => {
                Err("waits for what is missing, though the generator does without it".into())
            }
            Quantity::One | Quantity::Optional | Quantity::Many => Ok(()),
        }
    }

    /// The file that it is bound to.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        if let Bound::File(file) = &self.bound { Some(file) } else { None }
    }

    /// Whether the request's namespace is in its address, which a Promise doesn't have.
    #[must_use]
    pub fn has_namespace_of_request(&self) -> bool {
        let Bound::Cluster(Objects { namespace, which, .. }) = &self.bound else { return false };
        *namespace == Scope::Namespace(Part::Namespace) || *which == Selected::Named(Part::Namespace)
    }

    /// The fields of the request's spec that are in its address, by their paths.
    pub fn fields(&self) -> impl Iterator<Item = &[String]> {
        let parts = match &self.bound {
            Bound::Cluster(Objects { namespace, which, .. }) => {
                let namespace = if let Scope::Namespace(part) = namespace { Some(part) } else { None };
                let name = if let Selected::Named(part) = which { Some(part) } else { None };
                [namespace, name]
            }
            Bound::File(_) => [None, None],
        };
        parts
            .into_iter()
            .flatten()
            .filter_map(|part| if let Part::Field(fields) = part { Some(&fields[..]) } else { None })
    }

    /// Whether a field of the request's spec is in its address.
    pub(super) fn reads_spec(&self) -> bool {
        self.fields().next().is_some()
    }

    /// The field of the request that says which object it is, or in which namespace, where one does. The request's own
    /// namespace says neither.
    #[must_use]
    pub fn chosen_by(&self) -> Option<String> {
        let Bound::Cluster(Objects { namespace, which, .. }) = &self.bound else { return None };
        let by_name = if let Selected::Named(part) = which { part.field() } else { None };
        by_name.or_else(|| match namespace {
            Scope::Namespace(part) if *part != Part::Namespace => part.field(),
            Scope::Namespace(_) | Scope::Cluster => None,
        })
    }

    /// Where its objects are for a request.
    ///
    /// # Errors
    ///
    /// What the requester has to mend: nothing but names get into an address.
    pub fn place(&self, requested: &Requested<'_>) -> Result<Place, Unfilled> {
        let objects = match &self.bound {
            Bound::File(file) => return Ok(Place::File(file.clone())),
            Bound::Cluster(objects) => objects,
        };
        let namespace = match &objects.namespace {
            Scope::Cluster => None,
            Scope::Namespace(part) => Some(part.fill(Form::Namespace, requested)?),
        };
        let which = match &objects.which {
            Selected::Named(part) => Which::Named(part.fill(Form::Name, requested)?),
            Selected::Labelled(labels) => Which::Labelled(labels.clone()),
        };
        let Objects { kind, version, resource, required, .. } = objects.clone();
        Ok(Place::Cluster { address: Address { kind, version, resource, namespace, which }, required })
    }
}
