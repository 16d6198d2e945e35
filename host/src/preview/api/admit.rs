//! The way of a request through an API server, in its order: decoded, pruned, defaulted, validated, converted to the version
//! that is stored, and read from there (apiextensions-apiserver, `pkg/apiserver/customresource_handler.go` and
//! `pkg/registry/customresource`).

use serde_json::{Map, Number, Value};

use super::definition::Definition;
use super::path::Path;
use super::refusal::{Kind, Refusal};
use super::schema::Schema;
use super::{Admitted, NotChecked, list_types, metadata, rules, settle, validate};

/// Levels of a value that are looked at.
pub(super) const MAX_DEPTH: usize = 256;
/// Random characters at the end of a generated name, and the most that stands before them.
const GENERATED: (usize, &str) = (58, "xxxxx");

/// Judges the creation of an object, or with an old one its change.
pub(super) fn admit(definition: &Definition, object: &Value, old: Option<&Value>) -> Admitted {
    let mut admitted = Admitted::default();
    if is_deeper(object, MAX_DEPTH) || old.is_some_and(|old| is_deeper(old, MAX_DEPTH)) {
        admitted.refusals.push("the object nests too deeply".to_owned());
        return admitted;
    }
    admitted.object = object.clone();
    let version = match served(definition, object) {
        Ok(version) => version,
        Err(refusal) => {
            admitted.refusals.push(refusal);
            return admitted;
        }
    };
    let schema = &definition.versions[version].schema;
    if let Err(refusal) = settle_object(&mut admitted.object, schema, &mut admitted.dropped) {
        admitted.refusals.push(refusal);
        return admitted;
    }
    let old = old.map(|old| as_version(definition, old, version));
    prepare(&mut admitted, old.as_ref());
    let refusals = check(&mut admitted, schema, old.as_ref());
    let mut refusals: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    refusals.sort();
    refusals.dedup();
    admitted.refusals = refusals;
    admitted.dropped.sort();
    if version != definition.stored {
        if definition.has_webhook {
            admitted.not_checked.push(NotChecked {
                path: "apiVersion".to_owned(),
                rule: "conversion by a webhook".to_owned(),
                reason: "what the webhook makes of the object isn't known here".to_owned(),
            });
        } else {
            admitted.object = as_version(definition, &admitted.object, definition.stored);
        }
    }
    admitted
}

/// Which version the request names, where it is served.
fn served(definition: &Definition, object: &Value) -> Result<usize, String> {
    let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default();
    let (kind, api_version) = (text("kind"), text("apiVersion"));
    let (group, name) = api_version.split_once('/').unwrap_or(("", api_version));
    let is_it = group == definition.group && kind == definition.kind;
    let position = definition.versions.iter().position(|version| version.served && version.name == name);
    position.filter(|_| is_it).ok_or_else(|| format!("no matches for kind \"{kind}\" in version \"{api_version}\""))
}

/// Drops, decodes and adds what an API server does before it validates.
fn settle_object(object: &mut Value, schema: &Schema, dropped: &mut Vec<String>) -> Result<(), String> {
    let path = Path::ROOT;
    let decoded = match object.get("metadata") {
        None => None,
        Some(metadata) => Some(metadata::decode(metadata, &path.field("metadata"), dropped)?),
    };
    settle::prune(object, schema, dropped);
    settle::drop_nulls(object, Some(schema));
    metadata::decode_embedded(object, schema, &path, dropped).map_err(|refusal| refusal.to_string())?;
    if let Some(decoded) = decoded {
        object["metadata"] = decoded;
    }
    settle::add_defaults(object, schema);
    Ok(())
}

/// An object in another version: only its `apiVersion` changes, and the schema of that version is applied as it is when an
/// object is read.
fn as_version(definition: &Definition, object: &Value, version: usize) -> Value {
    let target = &definition.versions[version];
    let mut converted = object.clone();
    if let Value::Object(map) = &mut converted {
        map.insert("apiVersion".to_owned(), format!("{}/{}", definition.group, target.name).into());
    }
    // What can't be decoded was never stored.
    let mut dropped = Vec::new();
    drop(settle_object(&mut converted, &target.schema, &mut dropped));
    if let Some(metadata) = converted.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.entry("namespace").or_insert_with(|| "default".into());
    }
    as_stored(&mut converted);
    converted
}

