//! What people call a team: any text of one line that they can see.

use icu_normalizer::ComposingNormalizer;
use kratix_wasm_sdk::Problem;

use crate::length::ensure_length;

pub(crate) const FIELD: &str = "spec.name";

/// Gitea refuses a longer `full_name`.
const MAX: usize = 100;

/// The name as it is to be written.
pub(crate) fn check(given: String) -> Result<String, Problem> {
    ensure_length(FIELD, &given, MAX)?;
    // As Terraform would: it composes what a Mac, say, types as two characters. A few Indic letters become two by that,
    // which the API server can't know.
    let name = ComposingNormalizer::new_nfc().normalize(&given).into_owned();
    ensure_length(FIELD, &name, MAX).map_err(|problem| problem.hint("some letters count twice in Terraform"))?;
    if name.is_empty() {
        return Err(Problem::new(FIELD, "is empty"));
    }
    if name.chars().all(|c| is_blank(c) || is_joiner(c)) {
        return Err(Problem::new(FIELD, "is blank"));
    }
    if name.starts_with(is_blank) || name.ends_with(is_blank) {
        return Err(Problem::new(FIELD, "begins or ends with white space"));
    }
    if name.starts_with(is_joiner) || name.chars().any(is_unseen) {
        return Err(Problem::new(FIELD, "has a line break or another character that can't be seen"));
    }
    if let Some(c) = name.chars().find(|c| is_prepended(*c)) {
        let message = format!("has the sign {} (U+{:04X}), which Terraform can't read", c, u32::from(c));
        return Err(Problem::new(FIELD, message));
    }
    Ok(name)
}

/// White space, and the braille pattern without a dot, which looks like it.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// What can't be seen, but scripts and emoji are spelled with: the zero-width joiner and non-joiner, and the selector of
/// the coloured form (❤️). They may stand anywhere but where they have nothing to join.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0F}')
}

/// What hides or reorders text, or shows nothing: line ends, Unicode's control and format characters and those with the
/// property `Default_Ignorable_Code_Point`, but for joiners and for signs that Terraform refuses; and the two that Kratix
/// can't write (kratix-contract 4: it marshals a request with sigs.k8s.io/yaml, which fails at them). That costs three flags
/// (of England, Scotland and Wales), which are spelled with tags, and rare forms of Chinese and Mongolian characters: both
/// ways to hide a whole text in a name. Private characters stay, such as a company's logo: whoever has the font sees them,
/// others a box. The API, the review (`scripts/team.jq`) and the host have the same list; a test asks all of them.
fn is_unseen(c: char) -> bool {
    !is_joiner(c)
        && (c.is_control()
            || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
                | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'))
}

/// Signs that join the character behind them. Terraform's JSON parser takes the closing quote for part of one, and then
/// refuses the whole folder. (Unicode's property `Grapheme_Cluster_Break=Prepend`; in HCL: `textseg`.)
fn is_prepended(c: char) -> bool {
    matches!(u32::from(c), 0x600..=0x605 | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0xD4E | 0x110BD | 0x110CD
        | 0x111C2..=0x111C3 | 0x113D1 | 0x1193F | 0x11941 | 0x11A3A | 0x11A84..=0x11A89 | 0x11D46 | 0x11F02)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_name_is_said() {
        let unseen = "has a line break or another character that can't be seen";
        for (name, message) in [
            ("", "is empty"),
            (" \u{2800}", "is blank"),
            ("\u{200D}\u{FE0F}", "is blank"),
            (" A", "begins or ends with white space"),
            ("A\u{2800}", "begins or ends with white space"),
            ("\u{200D}A", unseen),
            ("A\nB", unseen),
            ("\u{3164}", unseen),
            ("A\u{600}", "has the sign \u{600} (U+0600), which Terraform can't read"),
            (&"e\u{301}".repeat(51), "has 102 characters; at most 100 are possible"),
            (&"\u{958}".repeat(51), "has 102 characters; at most 100 are possible"),
        ] {
            let said = check(name.to_owned()).map_err(|problem| problem.message);
            assert_eq!(said, Err(message.to_owned()), "{name:?}");
        }
    }

    #[test]
    fn a_name_is_composed() {
        assert_eq!(check("Cafe\u{301} ❤\u{FE0F}".to_owned()).unwrap(), "Café ❤\u{FE0F}");
    }
}
