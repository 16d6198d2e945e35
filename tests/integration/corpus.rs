//! What a real Kratix wrote, step by step (`tests/corpus/`), is what the preview says that it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use kratix_wasm::commands::preview::{Given, apply, delete};
use kratix_wasm::error::Error;
use kratix_wasm::preview::admission::{Destination, Mode, StateStoreKind, StoreRef};
use kratix_wasm::preview::platform::Platform;
use kratix_wasm::yaml;
use kratix_wasm_tests::corpus::{Scenario, Store, unescaped};
use kratix_wasm_tests::{Tree, built, code_describing, tree};
use serde_json::Value;

#[test]
fn the_preview_writes_what_kratix_wrote() {
    each(|scenario, generators| if scenario.is_random() { Ok(()) } else { play(scenario, generators) });
}

/// On repositories as Kratix left them nothing is to change, whatever it drew.
#[test]
fn on_what_kratix_wrote_the_preview_changes_nothing() {
    each(play_again);
}

/// Whoever knows only the repositories and the manifests says the same of a deletion as whoever saw everything come about.
#[test]
fn what_is_deleted_goes_from_what_kratix_wrote() {
    each(play_deletions);
}

/// Where a status is another, in what doesn't matter: a message that is Pending since the request was looked at while its changed
/// Promise was unavailable, and a count of failures that Kratix forgets to set back.
const UNLIKE: [(&str, usize); 2] = [("pipelines-removed", 2), ("unreadable-request", 2)];

type Generators<'a> = &'a [(PathBuf, PathBuf)];

