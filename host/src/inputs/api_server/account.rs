//! A pod's service account: the token that it shows the API server, and the certificates by which it knows that one.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use ureq::http::HeaderValue;
use ureq::tls::{Certificate, PemItem, parse_pem};

use super::error::ServerError;
use crate::error::Error;
use crate::files;
use crate::kratix::name::is_label;

/// Most bytes of a token; one of a service account has some 1,200.
const MAX_TOKEN: usize = 64 * 1024;
/// Most bytes of the name of a namespace, with white space around it.
const MAX_NAMESPACE: usize = 1024;
/// Most bytes of the certificates of a cluster.
const MAX_AUTHORITIES: usize = 1024 * 1024;

/// The files of a service account.
#[derive(Debug)]
pub(super) struct Account {
    folder: PathBuf,
    token: PathBuf,
    authorities: Arc<Vec<Certificate<'static>>>,
}

impl Account {
    /// Reads the certificates; the token is read each time that it is needed.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("ca.crt");
        let pem = read(&path, MAX_AUTHORITIES)?;
        let unusable = |what: String| Error::from(ServerError::Unusable { path: &path, what });
        let mut authorities = Vec::new();
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|error| unusable(error.to_string()))? {
                // One that can't be used would be left out later without a word.
                let added = RootCertStore::empty().add(CertificateDer::from(certificate.der()));
                added.map_err(|error| unusable(error.to_string()))?;
                authorities.push(certificate);
            }
        }
        if authorities.is_empty() {
            return Err(unusable("it has no certificate".into()));
        }
        Ok(Self { folder: folder.to_owned(), token: folder.join("token"), authorities: Arc::new(authorities) })
    }

    /// Those that may have signed the API server's certificate, and no others.
    pub(super) fn authorities(&self) -> Arc<Vec<Certificate<'static>>> {
        self.authorities.clone()
    }

    /// The namespace that the pod, and so its account, is in.
    pub(super) fn namespace(&self) -> Result<String, Error> {
        let path = self.folder.join("namespace");
        let name = String::from_utf8(read(&path, MAX_NAMESPACE)?).unwrap_or_default();
        let name = name.trim();
        if is_label(name) {
            Ok(name.to_owned())
        } else {
            Err(ServerError::Unusable { path: &path, what: "it names no namespace".into() }.into())
        }
    }

    pub(super) fn token(&self) -> Result<Token, Error> {
        let bytes = read(&self.token, MAX_TOKEN)?;
        let token = bytes.trim_ascii();
        // What a header may have (RFC 6750, `b64token`), so that nothing in the file makes another header.
        if token.is_empty() || !token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte)) {
            return Err(ServerError::Unusable { path: &self.token, what: "it is no token".into() }.into());
        }
        Ok(Token(token.to_vec()))
    }
}

fn read(path: &Path, max_bytes: usize) -> Result<Vec<u8>, Error> {
    let read = files::open(path).and_then(|file| files::read(file, max_bytes));
    read.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ServerError::NoAccount { path }.into(),
        io::ErrorKind::FileTooLarge => {
            ServerError::Unusable { path, what: format!("it has more than {max_bytes} bytes") }.into()
        }
        _ => ServerError::Unreadable { path, cause: &error }.into(),
    })
}

/// What the API server knows the pod by. Nothing shows it.
pub(super) struct Token(Vec<u8>);

impl Token {
    pub(super) fn header(&self) -> HeaderValue {
        let mut header = HeaderValue::from_bytes(&[b"Bearer ", self.0.as_slice()].concat())
            .expect("a token has only characters that a header may have");
        header.set_sensitive(true);
        header
    }

    /// The same text, unless it repeats the token, be it by escapes of JSON: what answers with its question is no API server,
    /// and what it says may be shown or go to Git.
    pub(super) fn hidden_in(&self, text: Vec<u8>) -> Vec<u8> {
        let repeats = |text: &[u8]| text.windows(self.0.len()).any(|part| part == self.0);
        if repeats(&text) || text.contains(&b'\\') && repeats(&unescaped(&text)) { Vec::new() } else { text }
    }
}

/// A text without those escapes of JSON that a token could be written with (RFC 8259, 7): `\u0065` and `\/`.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((first, behind)) = rest.split_first() {
        let (byte, length) = match (first, behind) {
            (b'\\', [b'u', b'0', b'0', high, low, ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                (digit(high).zip(digit(low)).map_or(*first, |(high, low)| high << 4 | low), 6)
            }
            (b'\\', [escaped, ..]) => (*escaped, 2),
            _ => (*first, 1),
        };
        plain.push(byte);
        rest = &rest[length..];
    }
    plain
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}
