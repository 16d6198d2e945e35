//! Hides what Secrets hold from people and pull requests. Equal values get equal marks, so that what differs is seen.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::kratix::SECRET;
use crate::yaml;

/// Where a Secret holds its values.
const VALUES: [&str; 2] = ["data", "stringData"];
/// In which kubectl repeats all that was applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// A list of them.
const LIST: &str = "SecretList";
/// Most texts within texts that are read.
const MAX_TEXTS: usize = 3;
/// What stands for a value, before its number and a bracket.
const MARK: &str = "*** (hidden value ";
/// What stands for a file that has a Secret which can't be taken apart.
const HIDDEN: &str = "(not shown: it seems to have a Secret, and is no YAML that could be read)\n";

/// The values that were hidden so far, by the numbers of their marks: these say nothing of the values, as a digest would of
/// short ones.
#[derive(Debug, Default)]
pub struct Masks(HashMap<String, usize>);

impl Masks {
    /// A text as it may be seen; none where there is nothing to hide in it.
    pub fn hide(&mut self, text: &str) -> Option<String> {
        // Without the word in it, nor a character that is written as another, nothing has to be read.
        if !text.contains(SECRET) && !text.contains('\\') {
            return None;
        }
        let Ok(mut documents) = yaml::read_manifests(text.as_bytes()) else {
            return may_have_one(text).then(|| HIDDEN.to_owned());
        };
        let mut hidden = false;
        for document in &mut documents {
            hidden |= self.hide_in(document, MAX_TEXTS);
        }
        hidden.then(|| yaml::write(&documents))
    }

    /// Hides what there is in a value, and tells whether there was anything. `texts` is how many texts in texts are read.
    fn hide_in(&mut self, value: &mut Value, texts: usize) -> bool {
        match value {
            Value::Array(items) => items.iter_mut().fold(false, |hidden, item| self.hide_in(item, texts) | hidden),
            Value::Object(map) if map.get("kind").is_some_and(|kind| kind == SECRET) => self.hide_secret(map),
            // What is in it needs no kind of its own.
            Value::Object(map) if map.get("kind").is_some_and(|kind| kind == LIST) => {
                let items = map.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten();
                let items = items.filter_map(Value::as_object_mut);
                items.fold(false, |hidden, item| self.hide_secret(item) | hidden)
            }
            Value::Object(map) => map.values_mut().fold(false, |hidden, value| self.hide_in(value, texts) | hidden),
            Value::String(text) => match self.hide_in_text(text, texts) {
                Some(shown) => {
                    *text = shown;
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// A text in an object that is a manifest again, as those of a ConfigMap may be.
    fn hide_in_text(&mut self, text: &str, texts: usize) -> Option<String> {
        if !has_one(text) {
            return None;
        }
        let documents = if texts == 0 { None } else { yaml::read_manifests(text.as_bytes()).ok() };
        let Some(mut documents) = documents else { return Some(HIDDEN.to_owned()) };
        let hidden = documents.iter_mut().fold(false, |hidden, one| self.hide_in(one, texts - 1) | hidden);
        hidden.then(|| yaml::write(&documents))
    }

    fn hide_secret(&mut self, secret: &mut Map<String, Value>) -> bool {
        let mut hidden = false;
        for values in VALUES {
            match secret.get_mut(values) {
                None | Some(Value::Null) => {}
                Some(Value::Object(entries)) => {
                    for value in entries.values_mut() {
                        *value = self.mark(value);
                        hidden = true;
                    }
                }
                Some(other) => {
                    *other = self.mark(other);
                    hidden = true;
                }
            }
        }
        let annotations = secret.get_mut("metadata").and_then(|metadata| metadata.get_mut("annotations"));
        if let Some(applied) = annotations.and_then(|annotations| annotations.get_mut(LAST_APPLIED)) {
            *applied = self.mark(applied);
            hidden = true;
        }
        hidden
    }

    fn mark(&mut self, value: &Value) -> Value {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let next = self.0.len() + 1;
        format!("{MARK}{})", self.0.entry(text).or_insert(next)).into()
    }
}

/// Whether a text that is no YAML may have a Secret: to be safe, whatever has both words.
fn may_have_one(text: &str) -> bool {
    let text = plain(text);
    text.contains("kind") && secrets(&text).next().is_some()
}

/// Whether a text has the kind of a Secret, in whatever style.
fn has_one(text: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() || c == '"' || c == '\'';
    let text = plain(text);
    secrets(&text).any(|at| {
        let mut before = text[..at].trim_end_matches(is_blank);
        // A tag or an anchor.
        while let Some((rest, _)) = before.rsplit_once(['!', '&']).filter(|(_, name)| !name.contains([' ', ':', '\n']))
        {
            before = rest.trim_end_matches(|c| is_blank(c) || c == '!');
        }
        let key = before.strip_suffix(':').map(|key| key.trim_end_matches(is_blank));
        key.is_some_and(|key| key.ends_with("kind"))
    })
}

/// Where the word is, or that of a list.
fn secrets(text: &str) -> impl Iterator<Item = usize> {
    let found = text.match_indices(SECRET).filter(|(at, word)| {
        let rest = &text[at + word.len()..];
        let rest = rest.strip_prefix("List").unwrap_or(rest);
        !rest.starts_with(|c: char| c.is_alphanumeric())
    });
    found.map(|(at, _)| at)
}

/// A text without what a quoted one of YAML or JSON may write characters as.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escaped)) = rest.split_once('\\') {
        plain.push_str(before);
        let digits = match escaped.chars().next() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            // The line goes on in the next.
            Some('\n' | '\r') => {
                rest = escaped.trim_start();
                continue;
            }
            _ => {
                rest = escaped;
                continue;
            }
        };
        let c =
            escaped.get(1..=digits).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        plain.extend(c);
        rest = if c.is_some() { &escaped[digits + 1..] } else { escaped };
    }
    plain + rest
}

/// A text in which the marks are numbered anew, in the order in which they are there: of two files with values of their own
/// that are hidden alike, it is the same.
#[must_use]
pub fn without_numbers(text: &str) -> String {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut parts = text.split(MARK);
    let mut renumbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(')').unwrap_or((part, ""));
        let next = seen.len() + 1;
        let number = seen.entry(number).or_insert(next);
        renumbered.extend([MARK, &number.to_string(), ")", rest]);
    }
    renumbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secrets_get_equal_marks_where_they_are_equal() {
        let mut masks = Masks::default();
        let text =
            "kind: Secret\nmetadata:\n  name: a\ndata:\n  x: c2VjcmV0\n  z: b3RoZXI=\nstringData:\n  w: c2VjcmV0\n";
        let hidden = masks.hide(text).unwrap();
        assert!(!hidden.contains("c2VjcmV0") && !hidden.contains("b3RoZXI="), "{hidden}");
        assert!(
            hidden.contains("x: \"*** (hidden value 1)\"") && hidden.contains("w: \"*** (hidden value 1)\""),
            "{hidden}"
        );
        assert!(hidden.contains("z: \"*** (hidden value 2)\"") && hidden.contains("name: a"), "{hidden}");
        let later = masks.hide("{kind: Secret, data: {q: b3RoZXI=}}").unwrap();
        assert!(later.contains("(hidden value 2)"), "{later}");
    }

