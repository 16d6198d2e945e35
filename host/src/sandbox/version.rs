//! Versions of the contract. A track (`0.1`) only ever gains interfaces, so what counts of a later patch is whether a component
//! uses one that this host lacks: docs/contract.md.

/// The versions of the contract whose generators this host runs, and with them any later patch of the track that uses
/// nothing new; oldest first.
pub const CONTRACT: &[&str] = &["0.1.0", "0.1.1"];

/// What their track is.
const TRACK: (u64, u64) = (0, 1);

/// How a version of a component stands to this host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Of an older track, or no version at all: the generator has to be built anew.
    Older,
    /// Of this host's track, with the patch.
    Ours(u64),
    /// Of a newer track: the host has to be a newer one.
    Newer,
}

impl Standing {
    pub(super) fn of(version: &str) -> Self {
        let mut numbers = version.splitn(3, '.').map(|number| {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| number.parse::<u64>().ok()).flatten()
        });
        let mut next = || numbers.next().flatten();
        let (Some(major), Some(minor), Some(patch)) = (next(), next(), next()) else { return Self::Older };
        match (major, minor).cmp(&TRACK) {
            std::cmp::Ordering::Less => Self::Older,
            std::cmp::Ordering::Equal => Self::Ours(patch),
            std::cmp::Ordering::Greater => Self::Newer,
        }
    }

    /// Whether a version has what the newest of this host's may lack.
    pub(super) fn is_ahead(self) -> bool {
        let newest = CONTRACT.last().map_or(Self::Older, |newest| Self::of(newest));
        self > newest
    }
}

/// What a version has of its track, to tell two tracks apart.
pub(super) fn track(version: &str) -> [Option<&str>; 2] {
    let mut numbers = version.splitn(3, '.');
    [numbers.next(), numbers.next()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_of_a_track() {
        for (version, standing) in [
            ("0.1.0", Standing::Ours(0)),
            ("0.1.17", Standing::Ours(17)),
            ("0.2.0", Standing::Newer),
            ("1.0.0", Standing::Newer),
            ("0.0.9", Standing::Older),
            // A prerelease is nobody's promise, and wasmtime matches none.
            ("0.1.1-rc.1", Standing::Older),
            ("0.1", Standing::Older),
            ("", Standing::Older),
            ("0.1.+1", Standing::Older),
            ("0.1.99999999999999999999", Standing::Older),
        ] {
            assert_eq!(Standing::of(version), standing, "{version}");
        }
    }

    #[test]
    fn every_version_that_is_listed_is_of_the_track() {
        assert!(CONTRACT.iter().all(|version| matches!(Standing::of(version), Standing::Ours(_))));
        assert!(Standing::of("0.1.2").is_ahead() && Standing::Newer.is_ahead());
        assert!(!Standing::of("0.1.1").is_ahead() && !Standing::Older.is_ahead());
    }
}
