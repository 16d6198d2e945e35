//! Functions of texts (cel-go's `ext.Strings`, Kubernetes' regex library). Places count characters.

use std::rc::Rc;

use super::super::super::pattern::Pattern;
use super::eval::{Evaluation, Fault, Result, error};
use super::functions::unknown;
use super::value::{ListKind, Val};

fn text_of<'v>(text: impl Into<Rc<str>>) -> Val<'v> {
    Val::Text(text.into())
}

fn list_of(parts: Vec<Val<'_>>) -> Val<'_> {
    Val::List(Rc::new(parts), ListKind::Made)
}

/// A call on a text.
pub(super) fn call<'v>(
    evaluation: &mut Evaluation<'v>,
    name: &str,
    text: &str,
    arguments: &[Val<'v>],
) -> Result<Val<'v>> {
    evaluation.pay(text.len() / 16)?;
    Ok(match (name, arguments) {
        ("contains", [Val::Text(part)]) => Val::Bool(text.contains(&**part)),
        ("startsWith", [Val::Text(part)]) => Val::Bool(text.starts_with(&**part)),
        ("endsWith", [Val::Text(part)]) => Val::Bool(text.ends_with(&**part)),
        ("lowerAscii", []) => text_of(text.to_ascii_lowercase()),
        ("upperAscii", []) => text_of(text.to_ascii_uppercase()),
        ("trim", []) => text_of(text.trim_matches(is_blank)),
        ("matches", [Val::Text(pattern)]) => Val::Bool(compiled(evaluation, pattern)?.is_match(text)),
        ("find", [Val::Text(pattern)]) => {
            let pattern = compiled(evaluation, pattern)?;
            text_of(pattern.find_iter(text).next().unwrap_or_default())
        }
        ("findAll", [Val::Text(pattern), rest @ ..]) => {
            let most = match rest {
                [] => usize::MAX,
                [Val::Int(most)] => usize::try_from(*most).unwrap_or(usize::MAX),
                _ => return Err(unknown(name)),
            };
            evaluation.pay(text.len())?;
            let pattern = compiled(evaluation, pattern)?;
            list_of(pattern.find_iter(text).take(most).map(text_of).collect())
        }
        ("charAt", [Val::Int(place)]) => match usize::try_from(*place) {
            Ok(place) => match text.chars().nth(place) {
                Some(character) => text_of(character.to_string()),
                None if place == text.chars().count() => text_of(""),
                None => return error(format!("index out of range: {place}")),
            },
            Err(_) => return error(format!("index out of range: {place}")),
        },
        ("indexOf" | "lastIndexOf", [Val::Text(part), rest @ ..]) => index(name, text, part, rest)?,
        ("substring", [Val::Int(start)]) => text_of(slice(text, *start, None)?),
        ("substring", [Val::Int(start), Val::Int(end)]) => text_of(slice(text, *start, Some(*end))?),
        ("replace", [Val::Text(old), Val::Text(new), rest @ ..]) => {
            let most = match rest {
                [] | [Val::Int(i64::MIN..0)] => usize::MAX,
                [Val::Int(most)] => usize::try_from(*most).unwrap_or(usize::MAX),
                _ => return Err(unknown(name)),
            };
            let places =
                if old.is_empty() { text.chars().count() + 1 } else { text.matches(&**old).take(most).count() };
            evaluation.pay(text.len() + places.min(most).saturating_mul(new.len()))?;
            text_of(text.replacen(&**old, new, most))
        }
        ("split", [Val::Text(separator), rest @ ..]) => {
            let most = match rest {
                [] | [Val::Int(i64::MIN..0)] => usize::MAX,
                [Val::Int(0)] => return Ok(list_of(Vec::new())),
                [Val::Int(most)] => usize::try_from(*most).unwrap_or(usize::MAX),
                _ => return Err(unknown(name)),
            };
            evaluation.pay(text.len())?;
            if separator.is_empty() {
                list_of(characters(text, most))
            } else {
                list_of(text.splitn(most, &**separator).map(text_of).collect())
            }
        }
        _ => return Err(unknown(name)),
    })
}

/// White space by Unicode, as `trim` takes it.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
}

fn compiled(evaluation: &mut Evaluation<'_>, pattern: &str) -> Result<Pattern> {
    evaluation.pay(1000 + pattern.len() * 100)?;
    Pattern::new(pattern).map_err(|refusal| Fault::Unknown(refusal.to_string()))
}

/// Each character; the last of so many parts has the rest.
fn characters<'v>(text: &str, most: usize) -> Vec<Val<'v>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if parts.len() + 1 == most {
            parts.push(text_of(rest));
            break;
        }
        let (first, after) = rest.split_at(character.len_utf8());
        parts.push(text_of(first));
        rest = after;
    }
    parts
}

/// Where a part is: at the place given or behind it; or for the last one, before it.
fn index<'v>(name: &str, text: &str, part: &str, rest: &[Val<'v>]) -> Result<Val<'v>> {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let bound = match rest {
        [] => None,
        [Val::Int(bound)] => Some(*bound),
        _ => return Err(unknown(name)),
    };
    if part.is_empty() {
        return match bound {
            None => Ok(Val::Int(if name == "indexOf" { 0 } else { count })),
            Some(bound) => Ok(Val::Int(bound)),
        };
    }
    match bound {
        Some(bound) if bound < 0 => return error(format!("index out of range: {bound}")),
        Some(bound) if bound >= count => return Ok(Val::Int(-1)),
        _ => {}
    }
    let byte_of = |place: i64| {
        let place = usize::try_from(place).unwrap_or(0);
        text.char_indices().nth(place).map_or(text.len(), |(at, _)| at)
    };
    let found = if name == "indexOf" {
        let start = bound.map_or(0, byte_of);
        text[start..].find(part).map(|at| at + start)
    } else {
        let last = bound.map_or(text.len(), byte_of);
        last_at(text, part, last)
    };
    Ok(Val::Int(found.map_or(-1, |at| i64::try_from(text[..at].chars().count()).unwrap_or(i64::MAX))))
}

/// The last place up to a bound; occurrences may overlap.
fn last_at(text: &str, part: &str, last: usize) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).take_while(|at| *at <= last).filter(|at| text[*at..].starts_with(part)).last()
}

fn slice(text: &str, start: i64, end: Option<i64>) -> Result<String> {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let end_place = end.unwrap_or(count);
    for place in [start, end_place] {
        if place < 0 || place > count {
            return error(format!("index out of range: {place}"));
        }
    }
    if start > end_place {
        return error(format!("invalid substring range. start: {start}, end: {end_place}"));
    }
    let length = usize::try_from(end_place - start).unwrap_or(0);
    Ok(text.chars().skip(usize::try_from(start).unwrap_or(0)).take(length).collect())
}
