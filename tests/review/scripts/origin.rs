//! A repository as the scripts find it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kratix_wasm_tests::root;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn scripts() -> PathBuf {
    root().join("deploy/repositories/infrastructure/scripts")
}

/// A repository as the scripts find it: a bare copy called origin.git, and a work tree to commit to it.
pub(crate) struct Origin(TempDir);

impl Origin {
    pub(crate) fn new() -> Self {
        let origin = Self(tempfile::tempdir().unwrap());
        fs::create_dir(origin.tree()).unwrap();
        origin.git(&["init", "--quiet", "--initial-branch=main"]);
        origin
            .write("terraform/main.tf", "locals {}\n")
            .write("README.md", "Read me.\n")
            .write(".gitea/workflows/plan.yml", "on: []\n");
        origin.commit();
        origin
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.0.path().join("tree")
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let settings =
            ["-c", "user.name=kratix", "-c", "user.email=kratix@kratix.io", "-c", "protocol.file.allow=always"];
        let output = Command::new("git").current_dir(self.tree()).args(settings).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn write(&self, path: &str, contents: impl AsRef<[u8]>) -> &Self {
        let path = self.tree().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
        self
    }

    pub(crate) fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "Update"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs a script; its standard output, or what it complained about.
    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> Result<String, String> {
        self.copy();
        self.run_again(script, arguments)
    }

    /// Makes the bare copy.
    pub(crate) fn copy(&self) {
        let _ = fs::remove_dir_all(self.0.path().join("origin.git"));
        self.git(&["clone", "--quiet", "--bare", ".", "../origin.git"]);
    }

    /// Runs a script on the copy that there is.
    pub(crate) fn run_again(&self, script: &str, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(scripts().join(script))
            .current_dir(self.0.path())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }
}

/// What a program makes of a value.
pub(crate) fn jq(program: &str, arguments: &[&str], input: &Value, folder: &Path) -> Value {
    let [value] = <[Value; 1]>::try_from(jq_each(program, arguments, input, folder)).expect("one value");
    value
}

/// All values that it makes of one.
pub(crate) fn jq_each(program: &str, arguments: &[&str], input: &Value, folder: &Path) -> Vec<Value> {
    let file = folder.join("input.json");
    fs::write(&file, input.to_string()).unwrap();
    let output =
        Command::new("jq").args(arguments).arg("--from-file").arg(scripts().join(program)).arg(file).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect::<Result<_, _>>().unwrap()
}
