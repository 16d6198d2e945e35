//! Between the typed trait and the contract: what the host calls, and what a test calls in its place.

use std::marker::PhantomData;

use serde_json::Value;

use crate::bindings::exports::kratix_wasm::generator::generation as wit;
use crate::output::Contents;
use crate::{Description, Generator, Output, Problem, Request, Stop, json};

/// Answers a request as the component does, JSON on the way in included.
///
/// # Errors
///
/// As [`Generator::generate`]; also [`Stop::Invalid`] and [`Stop::Misconfigured`] when the object or the config doesn't
/// fit the generator's types.
pub fn call<G: Generator>(request: &Request<Value, Value>) -> Result<Output, Stop> {
    answer::<G>(request.to_wit())
}

/// Implements the exported interface for a generator.
#[derive(Debug)]
pub struct Adapter<G>(PhantomData<G>);

impl<G: Generator> wit::Guest for Adapter<G> {
    fn describe() -> wit::Description {
        let Description { name, version, summary, kinds, config_schema } = G::describe();
        wit::Description { name, version, summary, kinds, config_schema }
    }

    fn generate(request: wit::Request) -> Result<wit::Outcome, wit::Failure> {
        match answer::<G>(request) {
            Ok(output) => Ok(wit::Outcome::Complete(complete(output))),
            Err(Stop::Suspend { message, retry_after_seconds, status }) => {
                let status = status.map(|status| status.to_string());
                Ok(wit::Outcome::Suspend(wit::Suspension { message, retry_after_seconds, status }))
            }
            Err(Stop::Invalid(problems)) => Err(wit::Failure::Invalid(to_wit(problems))),
            Err(Stop::Misconfigured(problems)) => Err(wit::Failure::Misconfigured(to_wit(problems))),
            Err(Stop::Internal(message)) => Err(wit::Failure::Internal(message)),
        }
    }
}

fn answer<G: Generator>(request: wit::Request) -> Result<Output, Stop> {
    let output = G::generate(Request {
        action: request.action.into(),
        workflow: request.workflow.into(),
        promise: request.promise,
        pipeline: request.pipeline,
        object: json::read(&request.object).map_err(|problem| Stop::Invalid(vec![problem]))?,
        config: json::read(&request.config).map_err(|problem| Stop::Misconfigured(vec![problem]))?,
    })?;
    match output.error {
        Some(error) => Err(Stop::Internal(error)),
        None => Ok(output),
    }
}

fn complete(output: Output) -> wit::Output {
    wit::Output {
        files: output
            .files
            .into_iter()
            .map(|(path, contents)| wit::File {
                path,
                contents: match contents {
                    Contents::Bytes(bytes) => wit::Contents::Bytes(bytes),
                    Contents::Yaml(documents) => wit::Contents::Yaml(documents),
                },
            })
            .collect(),
        destinations: output
            .destinations
            .into_iter()
            .map(|(directory, match_labels)| wit::Destination { directory, match_labels })
            .collect(),
        status: output.status.map(|status| status.to_string()),
        empty_is_intended: output.empty_is_intended,
    }
}

fn to_wit(problems: Vec<Problem>) -> Vec<wit::Problem> {
    problems.into_iter().map(|Problem { field, message, hint }| wit::Problem { field, message, hint }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Fruit;
    #[derive(serde::Deserialize)]
    struct Object {
        spec: Spec,
    }
    #[derive(serde::Deserialize)]
    struct Spec {
        weights: Vec<u8>,
    }
    #[derive(serde::Deserialize)]
    struct Config {
        #[serde(default)]
        twice: bool,
    }
    impl Generator for Fruit {
        type Object = Object;
        type Config = Config;
        fn describe() -> Description {
            Description::new("fruit", "1.0.0", "Fruit").kind("Fruit")
        }
        fn generate(request: Request<Object, Config>) -> Result<Output, Stop> {
            let times = if request.config.twice { 2 } else { 1 };
            if request.object.spec.weights.is_empty() {
                let message = "no fruit yet".to_owned();
                return Err(Stop::Suspend { message, retry_after_seconds: Some(60), status: None });
            }
            Ok(Output::new().json("sum.json", &(request.object.spec.weights.iter().sum::<u8>() * times)))
        }
    }

    fn fruit(weights: Value) -> Request<Value, Value> {
        Request::configure(json!({"spec": {"weights": weights}}))
    }

    #[test]
    fn an_object_that_does_not_fit_names_the_field() {
        let Err(Stop::Invalid(problems)) = call::<Fruit>(&fruit(json!([1, "two"]))) else { panic!() };
        assert_eq!(problems, [Problem::new("spec.weights[1]", "invalid type: string \"two\", expected u8")]);
    }

    #[test]
    fn a_config_that_does_not_fit_is_the_promise_authors_mistake() {
        let request = fruit(json!([1])).config(json!({"twice": 3}));
        let Err(Stop::Misconfigured(problems)) = call::<Fruit>(&request) else { panic!() };
        assert_eq!(problems[0].field.as_deref(), Some("twice"));
    }

    #[test]
    fn every_outcome_crosses_the_border() {
        use wit::Guest as _;
        let generate = |weights| Adapter::<Fruit>::generate(fruit(weights).to_wit());
        assert!(matches!(generate(json!([1])), Ok(wit::Outcome::Complete(_))));
        assert!(matches!(generate(json!([])), Ok(wit::Outcome::Suspend(_))));
        assert!(matches!(generate(json!(null)), Err(wit::Failure::Invalid(_))));
    }
}
