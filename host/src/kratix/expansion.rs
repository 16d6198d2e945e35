//! `$(NAME)` in what a Promise gives a container: Kubernetes puts the variable's value there before the container starts
//! (<https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>).

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;

/// A text as a container gets it, for variables as `value` knows them. One that it doesn't know stays as it is written,
/// and `$$` is a dollar sign. Behind another one Kubernetes takes the first byte for a character, so that one beyond ASCII
/// is no text any more.
#[must_use]
pub fn expand(text: &str, value: impl Fn(&str) -> Option<OsString>) -> OsString {
    let mut expanded = OsString::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            expanded.push("$");
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|reference| reference.split_once(')')) {
            match value(name) {
                Some(value) => expanded.push(value),
                None => ["$(", name, ")"].map(OsStr::new).iter().for_each(|part| expanded.push(part)),
            }
            rest = after;
        } else {
            expanded.push("$");
            if let Some(c) = rest.chars().next().filter(|c| !c.is_ascii()) {
                let (character, after) = rest.split_at(c.len_utf8());
                expanded.push(char::from(character.as_bytes()[0]).encode_utf8(&mut [0; 4]));
                expanded.push(OsString::from_vec(character.as_bytes()[1..].to_vec()));
                rest = after;
            }
        }
    }
    expanded.push(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_put_in_and_all_else_stays() {
        let value = |name: &str| match name {
            "A" => Some("1".into()),
            "B" => Some("$(A)$$".into()),
            _ => None,
        };
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("$(A)", "1"),
            ("x$(A)y$(A)z", "x1y1z"),
            ("$$(A)", "$(A)"),
            ("$$$(A)", "$1"),
            ("$$$$", "$$"),
            ("$(B)", "$(A)$$"),
            ("$(C)", "$(C)"),
            ("$(A", "$(A"),
            ("$", "$"),
            ("$A ${A} $", "$A ${A} $"),
            ("$()", "$()"),
            ("$($(A))", "$($(A))"),
            ("é$(A)é", "é1é"),
        ] {
            assert_eq!(expand(text, value), expected, "{text}");
        }
        assert_eq!(expand("a$éb", value).into_vec(), b"a$\xC3\x83\xA9b");
    }
}
