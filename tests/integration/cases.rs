//! The cases of Promises: what the real step makes of a request, the same on every machine.
//!
//! A case is a directory of `promises/<promise>/cases/`: `object.yaml`, and where the case needs them `config.yaml`,
//! `inputs.yaml` (bindings) and `policy.yaml` (each is otherwise the Promise's own), `objects.yaml` (what the cluster has for
//! inputs), `environment` (a variable a line) and `before/` (what earlier containers left). `expected/` has all that is in both
//! directories afterwards, and of a step that fails its exit code and what it says; `./x bless` writes it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use kratix_wasm::yaml;
use kratix_wasm_tests::{Outcome, Step, Tree, assert_golden_tree, root, tree};
use serde_json::Value;

/// Names in a directory, in their order; none when there is no such directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("names are UTF-8");
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("entries can be listed"))).collect();
    names.sort();
    names
}

/// A case, the generator that it is for, and what its Promise sets for that.
pub(crate) struct Case {
    pub(crate) directory: PathBuf,
    pub(crate) generator: String,
    pub(crate) env: BTreeMap<String, String>,
}

/// The cases of all Promises.
fn cases() -> Vec<Case> {
    let promises = root().join("promises");
    let of = |promise: String| {
        let (generator, env) = (format!("{promise}.cwasm"), env(&promises.join(&promise)));
        let cases = promises.join(&promise).join("cases");
        names(&cases).into_iter().map(move |case| Case {
            directory: cases.join(case),
            generator: generator.clone(),
            env: env.clone(),
        })
    };
    let cases: Vec<_> = names(&promises).into_iter().flat_map(of).collect();
    assert!(!cases.is_empty(), "there are no cases below {}", promises.display());
    cases
}

/// The variables that the Promise itself sets.
fn env(promise: &Path) -> BTreeMap<String, String> {
    let promise = yaml::read(&fs::read(promise.join("promise.yaml")).expect("it has one")).expect("it is YAML");
    let container = &promise["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0];
    let text = |value: &Value| value.as_str().expect("it is a string").to_owned();
    let env = container["env"].as_array().expect("it is set by variables");
    env.iter().map(|variable| (text(&variable["name"]), text(&variable["value"]))).collect()
}

/// What differs from machine to machine, and may make no difference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    time_zone: &'static str,
    language: &'static str,
    umask: u32,
    user: Option<u32>,
}

pub(crate) const ONE: Machine = Machine { time_zone: "UTC", language: "C", umask: 0o000, user: None };
const OTHER: Machine = Machine { time_zone: "Pacific/Kiritimati", language: "tr_TR.UTF-8", umask: 0o077, user: None };

pub(crate) fn run(case: &Case, machine: Machine) -> Outcome {
    let Case { directory, generator, env } = case;
    let text = |name: &str| fs::read_to_string(directory.join(name));
    let mut step = Step::new().arg("--precompiled").generator(generator).umask(machine.umask);
    step = step.request(&text("object.yaml").unwrap_or_else(|error| panic!("{}: {error}", directory.display())));
    for (file, variable) in [
        ("config.yaml", "KRATIX_WASM_CONFIG"),
        ("inputs.yaml", "KRATIX_WASM_INPUTS"),
        ("policy.yaml", "KRATIX_WASM_POLICY"),
    ] {
        if let Some(set) = text(file).ok().or_else(|| env.get(variable).cloned()) {
            step = step.env(variable, &set);
        }
    }
    if let Ok(objects) = text("objects.yaml") {
        step = step.file("objects.yaml", objects);
        let path = step.path("objects.yaml").to_str().expect("temporary paths are UTF-8").to_owned();
        step = step.arg("--input-object").arg(path);
    }
    for (path, bytes) in left_before(directory) {
        step = step.file(&path, bytes);
    }
    step = step.env("TZ", machine.time_zone).env("LC_ALL", machine.language);
    for line in text("environment").unwrap_or_default().lines() {
        let (name, value) = line.split_once('=').expect("a variable a line");
        step = step.env(name, value);
    }
    if let Some(user) = machine.user {
        step = step.user(user);
    }
    for name in ["output", "metadata"] {
        open_to_everybody(&step.path(name));
    }
    step.run()
}

fn left_before(case: &Path) -> Tree {
    let before = case.join("before");
    if before.exists() { tree(&before) } else { Tree::new() }
}

/// Containers run as different users; Kratix's volumes can be written by all of them.
fn open_to_everybody(directory: &Path) {
    fs::set_permissions(directory, fs::Permissions::from_mode(0o777)).expect("it is ours");
    for name in names(directory) {
        let path = directory.join(name);
        if path.is_dir() {
            open_to_everybody(&path);
        }
    }
}

/// What `expected/` of a case has.
pub(crate) fn all_that_came_of(outcome: Outcome) -> Tree {
    let mut found = Tree::new();
    for (name, tree) in [("output", outcome.output), ("metadata", outcome.metadata)] {
        found.extend(tree.into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
    }
    if outcome.code != Some(0) {
        let code = outcome.code.expect("a step ends by itself");
        found.insert("exit-code".into(), format!("{code}\n").into_bytes());
        found.insert("stderr".into(), outcome.stderr.into_bytes());
    }
    found
}

#[test]
fn every_case_gives_what_is_expected_on_every_machine() {
    for case in cases() {
        let [one, other] = [ONE, OTHER].map(|machine| run(&case, machine));
        let case = case.directory;
        assert_eq!(one, other, "{} depends on the machine", case.display());
        assert_eq!(one.stdout, "", "{}: stdout is for programs that ask for it", case.display());
        let found = all_that_came_of(one);
        assert_golden_tree(&case.join("expected"), &found);
    }
}

#[test]
#[ignore = "needs root"]
fn every_case_gives_the_same_to_another_user() {
    for case in cases() {
        let [one, other] = [ONE, Machine { user: Some(12345), ..OTHER }].map(|machine| run(&case, machine));
        assert_eq!(one, other, "{} depends on the user", case.directory.display());
    }
}

pub(crate) const KNOWN: &[&str] =
    &["before", "config.yaml", "environment", "expected", "inputs.yaml", "object.yaml", "objects.yaml", "policy.yaml"];

/// A misspelt file would make a case that tests less than it says. What is in `expected/` is compared anyway.
#[test]
fn cases_have_only_what_is_read() {
    for Case { directory: case, .. } in cases() {
        let known = [(case.clone(), KNOWN), (case.join("before"), &["metadata", "output"])];
        for (directory, known) in known {
            for name in names(&directory) {
                assert!(known.contains(&&*name), "nothing reads {}", directory.join(name).display());
            }
        }
        assert!(case.join("object.yaml").is_file(), "{} has no object.yaml", case.display());
    }
}
