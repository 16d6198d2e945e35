//! Names that Kratix makes: a stem that is cut to length, and five characters that it draws (kratix-contract 1.6).

use std::collections::BTreeSet;

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
pub struct Names(BTreeSet<String>);

impl Names {
    /// A name of this stem that nobody has.
    pub fn make(&mut self, stem: &str) -> String {
        let stem = cut(stem);
        let drawn = |count: usize| if count == 0 { DRAWN.to_owned() } else { format!("x{count:04}") };
        let names = (0..).map(|count| format!("{stem}-{}", drawn(count)));
        let name = names.into_iter().find(|name| !self.0.contains(name)).expect("there are more names than are taken");
        self.0.insert(name.clone());
        name
    }

    /// Takes a name that is there already.
    pub fn take(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// Gives a name back.
    pub fn give_back(&mut self, name: &str) {
        self.0.remove(name);
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
        names.give_back("a-b-xxxxx");
        assert_eq!(names.make("a-b"), "a-b-xxxxx");
    }
}
