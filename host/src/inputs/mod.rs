//! Asks a cluster for objects that a generator needs beside its request: one GET or LIST an [`Address`].
//!
//! What a step writes is its complete state, so an input that is wrongly read as empty deletes files. Here nothing is absent
//! but what the API server itself says isn't there, and a list is whole or an error.

mod allowance;
#[cfg_attr(not(feature = "inputs"), path = "no_api_server.rs")]
mod api_server;
mod error;
mod json;
mod kubectl;
pub mod manifests;
mod objects;
mod reply;

pub use allowance::Allowance;
pub use api_server::ApiServer;
pub use error::is_no_resource;
pub use kubectl::Kubectl;
pub use manifests::Manifests;
pub use reply::{Reply, found};

use crate::error::Error;
use crate::kratix::{Address, Found, SECRET, SECRETS};
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

impl Cluster {
    /// Reads what is at an address for a request in this namespace, or for a Promise, which has none.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), but for a resource that isn't there; [`Exit::Config`](crate::exit::Exit::Config) for what the
    /// token of a pod must not be used for.
    pub fn read_for(
        &self,
        request_namespace: Option<&str>,
        address: &Address,
        allowance: &mut Allowance<'_>,
    ) -> Result<Found, Error> {
        self.ensure_apart(request_namespace, address)?;
        match self.read(address, allowance) {
            Err(error) if is_no_resource(&error) => Ok(Found::NoResource),
            read => read,
        }
    }

    /// Refuses to read outside the request's namespace in a pod that runs in it: whoever may create pods there may use the token
    /// of this one, and read what it may read. A Promise itself is in no namespace.
    fn ensure_apart(&self, request_namespace: Option<&str>, address: &Address) -> Result<(), Error> {
        let Self::ApiServer(server) = self else { return Ok(()) };
        let elsewhere = request_namespace.filter(|namespace| address.namespace.as_deref() != Some(namespace));
        match elsewhere {
            Some(namespace) if server.namespace()? == namespace => {
                Err(InputError::NotApart { address, namespace }.into())
            }
            _ => Ok(()),
        }
    }

    /// Reads what is at an address, of what a step may still read.
    ///
    /// # Errors
    ///
    /// [`Exit::Unavailable`](crate::exit::Exit::Unavailable) where another try may succeed,
    /// [`Exit::Config`](crate::exit::Exit::Config) where the Promise or its permissions have to be mended, of which
    /// [`is_no_resource`] knows one, [`Exit::Limit`](crate::exit::Exit::Limit) when it is too much.
    pub fn read(&self, address: &Address, allowance: &mut Allowance<'_>) -> Result<Found, Error> {
        if address.kind.name == SECRET || address.resource == SECRETS {
            return Err(InputError::Secret { address }.into());
        }
        let reply = match self {
            Self::ApiServer(server) => server.get(address, allowance)?,
            Self::Kubectl(kubectl) => kubectl.get(address, allowance)?,
        };
        allowance.take_json(address, &reply.body)?;
        let found = found(address, reply)?;
        if let Found::Objects(objects) = &found {
            allowance.take_objects(address, objects.len())?;
        }
        Ok(found)
    }
}
