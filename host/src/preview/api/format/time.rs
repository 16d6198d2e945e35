//! Days and moments, as Go's `time.Parse` reads RFC 3339.

use super::super::pattern::Pattern;
use std::sync::LazyLock;

/// Days since 1970-01-01 of `2006-01-02`.
pub(in super::super) fn parse_date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (digits(&bytes[..4])?, digits(&bytes[5..7])?, digits(&bytes[8..])?);
    if !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    Some(days_before(year, month) + day - 1)
}

/// Nanoseconds since 1970 of a moment with seconds, and a zone or none, as kube-openapi's `strfmt.ParseDateTime` takes it.
pub(in super::super) fn parse_date_time(text: &str) -> Option<i128> {
    let days = parse_date(text.get(..10)?)?;
    let rest = text.get(10..)?.strip_prefix('T')?.as_bytes();
    if rest.len() < 8 || rest[2] != b':' || rest[5] != b':' {
        return None;
    }
    let (hour, minute, second) = (digits(&rest[..2])?, digits(&rest[3..5])?, digits(&rest[6..8])?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let rest = &rest[8..];
    let mut nanoseconds = 0;
    let mut zone = rest;
    if let [b'.' | b',', fraction @ ..] = rest {
        let count = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return None;
        }
        let shown = &fraction[..count.min(9)];
        nanoseconds = digits(shown)? * 10i64.pow(9 - u32::try_from(shown.len()).ok()?);
        zone = &fraction[count..];
    }
    let offset = match zone {
        b"" | b"Z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if hours > 24 || minutes > 60 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))
}

static CLOCK: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})$")
        .expect("it can be read")
});

/// What the format `date-time` takes: upper and lower case make no difference, and any character may stand before a fraction.
pub(super) fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower.split('t');
    let (Some(day), Some(clock)) = (parts.next(), parts.next()) else { return false };
    parse_date(day).is_some() && CLOCK.is_match(clock)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days between 1970-01-01 and the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    let this_year: i64 = (1..month).map(|month| days_of(year, month)).sum();
    past * 365 + leap_days + this_year - 719_162
}
