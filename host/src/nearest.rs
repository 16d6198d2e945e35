//! What was probably meant by a name that there isn't.

/// Most edits between two names of which one is taken for the other, misspelt.
const MAX_EDITS: usize = 3;

/// The name that is nearest, if one is near.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A character more, less or another, or two neighbours exchanged.
    let (distance, name) = names.map(|name| (strsim::osa_distance(wanted, name), name)).min()?;
    (distance <= MAX_EDITS).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_meant() {
        let names = || ["time", "files", "fuel"].into_iter();
        assert_eq!(nearest("fule", names()), Some("fuel"));
        assert_eq!(nearest("flies", names()), Some("files"));
        assert_eq!(nearest("everything", names()), None);
    }
}
