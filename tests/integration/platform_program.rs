//! The platform's program as far as it goes without a cluster: how it is called, and what it says when nothing is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kratix_wasm_tests::{play, root};

/// A script of `deploy/`, or of a copy of it, without any setting, with no cluster to be found.
fn script(path: &Path) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PLATFORM_") {
            command.env_remove(name);
        }
    }
    command.env("KUBECONFIG", "/dev/null");
    command
}

fn platform(arguments: &[&str]) -> Output {
    script(&root().join("deploy/platform")).args(arguments).output().expect("bash can be started")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_lists_every_command_and_stage() {
    for arguments in [&["help"][..], &["--help"], &[], &["up", "--help"]] {
        let output = platform(arguments);
        let help = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}");
        for command in ["up", "status", "verify", "logs", "credentials", "rotate", "down", "pin"] {
            assert!(help.contains(&format!("  platform {command}")), "{command}: {help}");
        }
        assert!(help.contains("6 team") && help.contains("Exit codes"), "{help}");
    }
}

#[test]
fn wrong_usage_is_told_from_trouble() {
    for (arguments, told) in [
        (&["fly"][..], "there is no command \"fly\""),
        (&["up", "7"], "what is 7?"),
        (&["down", "6", "4"], "one stage or all: not 6 and 4"),
        (&["up", "4", "--manual"], "--manual is for stage 6, not 4"),
        (&["status", "--format", "yaml"], "what is the format \"yaml\"?"),
        (&["verify", "--yes"], "what is --yes?"),
        (&["up", "--manual", "--promise-only"], "--manual or --promise-only?"),
        (&["rotate", "--now"], "--now is for: rotate finish"),
        (&["rotate", "--now", "finish"], "--now is for: rotate finish"),
    ] {
        let output = platform(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).starts_with(&format!("error: {told}\n  hint: ")), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn nothing_is_removed_where_nothing_can_be_asked() {
    for stage in ["2", "3", "4", "5", "6"] {
        let output = platform(&["down", stage, "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{stage}");
        // Without kubectl it says that instead.
        assert!(["there is no cluster", "is missing"].iter().any(|told| said(&output).contains(told)), "{output:?}");
    }
}

#[test]
fn settings_that_say_nothing_are_refused() {
    for (name, value, told) in [
        ("PLATFORM_GITEA_TOKEN_FILE", "/tmp/token", "PLATFORM_GITEA is not set, but more is said of it"),
        ("PLATFORM_CLUSTER", "mine", "PLATFORM_CLUSTER is \"mine\""),
        ("PLATFORM_CONTEXT", "prod", "PLATFORM_CONTEXT is \"prod\""),
    ] {
        let output = script(&root().join("deploy/platform")).args(["up", "3"]).env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(said(&output).starts_with(&format!("error: {told}")), "{output:?}");
    }
}

/// A copy of what the platform's program needs, with programs in front of the PATH that a script plays.
struct Played(tempfile::TempDir);

impl Played {
    fn new(programs: &[(&str, &str)]) -> Self {
        let played = Self(tempfile::tempdir().expect("a temporary folder"));
        let copy = Command::new("cp").args(["-R", "deploy"]).arg(played.path("")).current_dir(root()).status();
        assert!(copy.expect("cp is there").success());
        fs::create_dir_all(played.path("promises/team")).expect("it can be made");
        fs::copy(root().join("promises/team/promise.yaml"), played.path("promises/team/promise.yaml")).expect("it can");
        fs::create_dir(played.path("bin")).expect("it can be made");
        for (name, script) in programs {
            play(&played.path(&format!("bin/{name}")), script);
        }
        played
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn run(&self, program: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").expect("there is one"));
        let mut command = script(&self.path(&format!("deploy/{program}")));
        command.args(arguments).env("PATH", path).envs(settings.iter().copied()).output().expect("bash can be started")
    }
}

#[test]
fn with_a_played_kubectl_status_tells_programs_what_is_not_ready() {
    let played = Played::new(&[("kubectl", "echo 'nobody answers' >&2; exit 1")]);
    let output = played.run("platform", &["status", "--format", "json"], &[]);
    assert_eq!(output.status.code(), Some(1));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let stages: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect(&lines)).collect();
    assert_eq!(stages.len(), 6, "{lines}");
    for stage in stages {
        assert_eq!(stage["state"], "not ready");
        assert!(!stage["failed"].as_array().expect("a list").is_empty(), "{stage}");
    }
}

#[test]
fn with_a_played_kubectl_the_cluster_that_answered_first_is_kept() {
    // Somebody switches to another context meanwhile.
    let played = Played::new(&[(
        "kubectl",
        "case $*/$PLATFORM_CONTEXT in config*) echo mine ;; *) echo \"$*\" >>$ASKED ;; esac",
    )]);
    let asked = played.path("asked");
    let settings = [("PLATFORM_CLUSTER", "existing"), ("ASKED", asked.to_str().expect("it is UTF-8"))];
    played.run("platform", &["verify", "2"], &settings);
    let asked = fs::read_to_string(asked).expect("it was asked");
    assert!(asked.lines().count() > 1);
    assert!(asked.lines().all(|line| line.starts_with("--context mine ")), "{asked}");
}

#[test]
fn with_played_programs_what_is_missing_is_said_before_anything_is_made() {
    let played = Played::new(&[("kubectl", "exit 0"), ("kind", "exit 1"), ("helm", "exit 1"), ("docker", "exit 0")]);
    let output = played.run("platform", &["up", "1"], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&output), "error: images are missing in target/dist\n  hint: ./x image-step\n");
}

#[test]
fn with_a_played_kubectl_a_gitea_that_is_described_wrongly_is_refused() {
    let played = Played::new(&[("kubectl", "exit 0")]);
    let known_hosts = played.path("known_hosts");
    fs::write(&known_hosts, "").expect("it can be written");
    let known_hosts = known_hosts.to_str().expect("it is UTF-8");
    for (settings, told) in [
        (&[("PLATFORM_GITEA", "gitea.example.com")][..], "PLATFORM_GITEA is \"gitea.example.com\""),
        (
            &[("PLATFORM_GITEA", "https://gitea.example.com"), ("PLATFORM_GITEA_SSH", "git@gitea.example.com:22")],
            "PLATFORM_GITEA_SSH is \"git@gitea.example.com:22\"",
        ),
        (
            &[("PLATFORM_GITEA", "https://[2001:db8::1]:3000"), ("PLATFORM_GITEA_KNOWN_HOSTS", known_hosts)],
            "PLATFORM_GITEA_KNOWN_HOSTS is no file that can be read",
        ),
    ] {
        let output = played.run("3-gitea/verify", &[], settings);
        assert_eq!(output.status.code(), Some(1), "{settings:?}");
        assert!(said(&output).starts_with(&format!("error: {told}")), "{output:?}");
    }
}

/// The folder of tokens and keys is a copy of a Secret there, and is gone when somebody reads its name.
#[test]
fn with_a_played_gitea_what_is_said_of_tokens_and_keys_is_where_they_stay() {
    let gitea = "case \"$*\" in *write-out*) printf '[]\\n200' ;; *) echo '{}' ;; esac";
    let played = Played::new(&[("kubectl", "exit 0"), ("curl", gitea)]);
    for name in ["known_hosts", "admin.token"] {
        fs::write(played.path(name), "x").expect("it can be written");
    }
    let (known_hosts, token) = (played.path("known_hosts"), played.path("admin.token"));
    let settings = [
        ("PLATFORM_GITEA", "https://gitea.example.com"),
        ("PLATFORM_GITEA_KNOWN_HOSTS", known_hosts.to_str().expect("it is UTF-8")),
        ("PLATFORM_GITEA_TOKEN_FILE", token.to_str().expect("it is UTF-8")),
    ];
    let stage = played.path("deploy/5-repositories");
    let stage = stage.to_str().expect("it is UTF-8");
    let (rotate, verify) = (format!("{stage}/rotate"), format!("{stage}/verify"));
    // As `up` makes them, but for what the tokens are.
    let make = format!(
        "set -e; . {stage}/lib.sh; . {stage}/tokens.sh; credentials_of() {{ echo made; }}; fresh_credentials plan; key catalog"
    );
    for (command, told) in [
        (&[rotate.as_str()][..], "plan in the Secret kratix-wasm-platform/credentials is missing"),
        (&[verify.as_str()], "plan in the Secret kratix-wasm-platform/credentials is missing"),
        (&["bash", "-c", &make], "registered a key for platform-kratix-catalog: kratix-catalog in the Secret"),
    ] {
        let said = said(&played.run("in-gitea", command, &settings));
        assert!(said.contains(told), "{command:?}: {said}");
        let gone: Vec<&str> =
            said.split([' ', '\n']).filter(|word| word.starts_with('/') && !Path::new(word).exists()).collect();
        assert!(gone.is_empty(), "{command:?} names {gone:?}: {said}");
    }
}

/// With a program that plays skopeo: of one image it knows the digest.
#[test]
fn with_a_played_registry_pin_writes_digests_and_says_which_it_has_not() {
    let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
    let played = Played::new(&[("skopeo", &format!("case $4 in *terraform*) echo {digest} ;; *) exit 1 ;; esac"))]);
    let run = || played.run("pin", &[], &[]);
    let versions = played.path("deploy/versions.env");
    let line = |file: &Path| {
        let text = fs::read_to_string(file).expect("it can be read");
        text.lines().find(|line| line.contains("TERRAFORM_IMAGE")).expect("it has one").to_owned()
    };
    let output = run();
    assert_eq!(output.status.code(), Some(1), "others have none");
    assert!(said(&output).contains(&digest) && said(&output).contains("postgres:17 is not pinned"), "{output:?}");
    let pinned = line(&versions);
    assert!(pinned.ends_with(&format!("@{digest}}}\"")), "{pinned}");
    run();
    assert_eq!(line(&versions), pinned, "again, it changes nothing");
}