    #[test]
    fn a_secret_is_found_wherever_it_is() {
        let hides = |text: &str| Masks::default().hide(text).is_some_and(|text| !text.contains("hush"));
        for text in [
            "kind: ConfigMap\n---\nkind: Secret\nstringData: {a: hush}\n",
            "{\"kind\": \"List\", \"items\": [{\"kind\": \"Secret\", \"data\": {\"a\": \"hush\"}}]}",
            "spec: {template: {kind: Secret, stringData: {a: hush}}}",
            "kind: Secret\nmetadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: hush}}",
            "kind: Secret\ndata: hush",
            "a: b: c\nkind: \"Secret\"\ndata: {x: hush}",
            "x: {\n\"kind\" : 'Secret', data: hush",
            "{\"kind\": \"S\\u0065cret\", \"data\": {\"a\": \"hush\"}}",
            "kind: SecretList\nitems: [{data: {a: hush}}]",
            "kind: Secret\r\ndata:\r\n  a: hush\r\n",
            "data: {a: hush}\nkind: Secret\n",
            "kind: ConfigMap\ndata:\n  s.yaml: |\n    kind: Secret\n    data: {a: hush}\n",
            "kind: ConfigMap\ndata:\n  s.json: '[{\"kind\": \"S\\u0065cret\", \"data\": {\"a\": \"hush\"}}]'\n",
            "kind: ConfigMap\ndata:\n  s: |\n    a: b: c\n    kind: !!str 'Secret'\n    data: {a: hush}\n",
            "kind: ConfigMap\nkind: Secret\ndata: {a: hush}",
            "kind: &a Secret\nx: *a\ndata: {a: hush}",
            "x: {kind: *a, data: hush, y: &a Secret",
            "\"k\\x69nd\": \"Sec\\\n  ret\"\ndata: {a: hush}",
            "\"k\\x69nd\": \"Sec\\\n  ret\"\ndata: {a: hush",
            "kind:\n  Secret\ndata: {a: hush}\n---\na: b: c",
        ] {
            assert!(hides(text), "{text}");
        }
        for text in [
            "kind: ConfigMap\ndata: {a: Secret}\n",
            "kind: SecretStore\ndata: {a: b}",
            "a: b: Secret",
            "kind: Secret\n",
            "spec: {description: \"the kind of: a Secret: see\\nkind: Secrets\"}",
            "echo \\n: a: b",
        ] {
            assert_eq!(Masks::default().hide(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_marks_say_only_which_are_equal() {
        let mark = |number: usize| format!("{MARK}{number})");
        let text = |one: usize, other: usize| format!("a: {} b: {} c: {}\n", mark(one), mark(other), mark(one));
        assert_eq!(without_numbers(&text(7, 9)), text(1, 2));
        assert_eq!(without_numbers(&text(7, 7)), text(1, 1));
        assert_eq!(without_numbers(MARK), format!("{MARK}1)"));
    }
}
