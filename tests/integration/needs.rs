//! What recipes do on a machine that lacks something: they name all of it at once, before they build anything. The machine is
//! a folder of programs, some of them played.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kratix_wasm_tests::root;

/// What every Linux has, and a recipe of ours may take for granted.
const ALWAYS: [&str; 20] = [
    "bash", "basename", "cat", "cp", "dirname", "env", "find", "grep", "head", "id", "install", "ldd", "mkdir",
    "mktemp", "rm", "sed", "sh", "sort", "true", "uname",
];

/// Programs that build note that they were started; what only asks for a version is no start.
const NOTE: &str = "echo \"$0 $*\" >>\"$STARTED\"";

struct Machine(tempfile::TempDir);

impl Machine {
    /// With Rust, which the README asks for, and `just`, which `x` gets.
    fn with_rust() -> Self {
        let machine = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir(machine.path("bin")).expect("it can be made");
        for program in ALWAYS {
            symlink(found(program).expect(program), machine.path("bin").join(program)).expect("it can be linked");
        }
        if let Some(just) = found("just") {
            symlink(just, machine.path("bin/just")).expect("it can be linked");
        }
        machine.play("cargo", &format!("[ \"$1\" = --version ] || {NOTE}"));
        let library = machine.path("sysroot/lib/rustlib/wasm32-wasip2/lib");
        fs::create_dir_all(&library).expect("it can be made");
        fs::write(library.join("libstd-0.rlib"), "").expect("it can be written");
        let sysroot = machine.path("sysroot");
        machine.play(
            "rustc",
            &format!(
                "case $* in *sysroot) echo {} ;; *) echo host: x86_64-unknown-linux-gnu ;; esac",
                sysroot.display()
            ),
        );
        machine
    }

