//! The types of a pipeline's document, as a table (`types.txt`) that is read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("types.txt");

static TYPES: LazyLock<BTreeMap<&str, Shape>> =
    LazyLock::new(|| lines().map(|(name, text)| (name, shape(text))).collect());

/// What JSON a type takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Flag,
    /// An integer of so many bits, with a sign.
    Integer(u32),
    List(&'static str),
    /// Any keys, with values of a type.
    Map(&'static str),
    Fields(&'static [Field]),
    /// It reads its own text.
    Itself,
}

/// A field of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name, behind that of a struct whose fields count as its owner's.
    pub(super) path: &'static str,
    /// The name of its type.
    pub(super) kind: &'static str,
}

impl Field {
    pub(super) fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }
}

#[derive(Debug)]
enum Shape {
    Fields(Vec<Field>),
    As(&'static str),
}

/// What a type is, by its name; nothing where there is none of it.
pub(super) fn kind(name: &'static str) -> Option<Kind> {
    match name {
        "string" => Some(Kind::Text),
        "bool" => Some(Kind::Flag),
        "int32" => Some(Kind::Integer(32)),
        "int64" => Some(Kind::Integer(64)),
        "itself" => Some(Kind::Itself),
        _ => match (name.strip_prefix("[]"), name.strip_prefix("map[").and_then(|rest| rest.split_once(']'))) {
            (Some(item), _) => Some(Kind::List(item)),
            (_, Some((_, value))) => Some(Kind::Map(value)),
            _ => match TYPES.get(name)? {
                Shape::Fields(fields) => Some(Kind::Fields(fields)),
                Shape::As(name) => kind(name),
            },
        },
    }
}

/// Each type of the table with its fields, in one line: `v1.EnvVar` and `name string, value string, valueFrom v1.EnvVarSource`.
pub fn table() -> impl Iterator<Item = (&'static str, String)> {
    lines().map(|(name, text)| (name, words(text).collect::<Vec<_>>().join(" ")))
}

/// Names of types, and their text as it stands there.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    // A line that isn't indented begins a type.
    let starts = TABLE.match_indices('\n').map(|(at, _)| at + 1);
    let starts = starts.filter(|start| !TABLE[*start..].starts_with([' ', '#', '\n']));
    starts.filter_map(|start| {
        let rest = &TABLE[start..];
        let end =
            rest.match_indices('\n').find(|(at, _)| !rest[at + 1..].starts_with(' ')).map_or(rest.len(), |(at, _)| at);
        rest[..end].split_once(": ")
    })
}

fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split_ascii_whitespace()
}

fn shape(text: &'static str) -> Shape {
    if words(text).count() == 1 {
        return Shape::As(text);
    }
    let field = |text: &'static str| {
        let mut words = words(text);
        Some(Field { path: words.next()?, kind: words.next()? })
    };
    Shape::Fields(text.split(',').filter_map(field).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_named_is_there() {
        let known: Vec<_> = table().collect();
        assert!(known.len() > 90, "{}", known.len());
        for (name, _) in known {
            let kinds = match kind(name) {
                Some(Kind::Fields(fields)) => fields.iter().map(|field| field.kind).collect(),
                Some(Kind::List(kind) | Kind::Map(kind)) => vec![kind],
                Some(_) => vec![],
                None => panic!("{name}"),
            };
            assert!(kinds.iter().all(|name| kind(name).is_some()), "{name}: {kinds:?}");
        }
    }
}
