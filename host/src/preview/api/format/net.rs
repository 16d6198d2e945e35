//! Addresses of the network and of mail, as Go's standard library and Kubernetes' tolerant copies of it read them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An IP address in which a dot stands; leading zeros don't matter.
pub(super) fn is_ipv4(text: &str) -> bool {
    text.contains('.') && is_sloppy_ip(text)
}

/// An IP address in which a colon stands; leading zeros do matter.
pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// An address and the length of its network's prefix; leading zeros don't matter.
pub(super) fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = if is_sloppy_ipv4(address) {
        32
    } else if is_sloppy_ipv6(address) {
        128
    } else {
        return false;
    };
    let digits = length.trim_start_matches('0');
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    is_number && digits.len() <= 3 && digits.parse::<u16>().unwrap_or(0) <= most
}

fn is_sloppy_ip(text: &str) -> bool {
    match text.find(['.', ':']).map(|at| text.as_bytes()[at]) {
        Some(b'.') => is_sloppy_ipv4(text),
        Some(_) => is_sloppy_ipv6(text),
        None => false,
    }
}

fn is_sloppy_ipv4(text: &str) -> bool {
    without_zeros(text).parse::<Ipv4Addr>().is_ok()
}

fn is_sloppy_ipv6(text: &str) -> bool {
    without_zeros(text).parse::<Ipv6Addr>().is_ok()
}

fn without_zeros(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for part in text.split_inclusive([':', '.']) {
        let digits = part.trim_end_matches([':', '.']);
        let rest = digits.trim_start_matches('0');
        if rest.is_empty() && !digits.is_empty() {
            plain.push('0');
        }
        plain.push_str(rest);
        plain.push_str(&part[digits.len()..]);
    }
    plain
}

/// A MAC address of 6, 8 or 20 bytes: in pairs of digits, or in fours with dots. Not all versions of Go take digits alone.
pub(super) fn is_mac(text: &str) -> Option<bool> {
    let bytes = text.as_bytes();
    if matches!(bytes.len(), 12 | 16 | 40) && bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    if bytes.len() < 14 {
        return Some(false);
    }
    let (separator, width) = match (bytes[2], bytes[4]) {
        (sign @ (b':' | b'-'), _) => (sign, 2),
        (_, b'.') => (b'.', 4),
        _ => return Some(false),
    };
    let groups: Vec<&[u8]> = bytes.split(|byte| *byte == separator).collect();
    let is_group = |group: &&[u8]| group.len() == width && group.iter().all(u8::is_ascii_hexdigit);
    Some(matches!(groups.len() * width / 2, 6 | 8 | 20) && groups.iter().all(is_group))
}

/// A mail address as Go's `mail.ParseAddress` takes it; one with a name, a comment or quotes isn't judged.
pub(super) fn is_email(text: &str) -> Option<bool> {
    if text.contains(['<', '"', '(', '[', ':', '\r', '\n', '\u{fffd}']) || text.contains("=?") {
        return None;
    }
    let blank = [' ', '\t'];
    let Some((local, domain)) = text.trim_start_matches(blank).split_once('@') else { return Some(false) };
    let is_atom = |text: &str| {
        let is_part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| matches!(c, '!'..='~' | '\u{80}'..) && !r"()<>[]:;@\,".contains(c))
        };
        text.split('.').all(is_part)
    };
    Some(is_atom(local) && is_atom(domain.trim_matches(blank)))
}

/// An absolute URI or path as Go's `url.ParseRequestURI` takes it; versions of Go differ in hosts with brackets or more than
/// one colon, which aren't judged.
pub(super) fn is_request_uri(text: &str) -> Option<bool> {
    if text.is_empty() || text.bytes().any(|byte| byte.is_ascii_control()) {
        return Some(false);
    }
    if text == "*" {
        return Some(true);
    }
    let Some((scheme, rest)) = scheme(text) else { return Some(false) };
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    if !rest.starts_with('/') {
        return Some(scheme);
    }
    let path = match rest.strip_prefix("//").filter(|_| scheme) {
        None => rest,
        Some(rest) => {
            let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
            if !is_authority(authority)? {
                return Some(false);
            }
            path
        }
    };
    Some(has_good_escapes(path))
}

/// Whether there is a scheme, and what follows it; nothing where there ought to be one.
fn scheme(text: &str) -> Option<(bool, &str)> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b':' if at == 0 => return None,
            b':' => return Some((true, &text[at + 1..])),
            _ if byte.is_ascii_alphabetic() || (at > 0 && (byte.is_ascii_digit() || b"+-.".contains(&byte))) => {}
            _ => break,
        }
    }
    Some((false, text))
}

fn is_authority(text: &str) -> Option<bool> {
    let (user, host) = text.rsplit_once('@').map_or((None, text), |(user, host)| (Some(user), host));
    if host.contains(['[', ']']) || host.matches(':').count() > 1 {
        return None;
    }
    let is_in_user = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    let is_user = user.is_none_or(|user| user.bytes().all(is_in_user) && has_good_escapes(user));
    let is_port = host.split_once(':').is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let is_in_host =
        |byte: u8| !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:<>\"-_.~%".contains(&byte);
    let mut escapes = host.split('%').skip(1);
    let is_host = host.bytes().all(is_in_host)
        && has_good_escapes(host)
        && escapes
            .all(|escape| escape.starts_with("25") || escape.as_bytes().first().is_some_and(|byte| *byte >= b'8'));
    Some(is_user && is_port && is_host)
}

fn has_good_escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|escape| {
        let digits = escape.as_bytes();
        digits.len() >= 2 && digits[..2].iter().all(u8::is_ascii_hexdigit)
    })
}
