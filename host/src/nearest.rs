//! What was probably meant by a name that there isn't.

/// Most edits between two names of which one is taken for the other, misspelt.
const MAX_EDITS: usize = 3;

/// The name that is nearest, if one is near.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, name) = names.map(|name| (distance(wanted, name), name)).min()?;
    (distance <= MAX_EDITS).then_some(name)
}

/// Edits from one to the other: a character more, less or another, or two neighbours exchanged.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = rows[i][j] + usize::from(a[i] != b[j]);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("team.wasm", "team.wasm"), 0);
        assert_eq!(distance("taem.wasm", "team.wasm"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("time", "files"), 3);
    }

    #[test]
    fn only_what_is_near_is_meant() {
        let names = || ["time", "files", "fuel"].into_iter();
        assert_eq!(nearest("fule", names()), Some("fuel"));
        assert_eq!(nearest("everything", names()), None);
    }
}
