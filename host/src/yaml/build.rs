//! Values from what the parser finds, as Go builds them. Nothing here calls itself, so no text can exhaust the stack.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::scalar;
use super::syntax::{Event, Properties};
use crate::text::clean;

/// Levels of nesting; custom resource definitions, the deepest that there is in Kubernetes, have some 50.
pub const MAX_DEPTH: usize = 100;
/// Values, each time that an alias repeats them included.
pub const MAX_VALUES: usize = 250_000;
/// Bytes of keys and strings, each time that an alias repeats them included.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How much a text may become.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    values: usize,
    bytes: usize,
}

impl Most {
    /// What anything may become that a step reads.
    pub(super) const OF_A_STEP: Self = Self { values: MAX_VALUES, bytes: MAX_BYTES };

    /// What manifests may become, of which there can be many: without aliases none has more values than bytes.
    #[cfg(feature = "preview")]
    pub(super) fn of_manifests(text: &str) -> Self {
        Self { values: MAX_VALUES.max(text.len()), bytes: MAX_BYTES.max(text.len()) }
    }
}

/// Makes documents of a parser's events.
#[derive(Debug)]
pub(super) struct Builder {
    most: Most,
    open: Vec<Open>,
    anchors: HashMap<String, Anchored>,
    taken: Size,
}

/// What an alias stands for.
#[derive(Debug)]
struct Anchored {
    value: Value,
    size: Size,
    height: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Size {
    values: usize,
    bytes: usize,
}

/// A list or map whose end is still to come.
#[derive(Debug)]
struct Open {
    anchor: Option<String>,
    /// What was taken before it.
    before: Size,
    /// Levels of nesting in it.
    height: usize,
    items: Items,
}

#[derive(Debug)]
enum Items {
    List(Vec<Value>),
    Map {
        entries: Map<String, Value>,
        /// The keys that came by a merge alone: these may be given again.
        merged: HashSet<String>,
        key: Option<Key>,
    },
}

#[derive(Debug)]
enum Key {
    Name(String),
    /// `<<`: the entries of another map.
    Merge,
}

impl Builder {
    /// One that makes no more than this.
    pub(super) fn new(most: Most) -> Self {
        Self { most, open: Vec::new(), anchors: HashMap::new(), taken: Size::default() }
    }

    /// Takes the next event, and gives the document that it ends.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(super) fn take(&mut self, event: Event) -> Result<Option<Value>, String> {
        match event {
            Event::DocumentStart => self.anchors.clear(),
            Event::Scalar { text, is_plain, properties: Properties { anchor, tag } } => {
                let size = Size { values: 1, bytes: text.len() };
                self.count(size)?;
                if text == "<<" && scalar::is_merge(is_plain, tag.as_deref()) && self.takes_merge() {
                    return Ok(None);
                }
                let value = scalar::value(text, is_plain, tag.as_deref())?;
                self.remember(anchor, &value, size, 0)?;
                return self.place(value, 0);
            }
            Event::SequenceStart(properties) => self.open(properties, "seq", Items::List(Vec::new()))?,
            Event::MappingStart(properties) => {
                self.open(properties, "map", Items::Map { entries: Map::new(), merged: HashSet::new(), key: None })?;
            }
            Event::End => {
                let Open { anchor, before, height, items } = self.open.pop().expect("what ends has begun");
                let value = match items {
                    Items::List(mut items) => {
                        // A list of one has room for four, and a document may be nothing but lists of one.
                        items.shrink_to_fit();
                        Value::Array(items)
                    }
                    Items::Map { entries, .. } => Value::Object(entries),
                };
                let Size { values, bytes } = self.taken;
                let size = Size { values: values - before.values, bytes: bytes - before.bytes };
                self.remember(anchor, &value, size, height)?;
                return self.place(value, height);
            }
            Event::Alias(anchor) => {
                if self.open.iter().any(|open| open.anchor.as_ref() == Some(&anchor)) {
                    return Err("an alias stands for what it is part of".into());
                }
                let known = self.anchors.get(&anchor).ok_or("an alias stands for nothing that comes before it")?;
                let (size, height) = (known.size, known.height);
                self.ensure_shallow(height)?;
                self.count(size)?;
                return self.place(self.anchors[&anchor].value.clone(), height);
            }
        }
        Ok(None)
    }

    fn open(&mut self, properties: Properties, standard: &str, items: Items) -> Result<(), String> {
        if let Some(tag) = properties.tag.filter(|tag| !scalar::is_standard(tag, standard)) {
            return Err(scalar::unknown(&tag));
        }
        self.ensure_shallow(1)?;
        let before = self.taken;
        self.count(Size { values: 1, bytes: 0 })?;
        self.open.push(Open { anchor: properties.anchor, before, height: 1, items });
        Ok(())
    }

