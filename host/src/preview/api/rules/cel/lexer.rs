//! Splits an expression into tokens (<https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax>).

use std::sync::Arc;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Int(String),
    Uint(String),
    Double(f64),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    Sign(&'static str),
    End,
}

const SIGNS: [&str; 26] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]", "{", "}",
    ".", ",", "@", "=",
];

/// All tokens of an expression.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        }
        let Some(first) = rest.chars().next() else { break };
        let (token, after) =
            if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
                number(rest)?
            } else if let Some(found) = text_literal(rest)? {
                found
            } else if first == '_' || first.is_ascii_alphabetic() {
                let end = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
                (Token::Name(rest[..end].to_owned()), &rest[end..])
            } else {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| format!("token recognition error at: '{first}'"))?;
                (Token::Sign(sign), &rest[sign.len()..])
            };
        tokens.push(token);
        rest = after;
    }
    tokens.push(Token::End);
    Ok(tokens)
}

fn number(text: &str) -> Result<(Token, &str), String> {
    if let Some(digits) = text.strip_prefix("0x") {
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let (number, rest) = text.split_at(end + 2);
        return Ok(match rest.strip_prefix(['u', 'U']) {
            Some(rest) => (Token::Uint(number.to_owned()), rest),
            None => (Token::Int(number.to_owned()), rest),
        });
    }
    let digits = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(0);
    let mut end = whole;
    if text[end..].starts_with('.') && text[end + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    let (number, rest) = text.split_at(end);
    if end > whole {
        return Ok((Token::Double(number.parse().map_err(|_| format!("invalid double literal {number}"))?), rest));
    }
    Ok(match rest.strip_prefix(['u', 'U']) {
        Some(rest) => (Token::Uint(number.to_owned()), rest),
        None => (Token::Int(number.to_owned()), rest),
    })
}

/// A string or bytes, with or without escapes.
fn text_literal(text: &str) -> Result<Option<(Token, &str)>, String> {
    let prefix = text.find(|c: char| !"rRbB".contains(c)).unwrap_or(text.len());
    if prefix > 2 || !text[prefix..].starts_with(['"', '\'']) {
        return Ok(None);
    }
    let has = |letter: char| text[..prefix].chars().any(|c| c.eq_ignore_ascii_case(&letter));
    let (is_raw, is_bytes) = (has('r'), has('b'));
    let quoted = &text[prefix..];
    let quote = ["\"\"\"", "'''"].into_iter().find(|quote| quoted.starts_with(quote)).unwrap_or(&quoted[..1]);
    let inner = &quoted[quote.len()..];
    let mut bytes = Vec::new();
    let mut at = 0;
    loop {
        let here = &inner[at..];
        if here.starts_with(quote) {
            break;
        }
        let character = here.chars().next().ok_or("a string that doesn't end")?;
        if quote.len() == 1 && matches!(character, '\n' | '\r') {
            return Err("a line break in a string".to_owned());
        }
        if character == '\\' && !is_raw {
            at += escape(&here[1..], is_bytes, &mut bytes)? + 1;
        } else {
            let mut length = character.len_utf8();
            // In a raw string a backslash keeps the next quote, and both stay.
            if character == '\\' {
                length += here[1..].chars().next().map_or(0, char::len_utf8);
            }
            bytes.extend_from_slice(&here.as_bytes()[..length]);
            at += length;
        }
    }
    let rest = &inner[at + quote.len()..];
    if is_bytes {
        return Ok(Some((Token::Bytes(bytes.into()), rest)));
    }
    let text = String::from_utf8(bytes).map_err(|_| "a string that isn't UTF-8")?;
    Ok(Some((Token::Text(text.into()), rest)))
}

/// Reads an escape behind its backslash, and returns its length.
fn escape(text: &str, is_bytes: bool, out: &mut Vec<u8>) -> Result<usize, String> {
    let letter = text.chars().next().ok_or("a string that doesn't end")?;
    let (digits, radix, start) = match letter {
        'x' | 'X' => (2, 16, 1),
        'u' if !is_bytes => (4, 16, 1),
        'U' if !is_bytes => (8, 16, 1),
        '0'..='3' => (3, 8, 0),
        _ => {
            let plain = match letter {
                'a' => 7,
                'b' => 8,
                'f' => 12,
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                'v' => 11,
                '\\' | '?' | '"' | '\'' | '`' => u8::try_from(letter).unwrap_or(0),
                _ => return Err(format!("an unknown escape \\{letter}")),
            };
            out.push(plain);
            return Ok(1);
        }
    };
    let code = text.get(start..start + digits).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    let code = code.ok_or_else(|| format!("an escape \\{letter} without its digits"))?;
    if is_bytes {
        out.push(u8::try_from(code).map_err(|_| "an escape beyond a byte")?);
    } else {
        let character = char::from_u32(code).ok_or("an escape of no character")?;
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Ok(start + digits)
}
