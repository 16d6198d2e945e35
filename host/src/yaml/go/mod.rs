//! Documents byte for byte as Go's `gopkg.in/yaml.v2` v2.4.0 writes them: Kratix writes a Promise's dependencies and a
//! Destination's state file by it (kratix-contract 6.2 and 7.4).
//!
//! Kratix has decoded its values from JSON: integers of 64 bits with a sign, floats for all other numbers, maps without an
//! order. So a number above [`i64::MAX`] is a float here, too, and keys are sorted as Go sorts them.

mod float;
mod order;
mod out;
mod scalar;
mod time;

use serde_json::Value;

use out::Out;
use scalar::Scalar;

/// Columns by which each level is indented.
const STEP: usize = 2;
/// A longer key, in bytes, has a line of its own, which begins with a question mark.
const MAX_SIMPLE_KEY: usize = 128;

/// Writes documents into one text, as an encoder does that is handed them one by one.
///
/// Of a float that is whole Go's `yaml.v2` keeps no fraction (`1.0` is `1`), but writes from a million on an exponent
/// (`1e+06`). An API server turns floats that are whole into integers, and so Kratix never sees them: see
/// [`as_json`](super::as_json). The order of some keys is chance in Go: see [`chance`].
#[must_use]
pub fn write(documents: &[Value]) -> String {
    let mut out = Out::new();
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            out.line(0);
            out.sign("---", Sign::Word);
        }
        node(&mut out, document, None, Place::Other);
        out.line(0);
    }
    out.finish()
}

/// The path of the first map whose keys Go writes in another order each time: how it compares keys isn't always an order,
/// since 2 comes before 10 and 10 before 1a, but 1a before 2. What [`write`] writes is then one of several texts.
///
/// Of a large map with such keys it is assumed, not found out.
#[must_use]
pub fn chance(document: &Value) -> Option<String> {
    match document {
        Value::Array(items) => {
            let found = items.iter().enumerate().find_map(|(index, item)| Some((index, chance(item)?)));
            found.map(|(index, rest)| format!("/{index}{rest}"))
        }
        Value::Object(entries) => {
            if !order::is_certain(entries.keys()) {
                return Some(String::new());
            }
            let found = entries.iter().find_map(|(key, value)| Some((key, chance(value)?)));
            found.map(|(key, rest)| format!("/{}{rest}", key.replace('~', "~0").replace('/', "~1")))
        }
        _ => None,
    }
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is a value of a map, or a key with a line of its own.
    Map,
    /// It is an item of a list, or the document.
    Other,
}

/// What comes after a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// What is nested may begin on the same line, indented by it.
    Indents,
    /// A space, unless a line ends there.
    Word,
    /// Anything, at once.
    Opens,
}

/// Writes a value below a level of indentation; a document has none above it.
fn node(out: &mut Out, value: &Value, above: Option<usize>, place: Place) {
    match value {
        Value::Null => plain(out, "null", above),
        Value::Bool(value) => plain(out, if *value { "true" } else { "false" }, above),
        Value::Number(number) => plain(out, &float::number(number), above),
        Value::String(text) => Scalar::new(text).write_value(out, scalar_indent(above)),
        Value::Array(items) if items.is_empty() => empty(out, "[", "]"),
        Value::Object(entries) if entries.is_empty() => empty(out, "{", "}"),
        Value::Array(items) => {
            // A list stands below its key, not to the right of it.
            let indent = match above {
                Some(above) if place == Place::Map && !out.is_at_indent() => above,
                above => above.map_or(0, |above| above + STEP),
            };
            for item in items {
                out.line(indent);
                out.sign("-", Sign::Indents);
                node(out, item, Some(indent), Place::Other);
            }
        }
        Value::Object(entries) => {
            let indent = above.map_or(0, |above| above + STEP);
            for key in order::sorted(entries.keys()) {
                out.line(indent);
                let text = Scalar::new(key);
                if text.is_one_line() && key.len() <= MAX_SIMPLE_KEY {
                    text.write_key(out);
                    out.close(":");
                } else {
                    out.sign("?", Sign::Indents);
                    text.write_value(out, scalar_indent(Some(indent)));
                    out.line(indent);
                    out.sign(":", Sign::Indents);
                }
                node(out, &entries[key], Some(indent), Place::Map);
            }
        }
    }
}

fn scalar_indent(above: Option<usize>) -> usize {
    above.map_or(STEP, |above| above + STEP)
}

fn plain(out: &mut Out, text: &str, above: Option<usize>) {
    out.plain(text, Some(scalar_indent(above)));
}

fn empty(out: &mut Out, open: &str, close: &str) {
    out.sign(open, Sign::Opens);
    out.close(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_are_written_as_go_writes_them() {
        for (documents, text) in [
            (&[][..], ""),
            (&[json!({})], "{}\n"),
            (&[json!({"files": ["clusters/edge-1/redis.yaml"]})], "files:\n- clusters/edge-1/redis.yaml\n"),
            (&[json!({"b": {"d": null, "c": [[1, 2], []]}, "a10": {}, "a9": "x\n"})], {
                "a9: |\n  x\na10: {}\nb:\n  c:\n  - - 1\n    - 2\n  - []\n  d: null\n"
            }),
            (&[json!({"a": 1}), json!(["yes"]), json!(null)], "a: 1\n---\n- \"yes\"\n--- null\n"),
            (&[json!({"a\nb": [1], "c\u{2028}d": {"e": 1}})], { "? |-\n  a\n  b\n: - 1\n? 'c\u{2028}  d'\n: e: 1\n" }),
            (&[json!([1.0, 1e6, u64::MAX, i64::MAX, -0.0, 0.1])], {
                "- 1\n- 1e+06\n- 1.8446744073709552e+19\n- 9223372036854775807\n- -0\n- 0.1\n"
            }),
        ] {
            assert_eq!(write(documents), text);
        }
    }

    #[test]
    fn keys_that_go_writes_by_chance_are_found() {
        assert_eq!(chance(&json!({"a": [{"1a": 1, "10": 1}, {"1a": {}, "2": {}, "10": {}}]})).as_deref(), Some("/a/1"));
        assert_eq!(chance(&json!({"a": [{"1a": 1, "10": 1}, {"v1": 1, "v1beta1": 1, "v10": 1}]})), None);
    }
}
