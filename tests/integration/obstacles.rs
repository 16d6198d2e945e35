//! What stands in the way of a step: found before the first change, and nothing keeps a later run from going on.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::process::Command;

use kratix_wasm_tests::{Step, fail, starting, tree};

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
    assert!(!step.path("output/b").exists() && !step.path(&step.in_corner("metadata", "journal.json")).exists());
}

#[test]
#[ignore = "needs root"]
fn a_directory_of_another_user_is_named_before_anything_is_changed() {
    let step = of_a_user(CONFIG).file("output/a/theirs", "t");
    refused_and_unchanged(&step, "cannot write to <root>/output/a\n  caused by: permission denied");
    chown(step.path("output/a"), Some(USER), None).unwrap();
    assert_eq!(step.run().exits(0).output.len(), 3);
}

#[test]
#[ignore = "needs root"]
fn a_file_that_only_another_user_may_replace_is_named() {
    let step = of_a_user(CONFIG).arg("--overwrite").file("output/a/x.txt", "theirs");
    open_to_all(&step, "output/a", 0o1777);
    refused_and_unchanged(&step, "output/a/x.txt is in the way: a file that only the user 0 may remove");
    open_to_all(&step, "output/a", 0o777);
    let outcome = step.run().exits(0).says("warning: a/x.txt, which others wrote or changed, was replaced");
    assert_eq!(outcome.output("a/x.txt"), "x");
}

