//! A Promise with the steps of its pipelines, ready to be asked (kratix-contract 6.1).

use serde_json::Value;

use super::api::Api;
use super::manifests::Taken;
use super::work::SYSTEM_NAMESPACE;
use crate::error::Error;
use crate::kratix::{Action, DEFAULT_NAMESPACE, Environment, Labels, Workflow, promise};
use crate::step::{OnFault, Step};

/// By which Kratix tells the version of a Promise.
const VERSION_LABEL: &str = "kratix.io/promise-version";

/// A Promise.
#[derive(Debug)]
pub struct Promise {
    /// `metadata.name`.
    pub name: String,
    /// All of it.
    pub value: Value,
    /// What every Destination of its files must have, but for those of directories with labels of their own.
    pub selectors: Labels,
    /// The API of its requests, if it has one.
    pub api: Option<Api>,
    /// Its pipelines.
    pipelines: Vec<Pipeline>,
}

/// A pipeline.
#[derive(Debug)]
pub struct Pipeline {
    /// Of which workflow.
    pub workflow: Workflow,
    /// Of which action.
    pub action: Action,
    /// `metadata.name`.
    pub name: String,
    /// In the order in which they run.
    pub containers: Vec<Container>,
}

/// A container of a pipeline.
#[derive(Debug)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// What it does.
    pub program: Program,
}

/// What a container does.
#[derive(Debug)]
pub enum Program {
    /// It runs a step of ours.
    Step {
        /// The step, or why it can't be made: then every request meets that.
        step: Box<Result<Step, Error>>,
        /// What becomes of an error.
        on_fault: OnFault,
    },
    /// It checks the Promise, and finds nothing wrong.
    Check,
    /// Something else, as a message has it: `which runs …`.
    Foreign(String),
}

impl Promise {
    /// A Promise with these pipelines, in the order in which it has them.
    #[must_use]
    pub fn new(Taken { value, api }: Taken, pipelines: Vec<Pipeline>) -> Self {
        let name = value["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        Self { name, selectors: selectors(&value), value, api, pipelines }
    }

    /// The pipelines of a workflow that run: of a deletion only the first.
    #[must_use]
    pub fn pipelines(&self, workflow: Workflow, action: Action) -> Vec<&Pipeline> {
        let of_it = self.pipelines.iter().filter(|pipeline| (pipeline.workflow, pipeline.action) == (workflow, action));
        let count = if action == Action::Delete { 1 } else { usize::MAX };
        of_it.take(count).collect()
    }

    /// Its version, as Kratix tells it.
    #[must_use]
    pub fn version(&self) -> &str {
        self.value["metadata"]["labels"][VERSION_LABEL].as_str().unwrap_or("not-set")
    }

    /// Where the pods of a workflow run, and so its Works are.
    #[must_use]
    pub fn namespace<'a>(&'a self, workflow: Workflow, object: &'a Value) -> &'a str {
        promise::pipeline_namespace(&self.value).unwrap_or_else(|| match workflow {
            Workflow::Promise => SYSTEM_NAMESPACE,
            Workflow::Resource => object["metadata"]["namespace"].as_str().unwrap_or(DEFAULT_NAMESPACE),
        })
    }

    /// Whether all its pods run in a namespace of their own.
    #[must_use]
    pub fn has_namespace(&self) -> bool {
        promise::pipeline_namespace(&self.value).is_some()
    }

    /// What Kratix says to the containers of a pipeline.
    pub(super) fn environment(
        &self,
        workflow: Workflow,
        action: Action,
        pipeline: &str,
        object: &Value,
    ) -> Environment {
        let [kind, group, plural] = match workflow {
            Workflow::Promise => ["Promise", "platform.kratix.io", "promises"],
            Workflow::Resource => promise::api(&self.value).unwrap_or_default(),
        };
        let namespace = match workflow {
            Workflow::Promise => None,
            Workflow::Resource => object["metadata"]["namespace"].as_str().map(ToOwned::to_owned),
        };
        Environment {
            action,
            workflow,
            promise: self.name.clone(),
            pipeline: pipeline.to_owned(),
            kind: Some(kind.to_owned()),
            group: Some(group.to_owned()),
            namespace,
            plural: Some(plural.to_owned()),
            dry_run: false,
        }
    }
}

/// `spec.destinationSelectors` as one: of a key in several entries, the first counts.
fn selectors(promise: &Value) -> Labels {
    let entries = promise["spec"]["destinationSelectors"].as_array().into_iter().flatten().rev();
    let labels = entries.filter_map(|entry| entry["matchLabels"].as_object()).flatten();
    labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn of_several_selectors_the_first_counts() {
        let spec =
            b"spec: {destinationSelectors: [{matchLabels: {a: '1', b: '1'}}, {matchLabels: {b: '2', c: '2'}}, {}]}";
        let expected = [("a", "1"), ("b", "1"), ("c", "2")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(selectors(&yaml::read(spec).unwrap()), Labels::from_iter(expected));
    }
}
