//! What can go wrong between a pod and its API server, until there is an answer.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use crate::error::Error;
use crate::exit::Exit;
use crate::inputs::reply::said;
use crate::kratix::Address;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum ServerError<'a> {
    /// The API server's host is no IP address.
    Host { host: &'a str },
    /// Its port is none.
    Port { port: &'a str },
    /// A file of the service account isn't there.
    NoAccount { path: &'a Path },
    /// It can't be read.
    Unreadable { path: &'a Path, cause: &'a io::Error },
    /// It isn't what it should be.
    Unusable { path: &'a Path, what: String },
    /// What answers there isn't the cluster's API server.
    Untrusted { address: &'a Address, at: SocketAddr, cause: String },
    /// Nothing answers, or not to the end.
    Unreachable { address: &'a Address, at: SocketAddr, cause: &'a ureq::Error },
    /// An object comes in another form than JSON: `what` is said of it.
    NoJson { address: &'a Address, what: String },
}

impl<'a> ServerError<'a> {
    pub(super) fn from(cause: &'a ureq::Error, address: &'a Address, at: SocketAddr) -> Self {
        let tls = match cause {
            ureq::Error::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
            ureq::Error::Rustls(error) => Some(error),
            _ => None,
        };
        match tls {
            Some(error) => Self::Untrusted { address, at, cause: said(&error.to_string()) },
            None => Self::Unreachable { address, at, cause },
        }
    }
}

impl From<ServerError<'_>> for Error {
    fn from(error: ServerError<'_>) -> Self {
        match error {
            ServerError::Host { host } => {
                let what =
                    format!("the API server is reached by an IP address only, and its host is \"{}\"", said(host));
                Self::new("api-server-address", Exit::Config, what)
                    .hint("set KUBERNETES_SERVICE_HOST to the address of the Service kubernetes in namespace default")
            }
            ServerError::Port { port } => {
                Self::new("api-server-address", Exit::Config, format!("\"{}\" is no port of an API server", said(port)))
                    .hint("KUBERNETES_SERVICE_PORT is usually 443")
            }
            ServerError::NoAccount { path } => {
                let what = format!("this pod has no service account's {}", path.display());
                Self::new("service-account", Exit::Config, what).hint(
                    "an input is read with the token of the pod: the Promise must mount nothing over that folder, as an \
                     emptyDir, and its service account must not set automountServiceAccountToken: false",
                )
            }
            ServerError::Unreadable { path, cause } => Self::new(
                "service-account",
                Exit::Config,
                format!("cannot read the service account's {}", path.display()),
            )
            .because_of(cause)
            .hint("the user of this container must be able to read it"),
            ServerError::Unusable { path, what } => {
                let file = format!("the service account's {} can't be used", path.display());
                Self::new("service-account", Exit::Config, file)
                    .because(what)
                    .hint("nothing but Kubernetes should write there: see what the Promise mounts")
            }
            ServerError::Untrusted { address, at, cause } => {
                let what = format!("what answers for {address} at {at} isn't this cluster's API server");
                Self::new("api-server-untrusted", Exit::Unavailable, what).because(cause).hint(
                    "its certificate must be for that address and signed by the cluster's authority, the service account's \
                     ca.crt; the token was not sent",
                )
            }
            ServerError::Unreachable { address, at, cause } => {
                let what = format!("no whole answer from the API server at {at} for {address}");
                let error = Self::new("api-server-unreachable", Exit::Unavailable, what);
                match cause {
                    ureq::Error::Io(cause) => error.because_of(cause),
                    cause => error.because(said(&cause.to_string())),
                }
                .hint("another try may succeed; if it never does, a NetworkPolicy may forbid it")
            }
            ServerError::NoJson { address, what } => {
                let form = if what.is_empty() { "a body of no kind".into() } else { said(&what) };
                Self::new(
                    "api-server-answer",
                    Exit::Unavailable,
                    format!("the API server answers no JSON for {address}"),
                )
                .because(form)
                .hint("nothing of it was used; another try may succeed, if what answers is an API server")
            }
        }
    }
}
