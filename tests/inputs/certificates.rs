//! Certificates as a cluster has them: an authority of its own, and what it signs for the API server.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// An authority.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, as `ca.crt` has it.
    pub(crate) pem: String,
}

/// What a server has to show.
pub(crate) enum Shows {
    /// A certificate for these names and addresses.
    For(&'static [&'static str]),
    /// One that is over.
    Expired,
    /// One that nobody else signed.
    SelfSigned,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "kubernetes");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A server with such a certificate.
    pub(crate) fn server(&self, shows: &Shows) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let names: &[&str] = match shows {
            Shows::For(names) => names,
            Shows::Expired | Shows::SelfSigned => &["127.0.0.1"],
        };
        let mut params = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        if matches!(shows, Shows::Expired) {
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let certificate = match shows {
            Shows::SelfSigned => params.self_signed(&key).unwrap(),
            _ => params.signed_by(&key, &self.issuer).unwrap(),
        };
        let chain: Vec<CertificateDer<'static>> = vec![certificate.into()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
    }
}
