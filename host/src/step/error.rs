//! What can be wrong with the generators of a step and with what they answer.

use super::answer::Problems;
use crate::contract::{Description, GeneratorName, Input};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{Kind, OutputPath};
use crate::text::clean;

/// Why a step can't be made, or an answer not be taken.
#[derive(Debug)]
pub(super) enum StepError<'a> {
    /// The two files whose generators have one name.
    SameName { name: &'a GeneratorName, files: [&'a str; 2] },
    /// The generator isn't for the kind.
    OtherKind { generator: &'a Description, kind: &'a Kind },
    /// The generator says that it has a bug; the text may be empty.
    Bug { generator: &'a GeneratorName, says: String },
    /// The generator finds its config wrong.
    Misconfigured { generator: &'a GeneratorName, problems: Problems },
    /// The generator finds the request wrong, where that is an error.
    Invalid(&'a Problems),
    /// Nobody was asked for an input that is bound.
    InputNotRead { input: &'a Input, place: String },
    /// What is bound to inputs isn't there: a line for each.
    InputMissing { what: Vec<String> },
    /// A file has an object that is not the input's.
    InputOfOtherKind { input: &'a Input, place: String, kind: String },
    /// More objects than the input has.
    InputAmbiguous { key: &'a str, count: usize, place: String },
    /// A dry run would wait for ever.
    WaitsInDryRun { message: &'a str },
    /// An answer that the contract doesn't allow; `what` is read after the generator's name.
    Refused { generator: &'a GeneratorName, what: Refused, said: String },
    /// A later generator made a path of an earlier one.
    MadeTwice { generator: &'a GeneratorName, path: &'a OutputPath },
    /// No file, and nobody said that this is meant.
    Nothing,
    /// A metadata file would be more than a later run can read.
    MetadataTooLarge { file: &'a str, cause: String },
    /// What an earlier container left is wrong; `would` is what Kratix would do about it.
    LeftWrong { file: &'a str, cause: String, would: &'a str },
}

/// What of an answer is refused.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refused {
    Path,
    Document,
    Destination,
    Status,
    Suspension,
    Problems,
}

impl Refused {
    fn reason(self) -> &'static str {
        match self {
            Self::Path => "answer-path",
            Self::Document => "answer-document",
            Self::Destination => "answer-destination",
            Self::Status => "answer-status",
            Self::Suspension => "answer-suspension",
            Self::Problems => "answer-problems",
        }
    }
}

impl From<StepError<'_>> for Error {
    fn from(error: StepError<'_>) -> Self {
        match error {
            StepError::SameName { name, files: [first, second] } => {
                Self::new("generator-same-name", Exit::Config, format!("two generators of the step are called {name}"))
                    .because(format!("{first} and {second} say so"))
                    .hint("a config is for the generator of a name, so each needs its own")
            }
            StepError::OtherKind { generator: Description { name, kinds, .. }, kind } => {
                let kind = clean(&kind.to_string(), 200);
                Self::new("generator-kind", Exit::Config, format!("generator {name} doesn't answer a {kind}"))
                    .because(format!("it answers {}", kinds.join(", ")))
                    .hint("use it in a Promise of that kind, or another generator here")
            }
            StepError::Bug { generator, says } => {
                let says = if says.is_empty() { "it doesn't say which".to_owned() } else { says };
                Self::new("generator-bug", Exit::Misbehaved, format!("generator {generator} has a bug"))
                    .because(says)
                    .hint("report it to the author of the generator")
            }
            StepError::Misconfigured { generator, problems } => {
                Self::new("config-invalid", Exit::Config, format!("the config for generator {generator} is wrong"))
                    .because_each(problems.lines())
            }
            StepError::Invalid(problems) => {
                Self::new("request-invalid", Exit::Request, "the request is invalid").because_each(problems.lines())
            }
            StepError::InputNotRead { input, place } => Self::new(
                "input-not-read",
                Exit::Config,
                format!("nobody was asked for the {place}"),
            )
            .because(format!("it is bound to input {input}"))
            .hint("name its manifest with --input-object, or have kubectl ask your cluster with --inputs-from-cluster"),
            StepError::InputMissing { what } => {
                Self::new("input-missing", Exit::Config, "an input of the step isn't there")
                    .because_each(what)
                    .hint("make it, or bind another; an object that another Promise makes later can be waited for: `when-missing: wait`")
            }
            StepError::InputOfOtherKind { input, place, kind } => {
                Self::new("input-kind", Exit::Config, format!("the {place} is a {kind}"))
                    .because(format!("it is bound to input {input}"))
                    .hint("bind what the generator takes")
            }
            StepError::InputAmbiguous { key, count, place } => {
                Self::new("input-ambiguous", Exit::Config, format!("{count} objects are bound to input {key}"))
                    .because(format!("the generator takes one, and there is more than one {place}"))
                    .hint("bind it by name, or by labels that only one object has; of a file, leave one in it or give one of its kind")
            }
            StepError::WaitsInDryRun { message } => Self::new(
                "request-waits",
                Exit::Request,
                "the request would be suspended, for which a dry run can't wait",
            )
            .because(message),
            StepError::Refused { generator, what, said } => {
                Self::new(what.reason(), Exit::Misbehaved, format!("generator {generator} {said}"))
                    .hint("nothing was written; report it to the author of the generator")
            }
            StepError::MadeTwice { generator, path } => Self::new(
                "path-made-twice",
                Exit::Config,
                format!("generator {generator} returned {path}, which an earlier one made"),
            )
            .hint("let later generators replace files with --overwrite, or use only one of them"),
            StepError::Nothing => Self::new("nothing-generated", Exit::Misbehaved, "the step generated nothing")
                .because("Kratix would take that for the wish to remove every file of the request")
                .hint("a generator that means it says so: empty-is-intended"),
            StepError::MetadataTooLarge { file, cause } => {
                Self::new("metadata-too-large", Exit::Limit, format!("{file} would be more than a later run can read"))
                    .because(cause)
                    .hint("what earlier containers left counts too: one of them, or this step, has to say less")
            }
            StepError::LeftWrong { file, cause, would } => {
                Self::new("metadata-of-others", Exit::Directories, format!("{file} of an earlier container is wrong"))
                    .because(cause)
                    .hint(format!("Kratix would {would}: mend that container"))
            }
        }
    }
}

/// An answer that the contract doesn't allow; `said` is read after the generator's name.
pub(super) fn refused(what: Refused, generator: &GeneratorName, said: impl Into<String>) -> Error {
    StepError::Refused { generator, what, said: said.into() }.into()
}
