//! What Kratix wrote, step by step (`tests/corpus/`), is what the preview says that it writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kratix_wasm::commands::preview::{Given, apply, delete};
use kratix_wasm::error::Error;
use kratix_wasm::preview::destination::{Destination, Mode, StoreRef};
use kratix_wasm::preview::platform::Platform;
use kratix_wasm::yaml;
use kratix_wasm_tests::{Tree, built, code_describing, root, tree};

#[test]
fn the_preview_writes_what_kratix_wrote() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let holding = folder.path().join("holding.cwasm");
    fs::write(&holding, code_describing("hold")).expect("it can be written");
    let generators = [("generator", built("hostile.cwasm")), ("team", built("team.cwasm")), ("holding", holding)];
    let generators = generators.map(|(name, file)| (name.into(), file));
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in folders(&root().join("tests/corpus")) {
        let about = yaml::read(&fs::read(folder.join("scenario.yaml")).expect("it is there")).expect("it is YAML");
        let stores = about["stores"].as_array().expect("a list").iter().map(|store| store["name"].as_str());
        let scenario = Scenario {
            stores: stores.map(|name| name.expect("a name").to_owned()).collect(),
            is_random: about["random"] == true,
            generators: &generators,
            folder,
        };
        let played = if scenario.is_random { Ok(()) } else { scenario.play() };
        if let Err(why) = played.and_then(|()| scenario.play_again()) {
            wrong.push(format!("== {}: {why}", scenario.folder.display()));
        }
        count += 1;
    }
    assert!(count > 30, "only {count} scenarios");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The folders of a folder, by name.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be listed").map(|entry| entry.expect("it can be listed").path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A scenario as it was recorded.
struct Scenario<'a> {
    folder: PathBuf,
    stores: Vec<String>,
    /// Whether Kratix drew Destinations.
    is_random: bool,
    generators: &'a [(PathBuf, PathBuf)],
}

impl Scenario<'_> {
    fn given(&self, step: u32, file: &str) -> Given {
        let path = self.folder.join(step.to_string()).join(file);
        Given { paths: vec![path], named: self.generators.to_vec(), folder: None, files: Vec::new() }
    }

    fn has(&self, step: u32, file: &str) -> bool {
        self.folder.join(step.to_string()).join(file).exists()
    }

    /// What a repository had after a step.
    fn tree(&self, step: u32, store: &str) -> Tree {
        let folder = self.folder.join(step.to_string()).join("expected").join(store).join("tree");
        if folder.exists() { unescaped(tree(&folder)) } else { Tree::new() }
    }

    /// Plays all steps one after another on a platform that knows nothing before.
    fn play(&self) -> Result<(), String> {
        let mut platform = Platform::default();
        for step in (1..).take_while(|step| self.has(*step, "expected")) {
            let commits = |platform: &Platform, name: &str| {
                platform.stores().find(|(store, _)| store.name == name).map_or(0, |(_, store)| store.commits.len())
            };
            let before: Vec<usize> = self.stores.iter().map(|name| commits(&platform, name)).collect();
            for name in &self.stores {
                let theirs = self.folder.join(step.to_string()).join("repository").join(name);
                if theirs.exists() {
                    put(&mut platform, name, unescaped(tree(&theirs)));
                }
            }
            let wrong = |error: Error| format!("step {step}: {}", error.in_one_line());
            if self.has(step, "apply.yaml") {
                apply(&mut platform, &self.given(step, "apply.yaml")).map_err(wrong)?;
            }
            if self.has(step, "delete.yaml") {
                delete(&mut platform, &self.given(step, "delete.yaml")).map_err(wrong)?;
            }
            for (name, before) in self.stores.iter().zip(before) {
                self.compare(&platform, step, name, before)?;
            }
        }
        Ok(())
    }

    fn compare(&self, platform: &Platform, step: u32, name: &str, before: usize) -> Result<(), String> {
        let (_, store) = platform.stores().find(|(store, _)| store.name == *name).expect("the first step makes it");
        let theirs = self.tree(step, name);
        let ours: Tree = store.tree.iter().map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect();
        if theirs != ours {
            return Err(format!("step {step}, store {name}:\n{}\n{}", difference(&theirs, &ours), states(platform)));
        }
        let mut ours: Vec<&str> = store.commits[before..].iter().map(|commit| commit.subject.as_str()).collect();
        ours.sort_unstable();
        let log = self.folder.join(step.to_string()).join("expected").join(name).join("log");
        let log = fs::read_to_string(log).unwrap_or_default();
        let theirs: Vec<&str> = log.lines().collect();
        // Where all share a file, which of them found it changed depends on when each looked.
        let is_shared = |one: &Destination| one.store.name == name && matches!(one.mode, Mode::AggregatedYaml { .. });
        let is_shared = platform.destinations().any(is_shared);
        let is_same = if is_shared { ours.is_empty() == theirs.is_empty() } else { ours == theirs };
        if is_same {
            Ok(())
        } else {
            Err(format!("step {step}, store {name}: Kratix committed {theirs:#?}, we {ours:#?}"))
        }
    }

    /// Plays the first step on repositories as Kratix left them: nothing is to change in these, whatever it drew.
    fn play_again(&self) -> Result<(), String> {
        let mut platform = Platform::default();
        for name in &self.stores {
            put(&mut platform, name, self.tree(1, name));
        }
        apply(&mut platform, &self.given(1, "apply.yaml"))
            .map_err(|error| format!("again: {}", error.in_one_line()))?;
        for (StoreRef { name, .. }, store) in platform.stores() {
            let theirs = self.tree(1, name);
            let ours: Tree = store.tree.iter().map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect();
            if theirs != ours || !store.commits.is_empty() {
                return Err(format!("again, store {name}: {:#?}\n{}", store.commits, difference(&theirs, &ours)));
            }
        }
        Ok(())
    }
}

fn put(platform: &mut Platform, store: &str, files: Tree) {
    let store = StoreRef { kind: "GitStateStore".into(), name: store.to_owned() };
    platform.put_files(store, files.into_iter().map(|(path, bytes)| (path, bytes.into())));
}

/// A path with a part that git would take for its own is written otherwise in the corpus.
fn unescaped(tree: Tree) -> Tree {
    tree.into_iter().map(|(path, bytes)| (path.replace("%2Egit", ".git"), bytes)).collect()
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

fn states(platform: &Platform) -> String {
    let requests = platform.requests().map(|(key, live)| format!("  {key}: {:?}", live.state));
    let promises = platform.promises().map(|(promise, live)| format!("  {}: {:?}", promise.name, live.state));
    let unwritten = platform.unwritten().map(|one| format!("  {}: {:?}", one.placement.name, one.why));
    let unscheduled = platform.unscheduled().map(|one| format!("  {one:?}"));
    promises.chain(requests).chain(unwritten).chain(unscheduled).collect::<Vec<_>>().join("\n")
}
