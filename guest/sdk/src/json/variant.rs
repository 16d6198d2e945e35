//! A value that an enum is read from: `"name"`, or `{"name": …}` for a variant that has something in it.

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, Unexpected, VariantAccess, Visitor,
};
use serde_json::Value;

use super::{Mismatch, Node};

pub(super) struct Variant {
    name: String,
    content: Option<Value>,
}

impl Variant {
    pub(super) fn of(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::String(name) => Ok(Self { name, content: None }),
            Value::Object(fields) if fields.len() == 1 => {
                let (name, content) = fields.into_iter().next().expect("there is one");
                Ok(Self { name, content: Some(content) })
            }
            _ => Err(de::Error::custom("expected value")),
        }
    }

    /// What is in the variant, by which a mismatch is named.
    fn read<T>(self, expected: &str, read: impl FnOnce(Node) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        match self.content {
            Some(content) => read(Node(content)),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &expected)),
        }
        .map_err(|mismatch| mismatch.below_key(&self.name))
    }
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Mismatch;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Mismatch> {
        let name = seed.deserialize(self.name.as_str().into_deserializer())?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        if self.content.is_none() { Ok(()) } else { self.read("", de::Deserialize::deserialize) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        self.read("newtype variant", |content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.read("tuple variant", |content| content.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Mismatch> {
        self.read("struct variant", |content| content.deserialize_map(visitor))
    }
}
