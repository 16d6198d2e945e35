//! What stands in the way of a step: found before the first change, and nothing keeps a later run from going on.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::process::Command;

use kratix_wasm_tests::{Step, is_root, tree};

const CONFIG: &str = "{files: [[a/x.txt, x], [b/c/y.txt, y]], status: '{\"k\": 1}'}";
const USER: u32 = 12345;

/// A step of a user who may write to both directories, as in a pod.
fn of_a_user(config: &str) -> Step {
    let step = Step::hostile(config).user(USER);
    for name in ["output", "metadata"] {
        open_to_all(&step, name, 0o777);
    }
    step
}

fn open_to_all(step: &Step, path: &str, mode: u32) {
    fs::set_permissions(step.path(path), fs::Permissions::from_mode(mode)).unwrap();
}

#[track_caller]
fn refused_and_unchanged(step: &Step, says: &str) {
    let files = || (tree(&step.path("output")), tree(&step.path("metadata")));
    let before = files();
    let _ = step.run().exits(74).says(says);
    assert_eq!(before, files());
    assert!(!step.path("output/b").exists() && !step.path("metadata/.kratix-wasm/journal.json").exists());
}

#[test]
fn a_directory_of_another_user_is_named_before_anything_is_changed() {
    if is_root() {
        let step = of_a_user(CONFIG).file("output/a/theirs", "t");
        refused_and_unchanged(&step, "cannot write to <root>/output/a\n  caused by: permission denied");
        chown(step.path("output/a"), Some(USER), None).unwrap();
        assert_eq!(step.run().exits(0).output.len(), 3);
    }
}

#[test]
fn a_file_that_only_another_user_may_replace_is_named() {
    if is_root() {
        let step = of_a_user(CONFIG).arg("--overwrite").file("output/a/x.txt", "theirs");
        open_to_all(&step, "output/a", 0o1777);
        refused_and_unchanged(&step, "output/a/x.txt is in the way: a file that only the user 0 may remove");
        open_to_all(&step, "output/a", 0o777);
        let outcome = step.run().exits(0).says("warning: a/x.txt, which others wrote or changed, was replaced");
        assert_eq!(outcome.output("a/x.txt"), "x");
    }
}

#[test]
fn a_file_that_can_not_be_read_is_not_taken_for_another() {
    if is_root() {
        let step = of_a_user(CONFIG);
        let _ = step.run().exits(0);
        fs::set_permissions(step.path("output/a/x.txt"), fs::Permissions::from_mode(0o000)).unwrap();
        let _ = step.run().exits(74).says("cannot read <root>/output/a/x.txt");
    }
}

#[test]
fn containers_of_different_users_do_not_hinder_each_other() {
    if is_root() {
        let step = of_a_user(CONFIG);
        let _ = step.run().exits(0);
        let other = step.user(USER + 1).config("{files: [[d/z.txt, z]], status: '{\"m\": 2}'}");
        for _ in 0..2 {
            let outcome = other.run().exits(0);
            assert_eq!(outcome.output.keys().collect::<Vec<_>>(), ["a/x.txt", "b/c/y.txt", "d/z.txt"]);
            assert_eq!(outcome.metadata("status.yaml"), "k: 1\nproblems: null\nfault: null\nm: 2\n");
        }
    }
}

/// Who may write to the metadata must not make us do what only we may.
#[test]
fn a_journal_of_another_user_is_not_acted_on() {
    if is_root() {
        let nothing = r#"{"remove": [], "remove_directories": [], "rename": []}"#;
        let journal = format!(
            r#"{{"make": [], "output": {{"remove": ["theirs/f"], "remove_directories": [], "rename": []}}, "metadata": {nothing}}}"#
        );
        let step = Step::hostile(CONFIG).file("output/theirs/f", "precious").file("metadata/.kratix-wasm/x", "");
        let step = step.file("metadata/.kratix-wasm/journal.json", journal);
        chown(step.path("metadata/.kratix-wasm/journal.json"), Some(USER), None).unwrap();
        let outcome = step.run().exits(74).says("it belongs to the user 12345, not to 0");
        assert_eq!(outcome.output("theirs/f"), "precious");
    }
}

