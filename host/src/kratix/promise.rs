//! A Promise as far as its steps go: the containers of its pipelines (kratix-contract 1.8 and 6.1).

use std::ffi::OsString;
use std::fmt;

use serde_json::{Value, json};

use super::expansion::expand;
use super::mount::Mount;
pub use super::variables::ENV_FROM;
use super::variables::{Set, Variables};
use super::{Action, Workflow};
use crate::nearest::nearest;
use crate::text::clean;

/// A container of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Of which of the four workflows.
    pub workflow: Workflow,
    /// Of which of the four workflows.
    pub action: Action,
    /// Name of its pipeline.
    pub pipeline: String,
    /// Its own name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// What it starts instead of what the image says; empty where the image decides.
    pub command: Vec<OsString>,
    /// What that is given.
    pub args: Vec<OsString>,
    /// What is set for it, with what Kratix sets for every container as far as that doesn't depend on a request.
    pub env: Variables,
    /// Variables that are set for it to what only the cluster knows, or only a request.
    pub elsewhere: Vec<String>,
    /// Of these, those that a requester has a say in.
    pub requesters: Vec<String>,
    /// Its volumes.
    pub mounts: Vec<Mount>,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [pipeline, name] = [&self.pipeline, &self.name].map(|name| clean(name, 63));
        write!(f, "{}, pipeline {pipeline}, container {name}", place(self.workflow, self.action))
    }
}

/// Kind, API group and plural of a Promise's requests; none when it has no API.
#[must_use]
pub fn api(promise: &Value) -> Option<[&str; 3]> {
    let spec = &promise["spec"]["api"]["spec"];
    Some([spec["names"]["kind"].as_str()?, spec["group"].as_str()?, spec["names"]["plural"].as_str()?])
}

/// Whether each served version of a Promise's API has a field of text at this path of a request, or may have; else what is wrong,
/// to be read after the path.
///
/// # Errors
///
/// That there is no such field, or none of text.
pub fn ensure_text(promise: &Value, path: &[String]) -> Result<(), String> {
    let versions = promise["spec"]["api"]["spec"]["versions"].as_array().into_iter().flatten();
    for version in versions.filter(|version| version["served"] != false) {
        let mut schema = &version["schema"]["openAPIV3Schema"];
        for field in path {
            // What a schema leaves open may be there.
            if schema["x-kubernetes-preserve-unknown-fields"] == true || schema["additionalProperties"].is_object() {
                return Ok(());
            }
            let properties = schema["properties"].as_object();
            let there = properties.and_then(|properties| properties.get(field));
            schema = there.ok_or_else(|| {
                let names = properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str));
                match nearest(field, names) {
                    Some(near) => format!("is no field of the Promise's API; did you mean {}?", clean(near, 80)),
                    None => "is no field of the Promise's API".to_owned(),
                }
            })?;
        }
        match schema["type"].as_str() {
            None | Some("string") => {}
            Some(other) => {
                return Err(format!("is a {} in the Promise's API, and a name is a string", clean(other, 20)));
            }
        }
    }
    Ok(())
}

/// `spec.workflows.config.pipelineNamespace`: where the pods of all pipelines run, where it says so (kratix-contract 1.7).
#[must_use]
pub fn pipeline_namespace(promise: &Value) -> Option<&str> {
    promise["spec"]["workflows"]["config"]["pipelineNamespace"].as_str().filter(|namespace| !namespace.is_empty())
}

/// What the pods of a container's pipeline may do by `spec.rbac.permissions`, and by what Kratix gives them anyhow; none where
/// they have a service account that isn't Kratix' to set up (kratix-contract 1.7).
#[must_use]
pub fn permissions(promise: &Value, container: &Container) -> Option<Vec<Value>> {
    let pipelines = &promise["spec"]["workflows"][container.workflow.name()][container.action.name()];
    let is_its = |pipeline: &&Value| pipeline["metadata"]["name"] == *container.pipeline;
    let rbac = &pipelines.as_array().into_iter().flatten().find(is_its)?["spec"]["rbac"];
    if rbac["serviceAccount"].as_str().is_some_and(|account| !account.is_empty()) {
        return None;
    }
    let mut permissions = rbac["permissions"].as_array().cloned().unwrap_or_default();
    let verbs = ["get", "list", "update", "create", "patch"];
    match (container.workflow, api(promise)) {
        (Workflow::Promise, _) => permissions.push(json!({
            "apiGroups": ["platform.kratix.io"], "resources": ["promises", "works"], "verbs": verbs, "resourceNamespace": "*",
        })),
        (Workflow::Resource, Some([_, group, plural])) => {
            let own = json!({"apiGroups": [group], "resources": [plural], "verbs": verbs});
            if pipeline_namespace(promise).is_some() {
                let mut everywhere = own.clone();
                everywhere["resourceNamespace"] = "*".into();
                permissions.push(everywhere);
            }
            permissions.push(own);
        }
        (Workflow::Resource, None) => {}
    }
    if container.workflow == Workflow::Resource {
        permissions.push(json!({"apiGroups": ["platform.kratix.io"], "resources": ["works"], "verbs": ["*"]}));
    }
    Some(permissions)
}

