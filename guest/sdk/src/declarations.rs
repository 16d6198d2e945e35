//! What a generator needs beside its request, and that it may hold up a deletion: for generators that say so, by
//! `export!(Generator, declarations)`.

use crate::Generator;
use crate::declaring::exports::kratix_wasm::generator::declarations as wit;

/// A generator that declares something. Such a component needs a host of contract 0.1.1.
///
/// ```
/// use kratix_wasm_sdk::{Declares, Description, Generator, Input, Output, Request, Stop, call, inputs};
/// use serde_json::{Value, json};
///
/// struct Invitations;
///
/// impl Declares for Invitations {
///     fn inputs() -> Vec<Input> {
///         vec![Input::many("teams", "Team.platform.kratix.io", "The teams that are invited.")]
///     }
/// }
///
/// impl Generator for Invitations {
///     type Object = Value;
///     type Config = Value;
///
///     fn describe() -> Description {
///         Description::new("invitations", "1.0.0", "An invitation for each team").kind("Party")
///     }
///
///     fn generate(_: Request<Value, Value>) -> Result<Output, Stop> {
///         let teams: Vec<Value> = inputs::many("teams")?;
///         let names: Vec<&Value> = teams.iter().map(|team| &team["metadata"]["name"]).collect();
///         Ok(Output::new().json("invited.json", &names))
///     }
/// }
///
/// kratix_wasm_sdk::export!(Invitations, declarations);
///
/// # fn main() {
/// inputs::provide([("teams", vec![json!({"metadata": {"name": "alpha"}})])]);
/// let output = call::<Invitations>(&Request::configure(json!({}))).unwrap();
/// assert_eq!(output.read("invited.json").unwrap(), "[\n  \"alpha\"\n]\n");
/// # }
/// ```
pub trait Declares: Generator {
    /// Its inputs: the same each time. The Promise author binds each, and [`inputs`](crate::inputs) has what is found.
    #[must_use]
    fn inputs() -> Vec<Input> {
        Vec::new()
    }

    /// Whether it may answer [`Stop::Suspend`](crate::Stop::Suspend) to [`Action::Delete`](crate::Action::Delete).
    #[must_use]
    fn may_hold_deletion() -> bool {
        false
    }
}

/// An input, as its author declares it; limits are in `wit/0.1/generator.wit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    key: String,
    kind: String,
    quantity: Quantity,
    purpose: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
    One,
    Optional,
    Many,
}

impl Input {
    /// Just one object of a kind, `ConfigMap` or `Team.platform.kratix.io`, and in a sentence what it is for.
    pub fn one(key: impl Into<String>, kind: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self { key: key.into(), kind: kind.into(), quantity: Quantity::One, purpose: purpose.into() }
    }

    /// One object or none.
    pub fn optional(key: impl Into<String>, kind: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self { quantity: Quantity::Optional, ..Self::one(key, kind, purpose) }
    }

    /// Any number of objects.
    pub fn many(key: impl Into<String>, kind: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self { quantity: Quantity::Many, ..Self::one(key, kind, purpose) }
    }
}

impl<G: Declares> wit::Guest for crate::Adapter<G> {
    fn inputs() -> Vec<wit::Input> {
        let input = |Input { key, kind, quantity, purpose }| {
            let quantity = match quantity {
                Quantity::One => wit::Quantity::One,
                Quantity::Optional => wit::Quantity::Optional,
                Quantity::Many => wit::Quantity::Many,
            };
            wit::Input { key, kind, quantity, purpose }
        };
        G::inputs().into_iter().map(input).collect()
    }

    fn may_hold_deletion() -> bool {
        G::may_hold_deletion()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::wit::Guest as _;
    use super::*;
    use crate::{Adapter, Description, Output, Request, Stop};

    struct Undertaker;
    impl Generator for Undertaker {
        type Object = Value;
        type Config = Value;
        fn describe() -> Description {
            Description::new("undertaker", "1.0.0", "Waits")
        }
        fn generate(_: Request<Value, Value>) -> Result<Output, Stop> {
            Ok(Output::new())
        }
    }
    impl Declares for Undertaker {
        fn inputs() -> Vec<Input> {
            vec![Input::one("a", "A", "One."), Input::optional("b", "B.c.io", "Two."), Input::many("c", "C", "Three.")]
        }
        fn may_hold_deletion() -> bool {
            true
        }
    }

    #[test]
    fn what_is_declared_crosses_the_border() {
        let inputs = Adapter::<Undertaker>::inputs();
        let told: Vec<_> =
            inputs.iter().map(|input| (&*input.key, &*input.kind, input.quantity, &*input.purpose)).collect();
        assert_eq!(
            told,
            [
                ("a", "A", wit::Quantity::One, "One."),
                ("b", "B.c.io", wit::Quantity::Optional, "Two."),
                ("c", "C", wit::Quantity::Many, "Three."),
            ]
        );
        assert!(Adapter::<Undertaker>::may_hold_deletion());
    }
}
