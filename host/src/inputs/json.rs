//! JSON with nothing hidden in it: a key comes once, and a number looks the same from wherever it came.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::text::clean;
use crate::yaml;

/// Reads JSON as an API server or a file has it. Numbers become what Go writes of them, as those of manifests do: 1.0 is 1.
///
/// # Errors
///
/// When it is no JSON, or has a key twice: of two lists of items, which one counts is anybody's guess.
pub(super) fn read(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(text).map(|Once(value)| yaml::as_json(value))
}

/// A value in which no map has a key twice.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            read.push(item);
        }
        Ok(read.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if read.contains_key(&key) {
                return Err(A::Error::custom(format!("the key \"{}\" comes twice", clean(&key, 80))));
            }
            let Once(value) = entries.next_value()?;
            read.insert(key, value);
        }
        Ok(read.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_json_with_numbers_as_go_writes_them() {
        for (text, expected) in [
            (
                r#"{"b": [null, true, "\ud83d\ude00"], "a": {"": -7}}"#,
                "{\"b\":[null,true,\"\u{1f600}\"],\"a\":{\"\":-7}}",
            ),
            ("[1.0, 1e3, -2.0, 0.5]", "[1,1000,-2,0.5]"),
            ("[-0.0, 1e21, 18446744073709551615]", "[-0.0,1e+21,18446744073709551615]"),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_wherever_it_is() {
        for text in [r#"{"a": 1, "a": 1}"#, r#"[{"x": {"a": [], "b": 1, "\u0061": {}}}]"#] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("the key \"a\" comes twice at line 1 column "), "{error}");
        }
        let deep = "[".repeat(200);
        assert!(read(deep.as_bytes()).unwrap_err().to_string().starts_with("recursion limit exceeded"));
    }
}
