//! A value to read a type from.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::{Map, Value};

use super::Mismatch;
use super::key::Key;
use super::variant::Variant;

/// Each kind of value has a function of its own: a type makes code of every kind that it could be read from, so it is asked
/// for one alone. A struct is read from an object, and not from a list by position.
pub(super) struct Node(pub(super) Value);

impl Node {
    fn mismatch(&self, expected: &dyn de::Expected) -> Mismatch {
        let unexpected = match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(value) => match (value.as_u64(), value.as_i64()) {
                (Some(value), _) => Unexpected::Unsigned(value),
                (None, Some(value)) => Unexpected::Signed(value),
                (None, None) => Unexpected::Float(value.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(value) => Unexpected::Str(value),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        de::Error::invalid_type(unexpected, expected)
    }

    fn null<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(self.mismatch(&visitor)) }
    }

    fn boolean<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Value::Number(value) = &self.0 else { return Err(self.mismatch(&visitor)) };
        match (value.as_u64(), value.as_i64()) {
            (Some(value), _) => visitor.visit_u64(value),
            (None, Some(value)) => visitor.visit_i64(value),
            (None, None) => visitor.visit_f64(value.as_f64().unwrap_or(f64::NAN)),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::String(value) => visitor.visit_string(value),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn bytes<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_string() { self.text(visitor) } else { self.array(visitor) }
    }

    fn array<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Value::Array(values) = self.0 else { return Err(self.mismatch(&visitor)) };
        let mut elements = Elements { values: values.into_iter(), index: 0 };
        let value = visitor.visit_seq(&mut elements)?;
        if elements.values.len() == 0 { Ok(value) } else { Err(surplus()) }
    }

    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Value::Object(fields) = self.0 else { return Err(self.mismatch(&visitor)) };
        let mut fields = Fields { fields: fields.into_iter(), current: None };
        let value = visitor.visit_map(&mut fields)?;
        if fields.fields.len() == 0 { Ok(value) } else { Err(surplus()) }
    }
}

macro_rules! read_as {
    ($read:ident: $($method:ident($($hint:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $(_: $hint,)* visitor: V) -> Result<V::Value, Mismatch> {
            self.$read(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Node {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::Null => self.null(visitor),
            Value::Bool(_) => self.boolean(visitor),
            Value::Number(_) => self.number(visitor),
            Value::String(_) => self.text(visitor),
            Value::Array(_) => self.array(visitor),
            Value::Object(_) => self.object(visitor),
        }
    }

    read_as! { null: deserialize_unit() deserialize_unit_struct(&'static str) }
    read_as! { boolean: deserialize_bool() }
    read_as! { number:
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64()
    }
    read_as! { text: deserialize_char() deserialize_str() deserialize_string() deserialize_identifier() }
    read_as! { bytes: deserialize_bytes() deserialize_byte_buf() }
    read_as! { array: deserialize_seq() deserialize_tuple(usize) deserialize_tuple_struct(&'static str, usize) }
    read_as! { object: deserialize_map() deserialize_struct(&'static str, &'static [&'static str]) }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_enum(Variant::of(self.0)?)
    }
}

/// More elements or fields than the type took.
fn surplus() -> Mismatch {
    de::Error::custom("trailing characters")
}

struct Elements {
    values: std::vec::IntoIter<Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for &mut Elements {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Node(value)).map(Some).map_err(|mismatch| mismatch.below_index(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

struct Fields {
    fields: <Map<String, Value> as IntoIterator>::IntoIter,
    current: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for &mut Fields {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        self.current = self.fields.next();
        let Some((key, _)) = &self.current else { return Ok(None) };
        seed.deserialize(Key(key)).map(Some).map_err(|mismatch| mismatch.below_key(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        let (key, value) = self.current.take().expect("serde asks for a key before its value");
        seed.deserialize(Node(value)).map_err(|mismatch| mismatch.below_key(&key))
    }
}
