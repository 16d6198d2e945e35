//! The API server, asked by the service account of a pod:
//! <https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api>.

mod account;
mod connection;
mod error;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use ureq::http::HeaderValue;
use ureq::http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};

use super::{Allowance, Reply};
use crate::error::Error;
use crate::kratix::Address;
use account::Account;
use error::ServerError;

const AGENT: &str = concat!("kratix-wasm/", env!("CARGO_PKG_VERSION"));

/// The API server of the cluster that a pod runs in.
#[derive(Debug)]
pub struct ApiServer {
    at: SocketAddr,
    account: Account,
}

impl ApiServer {
    /// The one that Kubernetes tells a pod of: `KUBERNETES_SERVICE_HOST`, `KUBERNETES_SERVICE_PORT`, and the folder with the
    /// files of its service account, where [`SERVICE_ACCOUNT`](super::SERVICE_ACCOUNT) is.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config) when the address is none, or when there is no certificate or no token.
    pub fn in_pod(host: &str, port: &str, account: &Path) -> Result<Self, Error> {
        // A static program has no resolver of names, and Kubernetes gives an address unless somebody sets another.
        let Ok(host) = host.trim_matches(['[', ']']).parse::<IpAddr>() else {
            return Err(ServerError::Host { host }.into());
        };
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(ServerError::Port { port })?;
        let account = Account::open(account)?;
        // So that who has no token learns it before anything is asked.
        account.token()?;
        Ok(Self { at: SocketAddr::new(host, port), account })
    }

    /// The namespace of the pod.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`](crate::exit::Exit::Config) when the service account doesn't say.
    pub fn namespace(&self) -> Result<String, Error> {
        self.account.namespace()
    }

    /// Asks for what is at an address: a GET or a LIST.
    ///
    /// # Errors
    ///
    /// When there is no whole answer, none in time, or a larger one than may be read.
    pub fn get(&self, address: &Address, allowance: &Allowance<'_>) -> Result<Reply, Error> {
        // Kubernetes puts a new one there from time to time.
        let token = self.account.token()?;
        let time = allowance.time()?;
        let unanswered = |error| match error {
            ureq::Error::Timeout(_) => allowance.slow(time, address),
            ureq::Error::BodyExceedsLimit(_) => allowance.too_large(address),
            error => ServerError::from(&error, address, self.at).into(),
        };
        let agent = connection::agent(self.account.authorities(), time.left);
        let mut response = agent
            .get(format!("https://{}{}", self.at, address.path()))
            .header(AUTHORIZATION, token.header())
            .header(ACCEPT, "application/json")
            .header(ACCEPT_ENCODING, "identity")
            .header(USER_AGENT, AGENT)
            .call()
            .map_err(unanswered)?;
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).map(HeaderValue::as_bytes).unwrap_or_default();
        let no_json = |name| {
            let what = String::from_utf8_lossy(&token.hidden_in(header(name).to_vec())).into_owned();
            Err(ServerError::NoJson { address, what }.into())
        };
        if status == 200 && !is_json(header(CONTENT_TYPE)) {
            return no_json(CONTENT_TYPE);
        }
        if response.headers().contains_key(CONTENT_ENCODING) {
            return no_json(CONTENT_ENCODING);
        }
        let limit = allowance.bytes() as u64;
        let body = response.body_mut().with_config().limit(limit).read_to_vec().map_err(unanswered)?;
        Ok(Reply { status, body: token.hidden_in(body) })
    }
}

fn is_json(content_type: &[u8]) -> bool {
    let kind = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/json")
}
