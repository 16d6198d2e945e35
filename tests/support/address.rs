//! What a path of an API server may look like, said once more and otherwise than the host says it: as a client would that takes
//! the path apart.

use kratix_wasm::kratix::{Address, Which};

/// Asserts that an address leads to one object, or to the list of one resource in one place, and to nothing else.
///
/// # Panics
///
/// When it doesn't, with the path.
#[track_caller]
pub fn assert_well_formed(address: &Address) {
    let path = address.path();
    let (bare, query) = path.split_once('?').map_or((&*path, None), |(bare, query)| (bare, Some(query)));
    let mut parts = bare.split('/');
    assert_eq!(parts.next(), Some(""), "{path} is relative");
    let parts: Vec<&str> = parts.collect();
    assert!(parts.iter().all(|part| is_name(part)), "{path} has a part that is no name");
    let (root, rest) = parts.split_first().expect("it has parts");
    let rest = match *root {
        "api" => rest,
        "apis" => &rest[1..],
        _ => panic!("{path} is not of an API"),
    };
    // The version, then a namespace where there is one, then the resource, then a name.
    let place = if address.namespace.is_some() { 2 } else { 0 };
    let is_one = matches!(address.which, Which::Named(_));
    assert_eq!(rest.len(), 1 + place + 1 + usize::from(is_one), "{path} has other parts");
    assert!(place == 0 || rest[1] == "namespaces" && Some(rest[2]) == address.namespace.as_deref(), "{path}");
    assert_eq!(rest[1 + place], address.resource, "{path}");
    assert!(address.resource != "secrets" && address.kind.name != "Secret", "{path}");
    match (&address.which, query) {
        (Which::Named(name), None) => assert_eq!(rest.last(), Some(&&**name), "{path}"),
        (Which::Labelled(_), None) => {}
        (Which::Named(_), Some(_)) => panic!("{path} asks for one object with a query"),
        (Which::Labelled(_), Some(query)) => {
            let selector =
                query.strip_prefix("labelSelector=").unwrap_or_else(|| panic!("{path} asks for something else"));
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=".contains(c);
            assert!(selector.replace("%2C", "").chars().all(plain), "{path} has an odd selector");
        }
    }
}

/// A DNS subdomain, by RFC 1123: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_part)
}

/// A DNS label, by the same.
#[must_use]
pub fn is_namespace(text: &str) -> bool {
    text.len() <= 63 && is_part(text)
}

fn is_part(text: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| matches!(c, 'a'..='z' | '0'..='9'));
    is_end(text.chars().next()) && is_end(text.chars().last()) && text.chars().all(|c| c == '-' || is_end(Some(c)))
}
