//! Repositories of good and bad files in every mixture, generated from a seed: each good Team is in what is planned, each bad
//! one is left out and named, and nobody loses an organization to either.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Map, Value, json};

use crate::mixture::{Dice, Kind, Repository, organization};
use crate::origin::{Origin, jq, jq_each};

const REPOSITORIES: usize = 300;
const SEED: u64 = 14;

/// How many were planned, refused, of one id with another, and left as they are.
type Counts = [usize; 4];

#[test]
fn whatever_is_mixed_good_teams_are_planned_and_bad_ones_named() {
    let mut dice = Dice(SEED);
    let repositories: Vec<Repository> = (0..REPOSITORIES).map(|_| Repository::generate(&mut dice)).collect();
    let origin = Origin::new();
    import(&origin, &repositories);
    let numbered: Vec<(usize, &Repository)> = repositories.iter().enumerate().collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let counts: Vec<Counts> = thread::scope(|scope| {
        let look =
            |part: &[(usize, &Repository)]| part.iter().map(|(number, one)| hold(&origin, *number, one)).collect();
        let parts = numbered.chunks(numbered.len().div_ceil(threads));
        let running: Vec<_> = parts.map(|part| scope.spawn(move || look(part))).collect();
        running.into_iter().flat_map(|thread| -> Vec<Counts> { thread.join().expect("all hold") }).collect()
    });
    // Else nothing was shown.
    for kind in 0..4 {
        let count: usize = counts.iter().map(|counts| counts[kind]).sum();
        assert!(count > REPOSITORIES / 10, "kind {kind}: {count}");
    }
}

/// Makes each a branch, rN, with one commit.
fn import(origin: &Origin, repositories: &[Repository]) {
    let mut stream = Vec::new();
    for (number, repository) in repositories.iter().enumerate() {
        write!(stream, "commit refs/heads/r{number}\ncommitter kratix <kratix@kratix.io> 0 +0000\ndata 0\n").unwrap();
        for file in &repository.files {
            if file.mode == "160000" {
                writeln!(stream, "M 160000 {} {}", "1".repeat(40), file.path()).unwrap();
            } else {
                write!(stream, "M {} inline {}\ndata {}\n", file.mode, file.path(), file.contents.len()).unwrap();
                stream.extend(&file.contents);
                stream.push(b'\n');
            }
        }
    }
    let mut git = Command::new("git")
        .current_dir(origin.tree())
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git can be started");
    git.stdin.take().unwrap().write_all(&stream).unwrap();
    assert!(git.wait().unwrap().success());
    origin.copy();
}

fn hold(origin: &Origin, number: usize, repository: &Repository) -> Counts {
    let judged = origin.run_again("teams", &[&format!("refs/heads/r{number}")]).unwrap();
    let judged: Vec<Value> = judged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (refused, teams): (Vec<&Value>, Vec<&Value>) = judged.iter().partition(|file| file["refused"].is_string());

    // Each file is there once, as what it is.
    assert_eq!(judged.len(), repository.files.len(), "repository {number}");
    let (mut wanted, mut bad) = (BTreeMap::<String, Vec<&str>>::new(), BTreeSet::new());
    for file in &repository.files {
        let said = judged.iter().find(|said| said["request"] == file.request).unwrap();
        let context = format!("repository {number}, {}: {said}", file.path());
        if let Some(reason) = said["refused"].as_str() {
            assert!(said["file"] == file.path() && said.get("organization").is_none(), "{context}");
            match file.is {
                Kind::Good(_) => panic!("{context}"),
                Kind::Bad(expected) => assert!(reason.contains(expected), "{expected}: {context}"),
                Kind::Mangled => {}
            }
            bad.insert(file.request.as_str());
        } else {
            assert_eq!(Some(&said["organization"]), organization(&file.contents).as_ref(), "{context}");
            let id = said["id"].as_str().unwrap();
            match &file.is {
                Kind::Good(expected) => assert_eq!(id, expected, "{context}"),
                Kind::Bad(expected) => panic!("{expected}: {context}"),
                Kind::Mangled => {}
            }
            wanted.entry(id.to_owned()).or_default().push(&file.request);
        }
    }

    let (selected, kept) = select(repository, &teams, &refused);
    let requests = |list: &str| -> BTreeSet<&str> {
        selected[list].as_array().unwrap().iter().map(|team| team["request"].as_str().unwrap()).collect()
    };
    let mut accepted = BTreeSet::new();
    for (id, requests) in &wanted {
        let owner = repository.owners.get(id).map(String::as_str);
        if !owner.is_some_and(|owner| bad.contains(owner)) {
            accepted.insert(*requests.iter().find(|request| owner == Some(request)).unwrap_or(&requests[0]));
        }
    }
    let all: BTreeSet<&str> = repository.files.iter().map(|file| file.request.as_str()).collect();
    assert_eq!(requests("accepted"), accepted, "repository {number}");
    assert_eq!(requests("left_out"), all.difference(&accepted).copied().collect(), "repository {number}");
    for left_out in selected["left_out"].as_array().unwrap() {
        let why = refused.iter().find(|refused| refused["request"] == left_out["request"]);
        let why = why.map_or("belongs to", |refused| refused["refused"].as_str().unwrap());
        assert!(
            left_out["reason"].as_str().unwrap().contains(&why.replace('`', "'")),
            "repository {number}: {left_out}"
        );
    }

    // What is in the state is a Team's, is held for one that can't be read, or is somebody's who is gone.
    let ids: BTreeSet<&str> =
        selected["accepted"].as_array().unwrap().iter().map(|team| team["id"].as_str().unwrap()).collect();
    let expected: Vec<Value> = repository
        .owners
        .iter()
        .filter(|(id, _)| !ids.contains(id.as_str()))
        .map(|(id, owner)| {
            json!({"request": owner, "id": id, "address": format!("team_{id}"), "now": id,
                "held": bad.contains(owner.as_str()), "organization": {"name": id, "full_name": "As it is"}})
        })
        .collect();
    assert_eq!(kept, expected, "repository {number}");
    let held = kept.iter().filter(|kept| kept["held"] == true).count();
    [accepted.len(), bad.len(), all.len() - accepted.len() - bad.len(), held]
}

/// What the plan is made of, by the scripts.
fn select(repository: &Repository, teams: &[&Value], refused: &[&Value]) -> (Value, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: String| {
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let by_address = |value: &dyn Fn(&String, &String) -> Value| -> Map<String, Value> {
        repository.owners.iter().map(|(id, owner)| (format!("team_{id}"), value(id, owner))).collect()
    };
    let owners = by_address(&|_, owner| json!(owner));
    let managed = by_address(
        &|id, owner| json!({"owner": owner, "now": id, "attributes": {"id": "7", "name": id, "full_name": "As it is", "website": ""}}),
    );
    let managed = file("managed", Value::Object(managed).to_string());
    let refused = file("refused", refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    let since: Vec<String> =
        repository.files.iter().enumerate().map(|(place, file)| format!("{} {place}", file.request)).collect();
    let arguments = [
        ["--slurpfile", "owners", &file("owners", Value::Object(owners).to_string())],
        ["--slurpfile", "managed", &managed],
        ["--slurpfile", "refused", &refused],
        ["--slurpfile", "imports", &file("imports", "{}".to_owned())],
        ["--rawfile", "taken", &file("taken", String::new())],
        ["--rawfile", "since", &file("since", since.join("\n"))],
    ];
    let selected = jq("select.jq", &arguments.concat(), &json!(teams), folder.path());
    let kept = jq_each("keep.jq", &arguments[1..3].concat(), &selected, folder.path());
    (selected, kept)
}
