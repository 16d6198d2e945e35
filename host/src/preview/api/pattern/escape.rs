//! Escapes that stand for one character, and the counts of a repetition.

use super::Refusal;
use super::reader::invalid;

/// A repetition's length, least and most, as far as the text is one. A number that is too big is none.
#[expect(clippy::type_complexity, reason = "a bound that is missing and one that is too big are different things")]
pub(super) fn counts(text: &str) -> Option<(usize, Option<u32>, Result<Option<u32>, ()>)> {
    let inner = &text[1..text.find('}')?];
    let number = |digits: &str| {
        let is_number = !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !(digits.len() > 1 && digits.starts_with('0'));
        is_number.then(|| digits.parse::<u32>().ok().filter(|value| *value < 100_000_000))
    };
    let (least, most) = match inner.split_once(',') {
        None => {
            let exactly = number(inner)?;
            (exactly, exactly.map(Some).ok_or(()))
        }
        Some((least, "")) => (number(least)?, Ok(None)),
        Some((least, most)) => (number(least)?, number(most)?.map(Some).ok_or(())),
    };
    Some((inner.len() + 2, least, most))
}

/// The one character that an escape stands for, and what follows.
pub(super) fn escaped(text: &str) -> Result<(char, &str), Refusal> {
    let refuse = || invalid("invalid escape sequence", text);
    let letter = text.chars().nth(1).ok_or_else(|| invalid("trailing backslash at end of expression", ""))?;
    let rest = &text[1 + letter.len_utf8()..];
    let character = match letter {
        '0'..='7' => {
            if letter != '0' && !rest.starts_with(|c| matches!(c, '0'..='7')) {
                return Err(refuse());
            }
            let more = rest.bytes().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let code = u32::from_str_radix(&text[1..2 + more], 8).map_err(|_| refuse())?;
            return Ok((char::from_u32(code).ok_or_else(refuse)?, &rest[more..]));
        }
        'x' => {
            let (digits, rest) = if let Some(inner) = rest.strip_prefix('{') {
                inner.split_once('}').ok_or_else(refuse)?
            } else {
                rest.split_at_checked(2).ok_or_else(refuse)?
            };
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(refuse());
            }
            let digits = digits.trim_start_matches('0');
            let code = if digits.is_empty() { Ok(0) } else { u32::from_str_radix(digits, 16) };
            let code = code.ok().filter(|code| *code <= u32::from(char::MAX)).ok_or_else(refuse)?;
            // Go takes a surrogate, which no text holds.
            let character = char::from_u32(code);
            let unknown = || Refusal::Unknown("a surrogate in a pattern".to_owned());
            return Ok((character.ok_or_else(unknown)?, rest));
        }
        'a' => '\u{7}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => other,
        _ => return Err(refuse()),
    };
    Ok((character, rest))
}