/// Every container of every pipeline, in their order.
///
/// # Errors
///
/// What isn't as Kratix has it, to be read after the Promise's name.
pub fn containers(promise: &Value) -> Result<Vec<Container>, String> {
    let mut containers = Vec::new();
    for workflow in [Workflow::Promise, Workflow::Resource] {
        for action in [Action::Configure, Action::Delete] {
            let place = place(workflow, action);
            for pipeline in list(&promise["spec"]["workflows"][workflow.name()][action.name()], &place)? {
                let name = text(&pipeline["metadata"]["name"], &format!("a pipeline of {place} has no name"))?;
                let of_kratix = of_kratix(promise, workflow, action, name);
                for container in list(&pipeline["spec"]["containers"], &format!("containers of {place}"))? {
                    let volumes = &pipeline["spec"]["volumes"];
                    containers.push(read(container, workflow, action, name, &of_kratix, volumes)?);
                }
            }
        }
    }
    Ok(containers)
}

fn place(workflow: Workflow, action: Action) -> String {
    format!("workflows.{}.{}", workflow.name(), action.name())
}

pub(super) fn list<'a>(value: &'a Value, what: &str) -> Result<&'a [Value], String> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        _ => Err(format!("{what} is not a list")),
    }
}

pub(super) fn text<'a>(value: &'a Value, wrong: &str) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| wrong.to_owned())
}

fn strings(value: &Value, what: &str) -> Result<Vec<String>, String> {
    let wrong = format!("{what} is not a list of strings");
    list(value, what)?.iter().map(|item| text(item, &wrong).map(str::to_owned)).collect()
}

/// What Kratix sets for every container of a pipeline (kratix-contract 1.5).
fn of_kratix(promise: &Value, workflow: Workflow, action: Action, pipeline: &str) -> Variables {
    let [kind, group, plural] = match workflow {
        Workflow::Promise => ["Promise", "platform.kratix.io", "promises"],
        Workflow::Resource => api(promise).unwrap_or_default(),
    };
    [
        ("KRATIX_WORKFLOW_ACTION", action.name()),
        ("KRATIX_WORKFLOW_TYPE", workflow.name()),
        ("KRATIX_PROMISE_NAME", promise["metadata"]["name"].as_str().unwrap_or_default()),
        ("KRATIX_PIPELINE_NAME", pipeline),
        ("KRATIX_OBJECT_KIND", kind),
        ("KRATIX_OBJECT_GROUP", group),
        ("KRATIX_CRD_PLURAL", plural),
        ("KRATIX_CLUSTER_SCOPED", if workflow == Workflow::Promise { "true" } else { "false" }),
    ]
    .map(|(name, value)| (name.to_owned(), value.into()))
    .into()
}

