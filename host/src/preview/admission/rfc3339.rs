//! Times in metadata: RFC 3339, as Go reads it.

/// Whether a text is a time: `2026-01-02T03:04:05Z`, with a fraction of the second, or with an offset.
pub(super) fn is_rfc3339(text: &str) -> bool {
    let Some((date, clock)) = text.split_once('T') else { return false };
    let Some(at) = clock.find(['Z', '+', '-']) else { return false };
    let (clock, offset) = clock.split_at(at);
    let (seconds, fraction) = clock.split_once('.').map_or((clock, None), |(seconds, rest)| (seconds, Some(rest)));
    let is_offset =
        |offset: &str| offset == "Z" || parts(&offset[1..], ':', [2, 2]).is_some_and(|[h, m]| h <= 24 && m <= 60);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    parts(date, '-', [4, 2, 2]).is_some_and(|[year, month, day]| (1..=days(year, month)).contains(&day))
        && parts(seconds, ':', [2, 2, 2]).is_some_and(|[h, m, s]| h < 24 && m < 60 && s < 60)
        && fraction.is_none_or(is_digits)
        && is_offset(offset)
}

/// Numbers of so many digits each.
fn parts<const N: usize>(text: &str, between: char, lengths: [usize; N]) -> Option<[u32; N]> {
    let parts: Vec<&str> = text.split(between).collect();
    let fits = parts.len() == N && parts.iter().zip(lengths).all(|(part, length)| part.len() == length);
    let digits = fits && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let numbers: Vec<u32> = parts.iter().filter(|_| digits).filter_map(|part| part.parse().ok()).collect();
    numbers.try_into().ok()
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_go() {
        for (text, is_time) in [
            ("2024-02-29T23:59:59Z", true),
            ("2026-01-02T03:04:05.678+01:00", true),
            ("2023-02-29T00:00:00Z", false),
            ("2026-01-02T24:00:00Z", false),
            ("2026-01-02T03:04:05", false),
            ("2026-01-02 03:04:05Z", false),
            ("2026-1-02T03:04:05Z", false),
            ("2026-01-02T03:04:05.Z", false),
            ("2026-01-02T03:04:05+", false),
            ("", false),
        ] {
            assert_eq!(is_rfc3339(text), is_time, "{text}");
        }
    }
}
