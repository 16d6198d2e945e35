//! One connection for one question: to an address, by TLS, past no proxy, and over at a fixed moment.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Connector as _, NextTimeout, RustlsConnector, TcpConnector};
use ureq::{Agent, Error};

/// A client that trusts these authorities and no others, and has so long for all that it does.
pub(super) fn agent(authorities: Arc<Vec<Certificate<'static>>>, time: Duration) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(authorities))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .https_only(true)
        .tls_config(tls)
        // What the environment says of proxies is not for the API server, which lies in the cluster.
        .proxy(None)
        // Whoever is sent elsewhere with a token would show it there.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .timeout_global(Some(time))
        .build();
    // Only these two: those for proxies resolve names.
    Agent::with_parts(config, ().chain(TcpConnector::default()).chain(RustlsConnector::default()), AddressesOnly)
}

/// Resolves what is an address already. The C library's resolver would load others at run time, which a static program
/// can't.
#[derive(Debug)]
struct AddressesOnly;

impl Resolver for AddressesOnly {
    fn resolve(&self, uri: &Uri, _config: &Config, _timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let address = uri.authority().and_then(|authority| authority.as_str().parse::<SocketAddr>().ok());
        let mut addresses = self.empty();
        addresses.push(address.ok_or(Error::HostNotFound)?);
        Ok(addresses)
    }
}
