//! How to reach a team: an address as mail servers take it without quotes, in ASCII.

use kratix_wasm_sdk::Problem;

use crate::dns::is_label;
use crate::length::ensure_length;

pub(crate) const FIELD: &str = "spec.email";

/// Leaves room for `Contact: ` in Gitea's 255 characters of a description.
const MAX: usize = 200;
/// Mail servers may refuse more before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// DNS has no longer label.
const MAX_LABEL: usize = 63;

/// The address as it was given.
pub(crate) fn check(given: String) -> Result<String, Problem> {
    ensure_length(FIELD, &given, MAX)?;
    match given.split_once('@') {
        Some((local, domain)) if is_local(local) && is_domain(domain) => Ok(given),
        _ => Err(Problem::new(FIELD, "is no email address").hint("for example team@example.com")),
    }
}

/// RFC 5322's `dot-atom`, less signs that hardly anybody has in an address. The apostrophe people do have, as in their
/// names (o'brien), and it is plain text wherever an address goes.
fn is_local(local: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_%+-'".contains(&byte);
    local.len() <= MAX_LOCAL && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(allowed))
}

fn is_domain(domain: &str) -> bool {
    domain.rsplit_once('.').is_some_and(|(rest, top)| {
        domain.split('.').all(|label| label.len() <= MAX_LABEL)
            && rest.split('.').all(|label| is_label(label, |byte| byte.is_ascii_alphanumeric()))
            && is_top(top)
    })
}

/// Letters, or a label of another script in its ASCII form (an A-label, RFC 5890, 2.3.2.1): no other top-level domain is
/// delegated (RFC 3696, 2), and a number there would be the end of an IP address.
fn is_top(top: &str) -> bool {
    let is_encoded = top.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    is_encoded && is_label(top, |byte| byte.is_ascii_alphanumeric())
        || top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_email_is_said() {
        let none = "is no email address";
        for (email, message) in [
            ("", none),
            ("nobody", none),
            ("a@b", none),
            ("@example.com", none),
            ("a..b@example.com", none),
            ("a b@example.com", none),
            ("\"a\"@example.com", none),
            ("ü@example.com", none),
            ("a@127.0.0.1", none),
            ("a@-example.com", none),
            ("a@example.c", none),
            (&format!("{}@example.com", "a".repeat(65)), none),
            (&format!("a@{}.com", "b".repeat(64)), none),
            (&"a".repeat(201), "has 201 characters; at most 200 are possible"),
        ] {
            let said = check(email.to_owned()).map_err(|problem| problem.message);
            assert_eq!(said, Err(message.to_owned()), "{email:?}");
        }
    }

    #[test]
    fn an_email_stays_as_it_is() {
        for email in ["alpha@company.com", "o'brien+a_b%c@Example.COM", "team@xn--e1afmkfd.xn--p1ai"] {
            assert_eq!(check(email.to_owned()).unwrap(), email);
        }
    }
}
