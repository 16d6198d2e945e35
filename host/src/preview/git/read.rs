//! What repositories have: the branch that Kratix writes to, and manifests as another commit has them.

use std::path::{Path, PathBuf};

use super::{Git, blobs, failed};
use crate::error::Error;
use crate::exit::Exit;
use crate::preview::store::Tree;
use crate::text::clean;

/// Bytes that a repository may have in its files.
const MAX_BYTES: u64 = 1 << 30;

/// Where a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repository {
    /// On this machine: a clone, or a bare one.
    Folder(PathBuf),
    /// Anywhere that git can fetch from.
    Url(String),
}

/// A file of a tree.
struct Entry {
    /// What git calls its contents.
    object: String,
    path: String,
}

impl Repository {
    /// What a branch has.
    ///
    /// # Errors
    ///
    /// [`Exit::Unavailable`] where git can't tell, [`Exit::Limit`] for more than a gigabyte.
    pub fn read(&self, branch: &str) -> Result<Tree, Error> {
        match self {
            Self::Folder(folder) if !folder.is_dir() => {
                let what = format!("there is no folder {}", folder.display());
                Err(Error::new("repository-missing", Exit::Usage, what))
            }
            Self::Folder(folder) => read(&Git::of_user(folder), branch),
            Self::Url(url) => {
                let clone = tempfile::tempdir().map_err(|error| failed("make a folder for git").because_of(&error))?;
                let into = clone.path().join("repository");
                let arguments =
                    ["clone", "--quiet", "--bare", "--depth=1", "--single-branch", "--no-tags", "--branch", branch];
                let into_text = into.to_str().ok_or_else(|| failed("name a folder for git"))?;
                Git::of_user(clone.path()).run(&[&arguments[..], &["--", url, into_text]].concat(), &[])?;
                read(&Git::of_user(&into), branch)
            }
        }
    }
}

fn read(git: &Git, branch: &str) -> Result<Tree, Error> {
    let names = [format!("refs/heads/{branch}"), format!("refs/remotes/origin/{branch}")];
    let there = names.iter().find(|name| git.run(&["rev-parse", "--quiet", "--verify", name], &[]).is_ok());
    let Some(name) = there else {
        // Whether it is a repository at all, git says itself.
        git.run(&["rev-parse", "--git-dir"], &[])?;
        let what = format!("the repository {} has no branch {}", git.root.display(), clean(branch, 100));
        return Err(Error::new("branch-missing", Exit::Unavailable, what)
            .hint("Kratix needs it, with a first commit; or fetch it"));
    };
    let entries = list(git, &["ls-tree", "-r", "-z", "--long", "--full-tree", name])?;
    let objects: Vec<String> = entries.iter().map(|entry| entry.object.clone()).collect();
    Ok(entries.into_iter().map(|entry| entry.path).zip(blobs(git, &objects)?).collect())
}

/// The files that git lists; what is in other repositories isn't listed.
fn list(git: &Git, arguments: &[&str]) -> Result<Vec<Entry>, Error> {
    let answer = git.run(arguments, &[])?;
    let mut entries = Vec::new();
    let mut total = 0;
    for line in answer.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let wrong = || failed("read what git lists");
        let line = std::str::from_utf8(line).map_err(|_| failed("read a path that isn't UTF-8"))?;
        let (about, path) = line.split_once('\t').ok_or_else(wrong)?;
        let [_, kind, object, size] = about.split_whitespace().collect::<Vec<_>>()[..] else { return Err(wrong()) };
        if kind != "blob" {
            continue;
        }
        total += size.parse::<u64>().map_err(|_| wrong())?;
        entries.push(Entry { object: object.to_owned(), path: path.to_owned() });
    }
    if total > MAX_BYTES {
        let what = format!("the repository {} has more than {} MiB", git.root.display(), MAX_BYTES >> 20);
        return Err(Error::new("repository-large", Exit::Limit, what));
    }
    Ok(entries)
}

/// The manifests of a file or a folder as a commit has them, each with the path that it has here; none where it hasn't.
///
/// # Errors
///
/// [`Exit::Unavailable`] where git can't tell, [`Exit::Usage`] for a commit that isn't there.
pub fn manifests_at(path: &Path, commit: &str) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    };
    let git = Git::of_user(folder);
    let wanted = format!("{commit}^{{commit}}");
    git.run(&["rev-parse", "--git-dir"], &[])?;
    let found = git.run(&["rev-parse", "--quiet", "--verify", "--end-of-options", &wanted], &[]).map_err(|_| {
        let what = format!("there is no commit {} in the repository of {}", clean(commit, 100), path.display());
        Error::new("commit-missing", Exit::Usage, what).hint("fetch it: a shallow clone, as CI makes them, may lack it")
    })?;
    let commit = String::from_utf8_lossy(&found).trim().to_owned();
    // Of a folder what lies in it, as it is read here.
    let listed = list(&git, &["ls-tree", "-z", "--long", &commit, "./"])?;
    let name = |entry: &Entry| entry.path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_wanted = |entry: &Entry| {
        let name = name(entry);
        if path.is_dir() {
            [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end))
        } else {
            path.file_name().is_some_and(|file| file == name.as_str())
        }
    };
    let entries: Vec<Entry> = listed.into_iter().filter(is_wanted).collect();
    let objects: Vec<String> = entries.iter().map(|entry| entry.object.clone()).collect();
    let texts = blobs(&git, &objects)?;
    Ok(entries.iter().map(|entry| folder.join(name(entry))).zip(texts.iter().map(|text| text.to_vec())).collect())
}
