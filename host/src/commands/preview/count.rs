//! How many of what there is.

use std::collections::BTreeMap;

use crate::preview::difference::Kind;
use crate::preview::rendered::{Rendered, Repository};

/// Numbers of a preview.
pub(super) struct Counts {
    /// Requests, by what came of them.
    pub(super) outcomes: BTreeMap<&'static str, usize>,
    /// Files, by what becomes of them.
    pub(super) files: BTreeMap<&'static str, usize>,
}

impl Counts {
    /// All of them; there is none that is 0.
    pub(super) fn of(rendered: &Rendered) -> Self {
        let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
        for told in &rendered.requests {
            *outcomes.entry(told.outcome.name()).or_default() += 1;
        }
        let mut files: BTreeMap<&str, usize> = BTreeMap::new();
        for (word, count) in rendered.repositories.iter().flat_map(Self::of_files) {
            *files.entry(word).or_default() += count;
        }
        Self { outcomes, files }
    }

    /// Files of one repository.
    pub(super) fn of_files(repository: &Repository) -> BTreeMap<&'static str, usize> {
        let mut files: BTreeMap<&str, usize> = BTreeMap::new();
        for change in &repository.changes {
            *files.entry(word(&change.kind)).or_default() += 1;
        }
        files
    }
}

/// What becomes of a file, in a word.
pub(super) fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::New => "new",
        Kind::Changed => "changed",
        Kind::Removed => "removed",
        Kind::Renamed(_) => "renamed",
    }
}

/// So many of something.
pub(super) fn of(count: usize, one: &str, several: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { several })
}

/// A number with a comma before each three digits.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (65_000, "65,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!((of(1, "line", "lines"), of(2000, "line", "lines")), ("1 line".into(), "2,000 lines".into()));
    }
}
