//! What the pod of a step must be allowed, so that its inputs can be read: items of `rbac.permissions` (kratix-contract 1.7).

use serde_json::{Value, json};

use super::binding::{Binding, Bound, Objects, Scope, Selected};
use super::part::Part;
use crate::kratix::Workflow;

/// All namespaces, as `resourceNamespace` has them.
const ALL: &str = "*";

/// A permission: of a role in the namespace of the pods, or of one elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    group: String,
    resource: String,
    verb: &'static str,
    /// The one object; none for any.
    name: Option<String>,
    /// `resourceNamespace`; none for that of the pods.
    namespace: Option<String>,
}

/// Where the pods of a pipeline run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pods<'a> {
    /// In the namespace of each request.
    WithRequests,
    /// In one for all: `pipelineNamespace`.
    In(&'a str),
    /// In Kratix' own: those of promise workflows.
    WithKratix,
}

impl<'a> Pods<'a> {
    /// Of a workflow of a Promise with this `pipelineNamespace`.
    #[must_use]
    pub fn of(workflow: Workflow, pipeline_namespace: Option<&'a str>) -> Self {
        match (pipeline_namespace, workflow) {
            (Some(namespace), _) => Self::In(namespace),
            (None, Workflow::Resource) => Self::WithRequests,
            (None, Workflow::Promise) => Self::WithKratix,
        }
    }

    /// Whose token it is, as a sentence.
    #[must_use]
    pub fn whose(self) -> String {
        let place = match self {
            Self::WithRequests => "the namespace of each request".to_owned(),
            Self::In(namespace) => format!("namespace {namespace}"),
            Self::WithKratix => "Kratix' own namespace".to_owned(),
        };
        format!(
            "The pods' service account is in {place}: whoever may create pods there may use its token, and read the same."
        )
    }
}

impl Binding {
    /// What reading it takes; none for a file.
    ///
    /// # Errors
    ///
    /// Why a pod that runs there must not read it.
    pub fn permission(&self, pods: Pods<'_>) -> Result<Option<Permission>, String> {
        let Bound::Cluster(Objects { kind, resource, namespace, which, .. }) = &self.bound else { return Ok(None) };
        let is_requests_own = *namespace == Scope::Namespace(Part::Namespace);
        if pods == Pods::WithRequests && !is_requests_own {
            return Err(
                "is read outside the request's namespace by a pod that runs in it, whose token others there may use: \
                        set pipelineNamespace"
                    .into(),
            );
        }
        let namespace = match (namespace, pods) {
            (Scope::Namespace(Part::Namespace), Pods::WithRequests) => None,
            (Scope::Namespace(Part::Literal(namespace)), Pods::In(own)) if namespace == own => None,
            (Scope::Namespace(Part::Literal(namespace)), _) => Some(namespace.clone()),
            (Scope::Cluster | Scope::Namespace(_), _) => Some(ALL.to_owned()),
        };
        let (verb, name) = match which {
            Selected::Named(Part::Literal(name)) => ("get", Some(name.clone())),
            Selected::Named(_) => ("get", None),
            Selected::Labelled(_) => ("list", None),
        };
        Ok(Some(Permission { group: kind.group.clone(), resource: resource.clone(), verb, name, namespace }))
    }
}

impl Permission {
    /// As `rbac.permissions` has it: a rule of a role, with the namespace that it is for.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Self { group, resource, verb, name, namespace } = self;
        let mut rule = json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
        if let Some(name) = name {
            rule["resourceNames"] = json!([name]);
        }
        if let Some(namespace) = namespace {
            rule["resourceNamespace"] = namespace.as_str().into();
        }
        rule
    }

    /// Whether an item of `rbac.permissions` gives it to pods that run there. What Kratix' own namespace is called isn't known
    /// here: what is given in it may be what is needed.
    #[must_use]
    pub fn is_in(&self, item: &Value, pods: Pods<'_>) -> bool {
        let has = |field: &str, wanted: &str| {
            let items = item[field].as_array().into_iter().flatten().filter_map(Value::as_str);
            items.into_iter().any(|given| given == wanted || given == ALL)
        };
        let given = item["resourceNamespace"].as_str().filter(|namespace| !namespace.is_empty());
        let is_there = match (given, self.namespace.as_deref()) {
            (Some(ALL), _) => true,
            (Some(given), None) => pods == Pods::In(given),
            (None, Some(wanted)) => pods == Pods::WithKratix && wanted != ALL,
            (given, wanted) => given == wanted,
        };
        let named = item["resourceNames"].as_array().filter(|names| !names.is_empty());
        let is_named =
            named.is_none_or(|names| self.name.as_ref().is_some_and(|name| names.iter().any(|given| given == name)));
        has("apiGroups", &self.group)
            && has("resources", &self.resource)
            && has("verbs", self.verb)
            && is_there
            && is_named
    }
}

