//! Which strings Go's `yaml.v2` takes for a time, and so puts in quotes: what its `time.Parse` takes.

/// Whether a text is a day, or a time of a day, in one of four forms: `2026-1-2`, `2026-1-2 3:4:5.6`, and with `T` or `t` and
/// an offset or `Z`.
pub(super) fn is_time(text: &str) -> bool {
    match text.as_bytes() {
        [a, b, c, d, b'-', rest @ ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) => {
            let year = [a, b, c, d].iter().fold(0, |year, digit| year * 10 + u32::from(**digit - b'0'));
            day(rest, year).is_some_and(|rest| match rest {
                [] => true,
                [b'T' | b't', rest @ ..] => clock(rest).is_some_and(is_offset),
                [b' ', ..] => clock(&rest[rest.iter().take_while(|byte| **byte == b' ').count()..]) == Some(&[]),
                _ => false,
            })
        }
        _ => false,
    }
}

/// What comes after a month and a day.
fn day(text: &[u8], year: u32) -> Option<&[u8]> {
    let (month, text) = number(text)?;
    let (day, text) = number(text.strip_prefix(b"-")?)?;
    let days = match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(text)
}

/// What comes after hour, minute and second.
fn clock(text: &[u8]) -> Option<&[u8]> {
    let (hour, text) = number(text)?;
    let (minute, text) = number(text.strip_prefix(b":")?)?;
    let (second, text) = number(text.strip_prefix(b":")?)?;
    let rest = match text {
        [b'.' | b',', fraction @ ..] => match fraction.iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => text,
            digits => &fraction[digits..],
        },
        _ => text,
    };
    (hour < 24 && minute < 60 && second < 60).then_some(rest)
}

/// Go lets an offset have 24 hours and 60 minutes.
fn is_offset(text: &[u8]) -> bool {
    match text {
        b"Z" => true,
        [b'+' | b'-', hour @ .., b':', tens, ones] if hour.len() == 2 => {
            let is_at_most = |digits: [u8; 2], most| {
                digits.iter().all(u8::is_ascii_digit) && (digits[0] - b'0') * 10 + (digits[1] - b'0') <= most
            };
            is_at_most([hour[0], hour[1]], 24) && is_at_most([*tens, *ones], 60)
        }
        _ => false,
    }
}

/// A number of one or two digits, and what comes after it.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), rest))
        }
        [ones @ b'0'..=b'9', rest @ ..] => Some((u32::from(ones - b'0'), rest)),
        _ => None,
    }
}
