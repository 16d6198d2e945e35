//! Names that DNS takes, and what Kubernetes makes of them.

use kratix_wasm_sdk::Problem;

use crate::length::ensure_length;

/// Kratix refuses longer names of requests, and Kubernetes longer namespaces.
const MAX: usize = 63;

/// What the API server takes for a namespace: an RFC 1123 label.
pub(crate) fn check_label(field: &str, given: String) -> Result<String, Problem> {
    check(field, given, is_kubernetes_label)
}

/// What the API server takes for a name: an RFC 1123 subdomain.
pub(crate) fn check_subdomain(field: &str, given: String) -> Result<String, Problem> {
    check(field, given, |name| name.split('.').all(is_kubernetes_label))
}

fn check(field: &str, given: String, fits: impl Fn(&str) -> bool) -> Result<String, Problem> {
    ensure_length(field, &given, MAX)?;
    if fits(&given) {
        Ok(given)
    } else {
        Err(Problem::new(field, "is no name that Kubernetes takes")
            .hint("lower case letters, digits and hyphens, for example team-alpha"))
    }
}

fn is_kubernetes_label(label: &str) -> bool {
    is_label(label, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// A part of a DNS name, whose length is for the caller to check: these bytes, with hyphens between them.
pub(crate) fn is_label(label: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let ends_in_hyphen = label.starts_with('-') || label.ends_with('-');
    !label.is_empty() && !ends_in_hyphen && label.bytes().all(|byte| allowed(byte) || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_one_label_and_a_name_can_have_more() {
        let longest = "a".repeat(63);
        for (name, label, subdomain) in [
            ("team-alpha", true, true),
            ("7", true, true),
            (&longest, true, true),
            ("a.b", false, true),
            ("a..b", false, false),
            ("a.-b", false, false),
            ("a-", false, false),
            ("A", false, false),
            ("", false, false),
            (&format!("{longest}a"), false, false),
        ] {
            assert_eq!(check_label("metadata.namespace", name.to_owned()).is_ok(), label, "{name:?}");
            assert_eq!(check_subdomain("metadata.name", name.to_owned()).is_ok(), subdomain, "{name:?}");
        }
    }
}
