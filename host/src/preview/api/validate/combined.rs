//! `allOf`, `anyOf`, `oneOf` and `not`: of those that fail, the problems of the best branch are told, beside the one that
//! says which keyword failed.

use serde_json::Value;

use super::super::path::Path;
use super::super::refusal::quoted;
use super::super::schema::Schema;
use super::Validator;
use super::found::{Found, Problem};

impl Validator {
    pub(super) fn combined(&mut self, value: &Value, schema: &Schema, path: &Path<'_>) -> Found {
        let mut found = Found::default();
        let values = &schema.values;
        let unlike = |keyword: &str| Problem::of_all(format!("{} {keyword}", quoted(&path.dotted())));
        if !values.any_of.is_empty() {
            self.undecided += 1;
            let mut best: Option<Found> = None;
            for branch in &values.any_of {
                let result = self.value(value, branch, path, None);
                let is_valid = result.is_valid();
                if is_valid || best.as_ref().is_none_or(|best| result.matches > best.matches) {
                    best = Some(result);
                }
                if is_valid {
                    break;
                }
            }
            self.undecided -= 1;
            if best.as_ref().is_some_and(|best| !best.is_valid()) {
                found.add(unlike("must validate at least one schema (anyOf)"));
            }
            if let Some(best) = best {
                found.merge(best);
            }
        }
        if !values.one_of.is_empty() {
            self.undecided += 1;
            found.merge(self.one_of(value, &values.one_of, path));
            self.undecided -= 1;
        }
        if !values.all_of.is_empty() {
            let mut valid = 0;
            for branch in &values.all_of {
                let result = self.value(value, branch, path, None);
                valid += usize::from(result.is_valid());
                found.merge(result);
            }
            if valid != values.all_of.len() {
                let none = if valid == 0 { ". None validated" } else { "" };
                found.add(unlike(&format!("must validate all the schemas (allOf){none}")));
            }
        }
        if let Some(not) = &values.not {
            self.undecided += 1;
            if self.value(value, not, path, None).is_valid() {
                found.add(unlike("must not validate the schema (not)"));
            }
            self.undecided -= 1;
        }
        found.matches += 1;
        found
    }

    fn one_of(&mut self, value: &Value, branches: &[Schema], path: &Path<'_>) -> Found {
        let mut found = Found::default();
        let (mut valid, mut first, mut best): (usize, Option<Found>, Option<Found>) = (0, None, None);
        for branch in branches {
            let result = self.value(value, branch, path, None);
            if result.is_valid() {
                valid += 1;
                first.get_or_insert(result);
            } else if valid == 0 && best.as_ref().is_none_or(|best| result.matches > best.matches) {
                best = Some(result);
            }
        }
        if valid == 1 {
            if let Some(first) = first {
                found.merge(first);
            }
            return found;
        }
        let count =
            if valid == 0 { "Found none valid".to_owned() } else { format!("Found {valid} valid alternatives") };
        let path = quoted(&path.dotted());
        found.add(Problem::of_all(format!("{path} must validate one and only one schema (oneOf). {count}")));
        if let Some(best) = best.filter(|_| valid == 0) {
            found.merge(best);
        }
        found
    }
}
