//! `kratix-wasm inspect --rbac`: what a Promise has to let its pods read, so that the inputs of its steps can be read.

use serde_json::{Map, Value, json};

use crate::author::{Permission, Pods};
use crate::commands::Format;
use crate::commands::check_promise::{Files, Promise};
use crate::console::{print, print_json};
use crate::error::Error;
use crate::kratix::promise::Container;
use crate::kratix::{Action, Workflow};
use crate::yaml;

/// What the steps of a pipeline need.
struct Pipeline {
    workflow: Workflow,
    action: Action,
    name: String,
    whose: String,
    permissions: Vec<Permission>,
}

/// Prints what each pipeline of the Promise needs that runs a step.
pub(super) fn print_needs(promise: &Promise, files: &Files, format: Format) -> Result<(), Error> {
    let mut pipelines: Vec<Pipeline> = Vec::new();
    for container in &promise.containers {
        let Some(bindings) = files.bindings(container) else { continue };
        let pods = Pods::of(container.workflow, promise.pipeline_namespace());
        let needs = promise.needs(container, &bindings?)?;
        match pipelines.iter_mut().find(|pipeline| pipeline.is_of(container)) {
            Some(pipeline) => pipeline.permissions.extend(needs),
            None => pipelines.push(Pipeline {
                workflow: container.workflow,
                action: container.action,
                name: container.pipeline.clone(),
                whose: pods.whose(),
                permissions: needs,
            }),
        }
    }
    for pipeline in &mut pipelines {
        pipeline.permissions.sort_unstable();
        pipeline.permissions.dedup();
    }
    match format {
        Format::Json => print_json(&json!({
            "promise": promise.name,
            "pipelines": pipelines.iter().map(Pipeline::to_json).collect::<Vec<_>>(),
        })),
        Format::Text if pipelines.is_empty() => {
            print([format!("# The Promise {} runs no step of kratix-wasm.", promise.name)])
        }
        Format::Text => print(pipelines.iter().flat_map(Pipeline::lines)),
    }
}

impl Pipeline {
    fn is_of(&self, container: &Container) -> bool {
        (self.workflow, self.action, &self.name) == (container.workflow, container.action, &container.pipeline)
    }

    fn rules(&self) -> Vec<Value> {
        self.permissions.iter().map(Permission::to_json).collect()
    }

    fn to_json(&self) -> Value {
        json!({
            "workflow": self.workflow.name(), "action": self.action.name(), "pipeline": self.name,
            "permissions": self.rules(), "note": if self.permissions.is_empty() { None } else { Some(&self.whose) },
        })
    }

    /// What goes into `spec` of the pipeline, as YAML.
    fn lines(&self) -> Vec<String> {
        let place = format!("workflows.{}.{}, pipeline {}", self.workflow.name(), self.action.name(), self.name);
        if self.permissions.is_empty() {
            return vec![format!("# {place}: its inputs need no permission.")];
        }
        let rbac = json!({ "rbac": Map::from_iter([("permissions".to_owned(), self.rules().into())]) });
        let mut lines = vec![format!("# {place}, below spec:"), format!("# {}", self.whose)];
        lines.extend(yaml::write(&[rbac]).lines().map(ToOwned::to_owned));
        lines
    }
}
