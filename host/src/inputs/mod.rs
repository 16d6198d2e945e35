//! Asks a cluster for objects that a generator needs beside its request: one GET or LIST an [`Address`].
//!
//! What a step writes is its complete state, so an input that is wrongly read as empty deletes files. Here nothing is absent
//! but what the API server itself says isn't there, and a list is whole or an error.

mod allowance;
#[cfg_attr(not(feature = "inputs"), path = "no_api_server.rs")]
mod api_server;
mod error;
mod kubectl;
mod objects;
mod reply;

use serde_json::Value;

pub use allowance::Allowance;
pub use api_server::ApiServer;
pub use error::is_no_resource;
pub use kubectl::Kubectl;
pub use reply::{Reply, found};

use crate::error::Error;
use crate::kratix::Address;
use error::InputError;

/// Where a pod has the files of its service account:
/// <https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api>.
pub const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Whom to ask.
#[derive(Debug)]
pub enum Cluster {
    /// The API server, with the token of the pod.
    ApiServer(ApiServer),
    /// kubectl, with the user's context.
    Kubectl(Kubectl),
}

/// What a cluster has at an address.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The API server says that there is no object of that name.
    Absent,
    /// The object of that name, or all that have the labels, by name: without `metadata.managedFields`, and with the keys of
    /// all maps sorted, so that the same objects are the same bytes in whatever order they come.
    Objects(Vec<Value>),
}

impl Cluster {
    /// Reads what is at an address, of what a step may still read.
    ///
    /// # Errors
    ///
    /// [`Exit::Unavailable`](crate::exit::Exit::Unavailable) where another try may succeed,
    /// [`Exit::Config`](crate::exit::Exit::Config) where the Promise or its permissions have to be mended, of which
    /// [`is_no_resource`] knows one, [`Exit::Limit`](crate::exit::Exit::Limit) when it is too much.
    pub fn read(&self, address: &Address, allowance: &mut Allowance<'_>) -> Result<Found, Error> {
        if objects::is_secret(&address.kind.name) || address.resource == objects::SECRETS {
            return Err(InputError::Secret { address }.into());
        }
        let reply = match self {
            Self::ApiServer(server) => server.get(address, allowance)?,
            Self::Kubectl(kubectl) => kubectl.get(address, allowance)?,
        };
        let bytes = reply.body.len();
        let found = found(address, reply)?;
        let objects = match &found {
            Found::Absent => 0,
            Found::Objects(objects) => objects.len(),
        };
        allowance.take(address, bytes, objects)?;
        Ok(found)
    }
}
