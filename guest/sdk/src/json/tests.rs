//! Every kind of type is read from every kind of value, at three depths, here and by `serde_json` below
//! `serde_path_to_error`: both read the same or say the same. What differs on purpose has tests of its own.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fmt::Debug;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::read;
use crate::Problem;

#[derive(Debug, PartialEq, Deserialize)]
struct Nested<T> {
    spec: T,
}
#[derive(Debug, PartialEq, Deserialize)]
struct Named {
    a: u8,
    #[serde(default)]
    b: Option<String>,
}
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    a: u8,
}
#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    #[serde(flatten)]
    named: Named,
}
#[derive(Debug, PartialEq, Deserialize)]
struct Unit;
#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(u8);
#[derive(Debug, PartialEq, Deserialize)]
struct Tuple(u8, String);
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    A,
    B(u8),
    C(u8, u8),
    D { a: u8 },
}
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "a")]
enum Tagged {
    #[serde(rename = "b")]
    B { b: u8 },
}
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Named(Named),
}
#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "u8")]
struct Even(u8);
impl TryFrom<u8> for Even {
    type Error = String;
    fn try_from(value: u8) -> Result<Self, String> {
        if value.is_multiple_of(2) { Ok(Self(value)) } else { Err(format!("{value} is odd")) }
    }
}

const VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "7",
    "-1",
    "300",
    "1.5",
    "2.0",
    "1e300",
    "12345678901234567890123",
    "\"\"",
    "\"a\"",
    "\"b\"",
    "\"C\\n\\\"\"",
    "\"true\"",
    "[]",
    "[1]",
    "[1, 2]",
    "[1, \"a\"]",
    "[1, 2, 3]",
    "[{\"a\": 1}, {\"a\": []}]",
    "[[1], [null]]",
    "{}",
    "{\"a\": 1}",
    "{\"a\": null}",
    "{\"a\": \"b\", \"b\": 2}",
    "{\"a\": 1, \"b\": 2}",
    "{\"a\": 1, \"b\": \"c\", \"c\": 3}",
    "{\"b\": 1}",
    "{\"b\": [1, 2]}",
    "{\"c\": [1, 2]}",
    "{\"c\": [1, null]}",
    "{\"d\": {\"a\": 1}}",
    "{\"d\": {\"a\": true}}",
    "{\"d\": 1}",
    "{\"7\": 1}",
    "{\"-7\": {}}",
    "{\"300\": 1, \"x\": 2}",
    "{\"true\": 1}",
    "{\"a\": {\"b\": [0, {\"c\": 1.5}]}}",
];

fn theirs<T: DeserializeOwned>(json: &str) -> Result<T, Problem> {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(json)).map_err(|error| {
        let (path, message) = (error.path().to_string(), error.inner().to_string());
        let message = message.split(" at line ").next().unwrap_or_default();
        if path == "." { Problem::general(message) } else { Problem::new(path, message) }
    })
}

/// Compares what is read from each value that the rule takes.
#[track_caller]
fn same<T: DeserializeOwned + Debug + PartialEq>(rule: impl Fn(&Value) -> bool) {
    for value in VALUES.iter().filter(|value| rule(&serde_json::from_str(value).unwrap())) {
        assert_eq!(read::<T>(value), theirs(value), "{value}");
        let value = format!("{{\"spec\": {value}}}");
        assert_eq!(read::<Nested<T>>(&value), theirs(&value), "{value}");
        let value = format!("[[], [{value}]]");
        assert_eq!(read::<Vec<Vec<Nested<T>>>>(&value), theirs(&value), "{value}");
    }
}

#[test]
fn scalars_and_lists_are_read_as_by_serde_json() {
    same::<Value>(any);
    same::<()>(any);
    same::<Unit>(any);
    same::<bool>(any);
    same::<i8>(any);
    same::<u8>(any);
    same::<i64>(any);
    same::<u64>(any);
    same::<f32>(any);
    same::<f64>(any);
    same::<char>(any);
    same::<String>(any);
    same::<PathBuf>(any);
    same::<CString>(any);
    same::<Ipv4Addr>(any);
    same::<Option<u8>>(any);
    same::<Newtype>(any);
    same::<Even>(any);
    same::<[u8; 2]>(any);
    same::<(u8, String)>(any);
    same::<Tuple>(any);
    same::<Vec<u8>>(any);
    same::<Vec<Vec<u8>>>(any);
}

#[test]
fn structs_enums_and_maps_are_read_as_by_serde_json() {
    let no_list = |value: &Value| !value.is_array();
    same::<Named>(no_list);
    same::<Option<Named>>(no_list);
    same::<Strict>(no_list);
    same::<Flat>(any);
    same::<Tagged>(any);
    same::<Untagged>(any);
    // More keys than the one are theirs to tell later.
    same::<Kind>(|value| value.as_object().is_none_or(|fields| fields.len() < 2));
    same::<BTreeMap<String, u8>>(any);
    same::<BTreeMap<String, Value>>(any);
    same::<BTreeMap<char, Value>>(any);
}

fn any(_: &Value) -> bool {
    true
}

#[test]
fn a_list_is_no_struct_even_if_its_elements_would_fit() {
    assert_eq!(read::<Named>("[1, \"a\"]"), Err(Problem::general("invalid type: sequence, expected struct Named")));
}

#[test]
fn an_enum_has_one_variant() {
    assert_eq!(read::<Kind>("{\"b\": 1, \"d\": {\"a\": 1}}"), Err(Problem::general("expected value")));
}

#[test]
fn keys_that_are_no_strings_are_read_and_named() {
    assert_eq!(read("{\"7\": 1, \"255\": 2}"), Ok(BTreeMap::from([(7_u8, 1), (255, 2)])));
    assert_eq!(read("{\"-7\": 1}"), Ok(BTreeMap::from([(-7_i64, 1)])));
    assert_eq!(read("{\"true\": 1}"), Ok(BTreeMap::from([(true, 1)])));
    assert_eq!(read("{\"a\": 1}"), Ok(BTreeMap::from([(Some("a".to_owned()), 1)])));
    assert_eq!(read("{\"a\": 1}"), Ok(BTreeMap::from([(Kind::A, 1)])));
    let number = "invalid value: expected key to be a number in quotes";
    assert_eq!(read::<BTreeMap<u8, u8>>("{\"x\": 1}"), Err(Problem::new("x", number)));
    let value = "invalid value: integer `256`, expected u8";
    assert_eq!(read::<Nested<BTreeMap<u8, u8>>>("{\"spec\": {\"256\": 1}}"), Err(Problem::new("spec.256", value)));
    let boolean = "invalid type: string \"x\", expected a boolean";
    assert_eq!(read::<BTreeMap<bool, u8>>("{\"x\": 1}"), Err(Problem::new("x", boolean)));
    assert_eq!(read::<BTreeMap<u8, u8>>("{\"7\": \"x\"}").unwrap_err().field.as_deref(), Some("7"));
}

#[test]
fn a_text_that_speaks_of_positions_is_named_whole() {
    let message = "invalid type: string \"late at line 3 column 4\", expected u8";
    assert_eq!(read::<u8>("\"late at line 3 column 4\""), Err(Problem::general(message)));
}

#[test]
fn what_is_no_json_is_said_without_a_position() {
    assert_eq!(read::<Value>("{\"a\": }"), Err(Problem::general("expected value")));
    assert_eq!(read::<Value>(""), Err(Problem::general("EOF while parsing a value")));
}
