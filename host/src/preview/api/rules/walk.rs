//! Goes through an object beside its schema and, where there is one, its old state, and evaluates the rules on the way.

use serde_json::Value;

use super::super::NotChecked;
use super::super::correlation::{Correlated, item_like};
use super::super::path::Path;
use super::super::refusal::{Kind, Refusal};
use super::super::schema::Schema;
use super::cel::{Evaluation, Fault, Typed, Val, of_data};
use super::{Outcome, Rule, field_path, shown_value};

/// Steps that a rule may take. An API server's own bound is about as high.
const STEPS_OF_A_RULE: u64 = 1_000_000;
/// Steps that all rules may take on one object.
const STEPS_OF_AN_OBJECT: u64 = 5_000_000;
/// How many rules that couldn't be evaluated are told of.
const MAX_NOT_CHECKED: usize = 100;
/// Bytes that a message which is computed may have.
const MAX_MESSAGE: usize = 5 << 10;

/// Evaluates all rules on an object.
pub(in super::super) fn check(object: &Value, schema: &Schema, old: Option<&Value>) -> Outcome {
    let mut walk = Walk { outcome: Outcome::default(), steps: STEPS_OF_AN_OBJECT };
    let change = Change { current: old.map(|old| Correlated::root(object, old, schema)), parent: None };
    walk.value(object, schema, old, &change, &Path::ROOT);
    walk.outcome
}

/// What is known of a value's change: a rule that it already broke isn't held against what didn't change.
#[derive(Debug, Clone, Copy)]
struct Change<'v> {
    current: Option<Correlated<'v>>,
    parent: Option<Correlated<'v>>,
}

impl<'v> Change<'v> {
    fn below(self, is_meta: bool, next: impl FnOnce(&Correlated<'v>) -> Option<Correlated<'v>>) -> Self {
        match self.current {
            None => self,
            Some(_) if self.parent.is_none() && is_meta => Self { current: None, parent: None },
            Some(current) => Self { current: next(&current), parent: Some(current) },
        }
    }

    fn is_none(&self) -> bool {
        self.current.or(self.parent).is_some_and(|correlated| correlated.is_equal())
    }
}

struct Walk {
    outcome: Outcome,
    steps: u64,
}

/// Whether rules can know what it is; below what they can't, none is evaluated.
fn is_typed(schema: &Schema) -> bool {
    match schema.kind.as_str() {
        _ if schema.is_int_or_string => true,
        "array" => schema.items.as_deref().is_some_and(is_typed),
        "object" => schema.additional_schema().is_none_or(is_typed),
        kind => !kind.is_empty(),
    }
}

impl Walk {
    fn value<'v>(
        &mut self,
        value: &'v Value,
        schema: &'v Schema,
        old: Option<&'v Value>,
        change: &Change<'v>,
        path: &Path<'_>,
    ) {
        if value.is_null() || !schema.has_rules || (!path.is_root() && !is_typed(schema)) {
            return;
        }
        let old = old.filter(|old| !old.is_null());
        let typed = Typed { schema, is_resource: path.is_root() || schema.is_embedded };
        for rule in &schema.rules {
            self.rule(rule, value, typed, old, change, path);
        }
        match value {
            Value::Array(items) => {
                let Some(inner) = schema.items.as_deref() else { return };
                let old = old.and_then(Value::as_array);
                for (index, item) in items.iter().enumerate() {
                    let old = old.and_then(|old| item_like(item, old, schema));
                    self.value(item, inner, old, &change.below(false, |list| list.index(index)), &path.index(index));
                }
            }
            Value::Object(map) => {
                let old = old.and_then(Value::as_object);
                for (name, value) in map {
                    let old = old.and_then(|old| old.get(name));
                    let is_meta = matches!(name.as_str(), "apiVersion" | "kind");
                    let below = || change.below(is_meta, |map| map.key(name));
                    if let Some(additional) = schema.additional_schema() {
                        self.value(value, additional, old, &below(), &path.key(name));
                    }
                    if let Some(property) = schema.properties.get(name) {
                        self.value(value, property, old, &below(), &path.field(name));
                    }
                }
            }
            _ => {}
        }
    }

