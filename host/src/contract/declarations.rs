//! What a generator says that it needs beside the request: `wit/0.1/generator.wit`, interface `declarations`.

use std::collections::BTreeSet;
use std::fmt;

use crate::kratix::name::is_label;
use crate::kratix::{Kind, SECRET};
use crate::text::clean;

const MAX_INPUTS: usize = 32;
const MAX_PURPOSE: usize = 200;

/// What a generator declares; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declarations {
    /// Its inputs.
    pub inputs: Vec<Input>,
    /// Whether it may suspend a deletion.
    pub may_hold_deletion: bool,
}

/// An input: objects that the Promise author binds to its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is known by.
    pub key: String,
    /// The kind of its objects, as [`Kind`] writes it. That of a core object has no group, and neither has one that the
    /// generator names without.
    pub kind: String,
    /// How many objects there are.
    pub quantity: Quantity,
    /// What it is for, for the Promise author.
    pub purpose: String,
}

/// How many objects an input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Just one.
    One,
    /// One or none.
    Optional,
    /// Any number.
    Many,
}

impl Quantity {
    /// The word of the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Optional => "optional",
            Self::Many => "many",
        }
    }
}

impl Declarations {
    /// What of them breaks the contract, as a sentence.
    pub(super) fn wrong(&self) -> Option<String> {
        if self.inputs.len() > MAX_INPUTS {
            return Some(format!("it declares {} inputs: at most {MAX_INPUTS} are possible", self.inputs.len()));
        }
        let mut keys = BTreeSet::new();
        self.inputs.iter().find_map(|input| match input.wrong() {
            None if keys.insert(&input.key) => None,
            None => Some(format!("it declares input {} twice", input.key)),
            wrong => wrong,
        })
    }
}

impl Input {
    fn wrong(&self) -> Option<String> {
        let Self { key, kind, purpose, .. } = self;
        let shown = clean(key, 80);
        // Lower case letters, digits and hyphens, as the contract has it.
        if !is_label(key) {
            return Some(format!(
                "the key of an input is \"{shown}\": lower case letters, digits and hyphens are wanted"
            ));
        }
        match Kind::parse(kind) {
            None => return Some(format!("input {shown} is of kind \"{}\", which is no kind", clean(kind, 80))),
            Some(kind) if kind.name == SECRET => {
                return Some(format!("input {shown} is of kind {SECRET}, which is never an input"));
            }
            Some(_) => {}
        }
        let is_sentence =
            !purpose.is_empty() && purpose.chars().count() <= MAX_PURPOSE && clean(purpose, MAX_PURPOSE) == *purpose;
        (!is_sentence)
            .then(|| format!("the purpose of input {shown} is not one sentence of at most {MAX_PURPOSE} characters"))
    }

    /// Whether an object of a kind may be bound to it.
    #[must_use]
    pub fn takes(&self, kind: &Kind) -> bool {
        kind.is_called(&self.kind)
    }
}

impl fmt::Display for Input {
    /// As a message has it: `team (Team.platform.kratix.io, one): The team that owns the bucket.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, kind, quantity, purpose } = self;
        write!(f, "{key} ({kind}, {}): {purpose}", quantity.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_the_contract_is_named() {
        let input = |key: &str, kind: &str, purpose: &str| Input {
            key: key.into(),
            kind: kind.into(),
            quantity: Quantity::One,
            purpose: purpose.into(),
        };
        let wrong = |inputs: Vec<Input>| Declarations { inputs, may_hold_deletion: false }.wrong();
        let good = || input("a-1", "Team.platform.kratix.io", "Why.");
        assert_eq!(wrong(vec![good(), input("b", "ConfigMap", "Why.")]), None);
        for (inputs, says) in [
            (vec![good(), good()], "it declares input a-1 twice"),
            (vec![good(); 33], "it declares 33 inputs: at most 32 are possible"),
            (
                vec![input("A", "B", "c")],
                "the key of an input is \"A\": lower case letters, digits and hyphens are wanted",
            ),
            (
                vec![input("", "B", "c")],
                "the key of an input is \"\": lower case letters, digits and hyphens are wanted",
            ),
            (vec![input("a", "", "c")], "input a is of kind \"\", which is no kind"),
            (vec![input("a", "teams/status", "c")], "input a is of kind \"teams/status\", which is no kind"),
            (vec![input("a", "Secret", "c")], "input a is of kind Secret, which is never an input"),
            (vec![input("a", "Secret.example.org", "c")], "input a is of kind Secret, which is never an input"),
            (vec![input("a", "B", "")], "the purpose of input a is not one sentence of at most 200 characters"),
            (vec![input("a", "B", "c\nd")], "the purpose of input a is not one sentence of at most 200 characters"),
        ] {
            assert_eq!(wrong(inputs).as_deref(), Some(says));
        }
    }
}