/// Root in a container is often without the capability that makes owners equal.
#[test]
fn a_file_that_root_may_not_replace_is_named_too() {
    if is_root() {
        let step = Step::hostile(CONFIG).arg("--overwrite").file("output/b/c/y.txt", "theirs");
        open_to_all(&step, "output/b/c", 0o1777);
        for path in ["output/b/c", "output/b/c/y.txt"] {
            chown(step.path(path), Some(USER), None).unwrap();
        }
        let command = step.command();
        let bare = Command::new("setpriv")
            .args(["--bounding-set=-all", "--inh-caps=-all"])
            .arg(command.get_program())
            .args(command.get_args())
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&bare.stderr).into_owned();
        assert!(said.contains("b/c/y.txt is in the way: a file that only the user 12345 may remove"), "{said}");
        assert!(!step.path("output/a").exists());
    }
}

#[test]
fn what_lies_in_our_corner_is_named_before_anything_is_changed() {
    for path in ["output/.kratix-wasm/stage/d/x", "output/.kratix-wasm/d/x", "metadata/.kratix-wasm/stage/d/x"] {
        let step = Step::hostile(CONFIG).file(path, "");
        let _ = step.run().exits(74).says("is in the way: it can't be emptied");
        assert!(!step.path("output/a").exists(), "{path}");
    }
}

/// A script in a mount namespace of its own, with the step's directories for `$1` to `$3` and its command from `$4` on.
fn in_mounts(step: &Step, script: &str) -> Option<String> {
    let directories = ["input", "output", "metadata"].map(|name| step.path(name));
    kratix_wasm_tests::in_mounts(&step.command(), script, &directories)
}

#[test]
fn a_mount_in_the_output_is_named_where_mounts_can_be_made() {
    let step = Step::hostile(CONFIG);
    let script = "output=$2; shift 3; mkdir $output/a; mount -t tmpfs tmpfs $output/a
        ! \"$@\"; find $output ! -path $output/a";
    if let Some(said) = in_mounts(&step, script) {
        assert!(said.contains("output/a is in the way: a mount of its own"), "{said}");
        assert!(!step.path("output/b").exists(), "{said}");
    }
}

/// Full of bytes, and then full of files.
#[test]
fn a_full_disk_leaves_the_old_tree_where_mounts_can_be_made() {
    let files: Vec<String> = (0..60).map(|file| format!("[d{file}/f, '{}']", "x".repeat(3000))).collect();
    let spec = format!("{{files: [{}]}}", files.join(", "));
    let step = Step::hostile("{}");
    let step = step.spec(&spec);
    for options in ["size=200k", "nr_inodes=80"] {
        let script = format!(
            "output=$2; shift 3; mount -t tmpfs -o {options} tmpfs $output; echo old > $output/old
            ! \"$@\"; find $output -mindepth 1; cat $output/old
            mount -o remount,size=2m,nr_inodes=900 tmpfs $output; \"$@\"; find $output -type f | wc -l"
        );
        if let Some(said) = in_mounts(&step, &script) {
            let first = said.split("\nold\n").next().unwrap();
            assert_eq!(first.lines().filter(|line| line.contains("/output/")).count(), 1, "{said}");
            assert!(said.contains("no space left on device"), "{said}");
            assert!(said.contains("\n61\n"), "{said}");
        }
    }
}

#[test]
fn a_read_only_directory_leaves_the_old_tree_where_mounts_can_be_made() {
    for (name, position) in [("output", 2), ("metadata", 3)] {
        let step = Step::hostile(CONFIG).file("output/old", "old").file("metadata/status.yaml", "old: 1\n");
        let script = format!(
            "directory=${position}; shift 3; mount --bind $directory $directory
            mount -o remount,ro,bind $directory; ! \"$@\""
        );
        if let Some(said) = in_mounts(&step, &script) {
            assert!(said.contains(&format!("/{name}\n  caused by: read-only file system")), "{said}");
            assert_eq!(tree(&step.path("output")).len(), 1);
            assert_eq!(tree(&step.path("metadata"))["status.yaml"], b"old: 1\n");
        }
    }
}