    /// With all that a platform test needs, as far as it is looked for on the PATH.
    fn with_everything() -> Self {
        let machine = Self::with_rust();
        for program in ["cc", "unshare"] {
            machine.play(program, "exit 0");
        }
        machine.play("go", &format!("[ \"$1\" = version ] || {NOTE}"));
        machine.play("node", "echo v20.19.1");
        machine.play("terraform", "echo 'Terraform v1.11.4'");
        for program in [
            "containerd",
            "curl",
            "etcd",
            "git",
            "ip",
            "iptables",
            "jq",
            "npm",
            "openssl",
            "perl",
            "podman",
            "ps",
            "runc",
            "setpriv",
            "ssh-keygen",
            "sudo",
        ] {
            machine.play(program, NOTE);
        }
        machine
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn play(&self, program: &str, script: &str) {
        kratix_wasm_tests::play(&self.path("bin").join(program), script);
    }

    fn remove(&self, program: &str) {
        fs::remove_file(self.path("bin").join(program)).expect("it is there");
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        // What is left out there isn't what these tests leave out.
        for variable in ["IMAGE_TOOL", "KRATIX_ARCHIVE", "KRATIX_MANIFESTS", "GITEA_CHART_ARCHIVE", "LEFT_OUT"] {
            command.env_remove(variable);
        }
        command.args(arguments).env("PATH", self.path("bin")).env("STARTED", self.path("started"));
        command.output().expect("it can be started")
    }

    /// What it names, where nothing was started.
    #[track_caller]
    fn names(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.run(&root().join(program), arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{program} {arguments:?}: {said}");
        assert_eq!(self.started(), "", "{program} {arguments:?}");
        assert!(said.contains("needs: missing here:\n"), "{program} {arguments:?}: {said}");
        said
    }

    fn started(&self) -> String {
        fs::read_to_string(self.path("started")).unwrap_or_default()
    }
}

fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").expect("there is one");
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[test]
fn every_recipe_looks_before_it_builds() {
    let machine = Machine::with_rust();
    let listed = machine.run(&root().join("x"), &["--summary"]);
    let recipes = String::from_utf8(listed.stdout).expect("names");
    let recipes: Vec<&str> = recipes.split_whitespace().collect();
    assert!(recipes.contains(&"platform-test"), "{recipes:?}: run the tests with `./x test`, which gets just");
    for recipe in recipes {
        // They build nothing here, or cargo is all that they ask.
        if !["borders", "fuzz", "platform"].contains(&recipe) {
            machine.names("x", &[recipe]);
        }
    }
    for kind in ["unit", "contract", "integration", "e2e", "containers"] {
        machine.names("x", &["test", kind]);
    }
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let said = Machine::with_rust().names("x", &["platform-test"]);
    for named in
        ["gcc", "libc6-dev", "podman", "openssh-client", "sudo", "\nneeds:   go, 1.26", "\nneeds:   terraform, 1.11"]
    {
        assert!(said.contains(named), "{named}: {said}");
    }
}

#[test]
fn one_that_is_missing_is_named_whatever_else_is_there() {
    // Programs of root would be found in /usr/sbin, too.
    for (missing, there) in [("podman", "ca-certificates"), ("git", "curl"), ("jq", "openssl"), ("sudo", "perl")] {
        let machine = Machine::with_everything();
        machine.remove(missing);
        let said = machine.names("x", &["platform-test"]);
        let packages = said.lines().find(|line| line.contains("apt-get install")).expect(&said);
        assert!(packages.split_whitespace().any(|word| word == missing), "{missing}: {said}");
        assert!(!packages.split_whitespace().any(|word| word == there), "{there} without {missing}: {said}");
    }
}

#[test]
fn what_is_too_old_is_missing() {
    let machine = Machine::with_everything();
    machine.play("node", "echo v18.20.4");
    machine.play("terraform", "echo 'Terraform v1.5.7'");
    machine.play("go", "exit 1"); // as Debian's, which can't read go.mod
    machine.play("cc", "exit 1"); // as without libc6-dev
    let said = machine.names("tests/needs", &["rust", "checkers", "gitea"]);
    for named in ["gcc libc6-dev", "go, 1.26 or newer", "node, 20 or newer", "terraform, 1.11 or newer"] {
        assert!(said.contains(named), "{named}: {said}");
    }
    assert!(!said.contains("npm, which"), "{said}");
}

#[test]
fn a_podman_that_runs_no_container_is_told_with_what_it_says() {
    let machine = Machine::with_everything();
    machine.play("podman", "echo 'cannot clone: Operation not permitted' >&2; exit 125");
    let said = machine.names("tests/needs", &["containers"]);
    assert!(said.contains("containers, which podman cannot run here: cannot clone: Operation not permitted"), "{said}");
}

/// Each of these is a need of some test (`tests/run`).
#[test]
fn what_a_machine_does_not_allow_is_told_with_what_it_says() {
    let machine = Machine::with_everything();
    for program in ["chown", "unshare", "strace", "mkfs.ext4", "truncate"] {
        machine.play(program, "echo 'Operation not permitted' >&2; exit 1");
    }
    for (need, told) in [
        ("root", "root, who may give files away: Operation not permitted"),
        ("mounts", "mounts, which cannot be made here: Operation not permitted"),
        ("loops", "a file mounted as a disk, which cannot be done here: Operation not permitted"),
        ("strace", "strace, which may not trace here: Operation not permitted"),
        ("python", "python3-venv: on Debian, apt-get install python3-venv"),
        ("kratix", "KRATIX_ARCHIVE, which names it"),
        ("gitea-chart", "GITEA_CHART_ARCHIVE, which names it"),
    ] {
        let said = machine.names("tests/needs", &[need]);
        assert!(said.contains(told), "{need}: {said}");
    }
}

#[test]
fn a_tool_that_is_asked_for_is_the_one_that_has_to_be_there() {
    let machine = Machine::with_everything();
    let mut asked = Command::new(root().join("tests/needs"));
    asked
        .arg("images")
        .env("PATH", machine.path("bin"))
        .env("STARTED", machine.path("started"))
        .env("IMAGE_TOOL", "buildah");
    let output = asked.output().expect("bash can be started");
    assert_eq!(output.status.code(), Some(3), "podman is there: {output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("buildah, to build images"), "{output:?}");
}

#[test]
fn given_files_are_looked_for_first() {
    let machine = Machine::with_everything();
    let given = |settings: &[(&str, &str)]| {
        let mut asked = Command::new(root().join("tests/needs"));
        for variable in ["KRATIX_ARCHIVE", "KRATIX_MANIFESTS", "GITEA_CHART_ARCHIVE"] {
            asked.env_remove(variable);
        }
        let output = asked.arg("given").env("PATH", machine.path("bin")).envs(settings.iter().copied()).output();
        let output = output.expect("bash can be started");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(given(&[]).0, Some(0));
    let (code, said) = given(&[("KRATIX_ARCHIVE", "/nowhere/kratix.tar")]);
    assert_eq!(code, Some(3));
    assert!(
        said.contains("KRATIX_ARCHIVE: there is no /nowhere/kratix.tar")
            && said.contains("KRATIX_MANIFESTS, of the same"),
        "{said}"
    );
}

/// A copy of the set-up whose Go fails.
#[test]
fn a_module_that_cannot_be_fetched_ends_the_set_up() {
    let machine = Machine::with_everything();
    for folder in ["tests", "rig/modules", "target"] {
        fs::create_dir_all(machine.path(folder)).expect("it can be made");
    }
    fs::copy(root().join("rig/setup"), machine.path("rig/setup")).expect("it can be copied");
    fs::create_dir(machine.path("rig/modules/gitea")).expect("it can be made");
    kratix_wasm_tests::play(&machine.path("tests/needs"), "exit 0");
    for (fails, code) in [("mod", 3), ("list", 1)] {
        machine.play("go", &format!("[ $1 != {fails} ] || exit 1; [ $1 != build ] || {NOTE}"));
        let output = machine.run(&machine.path("rig/setup"), &[]);
        assert_eq!(output.status.code(), Some(code), "go {fails}: {output:?}");
        assert_eq!(machine.started(), "", "go {fails}");
    }
}
