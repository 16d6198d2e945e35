//! Whether all ways do the same.

use std::collections::BTreeMap;
use std::fs;

use kratix_wasm::yaml;
use serde_json::Value;

use super::Result;
use super::place::{CODE, COMPARED, NAMESPACES, ONE_BY_ONE, Place, say};

/// Ways that do different things are not worth comparing: files of `run` the same to the byte, documents of `helm` by what
/// they say.
pub(super) fn ensure_same(place: &Place, helm: bool) -> Result<()> {
    let rendered: Value = serde_json::from_slice(&say(Place::render(&place.requests(COMPARED), CODE, "json"))?)
        .map_err(|error| format!("render wrote no JSON: {error}"))?;
    let files = rendered["repositories"].as_array().into_iter().flatten().filter_map(|one| one["files"].as_array());
    let files: BTreeMap<&str, &str> =
        files.flatten().filter_map(|file| Some((file["path"].as_str()?, file["after"].as_str()?))).collect();
    let catalog = files.get("catalog-info.yaml").ok_or("render wrote no catalog-info.yaml")?;
    let mut groups: Vec<String> = catalog.split("\n---\n").map(|group| group.trim_end().to_owned()).collect();
    groups.sort_unstable();
    say(place.run_each())?;
    for at in 0..ONE_BY_ONE {
        let (output, name) =
            (place.root.join(format!("each/{at}/output")), format!("area-{}.team-{at:06}", at % NAMESPACES));
        let read = |path: &str| fs::read_to_string(output.join(path)).map_err(|error| format!("{path}: {error}"));
        let terraform = format!("terraform/{name}.tf.json");
        let group = read(&format!("backstage/{name}.yaml"))?;
        if files.get(terraform.as_str()) != Some(&read(&terraform)?.as_str())
            || groups.binary_search(&group.trim_end().to_owned()).is_err()
        {
            return Err(format!("render and run write other files for {name}"));
        }
    }
    if !helm {
        return Ok(());
    }
    let documents = |text: &[u8]| yaml::read_all(text).map_err(|error| error.to_string());
    let mut ours = documents(catalog.as_bytes())?;
    for (_, text) in files.iter().filter(|(path, _)| path.starts_with("terraform/")) {
        ours.extend(documents(text.as_bytes())?);
    }
    let mut theirs = documents(&say(Place::helm(&place.values(&COMPARED.to_string())))?)?;
    for all in [&mut ours, &mut theirs] {
        all.iter_mut().for_each(Value::sort_all_objects);
        all.sort_by_key(ToString::to_string);
    }
    let differs = ours.iter().zip(&theirs).find(|(one, other)| one != other);
    match differs {
        Some((one, other)) => Err(format!("helm writes other documents\n--- render\n{one}\n--- helm\n{other}")),
        None if ours.len() != theirs.len() => {
            Err(format!("helm writes {} documents, render {}", theirs.len(), ours.len()))
        }
        None => Ok(()),
    }
}
