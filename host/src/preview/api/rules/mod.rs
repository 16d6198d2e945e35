//! Rules of a schema.

/// A rule of `x-kubernetes-validations`.
#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) message_expression: String,
    pub(super) reason: String,
    pub(super) field_path: String,
    pub(super) optional_old_self: Option<bool>,
}

use serde_json::Value;

use super::NotChecked;
use super::refusal::Refusal;
use super::schema::Schema;

/// What came of an object's rules.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) refusals: Vec<Refusal>,
    pub(super) not_checked: Vec<NotChecked>,
}

/// Whether a schema has rules at all.
pub(super) fn has_any(schema: &Schema) -> bool {
    !schema.rules.is_empty() || schema.inner().any(has_any)
}

/// Rules aren't evaluated yet.
pub(super) fn check(_object: &Value, schema: &Schema, _old: Option<&Value>) -> Outcome {
    let all = NotChecked {
        path: "<nil>".to_owned(),
        rule: "x-kubernetes-validations".to_owned(),
        reason: "rules aren't evaluated".to_owned(),
    };
    Outcome { refusals: Vec::new(), not_checked: has_any(schema).then_some(all).into_iter().collect() }
}
