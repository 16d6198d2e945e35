//! A Promise whose step reads inputs, and what Kratix makes of it for its pods (kratix-contract 1.7): an account, and just the
//! rights that `inspect --rbac` prints.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::{describing, root, run};
use serde_json::{Value, json};

use crate::cluster::{Cluster, PLAYED, eventually};
use crate::pod::{Job, new_name};
use crate::shape;

/// The account of the pods.
const ACCOUNT: &str = "reading-resource-configure-configure";

/// A Promise that is there, as far as its pods need it, for as long as the value.
pub(crate) struct Reading<'a> {
    cluster: &'a Cluster,
    /// Where its pods run.
    namespace: String,
    pipeline: Value,
    /// What `inspect --rbac` prints of the pipeline.
    pub(crate) rules: Vec<Value>,
}

impl<'a> Reading<'a> {
    /// One with this generator, with these bindings, whose pods are in the namespace of each request or in another.
    pub(crate) fn new(cluster: &'a Cluster, word: &str, bindings: &Value, pods: Option<&str>) -> Self {
        cluster.apply(&api());
        let namespace = pods.unwrap_or("default").to_owned();
        cluster.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}));
        let generator = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(generator.path(), describing(word)).expect("it can be written");
        cluster.delete_in(&namespace, "configmap", "generator");
        let from = format!("--from-file=generator.wasm={}", generator.path().display());
        let _ = cluster.kubectl(&["create", "configmap", "generator", "--namespace", &namespace, &from]);

        let pipeline = json!({
            "containers": [{
                "name": "kratix-wasm",
                "image": "localhost/kratix-wasm:0.1.0",
                "imagePullPolicy": "IfNotPresent",
                "args": ["run", "/generator/generator.wasm"],
                "env": [
                    {"name": "KRATIX_WASM_ON_ERROR", "value": "suspend"},
                    {"name": "KRATIX_WASM_INPUTS", "value": bindings.to_string()},
                ],
                "resources": {"limits": {"cpu": "1", "memory": "256Mi"}},
                "securityContext": {"runAsNonRoot": true, "runAsUser": 65532, "readOnlyRootFilesystem": true},
                "volumeMounts": [{"name": "generator", "mountPath": "/generator", "readOnly": true}],
            }],
            "volumes": [{"name": "generator", "configMap": {"name": "generator"}}],
            "jobOptions": {"backoffLimit": 3},
        });
        let rules = rules(&pipeline, pods);
        Self { cluster, namespace, pipeline, rules }
    }

    /// Gives the step something more: of its containers and volumes.
    pub(crate) fn with_volume(mut self, volume: Value, path: &str) -> Self {
        let mount = json!({"name": volume["name"], "mountPath": path, "readOnly": true});
        self.pipeline["containers"][0]["volumeMounts"].as_array_mut().expect("a list").push(mount);
        self.pipeline["volumes"].as_array_mut().expect("a list").push(volume);
        self
    }

    /// Lets its pods do what these rules say beside what every pipeline may, and no more.
    pub(crate) fn allow(&self, rules: &[Value]) {
        self.forbid();
        let own = json!([
            {"apiGroups": ["example.org"], "resources": ["tests", "tests/status"], "verbs": ["get", "list", "update", "create", "patch"]},
            {"apiGroups": ["platform.kratix.io"], "resources": ["works"], "verbs": ["*"]},
        ]);
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": self.namespace},
        });
        let selectors = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "destination-selectors-team", "namespace": self.namespace},
            "data": {"destinationSelectors": "[]\n"},
        });
        let mut objects = vec![account, selectors];
        // Of requests in another namespace than the pods Kratix lets them know by a ClusterRole.
        objects.extend(self.role("own", own, (self.namespace != "default").then_some("*")));
        for (number, rule) in rules.iter().enumerate() {
            let mut policy = rule.clone();
            let namespace = policy.as_object_mut().expect("a rule is a map").remove("resourceNamespace");
            let namespace = namespace.as_ref().map(|name| name.as_str().expect("a name"));
            objects.extend(self.role(&number.to_string(), json!([policy]), namespace));
        }
        self.cluster.apply(&json!({"apiVersion": "v1", "kind": "List", "items": objects}));
        // The API server itself learns of it a moment later.
        for rule in &self.rules {
            let is_allowed = rules.contains(rule);
            eventually("the API server goes by the rules", || (self.may(rule) == is_allowed).then_some(()));
        }
    }

    /// A role of the account and its binding: in the namespace of the pods, in another, or for all.
    fn role(&self, name: &str, rules: Value, namespace: Option<&str>) -> [Value; 2] {
        let (role, binding, place) = match namespace {
            None => ("Role", "RoleBinding", Some(self.namespace.as_str())),
            Some("*") => ("ClusterRole", "ClusterRoleBinding", None),
            Some(other) => ("ClusterRole", "RoleBinding", Some(other)),
        };
        let (api, name) = ("rbac.authorization.k8s.io/v1", format!("{ACCOUNT}-{name}"));
        let metadata = json!({"name": name, "labels": {"kratix.io/promise-name": "reading"}});
        let mut of_binding = metadata.clone();
        of_binding["namespace"] = place.into();
        let mut of_role = metadata;
        of_role["namespace"] = place.filter(|_| role == "Role").into();
        [
            json!({"apiVersion": api, "kind": role, "metadata": of_role, "rules": rules}),
            json!({
                "apiVersion": api, "kind": binding, "metadata": of_binding,
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": name},
                "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": self.namespace}],
            }),
        ]
    }

    /// Whether the API server would let the pods do what a rule says.
    fn may(&self, rule: &Value) -> bool {
        let text = |field: &str| rule[field][0].as_str().unwrap_or_default();
        let mut what = text("resources").to_owned();
        for (separator, more) in [(".", text("apiGroups")), ("/", text("resourceNames"))] {
            if !more.is_empty() {
                what = what + separator + more;
            }
        }
        let account = format!("--as=system:serviceaccount:{}:{ACCOUNT}", self.namespace);
        let place = match rule["resourceNamespace"].as_str() {
            Some("*") => "--all-namespaces".to_owned(),
            other => format!("--namespace={}", other.unwrap_or(&self.namespace)),
        };
        self.cluster.says_yes(&["auth", "can-i", "--quiet", text("verbs"), &what, &account, &place])
    }

    /// Starts the step for a request.
    pub(crate) fn start(&self, request: &Value) -> Job<'a> {
        self.cluster.apply(request);
        let request = request["metadata"]["name"].as_str().expect("a name");
        let mut job = shape::job(&new_name("reading", request), request, &self.pipeline, PLAYED);
        job["metadata"]["namespace"] = self.namespace.as_str().into();
        let pod = &mut job["spec"]["template"]["spec"];
        pod["serviceAccountName"] = ACCOUNT.into();
        for containers in ["initContainers", "containers"] {
            for container in pod[containers].as_array_mut().expect("a list") {
                for variable in container["env"].as_array_mut().expect("a list") {
                    of_the_promise(variable);
                }
            }
        }
        Job::of(self.cluster, job)
    }

    fn forbid(&self) {
        let kinds = "clusterroles,clusterrolebindings,roles,rolebindings";
        let _ = self.cluster.says_yes(&[
            "delete",
            kinds,
            "--all-namespaces",
            "--selector",
            "kratix.io/promise-name=reading",
        ]);
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        // What a status says stays until another says otherwise.
        let _ = self.cluster.says_yes(&["delete", "tests.example.org", "--all", "--namespace", "default"]);
        self.forbid();
        for (kind, name) in [("configmap", "generator"), ("serviceaccount", ACCOUNT)] {
            self.cluster.delete_in(&self.namespace, kind, name);
        }
    }
}