#[track_caller]
fn each(play: fn(&Scenario, Generators<'_>) -> Result<(), String>) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let holding = folder.path().join("holding.cwasm");
    fs::write(&holding, code_describing("hold")).expect("it can be written");
    let generators = [("generator", built("hostile.cwasm")), ("team", built("team.cwasm")), ("holding", holding)];
    let generators = generators.map(|(name, file)| (name.into(), file));
    let scenarios = Scenario::all();
    let wrong: Vec<String> = scenarios
        .iter()
        .filter_map(|scenario| Some(format!("== {}: {}", scenario.name, play(scenario, &generators).err()?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn given(file: PathBuf, generators: Generators<'_>) -> Given {
    Given { paths: vec![file], named: generators.to_vec(), ..Given::default() }
}

/// Plays all steps one after another on a platform that knows nothing before.
fn play(scenario: &Scenario, generators: Generators<'_>) -> Result<(), String> {
    let mut platform = Platform::default();
    for step in 1..=scenario.steps {
        let stores = scenario.stores();
        let before: Vec<usize> = stores.iter().map(|store| commits(&platform, store).len()).collect();
        for store in &stores {
            put(&mut platform, store, scenario.committed_before(step, store));
        }
        let wrong = |error: Error| format!("step {step}: {}", error.in_one_line());
        if let Some(file) = scenario.apply_file(step) {
            apply(&mut platform, &given(file, generators)).map_err(wrong)?;
        }
        if let Some(file) = scenario.deleted(step) {
            delete(&mut platform, &given(file, generators)).map_err(wrong)?;
        }
        for (store, before) in stores.iter().zip(before).filter(|_| !scenario.is_chance(step)) {
            compare(scenario, &platform, step, store, before)?;
        }
        compare_statuses(scenario, &platform, step)?;
    }
    Ok(())
}

fn compare(scenario: &Scenario, platform: &Platform, step: usize, store: &Store, before: usize) -> Result<(), String> {
    let (theirs, ours) = (written(scenario, step, store), kept(platform, store));
    if theirs != ours {
        let (name, difference) = (&store.name, difference(&theirs, &ours));
        return Err(format!("step {step}, store {name}:\n{difference}\n{}", states(platform)));
    }
    let mut ours = commits(platform, store).split_off(before);
    ours.sort_unstable();
    let log = fs::read_to_string(scenario.expected(step).join(&store.name).join("log")).unwrap_or_default();
    let theirs: Vec<&str> = log.lines().collect();
    // Where all share a file, which of them found it changed depends on when each looked.
    let is_chance = scenario.is_racy() || platform.destinations().any(|one| shares(one, store));
    // So does whether there was something in between that is no more.
    let is_same = if is_chance { ours.is_empty() || !theirs.is_empty() } else { ours == theirs };
    let wrong = || Err(format!("step {step}, store {}: Kratix committed {theirs:#?}, we {ours:#?}", store.name));
    if is_same { Ok(()) } else { wrong() }
}

/// Whether a Destination of a repository has all its placements in one file.
fn shares(destination: &Destination, store: &Store) -> bool {
    destination.store.name == store.name && matches!(destination.mode, Mode::AggregatedYaml { .. })
}

/// Plays the first step on what it left.
fn play_again(scenario: &Scenario, generators: Generators<'_>) -> Result<(), String> {
    let mut platform = Platform::default();
    for store in scenario.stores() {
        put(&mut platform, &store, written(scenario, 1, &store));
    }
    let file = scenario.apply_file(1).expect("there is something at first");
    apply(&mut platform, &given(file, generators)).map_err(|error| error.in_one_line())?;
    for store in scenario.stores() {
        let (theirs, ours) = (written(scenario, 1, &store), kept(&platform, &store));
        let commits = commits(&platform, &store);
        if theirs != ours || !commits.is_empty() {
            return Err(format!("store {}: {commits:#?}\n{}", store.name, difference(&theirs, &ours)));
        }
    }
    Ok(())
}

/// Plays each step that deletes something on what the step before it left.
fn play_deletions(scenario: &Scenario, generators: Generators<'_>) -> Result<(), String> {
    for step in (2..=scenario.steps).filter(|step| scenario.deleted(*step).is_some()) {
        let mut platform = Platform::default();
        for store in scenario.stores() {
            put(&mut platform, &store, written(scenario, step - 1, &store));
        }
        let wrong = |error: Error| format!("step {step}: {}", error.in_one_line());
        let manifests = tempfile::NamedTempFile::with_suffix(".yaml").expect("a temporary file");
        fs::write(manifests.path(), there_before(scenario, step)).expect("it can be written");
        apply(&mut platform, &given(manifests.path().to_owned(), generators)).map_err(wrong)?;
        delete(&mut platform, &given(scenario.deleted(step).expect("there is one"), generators)).map_err(wrong)?;
        // What a request that is suspended has in a file that all share, the file doesn't tell.
        let tells = |store: &Store| !platform.destinations().any(|one| shares(one, store));
        for store in scenario.stores().into_iter().filter(tells) {
            let (theirs, ours) = (written(scenario, step, &store), kept(&platform, &store));
            if theirs != ours {
                let (name, difference) = (&store.name, difference(&theirs, &ours));
                return Err(format!("step {step}, store {name}:\n{difference}\n{}", states(&platform)));
            }
        }
    }
    Ok(())
}

/// The manifests of what is there when a step deletes something.
fn there_before(scenario: &Scenario, step: usize) -> String {
    let identity = |value: &Value| {
        let metadata = &value["metadata"];
        [&value["apiVersion"], &value["kind"], &metadata["namespace"], &metadata["name"]].map(Value::to_string)
    };
    let mut there = BTreeMap::new();
    for earlier in 1..=step {
        for document in scenario.applied(earlier) {
            there.insert(identity(&document.value), document.text);
        }
        let deleted =
            scenario.deleted(earlier).filter(|_| earlier < step).map(|file| fs::read(file).expect("it can be read"));
        for value in yaml::read_all(&deleted.unwrap_or_default()).expect("it is YAML") {
            there.remove(&identity(&value));
        }
    }
    there.into_values().collect::<Vec<_>>().join("---\n")
}

/// What a repository had after a step.
fn written(scenario: &Scenario, step: usize, store: &Store) -> Tree {
    let folder = scenario.expected(step).join(&store.name).join("tree");
    if !folder.exists() {
        return Tree::new();
    }
    tree(&folder).into_iter().map(|(path, bytes)| (unescaped(&path), bytes)).collect()
}

fn kept(platform: &Platform, store: &Store) -> Tree {
    let store = platform.stores().find(|(name, _)| name.name == store.name).map(|(_, store)| store);
    store.into_iter().flat_map(|store| &store.tree).map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect()
}

fn commits(platform: &Platform, store: &Store) -> Vec<String> {
    let store = platform.stores().find(|(name, _)| name.name == store.name).map(|(_, store)| store);
    store.into_iter().flat_map(|store| &store.commits).map(|commit| commit.subject.clone()).collect()
}

fn put(platform: &mut Platform, store: &Store, files: Tree) {
    let store = StoreRef { kind: StateStoreKind::Git, name: store.name.clone() };
    platform.put_files(store, files.into_iter().map(|(path, bytes)| (path, bytes.into())));
}

fn difference(theirs: &Tree, ours: &Tree) -> String {
    let mut lines = Vec::new();
    for path in theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
        match (theirs.get(path), ours.get(path)) {
            (Some(_), None) => lines.push(format!("  only Kratix has {path}")),
            (None, Some(_)) => lines.push(format!("  only we have {path}")),
            (Some(one), Some(other)) if one != other => {
                let [one, other] = [one, other].map(|bytes| String::from_utf8_lossy(bytes));
                lines.push(format!("  {path} differs\n--- Kratix\n{one}\n--- we\n{other}"));
            }
            _ => {}
        }
    }
    lines.join("\n")
}

/// What came of everything, for whoever looks for the reason.
fn states(platform: &Platform) -> String {
    let requests = platform.requests().map(|(key, live)| format!("  {key}: {:?}", live.state));
    let promises = platform.promises().map(|(promise, live)| format!("  {}: {:?}", promise.name, live.state));
    let refused = platform.refused().map(|(_, error)| format!("  {}", error.in_one_line()));
    let unwritten = platform.unwritten().map(|one| format!("  {}: {:?}", one.placement.name, one.why));
    let unscheduled = platform.unscheduled().map(|one| format!("  {one:?}"));
    promises.chain(requests).chain(refused).chain(unwritten).chain(unscheduled).collect::<Vec<_>>().join("\n")
}
/// What the status of each request says after a step, without what depends on when somebody looked.
fn compare_statuses(scenario: &Scenario, platform: &Platform, step: usize) -> Result<(), String> {
    for (key, live) in platform.requests() {
        let namespace = key.namespace.as_deref().expect("all requests have one");
        let file = scenario.expected(step).join("status").join(format!("{namespace}.{}.{}.yaml", key.kind, key.name));
        let Ok(text) = fs::read(&file) else { continue };
        let mut theirs = yaml::read(&text).expect("it is YAML")["status"].clone();
        let mut ours = live.status.to_value().unwrap_or_default();
        if theirs["conditions"].is_string() {
            // They never rest.
            ours["conditions"] = theirs["conditions"].clone();
        }
        for conditions in [&mut theirs, &mut ours].into_iter().filter_map(|status| status["conditions"].as_array_mut())
        {
            conditions.sort_by_key(|condition| condition["type"].to_string());
            // A Promise that is changed is unavailable for a moment, and some requests are looked at just then.
            conditions.retain(|condition| {
                (&condition["type"], &condition["status"]) != (&"PromiseAvailable".into(), &"True".into())
            });
        }
        theirs.sort_all_objects();
        ours.sort_all_objects();
        let is_known = UNLIKE.contains(&(scenario.name.as_str(), step));
        if (ours != theirs) != is_known {
            return Err(format!("step {step}, {key}:\n--- Kratix\n{theirs:#}\n--- we\n{ours:#}"));
        }
    }
    Ok(())
}
