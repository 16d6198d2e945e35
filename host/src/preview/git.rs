//! What git makes of files when Kratix adds them: a repository's `.gitattributes` change bytes, its `.gitignore` refuses paths
//! (kratix-contract 7.5). Asked of git itself, in a repository of its own and without anybody's settings.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::store::Tree;
use crate::error::Error;
use crate::exit::Exit;
use crate::text::clean;

/// By what git tells those that it calls, a hook say, which repository they are in.
const OF_CALLERS: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
];

/// A file as git keeps it; none where it refuses it.
pub(super) type Added = Option<Arc<[u8]>>;

/// The files by which a repository says what git does with others.
pub(super) fn rules(tree: &Tree) -> impl Iterator<Item = (&String, &Arc<[u8]>)> {
    tree.iter().filter(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name == ".gitattributes" || name == ".gitignore"
    })
}

/// What git makes of files that are added to a tree, in their order.
///
/// # Errors
///
/// [`Exit::Unavailable`] where git can't be asked.
pub(super) fn add(tree: &Tree, files: &[(&String, &Arc<[u8]>)]) -> Result<Vec<Added>, Error> {
    let mut added = vec![None; files.len()];
    let mut rest: Vec<usize> = (0..files.len()).collect();
    // Two placements may have one path.
    while !rest.is_empty() {
        let mut once: BTreeMap<&str, usize> = BTreeMap::new();
        rest.retain(|at| {
            once.insert(files[*at].0, *at).is_some_and(|earlier| {
                once.insert(files[*at].0, earlier);
                true
            })
        });
        let asked: Vec<usize> = once.into_values().collect();
        let these: Vec<_> = asked.iter().map(|at| files[*at]).collect();
        for (at, one) in asked.into_iter().zip(ask(tree, &these)?) {
            added[at] = one;
        }
    }
    Ok(added)
}

/// The same of files of different paths.
fn ask(tree: &Tree, files: &[(&String, &Arc<[u8]>)]) -> Result<Vec<Added>, Error> {
    let folder = tempfile::tempdir().map_err(|error| failed("make a folder for git").because_of(&error))?;
    let root = folder.path();
    git(root, &["init", "--quiet", "--template="], &[])?;
    for (path, bytes) in rules(tree).chain(files.iter().copied()) {
        let file = root.join(path);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, bytes));
        made.map_err(|error| failed(&format!("write {} for git", clean(path, 200))).because_of(&error))?;
    }
    // What is tracked is no longer ignored.
    let new: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).filter(|path| !tree.contains_key(*path)).collect();
    let ignored = git_list(root, &["check-ignore", "--no-index", "--stdin", "-z"], &new)?;
    let wanted: Vec<&str> = files
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| !ignored.iter().any(|ignored| ignored == path))
        .collect();
    git(root, &["add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"], &nul_separated(&wanted))?;
    let kept = blobs(root, &wanted)?;
    let kept: BTreeMap<&str, Arc<[u8]>> = wanted.into_iter().zip(kept).collect();
    Ok(files.iter().map(|(path, _)| kept.get(path.as_str()).cloned()).collect())
}

/// What the index has at these paths.
fn blobs(root: &Path, paths: &[&str]) -> Result<Vec<Arc<[u8]>>, Error> {
    // No path of an output has a line end in it.
    let asked: Vec<u8> = paths.iter().flat_map(|path| [":", path, "\n"].concat().into_bytes()).collect();
    let answer = git(root, &["cat-file", "--batch"], &asked)?;
    let mut rest = answer.as_slice();
    let mut blobs = Vec::new();
    for path in paths {
        let wrong = || failed(&format!("read {} from git", clean(path, 200)));
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(wrong)?;
        let head = std::str::from_utf8(&rest[..end]).map_err(|_| wrong())?;
        let length: usize = head.rsplit(' ').next().and_then(|length| length.parse().ok()).ok_or_else(wrong)?;
        let bytes = rest.get(end + 1..end + 1 + length).ok_or_else(wrong)?;
        blobs.push(bytes.into());
        rest = rest.get(end + 2 + length..).ok_or_else(wrong)?;
    }
    Ok(blobs)
}

fn nul_separated(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| text.bytes().chain([0])).collect()
}

fn git_list(root: &Path, arguments: &[&str], asked: &[&str]) -> Result<Vec<String>, Error> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let answer = run(root, arguments, &nul_separated(asked))?;
    // 1 is that none is ignored.
    if !matches!(answer.status.code(), Some(0 | 1)) {
        return Err(said(arguments, &answer.stderr));
    }
    let paths = answer.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    Ok(paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect())
}

fn git(root: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
    let answer = run(root, arguments, input)?;
    if answer.status.success() { Ok(answer.stdout) } else { Err(said(arguments, &answer.stderr)) }
}

fn run(root: &Path, arguments: &[&str], input: &[u8]) -> Result<std::process::Output, Error> {
    let unasked = |error: &std::io::Error| {
        failed("run git")
            .because_of(error)
            .hint("install git, or leave out repositories with .gitattributes or .gitignore")
    };
    let mut command = Command::new("git");
    for variable in OF_CALLERS {
        command.env_remove(variable);
    }
    let mut child = command
        .args(["-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .current_dir(root)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("XDG_CONFIG_HOME", root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| unasked(&error))?;
    let mut stdin = child.stdin.take().expect("it is a pipe");
    let (writer, output) = std::thread::scope(|scope| {
        let writer = scope.spawn(move || stdin.write_all(input));
        (writer.join().expect("writing doesn't panic"), child.wait_with_output())
    });
    let output = output.map_err(|error| unasked(&error))?;
    // Where git ended without reading all, its own words count.
    if output.status.success() {
        writer.map_err(|error| unasked(&error))?;
    }
    Ok(output)
}

fn failed(doing: &str) -> Error {
    Error::new("git", Exit::Unavailable, format!("cannot {doing}"))
}

fn said(arguments: &[&str], stderr: &[u8]) -> Error {
    failed(&format!("let git {}", arguments[0])).because(clean(&String::from_utf8_lossy(stderr), 500))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Arc<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn git_says_what_becomes_of_bytes_and_of_ignored_paths() {
        let tree = Tree::from([
            (".gitattributes".into(), bytes("*.txt text\n")),
            (".gitignore".into(), bytes("*.log\n")),
            ("kept.log".into(), bytes("old")),
        ]);
        let files = [
            ("a.txt".to_owned(), bytes("1\r\n2\r\n")),
            ("a.bin".to_owned(), bytes("1\r\n")),
            ("deep/new.log".to_owned(), bytes("x")),
            ("kept.log".to_owned(), bytes("new")),
            ("a.txt".to_owned(), bytes("3\r\n")),
            ("-n [x] é".to_owned(), bytes("")),
        ];
        let asked: Vec<_> = files.iter().map(|(path, bytes)| (path, bytes)).collect();
        let added = add(&tree, &asked).unwrap();
        let expected = [Some("1\n2\n"), Some("1\r\n"), None, Some("new"), Some("3\n"), Some("")];
        assert_eq!(added, expected.map(|text| text.map(bytes)));
    }
}
