//! Where objects lie in an API server: <https://kubernetes.io/docs/reference/using-api/api-concepts/#standard-api-terminology>.

use std::fmt;

use serde_json::Value;

use super::{Kind, Labels};
use crate::text::clean;

/// An object, or those that have some labels, of one resource in one place. Every part is such as an API server takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The kind of the objects, with its API group.
    pub kind: Kind,
    /// The version of the API: `v1alpha1`.
    pub version: String,
    /// The kind's plural in addresses: `teams`.
    pub resource: String,
    /// Where the objects are; none for a resource that no namespace has.
    pub namespace: Option<String>,
    /// Which of them.
    pub which: Which,
}

/// Which objects of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one of this name.
    Named(String),
    /// All that have these labels.
    Labelled(Labels),
}

/// What there is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// These: in the order of namespace and name, without `metadata.managedFields`, keys sorted.
    Objects(Vec<Value>),
    /// Not the one that was asked for: the server knows the resource, and said so of that very object.
    Absent,
    /// The server has no such resource: a definition is not there yet, or `resource` is wrong.
    NoResource,
}

impl Address {
    /// The path of a GET or LIST, with its query.
    #[must_use]
    pub fn path(&self) -> String {
        let root = match self.kind.group.as_str() {
            "" => "/api".to_owned(),
            group => format!("/apis/{group}"),
        };
        let mut path = format!("{root}/{}", self.version);
        if let Some(namespace) = &self.namespace {
            path = format!("{path}/namespaces/{namespace}");
        }
        path = format!("{path}/{}", self.resource);
        match &self.which {
            Which::Named(name) => format!("{path}/{name}"),
            Which::Labelled(labels) if labels.is_empty() => path,
            // In labels nothing but `/` stands for anything in a query, and there it may stand.
            Which::Labelled(labels) => format!("{path}?labelSelector={}", selector(labels).replace(',', "%2C")),
        }
    }

    /// `apiVersion` of the objects.
    #[must_use]
    pub fn api_version(&self) -> String {
        match self.kind.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }
}

impl fmt::Display for Address {
    /// As a message has it: `Team.platform.kratix.io alpha in namespace default`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = &self.kind;
        match &self.which {
            Which::Named(name) => write!(f, "{kind} {name}")?,
            Which::Labelled(labels) if labels.is_empty() => write!(f, "any {kind}")?,
            Which::Labelled(labels) => write!(f, "any {kind} with {}", clean(&selector(labels), 200))?,
        }
        match &self.namespace {
            Some(namespace) => write!(f, " in namespace {namespace}"),
            None => Ok(()),
        }
    }
}

fn selector(labels: &Labels) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(group: &str, namespace: Option<&str>, which: Which) -> Address {
        let kind = Kind { name: "Team".into(), group: group.into() };
        let (version, resource) = ("v1".into(), "teams".into());
        Address { kind, version, resource, namespace: namespace.map(Into::into), which }
    }

    #[test]
    fn an_address_is_a_path_of_the_api_server() {
        let labels = |pairs: &[(&str, &str)]| {
            Which::Labelled(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect())
        };
        for (address, path, shown) in [
            (address("", Some("a"), Which::Named("x".into())), "/api/v1/namespaces/a/teams/x", "Team x in namespace a"),
            (address("g.io", None, Which::Named("x.y".into())), "/apis/g.io/v1/teams/x.y", "Team.g.io x.y"),
            (address("", Some("a"), labels(&[])), "/api/v1/namespaces/a/teams", "any Team in namespace a"),
            (
                address("g.io", Some("a"), labels(&[("x.io/y", "1"), ("z", "")])),
                "/apis/g.io/v1/namespaces/a/teams?labelSelector=x.io/y=1%2Cz=",
                "any Team.g.io with x.io/y=1,z= in namespace a",
            ),
        ] {
            assert_eq!((address.path().as_str(), address.to_string().as_str()), (path, shown));
        }
        assert_eq!(address("g.io", None, labels(&[])).api_version(), "g.io/v1");
        assert_eq!(address("", None, labels(&[])).api_version(), "v1");
    }
}
