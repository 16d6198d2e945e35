//! Decoding as strict as Go's `encoding/json` into a struct: fields that there are not and values of other types are refused,
//! with its messages (kratix-contract 1.8). As in Go, upper and lower case of a field's name are one.

use serde_json::{Map, Number, Value};

use super::quantity;
use super::rfc3339::is_rfc3339;
use super::types::{Field, Kind, kind};
use crate::nearest::nearest;
use crate::text::is_unseen;
use crate::yaml::as_json;

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undecodable {
    /// In Go's words.
    pub(super) message: String,
    /// The field that was probably meant, or all that there are.
    pub(super) hint: Option<String>,
}

impl Undecodable {
    /// Whether it has something that its type doesn't have, and else nothing that comes before it.
    pub(super) fn is_unknown_field(&self) -> bool {
        self.message.starts_with("json: unknown field")
    }
}

/// A value as Go has it when it has decoded it into a type: fields by their own names, nothing that is null.
///
/// # Errors
///
/// Of all that is wrong what Go tells: a text that a type can't read, else what comes first.
pub(super) fn decode(value: &Value, name: &'static str) -> Result<Value, Undecodable> {
    let mut decoder = Decoder { first: None, path: Vec::new(), owner: "" };
    let value = decoder.value(value, name)?;
    decoder.first.map_or(Ok(value), Err)
}

#[derive(Debug)]
struct Decoder {
    /// The first refusal that doesn't end the decoding.
    first: Option<Undecodable>,
    /// Fields on the way, without places in lists and keys of maps.
    path: Vec<&'static str>,
    /// The struct that has the last of them.
    owner: &'static str,
}

impl Decoder {
    fn value(&mut self, value: &Value, name: &'static str) -> Result<Value, Undecodable> {
        let kind = kind(name);
        match (kind, value) {
            (Some(Kind::Itself), _) => return self.own(value, name),
            (_, Value::Null) => {}
            (Some(Kind::Fields(fields)), Value::Object(entries)) => return self.fields(entries, name, fields),
            (Some(Kind::List(item)), Value::Array(items)) => {
                return items.iter().map(|value| self.value(value, item)).collect();
            }
            (Some(Kind::Map(item)), Value::Object(entries)) => {
                let mut keys: Vec<&String> = entries.keys().collect();
                keys.sort_unstable();
                let decoded = keys.into_iter().map(|key| Ok((key.clone(), self.value(&entries[key], item)?)));
                return decoded.collect::<Result<Map<_, _>, _>>().map(Value::Object);
            }
            (Some(Kind::Text), Value::String(_)) | (Some(Kind::Flag), Value::Bool(_)) => return Ok(value.clone()),
            (Some(Kind::Integer(bits)), Value::Number(number)) => match integer(number, bits) {
                Some(integer) => return Ok(integer.into()),
                None => self.wrong(&format!("number {}", go_number(number)), name),
            },
            _ => self.wrong(shape(value), name),
        }
        Ok(Value::Null)
    }

    fn fields(
        &mut self,
        entries: &Map<String, Value>,
        name: &'static str,
        fields: &'static [Field],
    ) -> Result<Value, Undecodable> {
        let mut decoded = Map::new();
        // Kratix has them from a map of Go's, whose keys it writes in this order.
        let mut keys: Vec<&String> = entries.keys().collect();
        keys.sort_unstable();
        for key in keys {
            let exact = fields.iter().find(|field| field.name() == key);
            let folded = || fields.iter().find(|field| folded(field.name()) == folded(key));
            let Some(field) = exact.or_else(folded) else {
                self.unknown(key, fields);
                continue;
            };
            let before = (self.owner, self.path.len());
            self.owner = name.rsplit_once('.').map_or(name, |(_, name)| name);
            self.path.push(field.path);
            let value = self.value(&entries[key], field.kind)?;
            self.owner = before.0;
            self.path.truncate(before.1);
            if !value.is_null() {
                decoded.insert(field.name().to_owned(), value);
            }
        }
        Ok(decoded.into())
    }

    /// A value of a type that reads its own text.
    fn own(&mut self, value: &Value, name: &'static str) -> Result<Value, Undecodable> {
        let refused = |message| Undecodable { message, hint: None };
        match (name, value) {
            (_, Value::Null) => {}
            ("resource.Quantity", Value::String(text)) => quantity::check(text.trim()).map_err(refused)?,
            ("resource.Quantity", Value::Number(number)) => quantity::check(&go_number(number)).map_err(refused)?,
            ("resource.Quantity", _) => return Err(refused(quantity::NO_QUANTITY.to_owned())),
            ("v1.Time", Value::String(text)) if !is_rfc3339(text) => {
                let layout = "2006-01-02T15:04:05Z07:00";
                return Err(refused(format!("parsing time {} as {}", quoted(text), quoted(layout))));
            }
            ("v1.Time", Value::String(_)) => {}
            ("v1.Time", _) => return Err(refused(self.type_error(shape(value), "string"))),
            _ => {}
        }
        Ok(value.clone())
    }

    fn unknown(&mut self, key: &str, fields: &'static [Field]) {
        self.first.get_or_insert_with(|| {
            let names = || fields.iter().map(Field::name);
            let hint = match nearest(key, names()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there may be only {}", names().collect::<Vec<_>>().join(", ")),
            };
            Undecodable { message: format!("json: unknown field {}", quoted(key)), hint: Some(hint) }
        });
    }

    fn wrong(&mut self, found: &str, name: &'static str) {
        let message = self.type_error(found, name);
        self.first.get_or_insert(Undecodable { message, hint: None });
    }

