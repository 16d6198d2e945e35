//! Metadata that a change may not touch.

use serde_json::{Map, Value};

use super::super::path::Path;
use super::super::refusal::Refusal;
use super::{check_common, check_namespace, path_segment, text_of};

/// Validates the metadata of a changed object.
pub(in super::super) fn check_update(
    metadata: &Map<String, Value>,
    old: &Map<String, Value>,
    refusals: &mut Vec<Refusal>,
) {
    let path = Path::ROOT;
    let path = path.field("metadata");
    for (field, is_prefix) in [("generateName", true), ("name", false)] {
        let name = text_of(metadata, field);
        for problem in path_segment(name, is_prefix) {
            refusals.push(Refusal::invalid(path.field(field).with_keys(), name, problem));
        }
    }
    check_namespace(metadata, true, &path, refusals);
    check_common(metadata, &path, refusals);
    for field in ["name", "namespace"] {
        if text_of(metadata, field) != text_of(old, field) {
            refusals.push(Refusal::invalid(
                path.field(field).with_keys(),
                text_of(metadata, field),
                "field is immutable",
            ));
        }
    }
}
