//! Spans of time: as Go's `time.ParseDuration` reads them, or in words, as Scala's (kube-openapi's `strfmt.ParseDuration`).

/// Nanoseconds.
pub(in super::super) fn parse(text: &str) -> Option<i64> {
    parse_go(text).or_else(|| in_words(text))
}

/// What Go's standard library reads, and no words.
pub(in super::super) fn parse_go(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let whole_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (whole, after) = rest.split_at(whole_end);
        let (fraction, after) = match after.strip_prefix('.') {
            None => ("", after),
            Some(after) => after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let (unit, after) = after.split_at(after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len()));
        let unit = unit_of(unit)?;
        let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok().filter(|value| *value <= 1 << 63)? };
        let whole = whole.checked_mul(unit).filter(|value| *value <= 1 << 63)?;
        sum = sum.checked_add(whole.checked_add(part_of(fraction, unit))?).filter(|value| *value <= 1 << 63)?;
        rest = after;
    }
    if negative { 0i64.checked_sub_unsigned(sum) } else { i64::try_from(sum).ok() }
}

/// A fraction of a unit; digits that no longer count are dropped.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "as Go does it"
)]
fn part_of(fraction: &str, unit: u64) -> u64 {
    let (mut value, mut scale, mut full) = (0u64, 1f64, false);
    for digit in fraction.bytes() {
        if full {
            continue;
        }
        let next = if value > ((1 << 63) - 1) / 10 { u64::MAX } else { value * 10 + u64::from(digit - b'0') };
        if next > 1 << 63 {
            full = true;
            continue;
        }
        value = next;
        scale *= 10.0;
    }
    (value as f64 * (unit as f64 / scale)) as u64
}

fn unit_of(name: &str) -> Option<u64> {
    Some(match name {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// Each unit's names; of the last one, more may follow.
const WORDS: [(&[&str], i64); 8] = [
    (&["ns", "nano"], 1),
    (&["us", "\u{b5}s", "micro"], 1_000),
    (&["ms", "milli"], 1_000_000),
    (&["s", "sec"], 1_000_000_000),
    (&["m", "min"], 60_000_000_000),
    (&["h", "hr", "hour"], 3_600_000_000_000),
    (&["d", "day"], 86_400_000_000_000),
    (&["w", "wk", "week"], 604_800_000_000_000),
];

/// All numbers that a word follows, whatever is between them.
fn in_words(text: &str) -> Option<i64> {
    let mut sum: Option<i64> = None;
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let (number, after) = digits.split_at(digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()));
        let word = after.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
        let end = word.find(|c: char| !c.is_ascii_alphabetic() && c != '\u{b5}').unwrap_or(word.len());
        rest = &word[end..];
        if end == 0 {
            continue;
        }
        let factor: i64 = number.parse().ok()?;
        let unit = word[..end].to_lowercase();
        for (names, length) in WORDS {
            for (place, name) in names.iter().enumerate() {
                if unit == *name || (place + 1 == names.len() && unit.starts_with(name)) {
                    sum = Some(sum.unwrap_or(0).wrapping_add(factor.wrapping_mul(length)));
                }
            }
        }
    }
    sum
}
