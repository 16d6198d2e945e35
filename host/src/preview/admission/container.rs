//! A container of a pipeline, as Kubernetes checks it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::errors::Errors;
use super::job::text;
use super::quantity::amount;

/// Where Kratix has its volumes in each container of a pipeline (kratix-contract 1.2).
const MOUNTS: [&str; 3] = ["/kratix/input", "/kratix/output", "/kratix/metadata"];
/// Variables that Kratix sets before a container's own (kratix-contract 1.5).
const VARIABLES: usize = 11;

/// Adds what is wrong with it but for its name.
pub(super) fn wrong(container: &Value, path: &str, volumes: &BTreeSet<String>, errors: &mut Errors) {
    let image = text(&container["image"]);
    if image.is_empty() {
        errors.required(&format!("{path}.image"));
    } else if image.trim() != image {
        errors.invalid(&format!("{path}.image"), image, "must not have leading or trailing whitespace");
    }
    let policy = text(&container["imagePullPolicy"]);
    if !policy.is_empty() {
        errors.one_of(&format!("{path}.imagePullPolicy"), policy, &["Always", "IfNotPresent", "Never"]);
    }
    variables(container, path, volumes, errors);
    mounts(container, path, volumes, errors);
    resources(&container["resources"], &format!("{path}.resources"), errors);
    security(&container["securityContext"], &format!("{path}.securityContext"), errors);
}

fn variables(container: &Value, path: &str, volumes: &BTreeSet<String>, errors: &mut Errors) {
    for (index, variable) in container["env"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}.env[{}]", VARIABLES + index);
        let name = text(&variable["name"]);
        if name.is_empty() {
            errors.required(&format!("{path}.name"));
        } else if !name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=') {
            let why =
                "a valid environment variable name must consist only of printable ASCII characters other than '='";
            errors.invalid(&format!("{path}.name"), name, why);
        }
        let Some(source) = variable["valueFrom"].as_object() else { continue };
        let path = format!("{path}.valueFrom");
        if source.is_empty() {
            let why = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
            errors.invalid(&path, "", why);
        } else if source.len() > 1 {
            errors.invalid(&path, "", "may not have more than one field specified at a time");
        }
        if source.len() == 1 && !text(&variable["value"]).is_empty() {
            errors.invalid(&path, "", "may not be specified when `value` is not empty");
        }
        for (kind, reference) in source {
            let needed: &[&str] = match kind.as_str() {
                "configMapKeyRef" | "secretKeyRef" => &["key"],
                "fieldRef" => &["fieldPath"],
                "resourceFieldRef" => &["resource"],
                _ => &[],
            };
            for field in needed.iter().filter(|field| text(&reference[**field]).is_empty()) {
                errors.required(&format!("{path}.{kind}.{field}"));
            }
            if needed == ["key"] {
                errors.subdomain(&format!("{path}.{kind}.name"), text(&reference["name"]));
                let key = text(&reference["key"]);
                if !key.is_empty() {
                    errors.data_key(&format!("{path}.{kind}.key"), key);
                }
            }
            if kind == "fileKeyRef" && !volumes.contains(text(&reference["volumeName"])) {
                errors.not_found(&format!("{path}.{kind}.volumeName"), text(&reference["volumeName"]));
            }
        }
    }
    for (index, source) in container["envFrom"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}.envFrom");
        let kinds: Vec<&str> =
            ["configMapRef", "secretRef"].into_iter().filter(|kind| source[*kind].is_object()).collect();
        match kinds[..] {
            [] => errors.invalid(&path, "", "must specify one of: `configMapRef` or `secretRef`"),
            [kind] if text(&source[kind]["name"]).is_empty() => {
                errors.required(&format!("{path}[{index}].{kind}.name"));
            }
            [kind] => errors.subdomain(&format!("{path}[{index}].{kind}.name"), text(&source[kind]["name"])),
            _ => errors.invalid(&path, "", "may not have more than one field specified at a time"),
        }
    }
}

