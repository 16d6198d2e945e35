//! What a build without the feature `inputs` has of an API server: an error.

use std::path::Path;

use super::{Allowance, Reply};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::Address;

/// There is none.
#[derive(Debug)]
pub enum ApiServer {}

impl ApiServer {
    /// Says that this build has none.
    ///
    /// # Errors
    ///
    /// Always: [`Exit::Config`].
    pub fn in_pod(_host: &str, _port: &str, _account: &Path) -> Result<Self, Error> {
        Err(Error::new("inputs-none", Exit::Config, "this build reads nothing from a cluster")
            .hint("use the usual build, or bind the input to a file: it was built without the cargo feature inputs"))
    }

    pub(super) fn namespace(&self) -> Result<String, Error> {
        match *self {}
    }

    pub(super) fn get(&self, _address: &Address, _allowance: &Allowance<'_>) -> Result<Reply, Error> {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_without_a_client_says_so() {
        let error = ApiServer::in_pod("10.96.0.1", "443", Path::new(crate::inputs::SERVICE_ACCOUNT)).unwrap_err();
        assert_eq!((error.exit(), error.reason()), (Exit::Config, "inputs-none"));
        assert_eq!(error.to_string(), "this build reads nothing from a cluster");
        assert!(error.what_to_do().is_some_and(|hint| hint.contains("cargo feature inputs")));
    }
}