    fn ensure_shallow(&self, height: usize) -> Result<(), String> {
        if self.open.len() + height > MAX_DEPTH {
            return Err(format!("it is nested deeper than {MAX_DEPTH} levels"));
        }
        Ok(())
    }

    fn count(&mut self, size: Size) -> Result<(), String> {
        self.taken.values += size.values;
        self.taken.bytes += size.bytes;
        if self.taken.values > self.most.values {
            return Err(format!("it has more than {} values, with what aliases repeat", self.most.values));
        }
        if self.taken.bytes > self.most.bytes {
            return Err(format!("it has more than {} bytes of text, with what aliases repeat", self.most.bytes));
        }
        Ok(())
    }

    /// Keeps a copy for aliases; it counts like any other.
    fn remember(&mut self, anchor: Option<String>, value: &Value, size: Size, height: usize) -> Result<(), String> {
        if let Some(anchor) = anchor {
            self.count(size)?;
            self.anchors.insert(anchor, Anchored { value: value.clone(), size, height });
        }
        Ok(())
    }

    /// Whether a map wants a key, which then is to be a merge.
    fn takes_merge(&mut self) -> bool {
        match self.open.last_mut() {
            Some(Open { items: Items::Map { key: key @ None, .. }, .. }) => {
                *key = Some(Key::Merge);
                true
            }
            _ => false,
        }
    }

    /// Puts a value where it belongs; gives it back when it is the document.
    fn place(&mut self, value: Value, height: usize) -> Result<Option<Value>, String> {
        let Some(open) = self.open.last_mut() else { return Ok(Some(value)) };
        open.height = open.height.max(height + 1);
        match &mut open.items {
            Items::List(items) => items.push(value),
            Items::Map { entries, merged, key } => match key.take() {
                None => *key = Some(Key::Name(scalar::key(&value)?)),
                Some(Key::Name(name)) => {
                    if entries.contains_key(&name) && !merged.remove(&name) {
                        return Err(format!("duplicate mapping key: {}", clean(&name, 80)));
                    }
                    entries.insert(name, value);
                }
                Some(Key::Merge) => merge(entries, merged, value)?,
            },
        }
        Ok(None)
    }
}

/// Takes in the entries of a map or of several, of which the first counts most. Unlike what YAML says, and like Go, this
/// also replaces what stands before it.
fn merge(entries: &mut Map<String, Value>, merged: &mut HashSet<String>, value: Value) -> Result<(), String> {
    let maps = match value {
        Value::Array(maps) => maps,
        map => vec![map],
    };
    for map in maps.into_iter().rev() {
        let Value::Object(map) = map else { return Err("<< takes a map or a list of maps".into()) };
        for (name, value) in map {
            if entries.insert(name.clone(), value).is_none() {
                merged.insert(name);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::read;

    #[track_caller]
    fn refused(text: &str, says: &str) {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn depth_counts_what_aliases_bring() {
        let deep = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(read(deep(MAX_DEPTH).as_bytes()).is_ok());
        refused(&deep(MAX_DEPTH + 1), "line 1 column 101: it is nested deeper than 100 levels");
        let twice = |levels| format!("a: &a {}\nb: {}*a{}\n", deep(50), "[".repeat(levels), "]".repeat(levels));
        assert!(read(twice(49).as_bytes()).is_ok());
        refused(&twice(50), "it is nested deeper than 100 levels");
        refused(&"- ".repeat(101), "it is nested deeper than 100 levels");
    }

    #[test]
    fn aliases_and_anchors_cannot_make_much_of_little() {
        let values = "more than 250000 values";
        let level = |n: usize| format!("&a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "));
        refused(&format!("- &a0 x\n- {}", (1..10).map(level).collect::<Vec<_>>().join("\n- ")), values);
        refused(&format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 20].join(", ")), "bytes of text");
        refused(&format!("{}{}1{}", "&a [".repeat(90), "1, ".repeat(5_000), "]".repeat(90)), values);
        refused(&format!("[{}]", "1, ".repeat(MAX_VALUES + 1)), values);
        refused("a: &a [1, *a]\n", "an alias stands for what it is part of");
    }

    #[test]
    fn an_error_shows_where() {
        refused("a: 1\nb:\n  c: 1\n  c: 2\n", "line 4 column 6: duplicate mapping key: c, in `c: 2`");
        refused("a: b: c\n", "line 1 column ");
        let far = format!("[a, {}!x 1, c\u{202E}]", " ".repeat(200));
        refused(&far, "the tag !x has no meaning here, in `!x 1, c]`");
        refused("a: *b\u{202E}c\n", "line 1 column 4: ");
    }
}