fn mounts(container: &Value, path: &str, volumes: &BTreeSet<String>, errors: &mut Errors) {
    let mut paths: BTreeSet<&str> = MOUNTS.into();
    let mounts = format!("{path}.volumeMounts");
    for (index, mount) in container["volumeMounts"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{mounts}[{}]", MOUNTS.len() + index);
        let [name, at, sub, expression] =
            ["name", "mountPath", "subPath", "subPathExpr"].map(|field| text(&mount[field]));
        if name.is_empty() {
            errors.required(&format!("{path}.name"));
        }
        if !volumes.contains(name) {
            errors.not_found(&format!("{path}.name"), name);
        }
        if at.is_empty() {
            errors.required(&format!("{path}.mountPath"));
        }
        if !paths.insert(at) {
            errors.invalid(&format!("{path}.mountPath"), at, "must be unique");
        }
        for (field, value) in [("subPath", sub), ("subPathExpr", expression)] {
            // Which mount it is, Kubernetes doesn't say.
            errors.relative(&format!("{mounts}.{field}"), value);
        }
        if !sub.is_empty() && !expression.is_empty() {
            errors.invalid(
                &format!("{path}.subPathExpr"),
                expression,
                "subPathExpr and subPath are mutually exclusive",
            );
        }
    }
}

fn resources(resources: &Value, path: &str, errors: &mut Errors) {
    let amount = |list: &str, name: &str| resources[list].get(name).and_then(amount);
    for list in ["limits", "requests"] {
        for (name, given) in resources[list].as_object().into_iter().flatten() {
            let amount_given = amount(list, name);
            if amount_given.is_some_and(|amount| amount < 0) {
                let given = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
                errors.invalid(&format!("{path}.{list}[{name}]"), &given, "must be greater than or equal to 0");
            }
            if !is_resource(name) {
                errors.invalid(&format!("{path}.{list}[{name}]"), name, "must be a standard resource for containers");
            }
        }
    }
    for (name, given) in resources["requests"].as_object().into_iter().flatten() {
        if let (Some(request), Some(limit)) = (amount("requests", name), amount("limits", name))
            && request > limit
        {
            let given = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
            let limit = &resources["limits"][name];
            let limit = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
            let why = format!("must be less than or equal to {name} limit of {limit}");
            errors.invalid(&format!("{path}.requests"), &given, &why);
        }
    }
}

/// Whether a container can have such a resource: one of Kubernetes' own, or one with a domain.
fn is_resource(name: &str) -> bool {
    matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-") || name.contains('/')
}

fn security(context: &Value, path: &str, errors: &mut Errors) {
    for field in ["runAsUser", "runAsGroup"] {
        if let Some(number) = context[field].as_i64().filter(|number| !(0..=2_147_483_647).contains(number)) {
            errors.invalid_number(&format!("{path}.{field}"), number, "must be between 0 and 2147483647, inclusive");
        }
    }
    let capabilities = context["capabilities"]["add"].as_array().into_iter().flatten();
    let is_admin = capabilities.into_iter().any(|capability| *capability == "CAP_SYS_ADMIN");
    if context["allowPrivilegeEscalation"] == false && (context["privileged"] == true || is_admin) {
        let why = if is_admin { "`CAP_SYS_ADMIN`" } else { "true" };
        let field = if is_admin { "capabilities.Add" } else { "privileged" };
        let why = format!("cannot set `allowPrivilegeEscalation` to false and `{field}` to {why}");
        errors.invalid(path, "", &why);
    }
    let profile = &context["seccompProfile"];
    if profile.is_object() {
        let path = format!("{path}.seccompProfile");
        match text(&profile["type"]) {
            "" => errors.required_as(&format!("{path}.type"), "type is required when seccompProfile is set"),
            given => errors.one_of(&format!("{path}.type"), given, &["Localhost", "RuntimeDefault", "Unconfined"]),
        }
        if text(&profile["type"]) == "Localhost" && text(&profile["localhostProfile"]).is_empty() {
            errors.required(&format!("{path}.localhostProfile"));
        }
    }
}
