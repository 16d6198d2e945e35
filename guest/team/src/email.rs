//! How to reach a team: an address as mail servers take it without quotes, in ASCII.

use kratix_wasm_sdk::Problem;

use crate::request::ensure_length;

/// Leaves room for `Contact: ` in Gitea's 255 characters of a description.
const MAX_EMAIL: usize = 200;
/// Mail servers may refuse more before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// DNS has no longer label.
const MAX_LABEL: usize = 63;

pub(crate) fn check_email(email: String) -> Result<String, Problem> {
    ensure_length("spec.email", &email, MAX_EMAIL)?;
    match email.split_once('@') {
        Some((local, domain)) if is_local(local) && is_domain(domain) => Ok(email),
        _ => Err(Problem::new("spec.email", "is no email address").hint("for example team@example.com")),
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

/// A part of a DNS name, whose length is for the caller to check: these bytes, with hyphens between them.
pub(crate) fn is_label(label: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let ends_in_hyphen = label.starts_with('-') || label.ends_with('-');
    !label.is_empty() && !ends_in_hyphen && label.bytes().all(|byte| allowed(byte) || byte == b'-')
}
