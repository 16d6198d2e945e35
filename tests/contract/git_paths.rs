//! Git itself: what a generator may write, git adds and removes alone, or Kratix could not commit it or would take others'
//! files along.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kratix_wasm::kratix::OutputPath;
use tempfile::TempDir;

use crate::checkers::{characters, said};

/// An empty repository, apart from any settings of this machine.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"], "").unwrap();
    folder
}

fn git(folder: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut git = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git can be started");
    // Git ends at the first path that it refuses, and reads no more.
    let _ = git.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let ended = git.wait_with_output().expect("git ends");
    if ended.status.success() { Ok(String::from_utf8(ended.stdout).expect("text")) } else { Err(said(&ended)) }
}

/// An empty file, for `git update-index --index-info`.
fn entry(path: &str) -> String {
    format!("100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\t{path}\0")
}

/// Adds an empty file for each path to the index, as `git add` would, but without a disk in between.
fn add(paths: &[String], settings: &[&str]) -> Result<(), String> {
    let folder = repository();
    let entries: String = paths.iter().map(|path| entry(path)).collect();
    let update = ["update-index", "--add", "-z", "--index-info"];
    git(folder.path(), &[settings, &update].concat(), &entries)?;
    let added = git(folder.path(), &["ls-files", "-z"], "")?;
    let added: HashSet<&str> = added.split_terminator('\0').collect();
    let missing: Vec<&String> = paths.iter().filter(|path| !added.contains(path.as_str())).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("not added: {missing:?}")) }
}

/// As Kratix's containers have it, and as strictly as git can be.
const SETTINGS: [&[&str]; 2] = [&[], &["-c", "core.protectNTFS=true", "-c", "core.protectHFS=true"]];

#[test]
fn what_git_refuses_is_refused() {
    let ends = ["", ".", " ", ". .", ":", ":a", " :a", "/a", ":a/b", "\\a"];
    let names = [".git", ".GIT", "git~1", "GIT~1", "gIt~1", ".g\u{200C}it", "\u{200D}.git", ".gi\u{FEFF}T", ".", ".."];
    let paths = names.iter().flat_map(|name| ends.map(|end| format!("{name}{end}")));
    let paths =
        paths.flat_map(|path| [format!("a/{path}"), path]).chain(["", "/", "/a", "a/", "a//b"].map(String::from));
    let mut refused = 0;
    for path in paths {
        if let Err(error) = add(std::slice::from_ref(&path), SETTINGS[1]) {
            refused += 1;
            assert!(OutputPath::parse(&path).is_err(), "{path:?}: git says: {error}");
        }
    }
    assert!(refused > 100, "git refuses only {refused}: are these its rules?");
}

#[test]
fn what_is_taken_git_takes() {
    let names =
        ["git", "git~", "git~1", "git~2", "GIT~1", "git~1x", "agit~1", "gitmod~1", "gi7eba~1", "con", "c:", "a."];
    let names =
        names.iter().flat_map(|name| ["", " ", ".", ":", ":$DATA", "~1", "\u{FE0F}"].map(|end| format!("{name}{end}")));
    let everywhere =
        |c: char| [format!("{c}"), format!("a{c}b"), format!("{c}git"), format!("git{c}1"), format!("d/{c}/e")];
    let candidates = names.chain(characters().into_iter().filter(|c| *c != '/').flat_map(everywhere));
    let mut taken: Vec<String> = candidates.filter(|path| OutputPath::parse(path).is_ok()).collect();
    taken.sort();
    taken.dedup();
    // A name that is a file can't be a directory as well.
    taken.retain(|path| path != "d");
    assert!(taken.len() > 200_000, "only {} are taken", taken.len());
    for settings in SETTINGS {
        add(&taken, settings).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Kratix removes files by `git rm -- FILE…`, with absolute paths.
#[test]
fn what_is_taken_git_removes_alone() {
    let others = ["n!", "n-", "n0", "n1", "na", "nb", "n0.yaml", "n/a"].map(|name| format!("d/{name}"));
    let odd = |c: char| [format!("d/n{c}"), format!("d/{c}n"), format!("d/n{c}.yaml"), format!("d/n{c}0-9]")];
    let paths = (' '..='~').flat_map(odd).filter(|path| OutputPath::parse(path).is_ok() && !others.contains(path));
    let paths: Vec<String> = paths.collect();
    assert!(paths.len() > 300, "only {} are taken", paths.len());
    let folder = repository();
    let all = [&others[..], &paths].concat();
    let entries: String = all.iter().map(|path| entry(path)).collect();
    git(folder.path(), &["update-index", "--add", "-z", "--index-info"], &entries).unwrap();
    for path in paths {
        let absolute = folder.path().join(&path);
        let removed =
            git(folder.path(), &["rm", "-n", "-f", "--cached", "--", absolute.to_str().unwrap()], "").unwrap();
        assert_eq!(removed.lines().count(), 1, "{path}: {removed}");
    }
}
