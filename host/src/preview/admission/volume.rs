//! The volumes of a pipeline, as Kubernetes checks them: their names, that each is of one kind, and what the usual kinds need.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::errors::Errors;
use super::job::{POD, text};
use super::quantity::amount;
use crate::kratix::Action;

/// What the usual kinds of volumes can't be without.
const NEEDED: [(&str, &str); 7] = [
    ("hostPath", "path"),
    ("configMap", "name"),
    ("secret", "secretName"),
    ("persistentVolumeClaim", "claimName"),
    ("nfs", "server"),
    ("nfs", "path"),
    ("csi", "driver"),
];

/// In which order Kubernetes looks for what a volume is; others come after these.
const ORDER: [&str; 10] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "secret",
    "nfs",
    "persistentVolumeClaim",
    "downwardAPI",
    "configMap",
    "projected",
    "csi",
];

/// Adds what is wrong with them, and gives the names that a mount may have, Kratix' own included.
pub(super) fn wrong(spec: &Value, action: Action, errors: &mut Errors) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["shared-input", "shared-output", "shared-metadata"].map(str::to_owned).into();
    if action == Action::Configure {
        names.insert("promise-scheduling".to_owned());
    }
    let before = names.len();
    for (index, volume) in spec["volumes"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{POD}.volumes[{}]", before + index);
        let name = text(&volume["name"]);
        let so_far = errors.count();
        source(volume, &path, errors);
        errors.label(&format!("{path}.name"), name);
        if names.contains(name) {
            errors.duplicate(&format!("{path}.name"), name);
        }
        // To Kubernetes one with a mistake isn't there.
        if errors.count() == so_far {
            names.insert(name.to_owned());
        }
    }
    names
}

fn source(volume: &Value, path: &str, errors: &mut Errors) {
    let place = |kind: &str| ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len());
    let kinds = volume.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).filter(|key| *key != "name");
    let mut kinds: Vec<&str> = kinds.collect();
    kinds.sort_by_key(|kind| place(kind));
    for kind in kinds.iter().skip(1) {
        errors.forbidden(&format!("{path}.{kind}"), "may not specify more than 1 volume type");
    }
    let Some(first) = kinds.first() else { return };
    let volume = &json!({*first: volume[*first]});
    for (kind, field) in NEEDED {
        if volume[kind].is_object() && text(&volume[kind][field]).is_empty() {
            errors.required(&format!("{path}.{kind}.{field}"));
        }
    }
    let size = volume["emptyDir"].get("sizeLimit").and_then(amount);
    if size.is_some_and(|size| size < 0) {
        errors.forbidden(&format!("{path}.emptyDir.sizeLimit"), "SizeLimit field must be a valid resource quantity");
    }
    for kind in ["configMap", "secret", "projected", "downwardAPI"] {
        let path = format!("{path}.{kind}");
        files(&volume[kind], kind, &path, errors);
        for (index, part) in volume[kind]["sources"].as_array().into_iter().flatten().enumerate() {
            let path = format!("{path}.sources[{index}]");
            for kind in ["configMap", "secret", "downwardAPI"] {
                let path = format!("{path}.{kind}");
                if part[kind].is_object() && kind != "downwardAPI" && text(&part[kind]["name"]).is_empty() {
                    errors.required(&format!("{path}.name"));
                }
                files(&part[kind], kind, &path, errors);
            }
            if part["serviceAccountToken"].is_object() && text(&part["serviceAccountToken"]["path"]).is_empty() {
                errors.required(&format!("{path}.serviceAccountToken.path"));
            }
        }
    }
}

/// The files of a volume that Kubernetes makes of something, and their modes.
fn files(source: &Value, kind: &str, path: &str, errors: &mut Errors) {
    mode(&source["defaultMode"], &format!("{path}.defaultMode"), errors);
    for (index, item) in source["items"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}.items[{index}]");
        if kind != "downwardAPI" && text(&item["key"]).is_empty() {
            errors.required(&format!("{path}.key"));
        }
        match text(&item["path"]) {
            "" => errors.required(&format!("{path}.path")),
            given => errors.relative(&format!("{path}.path"), given),
        }
        mode(&item["mode"], &format!("{path}.mode"), errors);
    }
}

fn mode(mode: &Value, path: &str, errors: &mut Errors) {
    if let Some(mode) = mode.as_i64().filter(|mode| !(0..=0o777).contains(mode)) {
        errors.invalid_number(path, mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}