fn read(
    container: &Value,
    workflow: Workflow,
    action: Action,
    pipeline: &str,
    of_kratix: &Variables,
    volumes: &Value,
) -> Result<Container, String> {
    let name = text(&container["name"], &format!("a container of pipeline {pipeline} has no name"))?;
    let of = |what: &str| format!("{what} of container {name} of pipeline {pipeline}");
    let Set { known: env, elsewhere, requesters } = Set::read(container, of_kratix, &of("env"))?;
    let known = |what: &str| -> Result<Vec<OsString>, String> {
        let texts = strings(&container[what], &of(what))?;
        Ok(texts.iter().map(|text| expand(text, |name| env.get(name).cloned())).collect())
    };
    let mounts = list(&container["volumeMounts"], &of("volumeMounts"))?;
    Ok(Container {
        workflow,
        action,
        pipeline: pipeline.to_owned(),
        name: name.to_owned(),
        image: container["image"].as_str().unwrap_or_default().to_owned(),
        command: known("command")?,
        args: known("args")?,
        mounts: mounts.iter().filter_map(|mount| Mount::read(mount, volumes)).collect(),
        env,
        elsewhere,
        requesters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    const PROMISE: &str = "
metadata: {name: cache}
spec:
  api: {spec: {group: data.example.org, names: {kind: Cache, plural: caches}}}
  workflows:
    promise:
      configure:
        - metadata: {name: check}
          spec: {containers: [{name: c, image: i, args: [check-promise, $(KRATIX_OBJECT_KIND)]}]}
    resource:
      configure:
        - metadata: {name: render}
          spec:
            containers:
              - name: host
                image: i
                command: [/kratix-wasm]
                volumeMounts: [{name: v, mountPath: /v}]
                envFrom: [{configMapRef: {name: a}}]
                env:
                  - {name: A, value: '$(B) $(KRATIX_OBJECT_KIND) $$(A)'}
                  - {name: B, value: $(A)!}
                  - {name: C, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                  - {name: D, value: x$(C)}
                  - {name: E, value: $(KRATIX_OBJECT_NAME)}
                  - {name: F, value: $$(C)}
                  - {name: C, value: now}
                  - {name: G, value: $(C)}
                  - {name: H}
";

    #[test]
    fn containers_have_what_kubernetes_and_kratix_give_them() {
        let promise = yaml::read(PROMISE.as_bytes()).unwrap();
        assert_eq!(api(&promise), Some(["Cache", "data.example.org", "caches"]));
        let containers = containers(&promise).unwrap();
        let [check, host] = &containers[..] else { panic!("{containers:?}") };
        assert_eq!((check.workflow, &check.args[1]), (Workflow::Promise, &"Promise".into()));
        assert_eq!(
            (host.workflow, host.action, host.pipeline.as_str()),
            (Workflow::Resource, Action::Configure, "render")
        );
        let set: Vec<(&str, &str)> = host
            .env
            .iter()
            .filter(|(name, _)| name.len() == 1)
            .map(|(name, value)| (&**name, value.to_str().unwrap()))
            .collect();
        assert_eq!(
            set,
            [("A", "$(B) Cache $(A)"), ("B", "$(B) Cache $(A)!"), ("C", "now"), ("F", "$(C)"), ("G", "now"), ("H", "")]
        );
        let elsewhere: Vec<&str> = host.elsewhere.iter().map(String::as_str).filter(|name| name.len() < 8).collect();
        assert_eq!(elsewhere, [ENV_FROM, "D", "E"]);
        let requesters: Vec<&str> = host.requesters.iter().map(String::as_str).filter(|name| name.len() < 8).collect();
        assert_eq!(requesters, ["D", "E"]);
        assert!(host.mounts.len() == 1 && host.mounts[0].is_at("/v/"));
    }

    #[test]
    fn kratix_lets_a_resource_workflow_do_anything_to_works() {
        let promise = yaml::read(PROMISE.as_bytes()).unwrap();
        let works = json!({"apiGroups": ["platform.kratix.io"], "resources": ["works"], "verbs": ["*"]});
        let containers = containers(&promise).unwrap();
        let given = |container: &Container| permissions(&promise, container).unwrap().contains(&works);
        assert_eq!(containers.iter().map(given).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn what_is_no_pipeline_is_named() {
        for (workflows, wrong) in [
            ("{resource: {configure: {}}}", "workflows.resource.configure is not a list"),
            ("{resource: {delete: [{}]}}", "a pipeline of workflows.resource.delete has no name"),
            (
                "{promise: {configure: [{metadata: {name: p}, spec: {containers: [{name: c, env: [{name: A, value: 1}]}]}}]}}",
                "A in env of container c of pipeline p is not a string",
            ),
            (
                "{promise: {configure: [{metadata: {name: p}, spec: {containers: [{name: c, args: run}]}}]}}",
                "args of container c of pipeline p is not a list",
            ),
        ] {
            let promise = yaml::read(format!("spec: {{workflows: {workflows}}}").as_bytes()).unwrap();
            assert_eq!(containers(&promise), Err(wrong.to_owned()));
        }
    }
}