#[test]
#[ignore = "needs root"]
fn a_file_that_can_not_be_read_is_not_taken_for_another() {
    let step = of_a_user(CONFIG);
    let _ = step.run().exits(0);
    fs::set_permissions(step.path("output/a/x.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    let _ = step.run().exits(74).says("cannot read <root>/output/a/x.txt");
}

#[test]
#[ignore = "needs root"]
fn containers_of_different_users_do_not_hinder_each_other() {
    let step = of_a_user(CONFIG);
    let _ = step.run().exits(0);
    let other = step.user(USER + 1).config("{files: [[d/z.txt, z]], status: '{\"m\": 2}'}");
    for _ in 0..2 {
        let outcome = other.run().exits(0);
        assert_eq!(outcome.output.keys().collect::<Vec<_>>(), ["a/x.txt", "b/c/y.txt", "d/z.txt"]);
        assert_eq!(outcome.metadata("status.yaml"), "k: 1\nproblems: null\nfault: null\nm: 2\n");
    }
}

/// Who may write to the metadata must not make us do what only we may.
#[test]
#[ignore = "needs root"]
fn a_journal_of_another_user_is_not_acted_on() {
    let nothing = r#"{"remove": [], "remove_directories": [], "rename": []}"#;
    let journal = format!(
        r#"{{"make": [], "output": {{"remove": ["theirs/f"], "remove_directories": [], "rename": []}}, "metadata": {nothing}, "corner": {nothing}}}"#
    );
    let step = Step::hostile(CONFIG).file("output/theirs/f", "precious");
    let path = step.in_corner("metadata", "journal.json");
    let step = step.file(&path, journal);
    chown(step.path(&path), Some(USER), None).unwrap();
    let outcome = step.run().exits(74).says("it belongs to the user 12345, not to 0");
    assert_eq!(outcome.output("theirs/f"), "precious");
}

/// Whoever made it could move about what we keep there, such as the record of one step to where another's is.
#[test]
#[ignore = "needs root"]
fn a_corner_that_another_user_made_is_refused() {
    for directory in ["output", "metadata"] {
        let step = of_a_user(CONFIG);
        let corner = step.in_corner(directory, "");
        fs::create_dir(step.path(&corner)).unwrap();
        open_to_all(&step, &corner, 0o777);
        let corner = corner.trim_end_matches('/');
        refused_and_unchanged(
            &step,
            &format!("<root>/{corner} is in the way: it belongs to the user 0, not to {USER}"),
        );
        fs::remove_dir(step.path(corner)).unwrap();
        let _ = step.run().exits(0);
    }
}

/// A container of another user can move what we keep away as a whole, and put back what we kept before. So it can make us
/// take our own files for those of others, and no more: nothing is removed or replaced that is another's.
#[test]
#[ignore = "needs root"]
fn a_corner_that_another_user_moves_away_or_brings_back_harms_nobody() {
    let one = of_a_user("{files: [[one/x, 1]]}");
    let two = one.again_with("{files: [[two/x, 2]]}").user(USER);
    let corner = one.path(one.in_corner("metadata", "").trim_end_matches('/'));
    let aside = one.path("metadata/aside");
    let _ = one.run().exits(0);
    fs::rename(&corner, &aside).unwrap();
    let both = two.run().exits(0).output;
    let _ = two.run().exits(0);
    fs::remove_dir_all(&corner).unwrap();
    fs::rename(&aside, &corner).unwrap();
    // Of an earlier time, when nothing of the second was there.
    assert_eq!(two.run().exits(0).output, both);
    assert_eq!(one.run().exits(0).output, both);
    fs::remove_dir_all(&corner).unwrap();
    let two = one.again_with("{files: [[two/x, changed]]}").user(USER);
    let _ = two.run().exits(74).says("two/x is in the way: a file that this step didn't write");
}

/// Root in a container is often without the capability that makes owners equal.
#[test]
#[ignore = "needs root"]
fn a_file_that_root_may_not_replace_is_named_too() {
    let step = Step::hostile(CONFIG).arg("--overwrite").file("output/b/c/y.txt", "theirs");
    open_to_all(&step, "output/b/c", 0o1777);
    for path in ["output/b/c", "output/b/c/y.txt"] {
        chown(step.path(path), Some(USER), None).unwrap();
    }
    let mut bare = Command::new("setpriv");
    let said = fail(starting(bare.args(["--bounding-set=-all", "--inh-caps=-all"]), &step.command()));
    assert!(said.contains("b/c/y.txt is in the way: a file that only the user 12345 may remove"), "{said}");
    assert!(!step.path("output/a").exists());
}

#[test]
fn what_lies_in_our_corner_is_named_before_anything_is_changed() {
    for (directory, path) in [("output", "stage/d/x"), ("output", "d/x"), ("metadata", "stage/d/x")] {
        let step = Step::hostile(CONFIG);
        let path = step.in_corner(directory, path);
        let step = step.file(&path, "");
        let _ = step.run().exits(74).says("is in the way: it can't be emptied");
        assert!(!step.path("output/a").exists(), "{path}");
    }
}

/// A script in a mount namespace of its own, with the step's directories for `$1` to `$3` and its command from `$4` on.
fn in_mounts(step: &Step, script: &str) -> String {
    let directories = ["input", "output", "metadata"].map(|name| step.path(name));
    kratix_wasm_tests::in_mounts(&step.command(), script, &directories)
}

#[test]
#[ignore = "needs mounts"]
fn a_mount_in_the_output_is_named() {
    let step = Step::hostile(CONFIG);
    let script = "output=$2; shift 3; mkdir $output/a; mount -t tmpfs tmpfs $output/a
        ! \"$@\"; find $output ! -path $output/a";
    let said = in_mounts(&step, script);
    assert!(said.contains("output/a is in the way: a mount of its own"), "{said}");
    assert!(!step.path("output/b").exists(), "{said}");
}

/// Full of bytes, and then full of files.
#[test]
#[ignore = "needs mounts"]
fn a_full_disk_leaves_the_old_tree() {
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
        let said = in_mounts(&step, &script);
        let first = said.split("\nold\n").next().unwrap();
        assert_eq!(first.lines().filter(|line| line.contains("/output/")).count(), 1, "{said}");
        assert!(said.contains("no space left on device"), "{said}");
        assert!(said.contains("\n61\n"), "{said}");
    }
}

/// Room for what is staged, and then for some of the names: the old tree, or the new one.
#[test]
#[ignore = "needs loops"]
fn a_disk_without_room_for_names_leaves_the_old_tree() {
    let files: Vec<String> = (0..60).map(|file| format!("[d/{}{file}, x]", "n".repeat(200))).collect();
    let step = Step::hostile("{}").spec(&format!("{{files: [{}]}}", files.join(", "))).file("output/none", "");
    let script = "output=$2; metadata=$3; shift 3; PATH=$PATH:/usr/sbin:/sbin
        truncate -s 4M $metadata/../image; mkfs.ext4 -q -b 1024 -N 400 -m 0 $metadata/../image
        mount -o loop $metadata/../image $output
        for free in $(seq 56 4 112); do
            mkdir $output/d; echo old > $output/d/old
            dd if=/dev/zero of=$output/fill bs=1024 count=$(($(stat -f -c %a $output) - free)) 2>/dev/null
            \"$@\" 2>&1 | grep 'caused by' || true
            echo $free free: $(find $output/d -type f | wc -l) files
            rm $output/fill; \"$@\" 2>/dev/null
            echo again: $(find $output/d -type f | wc -l) files
            rm -r $output/d $metadata/.kratix-wasm*
        done";
    let said = in_mounts(&step, script);
    let counts = |count: &str| said.lines().filter(|line| line.ends_with(count)).count();
    assert_eq!((counts(" free: 1 files") + counts(" free: 61 files"), counts("again: 61 files")), (15, 15), "{said}");
    assert!(counts(" free: 1 files") > 5 && counts(" free: 61 files") > 5, "{said}");
}

#[test]
#[ignore = "needs mounts"]
fn a_read_only_directory_leaves_the_old_tree() {
    for (name, position) in [("output", 2), ("metadata", 3)] {
        let step = Step::hostile(CONFIG).file("output/old", "old").file("metadata/status.yaml", "old: 1\n");
        let script = format!(
            "directory=${position}; shift 3; mount --bind $directory $directory
            mount -o remount,ro,bind $directory; ! \"$@\""
        );
        let said = in_mounts(&step, &script);
        assert!(said.contains(&format!("/{name}\n  caused by: read-only file system")), "{said}");
        assert_eq!(tree(&step.path("output")).len(), 1);
        assert_eq!(tree(&step.path("metadata"))["status.yaml"], b"old: 1\n");
    }
}