#[cfg(test)]
mod tests {
    use super::super::Bindings;
    use super::*;

    fn permission(binding: &str, pods: Pods<'_>) -> Result<Option<Value>, String> {
        let text = format!("{{a: {{apiVersion: b.io/v1, kind: Team, resource: teams, {binding}}}}}");
        let bindings = Bindings::read("a test", text.as_bytes(), false).unwrap();
        let (_, binding) = bindings.all().next().unwrap();
        binding.permission(pods).map(|permission| permission.map(|permission| permission.to_json()))
    }

    #[test]
    fn a_binding_needs_just_what_reads_it() {
        let rule = |verb: &str, more: Value| {
            let mut rule = json!({"apiGroups": ["b.io"], "resources": ["teams"], "verbs": [verb]});
            rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Ok(Some(rule))
        };
        let own = Pods::In("own");
        for (binding, pods, wanted) in [
            ("name: '{spec.a}'", Pods::WithRequests, rule("get", json!({}))),
            ("name: x", Pods::WithRequests, rule("get", json!({"resourceNames": ["x"]}))),
            ("matchLabels: {}", Pods::WithRequests, rule("list", json!({}))),
            ("name: '{name}'", own, rule("get", json!({"resourceNamespace": "*"}))),
            ("name: x, namespace: own", own, rule("get", json!({"resourceNames": ["x"]}))),
            ("name: x, namespace: z", own, rule("get", json!({"resourceNames": ["x"], "resourceNamespace": "z"}))),
            ("matchLabels: {a: b}, namespace: '{spec.z}'", own, rule("list", json!({"resourceNamespace": "*"}))),
            ("matchLabels: {}, scope: Cluster", own, rule("list", json!({"resourceNamespace": "*"}))),
            ("matchLabels: {}, namespace: z", Pods::WithKratix, rule("list", json!({"resourceNamespace": "z"}))),
        ] {
            assert_eq!(permission(binding, pods), wanted, "{binding}");
        }
        for binding in ["name: x, namespace: z", "matchLabels: {}, scope: Cluster"] {
            assert!(
                permission(binding, Pods::WithRequests).unwrap_err().contains("set pipelineNamespace"),
                "{binding}"
            );
        }
    }

    #[test]
    fn a_permission_is_in_an_item_that_gives_as_much() {
        let (group, resource) = ("b.io".to_owned(), "teams".to_owned());
        let one = Permission { group, resource, verb: "get", name: Some("x".into()), namespace: None };
        let any = Permission { name: None, ..one.clone() };
        let there = Permission { namespace: Some("z".into()), ..one.clone() };
        let everywhere = Permission { namespace: Some("*".into()), ..any.clone() };
        for permission in [&one, &any, &there, &everywhere] {
            assert!(permission.is_in(&permission.to_json(), Pods::WithRequests), "{permission:?}");
        }
        let item = |more: &str| crate::yaml::read(more.as_bytes()).unwrap();
        let is_in = |permission: &Permission, item: &Value| permission.is_in(item, Pods::In("own"));
        let all = item("{apiGroups: ['*'], resources: ['*'], verbs: ['*'], resourceNamespace: '*'}");
        assert!([&one, &any, &there, &everywhere].iter().all(|permission| is_in(permission, &all)));
        assert!(is_in(&one, &item("{apiGroups: [b.io], resources: [teams, x], verbs: [list, get]}")));
        for less in [
            "{apiGroups: [c.io], resources: [teams], verbs: [get]}",
            "{apiGroups: [b.io], resources: [teams/status], verbs: [get]}",
            "{apiGroups: [b.io], resources: [teams], verbs: [list]}",
            "{apiGroups: [b.io], resources: [teams], verbs: [get], resourceNames: [y]}",
            "{apiGroups: [b.io], resources: [teams], verbs: [get], resourceNamespace: z}",
            "{}",
        ] {
            assert!(!is_in(&one, &item(less)), "{less}");
        }
        assert!(
            !is_in(&any, &one.to_json()) && !is_in(&there, &any.to_json()) && !is_in(&everywhere, &there.to_json())
        );
        // The namespace of the pods by its name, and Kratix' own, whatever it is called.
        let own = item("{apiGroups: [b.io], resources: [teams], verbs: [get], resourceNamespace: own}");
        assert!(one.is_in(&own, Pods::In("own")) && !one.is_in(&own, Pods::In("z")));
        assert!(!one.is_in(&own, Pods::WithRequests));
        assert!(there.is_in(&any.to_json(), Pods::WithKratix) && !everywhere.is_in(&any.to_json(), Pods::WithKratix));
    }
}
