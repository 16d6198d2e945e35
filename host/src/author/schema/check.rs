//! Checks a value against a schema, and finds all that is wrong with it.

use serde_json::Value;

use super::structural::{Additional, Kind, MAX_PATTERN, Schema};
use crate::text::clean;

/// Something in a value that its schema doesn't allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, as Kubernetes writes it: `destinations.backstage`, `members[2]`; empty for the whole.
    pub field: String,
    /// What is wrong, without the field.
    pub message: String,
}

/// What a check may cost, in steps of a few nanoseconds: seconds at the very most.
const MAX_STEPS: usize = 500_000_000;
/// More are a list that nobody reads.
const MAX_VIOLATIONS: usize = 50;

/// Finds what a schema doesn't allow.
///
/// # Errors
///
/// When the schema makes the check too costly.
pub fn check(schema: &Schema, value: &Value) -> Result<Vec<Violation>, &'static str> {
    let mut checker = Checker { steps_left: MAX_STEPS, violations: Vec::new(), combining: false };
    match checker.check(schema, value, "") {
        Some(()) => Ok(checker.violations),
        None => Err("checking against it costs too much"),
    }
}

struct Checker {
    steps_left: usize,
    violations: Vec<Violation>,
    combining: bool,
}

/// None: out of steps.
type Checked = Option<()>;

impl Checker {
    fn spend(&mut self, steps: usize) -> Checked {
        self.steps_left = self.steps_left.checked_sub(steps)?;
        Some(())
    }

    fn wrong(&mut self, at: &str, message: impl Into<String>) {
        if self.violations.len() < MAX_VIOLATIONS {
            self.violations.push(Violation { field: clean(at, 200), message: message.into() });
        }
    }

    fn check(&mut self, schema: &Schema, value: &Value, at: &str) -> Checked {
        self.spend(1)?;
        if value.is_null() && schema.nullable {
            return Some(());
        }
        if !fits(schema, value) {
            let wanted =
                if schema.int_or_string { "a whole number or a string" } else { schema.kind.map_or("", article) };
            self.wrong(at, format!("must be {wanted}"));
            return Some(());
        }
        self.check_allowed(schema, value, at)?;
        match value {
            Value::Object(_) => self.check_object(schema, value, at)?,
            Value::Array(items) => self.check_array(schema, items, at)?,
            Value::String(text) => self.check_string(schema, text, at)?,
            Value::Number(number) => self.check_number(schema, number.as_f64().unwrap_or(f64::NAN), at),
            Value::Null | Value::Bool(_) => {}
        }
        self.check_combined(schema, value, at)
    }

    fn check_allowed(&mut self, schema: &Schema, value: &Value, at: &str) -> Checked {
        let Some(allowed) = &schema.allowed else { return Some(()) };
        self.spend(allowed.len() * 8)?;
        if !allowed.contains(value) {
            let allowed: Vec<_> =
                allowed.iter().map(|value| value.as_str().map_or(value.to_string(), Into::into)).collect();
            self.wrong(at, format!("must be one of: {}", clean(&allowed.join(", "), 300)));
        }
        Some(())
    }

    fn check_object(&mut self, schema: &Schema, value: &Value, at: &str) -> Checked {
        let Value::Object(entries) = value else { return Some(()) };
        self.within(entries.len(), schema.bounds.properties, "properties", at);
        for name in &schema.required {
            self.spend(1)?;
            if !entries.contains_key(name) {
                self.wrong(&below(at, name), "is missing");
            }
        }
        for (name, value) in entries {
            let at = below(at, name);
            match (schema.properties.get(name), &schema.additional) {
                (Some(property), _) => self.check(property, value, &at)?,
                (None, Additional::Like(property)) => self.check(property, value, &at)?,
                (None, Additional::Any) => {}
                (None, Additional::Refused) if self.combining => {}
                (None, Additional::Refused) => {
                    let known: Vec<&str> = schema.properties.keys().map(String::as_str).collect();
                    let known = if known.is_empty() { "nothing".into() } else { known.join(", ") };
                    self.wrong(&at, format!("is unknown; there is: {}", clean(&known, 300)));
                }
            }
        }
        Some(())
    }