    fn rule<'v>(
        &mut self,
        rule: &Rule,
        value: &'v Value,
        typed: Typed<'v>,
        old: Option<&'v Value>,
        change: &Change<'v>,
        path: &Path<'_>,
    ) {
        let is_optional = rule.optional_old_self == Some(true);
        // There is nothing to compare with.
        if rule.uses_old_self && old.is_none() && !is_optional {
            return;
        }
        let Some(compiled) = &rule.compiled else { return };
        let expression = match compiled {
            Ok(expression) => expression,
            Err(why) => return self.not_checked(rule, path, format!("it can't be read here: {why}")),
        };
        let old = old.map(|old| of_data(old, typed));
        let old = if is_optional { Some(Val::Optional(old.map(std::rc::Rc::new))) } else { old };
        let mut variables = vec![("self".into(), of_data(value, typed))];
        variables.extend(old.map(|old| ("oldSelf".into(), old)));
        let steps = self.steps.min(STEPS_OF_A_RULE);
        let mut evaluation = Evaluation::new(steps, variables);
        let result = evaluation.value(expression);
        self.steps -= steps - evaluation.steps;
        let kind = typed.schema.kind.as_str();
        match result {
            Ok(Val::Bool(true)) => {}
            Ok(Val::Bool(false)) => {
                if !rule.uses_old_self && change.is_none() {
                    return;
                }
                let message = self.message(rule, &mut evaluation);
                self.outcome.refusals.push(refusal(rule, message, value, typed.schema, path));
            }
            Ok(_) => self.not_checked(rule, path, "it says neither yes nor no".to_owned()),
            Err(Fault::Error(why)) => {
                let rule = default_message(rule);
                let detail = if why == "no such overload" {
                    format!(
                        "'{why}': call arguments did not match a supported operator, function or macro signature for rule: {rule}"
                    )
                } else {
                    format!("{why} evaluating rule: {rule}")
                };
                self.outcome.refusals.push(Refusal::invalid(path.with_keys(), kind, detail));
            }
            Err(Fault::Unknown(why)) => self.not_checked(rule, path, why),
        }
    }

    fn not_checked(&mut self, rule: &Rule, path: &Path<'_>, reason: String) {
        if self.outcome.not_checked.len() < MAX_NOT_CHECKED {
            self.outcome.not_checked.push(NotChecked { path: path.with_keys(), rule: rule.text.clone(), reason });
        }
    }

    /// What the rule says, computed where it can be.
    fn message(&mut self, rule: &Rule, evaluation: &mut Evaluation<'_>) -> String {
        let computed = rule.message_compiled.as_ref().and_then(|expression| {
            evaluation.steps = self.steps.min(STEPS_OF_A_RULE);
            let before = evaluation.steps;
            let value = evaluation.value(expression);
            self.steps -= before - evaluation.steps;
            match value {
                Ok(Val::Text(text)) => Some(text.trim().to_owned()),
                _ => None,
            }
        });
        let usable = |text: &String| !text.is_empty() && text.len() <= MAX_MESSAGE && !text.contains('\n');
        computed.filter(usable).unwrap_or_else(|| {
            if rule.message.is_empty() {
                format!("failed rule: {}", default_message(rule))
            } else {
                rule.message.trim().to_owned()
            }
        })
    }
}

fn default_message(rule: &Rule) -> &str {
    if rule.message.is_empty() { rule.text.trim() } else { rule.message.trim() }
}

fn refusal(rule: &Rule, detail: String, value: &Value, schema: &Schema, path: &Path<'_>) -> Refusal {
    let mut field = path.with_keys();
    if !rule.field_path.is_empty()
        && let Some(below) = field_path(&rule.field_path, schema)
    {
        field = if path.is_root() { below } else { format!("{field}.{below}") };
    }
    let (kind, value, detail) = match rule.reason.as_str() {
        "FieldValueForbidden" => (Kind::Forbidden, None, detail),
        "FieldValueRequired" => (Kind::Required, None, detail),
        "FieldValueDuplicate" => (Kind::Duplicate, shown_value(value, schema), String::new()),
        _ => (Kind::Invalid, shown_value(value, schema), detail),
    };
    Refusal { kind, field, value, detail }
}
