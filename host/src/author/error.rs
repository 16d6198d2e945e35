//! What can be wrong with what the Promise author sets.

use super::bindings::example;
use crate::contract::{GeneratorName, Input};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::OutputPath;
use crate::text::clean;

/// A config or a policy that can't be used, or that doesn't allow what a generator made.
#[derive(Debug)]
pub(super) enum AuthorError<'a> {
    /// `shown` is where it came from.
    ConfigIsNoMap { shown: &'a str, cause: String },
    /// The schema that a generator has for its config.
    SchemaUnusable { generator: &'a GeneratorName, cause: String },
    /// A line for each violation.
    ConfigViolates { generator: &'a GeneratorName, violations: Vec<String> },
    /// A config by name for a generator that isn't `there`.
    ConfigForNobody { name: &'a str, there: Vec<&'a str> },
    /// `shown` is where it came from.
    PolicyUnusable { shown: &'a str, cause: String },
    /// No pattern of the policy is for the path.
    PathNotAllowed { generator: &'a GeneratorName, path: &'a OutputPath, allowed: String },
    /// No set of the policy, or else of the config, is among the labels.
    LabelsNotAllowed { generator: &'a GeneratorName, labels: String, allowed: String, by: AllowedBy },
    /// The generator may hold up a deletion, which the policy doesn't say.
    DeletionMayNotWait { generator: &'a GeneratorName },
    /// `shown` is where the bindings came from; a line for each that is wrong.
    BindingsUnusable { shown: &'a str, wrong: Vec<String>, several: bool },
    /// Bindings by name for a generator that isn't `there`.
    BindingsForNobody { name: &'a str, there: Vec<&'a str> },
    /// Nothing is bound to what the generator needs, where bindings are by names of generators or aren't.
    InputUnbound { generator: &'a GeneratorName, input: &'a Input, by_name: bool, strays: Vec<String> },
    /// The generator declares no such input.
    BindingForNothing { generator: &'a GeneratorName, key: &'a str, inputs: &'a [Input] },
    /// What is bound is not what the generator takes; `wrong` is read after the key.
    BindingUnfit { generator: &'a GeneratorName, input: &'a Input, wrong: String },
}

/// Who says to which Destinations a generator may send files.
#[derive(Debug, Clone, Copy)]
pub(super) enum AllowedBy {
    Policy,
    Config,
}

impl From<AuthorError<'_>> for Error {
    fn from(error: AuthorError<'_>) -> Self {
        match error {
            AuthorError::ConfigIsNoMap { shown, cause } => {
                Self::new("config-syntax", Exit::Config, format!("the config of {shown} is not a map in YAML"))
                    .because(cause)
                    .hint("for example: {emailDomain: example.org}")
            }
            AuthorError::SchemaUnusable { generator, cause } => Self::new(
                "config-schema",
                Exit::Misbehaved,
                format!("the config schema of generator {generator} can't be used"),
            )
            .because(cause)
            .hint("report it to the author of the generator"),
            AuthorError::ConfigViolates { generator, violations } => {
                Self::new("config-invalid", Exit::Config, format!("the config for generator {generator} is wrong"))
                    .because_each(violations)
                    .hint("`kratix-wasm inspect` shows the schema of a generator's config")
            }
            AuthorError::ConfigForNobody { name, there } => Self::new(
                "config-unknown-generator",
                Exit::Config,
                format!("the config names \"{}\", which is no generator of this step", clean(name, 80)),
            )
            .hint(format!("with several generators, a config is keyed by their names: {}", there.join(", "))),
            AuthorError::PolicyUnusable { shown, cause } => {
                let example = "{paths: [\"backstage/{namespace}.{name}.yaml\"], destinations: [{repository: catalog}]}";
                Self::new("policy-invalid", Exit::Config, format!("the policy of {shown} can't be used"))
                    .because(clean(&cause, 300))
                    .hint(format!("for example: {example}"))
            }
            AuthorError::PathNotAllowed { generator, path, allowed } => {
                Self::new("policy-path", Exit::Config, format!("generator {generator} may not write {path}"))
                    .because(format!("the policy allows {allowed}"))
                    .hint("nothing was written; if the Promise means it, add a pattern to the policy's paths")
            }
            AuthorError::LabelsNotAllowed { generator, labels, allowed, by } => {
                let (who, hint) = match by {
                    AllowedBy::Policy => ("the policy allows", "add these labels to the policy's destinations"),
                    AllowedBy::Config => (
                        "the policy names no destinations, so only labels that the config has are allowed; it has",
                        "name these labels in a policy's destinations, or in the config",
                    ),
                };
                let what = format!("generator {generator} may not send files to Destinations with {labels}");
                Self::new("policy-destination", Exit::Config, what)
                    .because(format!("{who} {allowed}"))
                    .hint(format!("nothing was written; if the Promise means it, {hint}"))
            }
            AuthorError::DeletionMayNotWait { generator } => {
                let what = format!(
                    "generator {generator} may hold up the deletion of a request, which the policy doesn't allow"
                );
                Self::new("policy-deletion", Exit::Config, what)
                    .hint("if the Promise means it, add `deletion: may-wait` to the policy; docs/pipeline-step.md says what that does not guard")
            }
            AuthorError::BindingsUnusable { shown, wrong, several } => {
                let of_one = "{team: {apiVersion: platform.kratix.io/v1alpha1, kind: Team, resource: teams, name: \"{spec.team}\"}}";
                let example = if several { format!("{{GENERATOR: {of_one}}}") } else { of_one.to_owned() };
                Self::new("inputs-invalid", Exit::Config, format!("the bindings of inputs of {shown} can't be used"))
                    .because_each(wrong)
                    .hint(format!("for example: {example}"))
            }
            AuthorError::BindingsForNobody { name, there } => Self::new(
                "inputs-unknown-generator",
                Exit::Config,
                format!("inputs are bound for \"{}\", which is no generator of this step", clean(name, 80)),
            )
            .hint(format!("with several generators, bindings are keyed by their names: {}", there.join(", "))),
            AuthorError::InputUnbound { generator, input, by_name, strays } => {
                let example = example(input);
                let example = if by_name { format!("{{{generator}: {example}}}") } else { example };
                let what = format!("input {} of generator {generator} is bound to nothing", input.key);
                let strays = match strays.len() {
                    0 => String::new(),
                    _ => format!("; bound is {}, which it doesn't declare", strays.join(", ")),
                };
                Self::new("input-unbound", Exit::Config, what)
                    .because(format!("it needs {input}{strays}"))
                    .hint(format!("bind it with --inputs, for example {example}"))
                    .hint_in_pod(format!("bind it in KRATIX_WASM_INPUTS, for example {example}"))
            }
            AuthorError::BindingForNothing { generator, key, inputs } => {
                let declared: Vec<&str> = inputs.iter().map(|input| &*input.key).collect();
                let declared = if declared.is_empty() { "none".to_owned() } else { declared.join(", ") };
                let what =
                    format!("input \"{}\" is bound, but generator {generator} declares no such input", clean(key, 80));
                Self::new("input-unknown", Exit::Config, what)
                    .because(format!("it declares {declared}"))
                    .hint("`kratix-wasm inspect` shows what a generator declares")
            }
            AuthorError::BindingUnfit { generator, input, wrong } => {
                Self::new("input-unfit", Exit::Config, format!("input {} of generator {generator} {wrong}", input.key))
                    .because(format!("it is declared as {input}"))
                    .hint("`kratix-wasm inspect` shows what a generator declares")
            }
        }
    }
}
