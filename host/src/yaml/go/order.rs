//! In which order Go's `yaml.v2` writes keys: letters last, numbers by their value, `a2` before `a10`.
//!
//! What a letter is depends on the version of Unicode, which isn't the same here as in Go: keys with characters that are new
//! may be written in another order.

use std::cmp::Ordering;

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

/// Keys of a map with more of them that may have no order aren't compared each with each.
const MAX_COMPARED: usize = 200;
/// Digits that fit 64 bits, with one before them.
const MAX_DIGITS: usize = 17;

/// Keys in Go's order, or in one of several that it may choose ([`is_certain`]).
pub(super) fn sorted<'a>(keys: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let keys: Vec<Key<'a>> = keys.map(Key::new).collect();
    merged(keys).into_iter().map(|key| key.text).collect()
}

/// Whether Go compares these keys in a way that is an order.
pub(super) fn is_certain<'a>(keys: impl Iterator<Item = &'a String>) -> bool {
    let keys: Vec<Key<'a>> = keys.map(Key::new).collect();
    if !keys.iter().any(Key::may_break_order) {
        return true;
    }
    if keys.len() > MAX_COMPARED {
        return false;
    }
    let keys = merged(keys);
    keys.iter().enumerate().all(|(index, key)| keys[index + 1..].iter().all(|later| key.compare(later).is_le()))
}

/// Sorts by halves. The standard library's sort may panic where there is no order.
fn merged(mut keys: Vec<Key<'_>>) -> Vec<Key<'_>> {
    if keys.len() < 2 {
        return keys;
    }
    let later = merged(keys.split_off(keys.len() / 2)).into_iter();
    let mut both = Vec::with_capacity(keys.len() + later.len());
    let (mut first, mut later) = (merged(keys).into_iter().peekable(), later.peekable());
    while let (Some(a), Some(b)) = (first.peek(), later.peek()) {
        let next = if b.compare(a).is_lt() { later.next() } else { first.next() };
        both.extend(next);
    }
    both.extend(first);
    both.extend(later);
    both
}

/// A key as it is compared.
#[derive(Debug)]
struct Key<'a> {
    text: &'a String,
    characters: Vec<(char, Class)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Other,
}

impl<'a> Key<'a> {
    fn new(text: &'a String) -> Self {
        Self { text, characters: text.chars().map(|c| (c, class(c))).collect() }
    }

    /// Only numbers that a letter follows do, and those that don't fit 64 bits.
    fn may_break_order(&self) -> bool {
        let mut digits = 0;
        self.characters.iter().any(|(c, class)| {
            let is_broken = match class {
                Class::Digit => digits >= MAX_DIGITS || !c.is_ascii(),
                Class::Letter => digits > 0,
                Class::Other => false,
            };
            digits = if *class == Class::Digit { digits + 1 } else { 0 };
            is_broken
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.characters, &other.characters);
        let Some(index) = a.iter().zip(b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
        match (a[index], b[index]) {
            ((a, Class::Letter), (b, Class::Letter)) => a.cmp(&b),
            ((_, Class::Letter), _) => Ordering::Greater,
            (_, (_, Class::Letter)) => Ordering::Less,
            ((first, _), (second, _)) => {
                // In the middle of a number zeros count.
                let has_zero = first == '0' || second == '0';
                let before = a[..index].iter().rev().take_while(|(_, class)| *class == Class::Digit);
                let start = i64::from(has_zero && before.into_iter().any(|(c, _)| *c != '0'));
                let (a, b) = (run(&a[index..], start), run(&b[index..], start));
                a.cmp(&b).then(first.cmp(&second))
            }
        }
    }
}

/// The number that digits make, and how many they are. In Go it overflows, and a digit of another script counts by its
/// distance from zero.
fn run(characters: &[(char, Class)], start: i64) -> (i64, usize) {
    let digits = characters.iter().take_while(|(_, class)| *class == Class::Digit);
    digits.fold((start, 0), |(number, length), (c, _)| {
        let digit = i64::from(u32::from(*c)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(digit), length + 1)
    })
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '\0'..='\x7F' => Class::Other,
        _ => match CodePointMapData::<GeneralCategory>::new().get(c) {
            GeneralCategory::DecimalNumber => Class::Digit,
            category if GeneralCategoryGroup::Letter.contains(category) => Class::Letter,
            _ => Class::Other,
        },
    }
}