    fn type_error(&self, found: &str, name: &str) -> String {
        let (owner, path) = (self.owner, self.path.join("."));
        if path.is_empty() {
            return format!("json: cannot unmarshal {found} into Go value of type {name}");
        }
        format!("json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {name}")
    }
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A number that is whole, as an API server hands it on, and fits.
fn integer(number: &Number, bits: u32) -> Option<i64> {
    let whole = as_json(Value::Number(number.clone())).as_i64()?;
    (bits == 64 || i32::try_from(whole).is_ok()).then_some(whole)
}

/// A number as Go writes it into JSON; one that doesn't fit 64 bits with a sign is a float to it.
fn go_number(number: &Number) -> String {
    if let Some(whole) = as_json(Value::Number(number.clone())).as_i64() {
        return whole.to_string();
    }
    let float = number.as_f64().unwrap_or_default();
    if float != 0.0 && !(1e-6..1e21).contains(&float.abs()) {
        let text = format!("{float:e}");
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    float.to_string()
}

/// A field's name without its case. Two letters that aren't ASCII have a case that is.
fn folded(name: &str) -> String {
    let fold = |c: char| match c {
        'ſ' => 's',
        '\u{212A}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    name.chars().map(fold).collect()
}

/// A text in quotes, as Go's `%q` has it.
pub(super) fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        c if c.is_ascii_control() => format!("\\x{:02x}", u32::from(c)),
        c if is_unseen(c) => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn container(container: &Value) -> Value {
        json!({"kind": "Pipeline", "metadata": {"name": "a"}, "spec": {"containers": [container]}})
    }

    #[test]
    fn what_a_pipeline_does_not_have_is_refused_at_every_level() {
        for (document, message, near) in [
            (json!({"foo": 1}), r#"json: unknown field "foo""#, None),
            (json!({"metadata": {"lables": {}}}), r#"json: unknown field "lables""#, Some("labels")),
            (container(&json!({"volumeMount": []})), r#"json: unknown field "volumeMount""#, Some("volumeMounts")),
            (container(&json!({"env": [{"name": "A", "from": {}}]})), r#"json: unknown field "from""#, None),
            (
                json!({"spec": {"volumes": [{"secret": {"items": [{"modes": 1}]}}]}}),
                r#"json: unknown field "modes""#,
                Some("mode"),
            ),
            // An object that counts as its owner's has no name of its own.
            (
                json!({"spec": {"rbac": {"permissions": [{"PolicyRule": {}}]}}}),
                r#"json: unknown field "PolicyRule""#,
                None,
            ),
            (json!({"a\"\n\u{2028}": 1}), r#"json: unknown field "a\"\n\u2028""#, None),
        ] {
            let refused = decode(&document, "v1alpha1.Pipeline").unwrap_err();
            let hint = near.map_or("there may be only ".to_owned(), |near| format!("did you mean {near}?"));
            assert_eq!(refused.message, message);
            assert!(refused.hint.as_ref().is_some_and(|found| found.starts_with(&hint)), "{refused:?}");
        }
    }

    #[test]
    fn what_is_of_another_type_is_refused_in_the_words_of_go() {
        for (document, message) in [
            (
                container(&json!({"name": 5})),
                "number into Go struct field Container.spec.containers.name of type string",
            ),
            (
                container(&json!({"args": "a"})),
                "string into Go struct field Container.spec.containers.args of type []string",
            ),
            (
                container(&json!({"args": [true]})),
                "bool into Go struct field Container.spec.containers.args of type string",
            ),
            (
                json!({"spec": {"jobOptions": {"backoffLimit": 1e30}}}),
                "number 1e+30 into Go struct field JobOptions.spec.jobOptions.backoffLimit of type int32",
            ),
            (
                json!({"spec": {"jobOptions": {"backoffLimit": 2_147_483_648_u32}}}),
                "number 2147483648 into Go struct field JobOptions.spec.jobOptions.backoffLimit of type int32",
            ),
            (
                json!({"spec": {"nodeSelector": {"pool": 1}}}),
                "number into Go struct field PipelineSpec.spec.nodeSelector of type string",
            ),
            (
                json!({"spec": {"volumes": [{"hostPath": {"type": 5}}]}}),
                "number into Go struct field HostPathVolumeSource.spec.volumes.VolumeSource.hostPath.type of type v1.HostPathType",
            ),
            (
                json!({"metadata": {"creationTimestamp": 5}}),
                "number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
            ),
        ] {
            let refused = decode(&document, "v1alpha1.Pipeline").unwrap_err();
            assert_eq!(refused.message, format!("json: cannot unmarshal {message}"));
        }
    }

    #[test]
    fn of_several_mistakes_the_one_of_go_is_told() {
        let limits = json!({"limits": {"memory": "1GB"}});
        for (mistakes, message) in [
            (json!({"b": 1, "a": 1}), r#"json: unknown field "a""#),
            // What a type can't read ends the reading.
            (json!({"a": 1, "resources": limits}), quantity::NO_QUANTITY),
        ] {
            assert_eq!(decode(&container(&mistakes), "v1alpha1.Pipeline").unwrap_err().message, message);
        }
    }

    #[test]
    fn fields_are_found_without_their_case_and_null_is_nothing() {
        let given = json!({"KIND": "Pipeline", "Spec": {"containers": [{"NAME": "a", "image": null}], "volumeſ": []}});
        let read = json!({"kind": "Pipeline", "spec": {"containers": [{"name": "a"}], "volumes": []}});
        assert_eq!(decode(&given, "v1alpha1.Pipeline"), Ok(read));
        let limits = container(&json!({"resources": {"limits": {"cpu": 1.0, "memory": "1Gi"}}}));
        assert!(decode(&limits, "v1alpha1.Pipeline").is_ok());
    }
}
