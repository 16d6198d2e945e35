//! Numbers with a check digit.

/// A credit card's number, whatever stands between its digits.
pub(super) fn is_credit_card(text: &str) -> bool {
    let digits: Vec<u32> = text.bytes().filter(u8::is_ascii_digit).map(|byte| u32::from(byte - b'0')).collect();
    let starts = |prefix: &[u32]| digits.starts_with(prefix);
    let second = digits.get(1).copied().unwrap_or(0);
    let third = digits.get(2).copied().unwrap_or(0);
    let is_of_an_issuer = match digits.len() {
        13 => starts(&[4]),
        14 => starts(&[3]) && ((second == 0 && third <= 5) || matches!(second, 6 | 8)),
        15 => (starts(&[3]) && matches!(second, 4 | 7)) || starts(&[2, 1, 3, 1]) || starts(&[1, 8, 0, 0]),
        16 => {
            starts(&[4])
                || (starts(&[5]) && (1..=5).contains(&second))
                || starts(&[6, 0, 1, 1])
                || starts(&[6, 5])
                || starts(&[3, 5])
        }
        _ => false,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(|(place, digit)| luhn(place, *digit)).sum();
    is_of_an_issuer && sum.is_multiple_of(10)
}

fn luhn(place: usize, digit: u32) -> u32 {
    let doubled = digit * 2;
    match place % 2 {
        0 => digit,
        _ if doubled >= 10 => doubled % 10 + 1,
        _ => doubled,
    }
}

/// An ISBN of 10 digits.
pub(super) fn is_isbn10(text: &str) -> bool {
    let text = without_separators(text);
    let Some((last, digits)) = text.split_last().filter(|_| text.len() == 10) else { return false };
    if !digits.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
        return false;
    }
    let sum: u32 = (1..).zip(digits).map(|(factor, digit)| factor * u32::from(digit - b'0')).sum();
    let last = if *last == b'X' { 10 } else { u32::from(last - b'0') };
    (sum + 10 * last).is_multiple_of(11)
}

/// An ISBN of 13 digits.
pub(super) fn is_isbn13(text: &str) -> bool {
    let text = without_separators(text);
    if text.len() != 13 || !text.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = text
        .iter()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10)
}

fn without_separators(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'-')).collect()
}
