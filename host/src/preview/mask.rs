//! Hides what Secrets hold from people and pull requests. Equal values get equal marks, so that what differs is seen.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::kratix::SECRET;
use crate::yaml;

/// Where a Secret holds its values.
const VALUES: [&str; 2] = ["data", "stringData"];
/// In which kubectl repeats all that was applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
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
            return seems_to_have_one(text).then(|| HIDDEN.to_owned());
        };
        let mut hidden = false;
        for document in &mut documents {
            hidden |= self.hide_in(document);
        }
        hidden.then(|| yaml::write(&documents))
    }

    /// Hides what there is in a value, and tells whether there was anything.
    fn hide_in(&mut self, value: &mut Value) -> bool {
        match value {
            Value::Array(items) => items.iter_mut().fold(false, |hidden, item| self.hide_in(item) | hidden),
            Value::Object(map) if map.get("kind").is_some_and(|kind| kind == SECRET) => self.hide_secret(map),
            Value::Object(map) => map.values_mut().fold(false, |hidden, value| self.hide_in(value) | hidden),
            _ => false,
        }
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
        format!("*** (hidden value {})", self.0.entry(text).or_insert(next)).into()
    }
}

/// Whether a text that is no YAML has a line as a Secret has.
fn seems_to_have_one(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.replace(['"', '\'', ' ', ',', '{', '-', '\t'], "");
        line.contains("kind:Secret")
    })
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
        ] {
            assert!(hides(text), "{text}");
        }
        for text in [
            "kind: ConfigMap\ndata: {a: Secret}\n",
            "kind: SecretStore\ndata: {a: b}",
            "a: b: Secret",
            "kind: Secret\n",
        ] {
            assert_eq!(Masks::default().hide(text), None, "{text}");
        }
    }
}