/// What the request can't set is taken from it, and what it needn't say is added.
fn prepare(admitted: &mut Admitted, old: Option<&Value>) {
    let Value::Object(object) = &mut admitted.object else { return };
    match old.and_then(|old| old.get("status")) {
        Some(status) => {
            object.insert("status".to_owned(), status.clone());
        }
        None => object.retain(|field, _| field != "status"),
    }
    let generation = generation(object, old);
    let metadata = object.entry("metadata").or_insert_with(|| Map::new().into());
    let Value::Object(metadata) = metadata else { return };
    metadata.retain(|field, _| {
        !matches!(
            field.as_str(),
            "creationTimestamp"
                | "uid"
                | "selfLink"
                | "deletionTimestamp"
                | "deletionGracePeriodSeconds"
                | "managedFields"
        )
    });
    metadata.entry("namespace").or_insert_with(|| "default".into());
    metadata.retain(|field, _| field != "generation");
    if generation > 0 {
        metadata.insert("generation".to_owned(), generation.into());
    }
    let prefix = metadata::text_of(metadata, "generateName").to_owned();
    if !prefix.is_empty() && metadata::text_of(metadata, "name").is_empty() {
        let (most, end) = GENERATED;
        let kept =
            prefix.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= most).last().unwrap_or(0);
        metadata.insert("name".to_owned(), format!("{}{end}", &prefix[..kept]).into());
        admitted.not_checked.push(NotChecked {
            path: "metadata.name".to_owned(),
            rule: "generateName".to_owned(),
            reason: "the API server makes up the end of the name".to_owned(),
        });
    }
}

/// It counts the changes, of all but the metadata.
fn generation(object: &Map<String, Value>, old: Option<&Value>) -> i64 {
    let Some(Value::Object(old)) = old else { return 1 };
    let generation = old.get("metadata").and_then(|metadata| metadata.get("generation")?.as_i64()).unwrap_or(0);
    let content = |object: &'_ Map<String, Value>| object.keys().filter(|field| *field != "metadata").count();
    let is_same = |(field, value): (&String, &Value)| {
        field == "metadata" || old.get(field).is_some_and(|old| validate::is_deeply_equal(value, old))
    };
    generation + i64::from(content(object) != content(old) || !object.iter().all(is_same))
}

fn check(admitted: &mut Admitted, schema: &Schema, old: Option<&Value>) -> Vec<Refusal> {
    let object = &admitted.object;
    let mut refusals = Vec::new();
    let empty = Map::new();
    let metadata_of =
        |object: &'_ Value| object.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    let metadata = object.get("metadata").and_then(Value::as_object).unwrap_or(&empty);
    match old {
        None => metadata::check(metadata, &mut refusals),
        Some(old) => metadata::check_update(metadata, &metadata_of(old), &mut refusals),
    }
    let outcome = validate::validate(object, schema, old);
    refusals.extend(outcome.refusals);
    let unknown = outcome.unknown.into_iter().map(|(path, rule, reason)| NotChecked { path, rule, reason });
    admitted.not_checked.extend(unknown);
    metadata::check_embedded(object, schema, &Path::ROOT, &mut refusals);
    let had_doubles = old.is_some_and(|old| {
        let mut doubles = Vec::new();
        list_types::check(old, schema, &Path::ROOT, &mut doubles);
        !doubles.is_empty()
    });
    if !had_doubles {
        list_types::check(object, schema, &Path::ROOT, &mut refusals);
    }
    if refusals.iter().any(Refusal::blocks_rules) {
        if rules::has_any(schema) {
            let detail = "some validation rules were not checked because the object was invalid; correct the existing errors to complete \
                          validation";
            refusals.push(Refusal::invalid("<nil>", Value::Null, detail));
        }
    } else {
        let outcome = rules::check(object, schema, old);
        refusals.extend(outcome.refusals);
        admitted.not_checked.extend(outcome.not_checked);
    }
    if old.is_some() && metadata::text_of(metadata, "name").is_empty() {
        refusals.push(Refusal::bare(Kind::Required, "metadata.name", "name or generateName is required"));
    }
    as_stored(&mut admitted.object);
    refusals
}

/// A whole number that was written with a point is stored without one.
fn as_stored(value: &mut Value) {
    #[expect(clippy::cast_possible_truncation, reason = "it is a whole number in these bounds")]
    match value {
        Value::Number(number) => {
            let float =
                number.as_f64().filter(|float| !number.is_i64() && float.fract() == 0.0 && float.abs() < 9.2e18);
            if let Some(float) = float {
                *number = Number::from(float as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(as_stored),
        Value::Object(map) => map.values_mut().for_each(as_stored),
        _ => {}
    }
}

/// Whether a value has more levels.
pub(super) fn is_deeper(value: &Value, levels: usize) -> bool {
    if levels == 0 {
        return true;
    }
    match value {
        Value::Array(items) => items.iter().any(|item| is_deeper(item, levels - 1)),
        Value::Object(map) => map.values().any(|value| is_deeper(value, levels - 1)),
        _ => false,
    }
}