/// A variable of Kratix, which in the shape is that of a Team.
fn of_the_promise(variable: &mut Value) {
    let value = match variable["name"].as_str() {
        Some("KRATIX_PROMISE_NAME") => "reading",
        Some("KRATIX_OBJECT_KIND") => "Test",
        Some("KRATIX_OBJECT_GROUP") => "example.org",
        Some("KRATIX_OBJECT_VERSION") => "v1",
        Some("KRATIX_CRD_PLURAL") => "tests",
        _ => return,
    };
    variable["value"] = value.into();
}

/// What the program says that `rbac.permissions` of the pipeline need.
fn rules(pipeline: &Value, pods: Option<&str>) -> Vec<Value> {
    let mut spec = pipeline.clone();
    spec["rbac"] = json!({});
    let api = "platform.kratix.io/v1alpha1";
    let pipeline = json!({"apiVersion": api, "kind": "Pipeline", "metadata": {"name": "configure"}, "spec": spec});
    let config = pods.map_or(json!({}), |namespace| json!({"pipelineNamespace": namespace}));
    let promise = json!({
        "apiVersion": api, "kind": "Promise", "metadata": {"name": "reading"},
        "spec": {"workflows": {"config": config, "resource": {"configure": [pipeline]}}},
    });
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), promise.to_string()).expect("it can be written");
    let mut program = Command::new(root().join("target/dist/kratix-wasm"));
    let printed = run(program.args(["inspect", "--rbac", "--format", "json", "--filename"]).arg(file.path()));
    let printed: Value = serde_json::from_str(&printed).expect("it prints JSON");
    printed["pipelines"][0]["permissions"].as_array().expect("a list").clone()
}

/// The API of the Promise, as Kratix completes it.
fn api() -> Value {
    let any = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "tests.example.org"},
        "spec": {
            "group": "example.org", "scope": "Namespaced", "names": {"kind": "Test", "plural": "tests", "singular": "test"},
            "versions": [{
                "name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": any, "status": any}}},
            }],
        },
    })
}
