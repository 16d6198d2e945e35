//! The shape of the Jobs that Kratix makes of pipelines (kratix-contract section 1). Where a real Kratix is given, its own are
//! compared with it.

use serde_json::{Value, json};

/// What the account, the role and its binding are called.
const ACCOUNT: &str = "team-resource-configure-configure";

/// What Kratix makes for the pods of a pipeline: an account with its rights, and what work-writer reads.
pub(crate) fn access() -> [Value; 4] {
    let metadata = json!({"name": ACCOUNT, "namespace": "default", "labels": {"kratix.io/promise-name": "team"}});
    let rules = json!([
        {
            "apiGroups": ["platform.kratix.io"],
            "resources": ["teams", "teams/status"],
            "verbs": ["get", "list", "update", "create", "patch"],
        },
        {"apiGroups": ["platform.kratix.io"], "resources": ["works"], "verbs": ["*"]},
    ]);
    let api = "rbac.authorization.k8s.io/v1";
    [
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({"apiVersion": api, "kind": "Role", "metadata": metadata, "rules": rules}),
        json!({
            "apiVersion": api,
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": ACCOUNT},
            "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": "default"}],
        }),
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "destination-selectors-team", "namespace": "default"},
            "data": {"destinationSelectors": "[]\n"},
        }),
    ]
}

/// The Job of a pipeline, by its spec, for a request of the namespace `default`, with this image for Kratix' own containers.
pub(crate) fn job(name: &str, request: &str, pipeline: &Value, image: &str) -> Value {
    let kratix = |name: &str, role: &str, mounts: &[(&str, &str)]| kratix(name, role, request, image, mounts);
    let labels = json!({
        "app.kubernetes.io/managed-by": "Kratix",
        "kratix.io/hash": "00000000000000000000000000000000",
        "kratix.io/pipeline-name": "configure",
        "kratix.io/promise-name": "team",
        "kratix.io/resource-name": request,
        "kratix.io/workflow-action": "configure",
        "kratix.io/workflow-type": "resource",
    });
    let mut volumes = vec![json!({
        "name": "promise-scheduling",
        "configMap": {
            "name": "destination-selectors-team",
            "items": [{"key": "destinationSelectors", "path": "promise-scheduling"}],
        },
    })];
    volumes
        .extend(["shared-input", "shared-output", "shared-metadata"].map(|name| json!({"name": name, "emptyDir": {}})));
    volumes.extend(items(pipeline, "volumes").cloned());

    let mut containers =
        vec![kratix("reader", "reader", &[("shared-input", "/kratix/input"), ("shared-output", "/kratix/output")])];
    containers.extend(items(pipeline, "containers").map(|container| user(container, request)));
    containers.push(kratix(
        "work-writer",
        "work-creator",
        &[
            ("shared-output", "/work-creator-files/input"),
            ("shared-metadata", "/work-creator-files/metadata"),
            ("promise-scheduling", "/work-creator-files/kratix-system"),
        ],
    ));
    let status_writer =
        kratix("status-writer", "update-status", &[("shared-metadata", "/work-creator-files/metadata")]);
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": {
            "backoffLimit": pipeline["jobOptions"]["backoffLimit"],
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "serviceAccountName": ACCOUNT,
                    "restartPolicy": pipeline["restartPolicy"].as_str().unwrap_or("OnFailure"),
                    "volumes": volumes,
                    "initContainers": containers,
                    "containers": [status_writer],
                },
            },
        },
    })
}

/// A container of Kratix's own.
fn kratix(name: &str, role: &str, request: &str, image: &str, mounts: &[(&str, &str)]) -> Value {
    let mounts: Vec<Value> = mounts.iter().map(|(volume, path)| json!({"name": volume, "mountPath": path})).collect();
    json!({
        "name": name,
        "image": image,
        "command": ["/bin/pipeline-adapter"],
        "args": [role],
        // The real work-writer gets flags instead. The script needs to know no more than the others.
        "env": environment(request),
        "volumeMounts": mounts,
        "resources": resources(),
        "securityContext": {
            "allowPrivilegeEscalation": false,
            "capabilities": {"drop": ["ALL"]},
            "privileged": false,
            "runAsNonRoot": true,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    })
}

/// A container of the pipeline.
fn user(container: &Value, request: &str) -> Value {
    let mut user = container.clone();
    let mut env = environment(request);
    env.extend(items(container, "env").cloned());
    user["env"] = env.into();
    let mut mounts = vec![
        json!({"name": "shared-input", "mountPath": "/kratix/input", "readOnly": true}),
        json!({"name": "shared-output", "mountPath": "/kratix/output"}),
        json!({"name": "shared-metadata", "mountPath": "/kratix/metadata"}),
    ];
    mounts.extend(items(container, "volumeMounts").cloned());
    user["volumeMounts"] = mounts.into();
    if user["resources"].is_null() {
        user["resources"] = resources();
    }
    user
}

fn environment(request: &str) -> Vec<Value> {
    let variables = [
        ("WORKFLOW_ACTION", "configure"),
        ("WORKFLOW_TYPE", "resource"),
        ("PROMISE_NAME", "team"),
        ("PIPELINE_NAME", "configure"),
        ("OBJECT_KIND", "Team"),
        ("OBJECT_GROUP", "platform.kratix.io"),
        ("OBJECT_VERSION", "v1alpha1"),
        ("OBJECT_NAME", request),
        ("OBJECT_NAMESPACE", "default"),
        ("CRD_PLURAL", "teams"),
        ("CLUSTER_SCOPED", "false"),
    ];
    variables.map(|(name, value)| json!({"name": format!("KRATIX_{name}"), "value": value})).to_vec()
}

/// What a container gets that doesn't say what it needs.
fn resources() -> Value {
    json!({
        "requests": {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "128Mi"},
        "limits": {"cpu": "200m", "memory": "256Mi", "ephemeral-storage": "256Mi"},
    })
}

fn items<'a>(parent: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    parent[field].as_array().into_iter().flatten()
}
