//! The platform's program as far as it goes without a cluster: how it is called, and what it says when nothing is there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use kratix_wasm_tests::root;

/// Calls it with no cluster to be found.
fn platform(arguments: &[&str]) -> Output {
    Command::new(root().join("deploy/platform"))
        .args(arguments)
        .env("KUBECONFIG", "/dev/null")
        .env_remove("PLATFORM_CLUSTER")
        .env_remove("PLATFORM_GITEA")
        .output()
        .expect("bash can be started")
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
        for word in ["up", "status", "verify", "logs", "credentials", "rotate", "down", "pin", "6 team", "Exit codes"] {
            assert!(help.contains(word), "{word}: {help}");
        }
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
fn what_is_said_of_a_gitea_without_its_address_is_refused() {
    let output = Command::new(root().join("deploy/platform"))
        .args(["up", "3"])
        .env("PLATFORM_GITEA_TOKEN_FILE", "/tmp/token")
        .env_remove("PLATFORM_GITEA")
        .output()
        .expect("bash can be started");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("PLATFORM_GITEA is not set"), "{output:?}");
}

/// With a program that plays skopeo: of one image it knows the digest.
#[test]
fn with_a_played_registry_pin_writes_digests_and_says_which_it_has_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = |from: &str| {
        let to = folder.path().join(from);
        fs::create_dir_all(to.parent().expect("it has one")).expect("it can be made");
        fs::copy(root().join(from), &to).expect("it can be copied");
        to
    };
    for file in ["deploy/lib.sh", "promises/team/promise.yaml"] {
        copy(file);
    }
    let (pin, versions) = (copy("deploy/pin"), copy("deploy/versions.env"));
    let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
    let skopeo = folder.path().join("skopeo");
    fs::write(&skopeo, format!("#!/bin/sh\ncase $4 in *terraform*) echo {digest} ;; *) exit 1 ;; esac\n"))
        .expect("it can be written");
    assert!(Command::new("chmod").arg("+x").arg(&skopeo).status().expect("chmod is there").success());

    let run = || {
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("there is one"));
        Command::new(&pin).env("PATH", path).output().expect("bash can be started")
    };
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
