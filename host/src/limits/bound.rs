//! One bound: its name, its unit, what it may be.

use std::time::Duration;

use super::Limits;

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    pub(super) field: &'static str,
    pub(super) what: &'static str,
    /// What its numbers count.
    pub unit: Unit,
    /// What it is when nobody says anything.
    pub default: u64,
    /// Less is useless.
    pub least: u64,
    /// More is refused.
    pub most: u64,
    pub(super) get: fn(&Limits) -> u64,
    pub(super) set: fn(&mut Limits, u64),
}

/// What a bound counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes; `Ki`, `Mi` and `Gi` are understood.
    Bytes,
    /// Seconds; `s` and `m` are understood.
    Seconds,
    /// Anything else.
    Count,
}

/// A number as a field of [`Limits`] has it.
pub(super) trait Amount {
    fn of(number: u64) -> Self;
    fn number(&self) -> u64;
}

impl Amount for u64 {
    fn of(number: u64) -> Self {
        number
    }
    fn number(&self) -> u64 {
        *self
    }
}

impl Amount for usize {
    fn of(number: u64) -> Self {
        Self::try_from(number).unwrap_or(Self::MAX)
    }
    fn number(&self) -> u64 {
        *self as u64
    }
}

impl Amount for Duration {
    fn of(number: u64) -> Self {
        Self::from_secs(number)
    }
    fn number(&self) -> u64 {
        self.as_secs()
    }
}

impl Bound {
    /// What it is called: `memory-bytes`.
    #[must_use]
    pub fn name(&self) -> String {
        self.field.replace('_', "-")
    }

    /// What it bounds.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what.trim()
    }

    /// Its value.
    #[must_use]
    pub fn of(&self, limits: &Limits) -> u64 {
        (self.get)(limits)
    }

    /// Twice as much, or as much as can be allowed; none when that is no more.
    pub(super) fn doubled(&self, value: u64) -> Option<u64> {
        Some(value.saturating_mul(2).clamp(1, self.most)).filter(|more| *more > value)
    }
}

impl Unit {
    const SUFFIXES: [(&str, u64, Self); 5] = [
        ("Gi", 1 << 30, Self::Bytes),
        ("Mi", 1 << 20, Self::Bytes),
        ("Ki", 1 << 10, Self::Bytes),
        ("m", 60, Self::Seconds),
        ("s", 1, Self::Seconds),
    ];

    fn suffixes(self) -> impl Iterator<Item = (&'static str, u64)> {
        Self::SUFFIXES.into_iter().filter(move |(_, _, unit)| *unit == self).map(|(suffix, factor, _)| (suffix, factor))
    }

    /// A number as a person reads it, and as `--limit` takes it.
    #[must_use]
    pub fn show(self, number: u64) -> String {
        let whole = self.suffixes().find(|(_, factor)| number != 0 && number.is_multiple_of(*factor));
        whole.map_or_else(|| number.to_string(), |(suffix, factor)| format!("{}{suffix}", number / factor))
    }

    /// Reads a number, with a suffix or without.
    pub(super) fn read(self, text: &str) -> Option<u64> {
        let with_suffix = self.suffixes().find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, factor)));
        let (digits, factor) = with_suffix.unwrap_or((text, 1));
        // No sign, which Rust would take.
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?;
        number?.checked_mul(factor)
    }

    /// What may be written, as a sentence ends.
    pub(super) fn form(self) -> &'static str {
        match self {
            Self::Bytes => "a number of bytes, for example 1048576, 1024Ki or 1Mi",
            Self::Seconds => "a number of seconds, for example 90, 90s or 2m",
            Self::Count => "a number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read() {
        for (unit, number, text) in [
            (Unit::Bytes, 64 << 20, "64Mi"),
            (Unit::Bytes, 3 << 30, "3Gi"),
            (Unit::Bytes, 1536, "1536"),
            (Unit::Bytes, 0, "0"),
            (Unit::Seconds, 120, "2m"),
            (Unit::Seconds, 90, "90s"),
            (Unit::Count, 4_000_000_000, "4000000000"),
        ] {
            assert_eq!((unit.show(number).as_str(), unit.read(text)), (text, Some(number)));
        }
        for (unit, text) in [
            (Unit::Bytes, "1M"),
            (Unit::Bytes, "-1"),
            (Unit::Bytes, "+1"),
            (Unit::Bytes, ""),
            (Unit::Bytes, "Mi"),
            (Unit::Bytes, "99999999999Gi"),
            (Unit::Seconds, "1h"),
            (Unit::Seconds, "1.5"),
            (Unit::Count, "1Ki"),
            (Unit::Count, "18446744073709551616"),
        ] {
            assert_eq!(unit.read(text), None, "{text}");
        }
    }
}
