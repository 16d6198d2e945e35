//! What Kubernetes takes for a name: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names>.

/// Characters of a name of several labels.
const MAX_SUBDOMAIN: usize = 253;
/// Characters of a name that is one label.
const MAX_LABEL: usize = 63;

/// Whether a text is a DNS subdomain as RFC 1123 has it: what names of custom resources are, Promises too
/// (`NameIsDNSSubdomain` of Kubernetes). Its labels alone have no bound.
#[must_use]
pub fn is_subdomain(name: &str) -> bool {
    name.len() <= MAX_SUBDOMAIN && name.split('.').all(is_plain)
}

/// Whether a text is a DNS label as RFC 1123 has it: what namespaces are called (`ValidateNamespaceName` of Kubernetes).
#[must_use]
pub fn is_label(name: &str) -> bool {
    name.len() <= MAX_LABEL && is_plain(name)
}

fn is_plain(label: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && label.bytes().all(inside) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That Kubernetes says the same, tests/contract shows.
    #[test]
    fn names_are_what_the_api_server_takes() {
        for (name, subdomain, label) in [
            ("a", true, true),
            ("0-a", true, true),
            ("a.b-c.0", true, false),
            ("", false, false),
            ("-a", false, false),
            ("a-", false, false),
            ("a..b", false, false),
            ("a.-b", false, false),
            (".", false, false),
            ("a.", false, false),
            ("A", false, false),
            ("a_b", false, false),
            ("a/b", false, false),
            ("a b", false, false),
            ("a\n", false, false),
            ("é", false, false),
            ("{namespace}", false, false),
            ("*", false, false),
        ] {
            assert_eq!((is_subdomain(name), is_label(name)), (subdomain, label), "{name:?}");
        }
        let long = |length| "x".repeat(length);
        assert_eq!((is_label(&long(63)), is_label(&long(64))), (true, false));
        assert_eq!((is_subdomain(&long(253)), is_subdomain(&long(254))), (true, false));
    }
}