    fn check_array(&mut self, schema: &Schema, items: &[Value], at: &str) -> Checked {
        self.within(items.len(), schema.bounds.items, "items", at);
        if schema.unique_items {
            self.spend(items.len() * items.len())?;
            if items.iter().enumerate().any(|(index, item)| items[..index].contains(item)) {
                self.wrong(at, "has an item twice");
            }
        }
        if let Some(schema) = &schema.items {
            for (index, item) in items.iter().enumerate() {
                self.check(schema, item, &format!("{at}[{index}]"))?;
            }
        }
        Some(())
    }

    fn check_string(&mut self, schema: &Schema, text: &str, at: &str) -> Checked {
        self.within(text.chars().count(), schema.bounds.length, "characters", at);
        if let Some(pattern) = &schema.pattern {
            // Each character may take every state of the pattern; a state is dozens of bytes.
            self.spend((text.len() + 1) * (MAX_PATTERN / 32))?;
            if !pattern.is_match(text) {
                self.wrong(at, format!("must match the pattern {}", clean(pattern.as_str(), 300)));
            }
        }
        Some(())
    }

    fn check_number(&mut self, schema: &Schema, number: f64, at: &str) {
        let bounds = &schema.bounds;
        match bounds.minimum {
            Some(minimum) if bounds.exclusive_minimum && number <= minimum => {
                self.wrong(at, format!("must be over {minimum}"));
            }
            Some(minimum) if number < minimum => self.wrong(at, format!("must be at least {minimum}")),
            _ => {}
        }
        match bounds.maximum {
            Some(maximum) if bounds.exclusive_maximum && number >= maximum => {
                self.wrong(at, format!("must be under {maximum}"));
            }
            Some(maximum) if number > maximum => self.wrong(at, format!("must be at most {maximum}")),
            _ => {}
        }
        if let Some(divisor) = bounds.multiple_of.filter(|divisor| number % divisor != 0.0) {
            self.wrong(at, format!("must be a multiple of {divisor}"));
        }
    }

    fn check_combined(&mut self, schema: &Schema, value: &Value, at: &str) -> Checked {
        for part in &schema.all_of {
            self.check_part(part, value, at)?;
        }
        let any = self.matching(&schema.any_of, value, at)?;
        if any == 0 && !schema.any_of.is_empty() {
            self.wrong(at, "fits none of the forms that are possible");
        }
        let one = self.matching(&schema.one_of, value, at)?;
        if one != 1 && !schema.one_of.is_empty() {
            self.wrong(at, format!("must fit exactly one of the forms that are possible, and fits {one}"));
        }
        let not = self.matching(&schema.not, value, at)?;
        if not > 0 {
            self.wrong(at, "has a form that is not possible");
        }
        Some(())
    }

    /// How many of the schemas a value fits.
    fn matching(&mut self, schemas: &[Schema], value: &Value, at: &str) -> Option<usize> {
        let mut matching = 0;
        for schema in schemas {
            let before = std::mem::take(&mut self.violations);
            self.check_part(schema, value, at)?;
            matching += usize::from(self.violations.is_empty());
            self.violations = before;
        }
        Some(matching)
    }

    /// Within a combination a schema only adds to the structure outside, so it needn't name every property.
    fn check_part(&mut self, schema: &Schema, value: &Value, at: &str) -> Checked {
        let outside = std::mem::replace(&mut self.combining, true);
        let checked = self.check(schema, value, at);
        self.combining = outside;
        checked
    }

