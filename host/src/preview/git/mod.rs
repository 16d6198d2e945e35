//! Git, which is asked for what only it knows: what it makes of files, and what repositories have. As Kratix does, by its program.

mod add;
mod read;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

pub(super) use add::{add, rules};
pub use read::{Repository, manifests_at};

use std::io::Write as _;

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

/// Git in a repository.
#[derive(Debug)]
struct Git {
    root: PathBuf,
    /// Whether nobody's settings count.
    is_alone: bool,
}

impl Git {
    /// In a repository that was made for the question: what git answers depends on nothing else.
    fn alone(root: &Path) -> Self {
        Self { root: root.to_owned(), is_alone: true }
    }

    /// With the settings of whoever calls, who may have credentials there.
    fn of_user(root: &Path) -> Self {
        Self { root: root.to_owned(), is_alone: false }
    }

    /// What a command prints.
    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
        let answer = self.start(arguments, input)?;
        if answer.status.success() { Ok(answer.stdout) } else { Err(said(arguments, &answer.stderr)) }
    }

    /// Which of these paths `.gitignore` has.
    fn ignored(&self, paths: &[&str]) -> Result<Vec<String>, Error> {
        let arguments = ["check-ignore", "--no-index", "--stdin", "-z"];
        let answer = self.start(&arguments, &nul_separated(paths))?;
        // 1 is that none is ignored.
        if !matches!(answer.status.code(), Some(0 | 1)) {
            return Err(said(&arguments, &answer.stderr));
        }
        let paths = answer.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect())
    }

    fn start(&self, arguments: &[&str], input: &[u8]) -> Result<Output, Error> {
        let unasked = |error: &std::io::Error| failed("run git").because_of(error).hint("install git");
        let mut command = Command::new("git");
        for variable in OF_CALLERS {
            command.env_remove(variable);
        }
        if self.is_alone {
            command
                .args(["-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "-c", "core.fsmonitor=false"])
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .env("GIT_ATTR_NOSYSTEM", "1")
                .env("XDG_CONFIG_HOME", &self.root);
        }
        let mut child = command
            .args(arguments)
            .current_dir(&self.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| unasked(&error))?;
        let mut stdin = child.stdin.take().expect("it is a pipe");
        let (written, output) = std::thread::scope(|scope| {
            // Both ends at once: git answers before it has read all.
            let writer = scope.spawn(move || stdin.write_all(input));
            let output = child.wait_with_output();
            (writer.join().expect("writing doesn't panic"), output)
        });
        let output = output.map_err(|error| unasked(&error))?;
        // Where git ended without reading all, its own words count.
        if output.status.success() {
            written.map_err(|error| unasked(&error))?;
        }
        Ok(output)
    }
}

/// The contents of objects, by what git calls them: in their order.
fn blobs(git: &Git, objects: &[String]) -> Result<Vec<Arc<[u8]>>, Error> {
    // No name has a line end in it.
    let asked: Vec<u8> = objects.iter().flat_map(|name| [name.as_str(), "\n"].concat().into_bytes()).collect();
    let answer = git.run(&["cat-file", "--batch"], &asked)?;
    let mut rest = answer.as_slice();
    let mut blobs = Vec::new();
    for name in objects {
        let wrong = || failed(&format!("read {} from git", clean(name, 200)));
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

fn failed(doing: &str) -> Error {
    Error::new("git", Exit::Unavailable, format!("cannot {doing}"))
}

fn said(arguments: &[&str], stderr: &[u8]) -> Error {
    failed(&format!("let git {}", arguments[0])).because(clean(&String::from_utf8_lossy(stderr), 500))
}
