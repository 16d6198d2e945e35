//! The rules of a schema, `x-kubernetes-validations`: which ones are evaluated, on what, and what they say
//! (apiextensions-apiserver, `pkg/apiserver/schema/cel/validation.go`).

mod cel;
mod field_path;
mod walk;

use serde_json::Value;

use super::NotChecked;
use super::refusal::Refusal;
use super::schema::{Reading, Schema};
use cel::Expression;

pub(super) use field_path::normalized as field_path;
pub(super) use walk::check;

/// A rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    pub(super) text: String,
    pub(super) message: String,
    pub(super) message_expression: String,
    pub(super) reason: String,
    pub(super) field_path: String,
    pub(super) optional_old_self: Option<bool>,
    compiled: Option<Result<Expression, String>>,
    message_compiled: Option<Expression>,
    uses_old_self: bool,
}

impl Rule {
    /// Reads its expressions.
    pub(super) fn compile(&mut self, reading: &mut Reading) {
        let mut pattern = |text: &str| reading.pattern(text);
        if !self.text.trim().is_empty() {
            let compiled = cel::parse(&self.text, &mut pattern);
            self.uses_old_self = compiled.as_ref().is_ok_and(|expression| expression.uses("oldSelf"));
            self.compiled = Some(compiled);
        }
        if !self.message_expression.is_empty() {
            self.message_compiled = cel::parse(&self.message_expression, &mut pattern).ok();
        }
    }
}

/// What came of an object's rules.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) refusals: Vec<Refusal>,
    pub(super) not_checked: Vec<NotChecked>,
}

/// Whether a schema has rules at all.
pub(super) fn has_any(schema: &Schema) -> bool {
    schema.has_rules
}

/// What a rule that isn't met says of a value, which is shown where it is short.
fn shown_value(value: &Value, schema: &Schema) -> Option<Value> {
    (!matches!(schema.kind.as_str(), "object" | "array")).then(|| value.clone())
}