    fn within(&mut self, count: usize, bounds: (Option<u64>, Option<u64>), what: &str, at: &str) {
        let count = count as u64;
        let verb = |bound: u64| if bound == 1 { "is" } else { "are" };
        if let Some(minimum) = bounds.0.filter(|minimum| count < *minimum) {
            self.wrong(at, format!("has {count} {what}; at least {minimum} {} wanted", verb(minimum)));
        }
        if let Some(maximum) = bounds.1.filter(|maximum| count > *maximum) {
            self.wrong(at, format!("has {count} {what}; at most {maximum} {} possible", verb(maximum)));
        }
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn fits(schema: &Schema, value: &Value) -> bool {
    let whole = |value: &Value| value.as_f64().is_some_and(|number| number.fract() == 0.0);
    if schema.int_or_string {
        return value.is_string() || whole(value);
    }
    match schema.kind {
        None => true,
        Some(Kind::Object) => value.is_object(),
        Some(Kind::Array) => value.is_array(),
        Some(Kind::String) => value.is_string(),
        Some(Kind::Integer) => whole(value),
        Some(Kind::Number) => value.is_number(),
        Some(Kind::Boolean) => value.is_boolean(),
    }
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "a map",
        Kind::Array => "a list",
        Kind::String => "a string",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violations(schema: Value, value: Value) -> Vec<String> {
        let schema = Schema::read(&schema.to_string()).unwrap();
        let violations = check(&schema, &value).unwrap();
        violations.into_iter().map(|violation| format!("{}: {}", violation.field, violation.message)).collect()
    }

    fn property(schema: Value) -> Value {
        json!({"type": "object", "properties": {"p": schema}})
    }

    #[test]
    fn every_violation_is_found_and_placed() {
        let schema = json!({"type": "object", "required": ["name", "size"], "properties": {
            "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 3},
            "size": {"type": "integer", "minimum": 1},
            "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": true},
        }});
        assert_eq!(
            violations(schema, json!({"name": "ABCD", "tags": ["a", "x", "a"], "nmae": 1})),
            [
                "size: is missing",
                "name: has 4 characters; at most 3 are possible",
                "name: must match the pattern ^[a-z]+$",
                "tags: has an item twice",
                "tags[1]: must be one of: a, b",
                "nmae: is unknown; there is: name, size, tags",
            ]
        );
    }

    #[test]
    fn types_are_those_of_json_schema() {
        for (schema, good, bad) in [
            (json!({"type": "integer"}), json!(3.0), json!(3.5)),
            (json!({"type": "number", "minimum": 1, "exclusiveMinimum": true}), json!(1.5), json!(1)),
            (json!({"type": "number", "multipleOf": 5}), json!(10), json!(11)),
            (json!({"type": "string", "nullable": true}), json!(null), json!(1)),
            (json!({"type": "boolean"}), json!(false), json!(null)),
            (json!({"x-kubernetes-int-or-string": true}), json!("80%"), json!([])),
            (json!({"type": "object", "additionalProperties": {"type": "string"}}), json!({"a": "b"}), json!({"a": 1})),
            (json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}), json!({"a": [1]}), json!([])),
            (json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}), json!(1), json!([])),
            (json!({"oneOf": [{"minimum": 5}, {"maximum": 10}]}), json!(3), json!(7)),
            (json!({"not": {"enum": ["x"]}}), json!("y"), json!("x")),
            (json!({"allOf": [{"minLength": 2}, {"maxLength": 3}]}), json!("ab"), json!("abcd")),
        ] {
            assert_eq!(violations(property(schema.clone()), json!({"p": good})), [""; 0], "{schema}");
            assert_eq!(violations(property(schema.clone()), json!({"p": bad})).len(), 1, "{schema}");
        }
    }

    #[test]
    fn a_combination_need_not_name_every_property() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}]});
        assert_eq!(violations(schema.clone(), json!({"b": "x"})), [""; 0]);
        assert_eq!(violations(schema, json!({})), [": fits none of the forms that are possible"]);
    }

    #[test]
    fn a_schema_that_is_not_structural_is_refused() {
        for (schema, why) in [
            (json!([]), "the schema must be an object"),
            (json!({"type": "string"}), "its type must be object"),
            (property(json!({"$ref": "#"})), "properties.p.$ref is not a keyword of a structural schema"),
            (property(json!({"pattern": "("})), "properties.p.pattern is no pattern that can be used here: "),
            (
                property(json!({"pattern": "(x{1000}){1000}"})),
                "properties.p.pattern is no pattern that can be used here: ",
            ),
            (property(json!({"maxLength": -1})), "properties.p.maxLength must be a whole number that is not negative"),
        ] {
            let error = Schema::read(&schema.to_string()).unwrap_err();
            assert!(error.starts_with(why), "{error}");
        }
        let deep = (0..40).fold(json!({"type": "string"}), |inner, _| json!({"type": "array", "items": inner}));
        assert!(Schema::read(&property(deep).to_string()).unwrap_err().contains("nested deeper"));
    }

    #[test]
    fn a_check_that_would_take_for_ever_is_given_up() {
        let slow = json!({"type": "string", "pattern": "^(a|b|ab)*c$"});
        let schema = property(json!({"allOf": vec![slow; 100]}));
        let schema = Schema::read(&schema.to_string()).unwrap();
        assert!(check(&schema, &json!({"p": "ab".repeat(30_000)})).is_err());
    }
}
