//! Values of expressions. Those of an object are typed by its schema (apiserver, `pkg/cel/common/valuesunstructured.go`), and
//! looked into only where an expression does.

use std::rc::Rc;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::super::super::format::{parse_date, parse_date_time, parse_duration};
use super::super::super::number::{Decoded, decoded};
use super::super::super::schema::Schema;

/// A value.
#[derive(Debug, Clone)]
pub(in super::super) enum Val<'v> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(Rc<str>),
    Bytes(Rc<[u8]>),
    /// Nanoseconds.
    Duration(i64),
    /// Nanoseconds since 1970.
    Timestamp(i128),
    List(Rc<Vec<Val<'v>>>, ListKind<'v>),
    Map(Rc<Vec<(Val<'v>, Val<'v>)>>),
    /// An object of the data.
    Object(&'v Map<String, Value>, Typed<'v>),
    Optional(Option<Rc<Val<'v>>>),
    Type(&'static str),
    /// Data that the schema has no type for: it can only be compared.
    Untyped(&'v Value),
    /// Data that isn't of its type: whoever uses it fails with this.
    Broken(Rc<str>),
}

/// What a list is, by its schema.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum ListKind<'v> {
    /// One that the expression makes.
    Made,
    /// Of the data, in order.
    Data,
    Set,
    /// With these keys.
    Map(&'v [String]),
}

/// A schema, to which an object's own fields are added where it is one.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Typed<'v> {
    pub(in super::super) schema: &'v Schema,
    pub(in super::super) is_resource: bool,
}

static TEXT: LazyLock<Schema> = LazyLock::new(|| Schema { kind: "string".to_owned(), ..Schema::default() });
static METADATA: LazyLock<Schema> = LazyLock::new(|| {
    let names = ["name", "generateName"].map(|name| (name.to_owned(), TEXT.clone()));
    Schema { kind: "object".to_owned(), properties: names.into(), has_properties: true, ..Schema::default() }
});

impl<'v> Typed<'v> {
    /// Whether its fields are named.
    pub(super) fn is_struct(self) -> bool {
        self.is_resource || !self.schema.properties.is_empty()
    }

    /// What a field is, by its real name.
    pub(super) fn field(self, name: &str) -> Option<Typed<'v>> {
        let plain = |schema: &'v Schema| Typed { schema, is_resource: schema.is_embedded };
        if self.is_resource {
            match name {
                "kind" | "apiVersion" => return Some(plain(&TEXT)),
                "metadata" => return Some(plain(&METADATA)),
                _ => {}
            }
        }
        if self.is_struct() {
            self.schema.properties.get(name).map(plain)
        } else {
            self.schema.additional_schema().map(plain)
        }
    }
}

/// Data as its schema types it.
pub(in super::super) fn of_data<'v>(value: &'v Value, typed: Typed<'v>) -> Val<'v> {
    let schema = typed.schema;
    let broken = |text: &str| Val::Broken(text.into());
    let text = |text: &str| Val::Text(text.into());
    if value.is_null() {
        return if schema.nullable {
            Val::Null
        } else {
            broken("invalid data, got null for schema with nullable=false")
        };
    }
    if schema.is_int_or_string {
        return match value {
            Value::String(string) => text(string),
            Value::Number(number) if number.is_i64() => Val::Int(number.as_i64().unwrap_or_default()),
            _ => broken("invalid data, expected XIntOrString value to be either a string or integer"),
        };
    }
    match (schema.kind.as_str(), value) {
        ("object", Value::Object(map)) => Val::Object(map, typed),
        ("array", Value::Array(items)) => match schema.items.as_deref() {
            Some(inner) => {
                let inner = Typed { schema: inner, is_resource: inner.is_embedded };
                let items: Vec<Val<'v>> = items.iter().map(|item| of_data(item, inner)).collect();
                let kind = match schema.list_type.as_deref() {
                    Some("set") => ListKind::Set,
                    Some("map") => ListKind::Map(&schema.list_map_keys),
                    _ => ListKind::Data,
                };
                Val::List(Rc::new(items), kind)
            }
            None => broken("invalid array type, expected Items with a non-empty Schema"),
        },
        ("string", Value::String(string)) => match schema.values.format_name.as_str() {
            "duration" => parse_duration(string).map_or_else(|| broken("Invalid duration"), Val::Duration),
            "date" => match parse_date(string) {
                Some(days) => Val::Timestamp(i128::from(days) * 86_400_000_000_000),
                None => broken("Invalid date formatted string"),
            },
            "date-time" => {
                parse_date_time(string).map_or_else(|| broken("Invalid date-time formatted string"), Val::Timestamp)
            }
            "byte" => Val::Broken("bytes aren't decoded here".into()),
            _ => text(string),
        },
        ("number", Value::Number(number)) => Val::Double(decoded(number).float()),
        ("integer", Value::Number(number)) => match decoded(number) {
            Decoded::Integer(integer) => Val::Int(integer),
            Decoded::Float(_) => broken("invalid data, expected int, got float64"),
        },
        ("boolean", Value::Bool(bool)) => Val::Bool(*bool),
        ("", _) if schema.preserves_unknown => Val::Untyped(value),
        (kind, _) => Val::Broken(format!("invalid data, expected {kind}").into()),
    }
}

/// The real name of a field that an expression names (apiserver, `pkg/cel/escaping.go`).
pub(super) fn unescaped(name: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = name;
    while let Some(start) = rest.find("__") {
        let inner = &rest[start + 2..];
        let Some(length) = inner.find('_').filter(|length| *length > 0 && inner[*length..].starts_with("__")) else {
            // Not an escape: a single sign further it may be one.
            out.push_str(&rest[..=start]);
            rest = &rest[start + 1..];
            continue;
        };
        out.push_str(&rest[..start]);
        let word = &inner[..length];
        match word {
            "underscores" => out.push_str("__"),
            "dot" => out.push('.'),
            "dash" => out.push('-'),
            "slash" => out.push('/'),
            _ if WORDS.contains(&word) && name.len() == word.len() + 4 => out.push_str(word),
            _ => return None,
        }
        rest = &inner[length + 2..];
    }
    out.push_str(rest);
    Some(out)
}

const WORDS: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// How an expression names a field, where it can.
pub(super) fn escaped(name: &str) -> Option<String> {
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if WORDS.contains(&name) {
        return Some(format!("__{name}__"));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-/".contains(c)) {
        return None;
    }
    let plain = name.replace("__", "__underscores__");
    Some(plain.replace('.', "__dot__").replace('-', "__dash__").replace('/', "__slash__"))
}
