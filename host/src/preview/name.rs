//! Names that Kratix makes: a stem that is cut to length, and five characters that it draws (kratix-contract 1.6).

use std::collections::{BTreeMap, BTreeSet};

/// Characters of a stem that is too long: of the 63 that a label takes, with the hyphen and what is drawn.
const LONGEST: usize = 57;
/// What stands for the characters that Kratix draws. Those are of a UUID, so that no real name has these.
const DRAWN: &str = "xxxxx";

/// A stem as Kratix cuts it; one too long loses a character more than it has to.
#[must_use]
pub fn cut(stem: &str) -> &str {
    let stem = match stem.len() {
        ..=LONGEST => stem,
        // Names are ASCII; where one isn't, no character is cut in two.
        _ => &stem[..stem.floor_char_boundary(LONGEST - 1)],
    };
    stem.trim_end_matches(|c: char| !c.is_ascii_alphanumeric())
}

/// The names that are taken in a namespace.
#[derive(Debug, Clone, Default)]
pub struct Names {
    taken: BTreeSet<String>,
    /// Of a stem that came more than once, how many of its names are taken before the first that may be free.
    tried: BTreeMap<String, usize>,
}

impl Names {
    /// A name of this stem that nobody has.
    pub fn make(&mut self, stem: &str) -> String {
        let stem = cut(stem);
        let drawn = |count: usize| if count == 0 { DRAWN.to_owned() } else { format!("x{count:04}") };
        let first = self.tried.get(stem).copied().unwrap_or_default();
        let names = (first..).map(|count| (count, format!("{stem}-{}", drawn(count))));
        let (count, name) = names
            .into_iter()
            .find(|(_, name)| !self.taken.contains(name))
            .expect("there are more names than are taken");
        if count > 0 {
            self.tried.insert(stem.to_owned(), count + 1);
        }
        self.taken.insert(name.clone());
        name
    }

    /// Takes a name that is there already.
    pub fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// Gives a name back.
    pub fn give_back(&mut self, name: &str) {
        self.taken.remove(name);
        if let Some((stem, _)) = name.rsplit_once('-') {
            self.tried.remove(stem);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_stem_is_cut_as_kratix_cuts_it() {
        let (short, long) = ("a".repeat(57), "a".repeat(58));
        assert_eq!(cut(&short), short);
        assert_eq!(cut(&long), "a".repeat(56));
        let dotted = |count: usize| format!("{}-.-bb", "a".repeat(count));
        assert_eq!(cut(&dotted(52)), dotted(52));
        assert_eq!(cut(&dotted(53)), "a".repeat(53));
        assert_eq!(cut("team-"), "team");
    }

    #[test]
    fn a_name_is_made_once() {
        let mut names = Names::default();
        assert_eq!([names.make("a-b"), names.make("a-b"), names.make("a")], ["a-b-xxxxx", "a-b-x0001", "a-xxxxx"]);
        names.take("a-b-x0002");
        assert_eq!(names.make("a-b"), "a-b-x0003");
        for given_back in ["a-b-xxxxx", "a-b-x0001", "a-b-x0003"] {
            names.give_back(given_back);
            assert_eq!(names.make("a-b"), given_back);
        }
    }
}
