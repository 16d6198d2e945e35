//! The formats of strings that an API server checks; it ignores all others (apiextensions-apiserver,
//! `pkg/apiserver/validation/formats.go`, and kube-openapi's `strfmt`, of Kubernetes 1.35).

mod code;
mod duration;
mod net;
mod time;

use std::sync::LazyLock;

pub(super) use duration::{parse as parse_duration, parse_go as parse_go_duration};
pub(super) use time::{parse_date, parse_date_time};

use super::pattern::Pattern;

/// A format that is checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Format {
    check: fn(&str) -> Option<bool>,
}

/// The format of that name, where an API server checks it. Hyphens don't count.
pub(super) fn find(name: &str) -> Option<Format> {
    let plain = name.replace('-', "");
    FORMATS.iter().find(|(known, _)| *known == plain).map(|(_, check)| Format { check: *check })
}

impl Format {
    /// Whether a text has the format; nothing where that isn't known here.
    pub(super) fn is_met(self, text: &str) -> Option<bool> {
        (self.check)(text)
    }
}

type Check = fn(&str) -> Option<bool>;

const FORMATS: [(&str, Check); 26] = [
    ("bsonobjectid", |text| Some(text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))),
    ("byte", |text| matches(&BASE64, text)),
    ("cidr", |text| Some(net::is_cidr(text))),
    ("creditcard", |text| Some(code::is_credit_card(text))),
    ("date", |text| Some(parse_date(text).is_some())),
    ("datetime", |text| Some(time::is_date_time(text))),
    ("duration", |text| Some(parse_duration(text).is_some())),
    ("email", net::is_email),
    ("hexcolor", |text| matches(&HEX_COLOR, text)),
    ("hostname", |text| {
        Some(HOSTNAME.is_match(text) && text.len() <= 255 && text.split('.').all(|part| part.len() <= 63))
    }),
    ("ipv4", |text| Some(net::is_ipv4(text))),
    ("ipv6", |text| Some(net::is_ipv6(text))),
    ("isbn", |text| Some(code::is_isbn10(text) || code::is_isbn13(text))),
    ("isbn10", |text| Some(code::is_isbn10(text))),
    ("isbn13", |text| Some(code::is_isbn13(text))),
    ("k8slongname", |text| Some(text.len() <= 253 && text.split('.').all(is_short_name))),
    ("k8sshortname", |text| Some(text.len() <= 63 && is_short_name(text))),
    ("mac", net::is_mac),
    ("password", |_| Some(true)),
    ("rgbcolor", |text| matches(&RGB_COLOR, text)),
    ("ssn", |text| Some(text.len() == 11 && SSN.is_match(text))),
    ("uri", net::is_request_uri),
    ("uuid", |text| matches(&UUID, text)),
    ("uuid3", |text| matches(&UUID3, text)),
    ("uuid4", |text| matches(&UUID4, text)),
    ("uuid5", |text| matches(&UUID5, text)),
];

#[expect(clippy::unnecessary_wraps, reason = "as the other checks")]
fn matches(pattern: &Pattern, text: &str) -> Option<bool> {
    Some(pattern.is_match(text))
}

fn is_short_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().next().is_some_and(is_inner)
        && text.bytes().last().is_some_and(is_inner)
        && text.bytes().all(|byte| is_inner(byte) || byte == b'-')
}

fn own(pattern: &str) -> Pattern {
    Pattern::new(pattern).expect("our own patterns can be read")
}

static BASE64: LazyLock<Pattern> =
    LazyLock::new(|| own("^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$"));
static HEX_COLOR: LazyLock<Pattern> = LazyLock::new(|| own("^#?([0-9a-fA-F]{3}){1,2}$"));
static RGB_COLOR: LazyLock<Pattern> = LazyLock::new(|| {
    let part = r"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*";
    own(&format!(r"^rgb\({part},{part},{part}\)$"))
});
static SSN: LazyLock<Pattern> = LazyLock::new(|| own(r"^\d{3}[- ]?\d{2}[- ]?\d{4}$"));
// Symbols and letters of all scripts; a last part of two letters or more, or no dot at all. Each alternative is anchored on
// one side alone, as that of strfmt is.
static HOSTNAME: LazyLock<Pattern> = LazyLock::new(|| {
    let letter = r"a-zA-Z0-9\p{S}\p{L}";
    own(&format!(
        r"^([{letter}]((-?[{letter}]{{0,62}})?)|([{letter}](([{letter}-]{{0,61}}[{letter}])?)(\.)){{1,}}([a-zA-Z\p{{L}}]){{2,63}})$"
    ))
});
static UUID: LazyLock<Pattern> = LazyLock::new(|| uuid("[0-9a-f]", "[0-9a-f]"));
static UUID3: LazyLock<Pattern> = LazyLock::new(|| uuid("3", "[0-9a-f]"));
static UUID4: LazyLock<Pattern> = LazyLock::new(|| uuid("4", "[89ab]"));
static UUID5: LazyLock<Pattern> = LazyLock::new(|| uuid("5", "[89ab]"));

fn uuid(version: &str, variant: &str) -> Pattern {
    own(&format!("(?i)^[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{version}[0-9a-f]{{3}}-?{variant}[0-9a-f]{{3}}-?[0-9a-f]{{12}}$"))
}
