//! Sets of characters, as RE2 names them: Perl's and POSIX' in ASCII, Unicode's by their properties.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

use super::Refusal;

/// A set of the characters in these ranges.
pub(super) fn ranges(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|&(first, last)| ClassUnicodeRange::new(first, last)))
}

/// With what differs from its characters only in case.
pub(super) fn folded(mut class: ClassUnicode, fold: bool) -> ClassUnicode {
    if fold {
        class.case_fold_simple();
    }
    class
}

/// All others, where that is asked.
pub(super) fn negated(mut class: ClassUnicode, negate: bool) -> ClassUnicode {
    if negate {
        class.negate();
    }
    class
}

/// What `\d`, `\D` and the like mean.
pub(super) fn perl(letter: char, fold: bool) -> Option<ClassUnicode> {
    let class = match letter.to_ascii_lowercase() {
        'd' => ranges(&[('0', '9')]),
        's' => ranges(&[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')]),
        'w' => ranges(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        _ => return None,
    };
    Some(negated(folded(class, fold), letter.is_ascii_uppercase()))
}

/// What `[:alpha:]` and the like mean, given what is between the colons.
pub(super) fn posix(name: &str, fold: bool) -> Option<ClassUnicode> {
    let (negate, name) = name.strip_prefix('^').map_or((false, name), |rest| (true, rest));
    let class = match name {
        "alnum" => ranges(&[('0', '9'), ('A', 'Z'), ('a', 'z')]),
        "alpha" => ranges(&[('A', 'Z'), ('a', 'z')]),
        "ascii" => ranges(&[('\0', '\u{7f}')]),
        "blank" => ranges(&[('\t', '\t'), (' ', ' ')]),
        "cntrl" => ranges(&[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')]),
        "digit" => ranges(&[('0', '9')]),
        "graph" => ranges(&[('!', '~')]),
        "lower" => ranges(&[('a', 'z')]),
        "print" => ranges(&[(' ', '~')]),
        "punct" => ranges(&[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
        "space" => ranges(&[('\t', '\r'), (' ', ' ')]),
        "upper" => ranges(&[('A', 'Z')]),
        "word" => ranges(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        "xdigit" => ranges(&[('0', '9'), ('A', 'F'), ('a', 'f')]),
        _ => return None,
    };
    Some(negated(folded(class, fold), negate))
}

/// The categories that Go has always known by these names.
const CATEGORIES: [&str; 37] = [
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "Any",
];

/// What `\p{NAME}` means. A category by its short name, or a script of one word; of others, what Go takes depends on its
/// version. Go's Unicode is version 15, so characters that came later may differ.
pub(super) fn unicode(name: &str, fold: bool, negate: bool) -> Result<ClassUnicode, Refusal> {
    let (inverted, name) = name.strip_prefix('^').map_or((false, name), |rest| (true, rest));
    let negate = negate != inverted;
    let unknown = || Refusal::Unknown(format!("what \\p{{{name}}} means depends on the version of Go"));
    let is_script = name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().skip(1).all(|c| c.is_ascii_lowercase());
    let class = match name {
        "Any" => ranges(&[('\0', char::MAX)]),
        // Go's table of surrogates has no character that a text can hold.
        "Cs" => ranges(&[]),
        // Go counts no unassigned characters among the others.
        "C" => {
            let mut class = property("gc=Cc").ok_or_else(unknown)?;
            for part in ["gc=Cf", "gc=Co"] {
                class.union(&property(part).ok_or_else(unknown)?);
            }
            class
        }
        _ if CATEGORIES.contains(&name) => property(&format!("gc={name}")).ok_or_else(unknown)?,
        _ if is_script => property(&format!("sc={name}")).ok_or_else(unknown)?,
        _ if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ')) => {
            return Err(Refusal::Invalid(format!("invalid character class range: `\\p{{{name}}}`")));
        }
        _ => return Err(unknown()),
    };
    Ok(negated(folded(class, fold && name != "Any"), negate))
}

fn property(query: &str) -> Option<ClassUnicode> {
    let parsed = regex_syntax::Parser::new().parse(&format!("\\p{{{query}}}")).ok()?;
    match parsed.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let character = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(ranges(&[(character, character)]))
        }
        _ => None,
    }
}
