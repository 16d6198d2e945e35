//! Precompiled code: what it takes to run it, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use kratix_wasm::sandbox::Envelope;
use kratix_wasm_tests::{Step, built};

const TEAM: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: a}, spec: {id: a, name: A}}";

/// How a file of this version ends.
const MAGIC: &[u8] = b"kratix-wasm precompiled 3\n";

#[track_caller]
fn refused(change: impl FnOnce(&mut Vec<u8>), says: &str) {
    let mut bytes = fs::read(built("team.cwasm")).unwrap();
    change(&mut bytes);
    let step = Step::team(TEAM).file("generators/team.cwasm", bytes);
    let outcome = step.run().exits(66).says(says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
}

#[test]
fn it_does_what_the_component_does() {
    let precompiled = Step::team(TEAM).run().exits(0);
    let component = Step::new().request(TEAM).generator("team.wasm").run().exits(0);
    assert_eq!((precompiled.output, precompiled.metadata), (component.output, component.metadata));
}

/// What wasmtime, the standard library and glibc ask the environment for, and what is usual beside it.
#[test]
fn the_environment_decides_nothing() {
    let plain = Step::team(TEAM).run().exits(0);
    for step in [Step::team(TEAM), Step::new().request(TEAM).generator("team.wasm")] {
        let step = [
            ("WASMTIME_BACKTRACE_DETAILS", "1"),
            ("WASMTIME_TEST_FORCE_MPK", "1"),
            ("WASMTIME_TEST_NO_HOG_MEMORY", "1"),
            ("WASMTIME_LOG", "trace"),
            ("RUST_LOG", "trace"),
            ("RUST_BACKTRACE", "full"),
            ("MALLOC_ARENA_MAX", "1"),
            ("GLIBC_TUNABLES", "glibc.malloc.perturb=7"),
            ("TZ", "Asia/Tokyo"),
            ("LC_ALL", "tr_TR.UTF-8"),
        ]
        .iter()
        .fold(step, |step, (name, value)| step.env(name, value));
        assert_eq!(step.run().exits(0), plain);
    }
}

#[test]
fn damaged_code_is_refused_and_says_what_to_do() {
    let not_ours = "it doesn't end as one of this version's";
    refused(Vec::clear, not_ours);
    refused(|bytes| bytes.truncate(10_000), not_ours);
    refused(|bytes| bytes.truncate(bytes.len() - 1), not_ours);
    refused(|bytes| bytes.push(0), not_ours);
    refused(|bytes| *bytes = MAGIC[1..].to_vec(), not_ours);
    refused(|bytes| *bytes = b"\0asm\x0d\0\x01\0".to_vec(), not_ours);
    refused(|bytes| *bytes = MAGIC.to_vec(), "its header has no length");
    refused(|bytes| *bytes = [b"x", MAGIC].concat(), "its header has no length");
    refused(|bytes| *bytes = [&[0, 0], MAGIC].concat(), "its header can't be read");
    refused(|bytes| *bytes = [b"{}", &[3, 0], MAGIC].concat(), "its header is cut off");
    refused(|bytes| *bytes = [b"{}", &[0xff, 0xff], MAGIC].concat(), "its header is cut off");
    refused(|bytes| replace(bytes, b"\"settings\":\"", b"\"settingz\":\""), "its header can't be read");
    refused(|bytes| bytes.insert(0, 0), "it has another length than it says");
    refused(|bytes| bytes.drain(..4096).for_each(drop), "it has another length than it says");
    for at in [0, 100_000] {
        refused(|bytes| bytes[at] ^= 1, "its code has another SHA-256 than it says");
    }
}

#[test]
fn code_in_an_envelope_of_another_version_is_refused() {
    let other = "another host\n  caused by: its envelope is of another version";
    refused(|bytes| replace(bytes, b"precompiled 3", b"precompiled 4"), other);
    for first in [&b"kratix-wasm precompiled 1\n"[..], b"kratix-wasm precompiled 2\n"] {
        let header = b"{\"made\":{\"host\":\"0.1.0\"}}\n";
        refused(|bytes| *bytes = [first, header, b"code"].concat(), other);
        refused(|bytes| *bytes = first.to_vec(), other);
    }
}

/// All of it is by whom and how code was made: of the same version of the host, too.
#[test]
fn code_of_another_source_or_compiler_is_refused() {
    let code = fs::read(built("team.cwasm")).unwrap();
    let made = serde_json::to_value(Envelope::read(&code).unwrap().0.made).unwrap();
    let made = made.as_object().unwrap();
    assert_eq!(made.len(), 6);
    for (key, value) in made {
        let value = value.as_str().unwrap();
        let [ours, theirs] = [value.to_owned(), "z".repeat(value.len())].map(|it| format!("\"{key}\":\"{it}\""));
        let says = "was precompiled by another host\n  caused by: it was made by kratix-wasm ";
        refused(|bytes| replace(bytes, ours.as_bytes(), theirs.as_bytes()), says);
    }
    assert_eq!(made["tier"], "optimised");
}

/// In the envelope, which is behind the code.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let at = bytes.windows(from.len()).rposition(|window| window == from).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
}

/// What `compile` writes, `run --precompiled` takes, as another user too.
#[test]
fn compiled_code_has_its_mode_whatever_the_umask() {
    let folder = tempfile::tempdir().unwrap();
    for umask in ["000", "022", "777"] {
        let code = folder.path().join(umask);
        let script = format!("umask {umask}; exec \"$0\" compile \"$1\" --output \"$2\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).args([built("kratix-wasm"), built("hostile.wasm")]).arg(&code);
        assert!(shell.status().unwrap().success(), "{umask}");
        assert_eq!(fs::metadata(&code).unwrap().permissions().mode() & 0o7777, 0o644, "{umask}");
    }
}

#[test]
fn code_that_others_can_write_is_refused() {
    let step = Step::team(TEAM);
    fs::set_permissions(step.path("generators"), fs::Permissions::from_mode(0o777)).unwrap();
    let _ = step.run().exits(66).says("<root>/generators can be written by others (mode 777)");
    fs::set_permissions(step.path("generators"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(step.path("generators/team.cwasm"), fs::Permissions::from_mode(0o646)).unwrap();
    let _ = step.run().exits(66).says("can be written by others (mode 646)");
}

#[test]
#[ignore = "needs root"]
fn code_of_another_user_is_refused() {
    let step = Step::team(TEAM);
    std::os::unix::fs::chown(step.path("generators/team.cwasm"), Some(12345), None).unwrap();
    let _ = step.run().exits(66).says("belongs to the user 12345, not to root or to 0");
}

#[test]
fn code_below_kratixs_directories_is_refused() {
    for name in ["input", "output", "metadata"] {
        let step =
            Step::new().request(TEAM).file(&format!("{name}/team.cwasm"), fs::read(built("team.cwasm")).unwrap());
        let path = step.path(&format!("{name}/team.cwasm"));
        let _ =
            step.arg("--precompiled").arg(path.to_str().unwrap()).run().exits(66).says("where other containers write");
    }
}

#[test]
fn compiling_twice_gives_the_same_bytes() {
    let step = Step::new();
    let compile = |name: &str| {
        let done = Command::new(built("kratix-wasm"))
            .args(["compile", built("hostile.wasm").to_str().unwrap(), "-o", step.path(name).to_str().unwrap()])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!((done.stdout, done.stderr), (Vec::new(), Vec::new()));
        fs::read(step.path(name)).unwrap()
    };
    assert!(compile("a.cwasm") == compile("b.cwasm"));
    assert_eq!(fs::metadata(step.path("a.cwasm")).unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn compiling_replaces_a_file_and_nothing_else() {
    let step = Step::new().file("old.cwasm", "old").file("target", "precious");
    let path = |name: &str| step.path(name).to_str().unwrap().to_owned();
    std::os::unix::fs::symlink(path("target"), path("link")).unwrap();
    std::os::unix::fs::symlink(path("nowhere"), path("dangling")).unwrap();
    fs::create_dir(path("directory")).unwrap();
    assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    let compile = |output: &str| {
        let component = built("team.wasm");
        let arguments = ["compile", component.to_str().unwrap(), "-o", output];
        let done = Command::new(built("kratix-wasm")).args(arguments).output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let refused = |output: &str, cause: &str| {
        let hint = "name a regular file, or one that is not there yet";
        let says = format!("error: cannot write {output}\n  caused by: {cause}\n  hint: {hint}\n");
        assert_eq!(compile(output), (74, says));
    };
    // Its name only: a device itself could be lost, if this failed.
    std::os::unix::fs::symlink("/dev/null", path("null")).unwrap();
    for link in ["link", "dangling", "null"] {
        refused(&path(link), "it is a link, and links are not followed");
        assert!(fs::symlink_metadata(path(link)).unwrap().is_symlink());
    }
    for other in ["directory", "pipe"] {
        refused(&path(other), "it is not a regular file");
    }
    assert_eq!(fs::read_to_string(path("target")).unwrap(), "precious");
    assert!(!step.path("nowhere").exists());
    assert_eq!(compile(&path("old.cwasm")), (0, String::new()));
    assert!(fs::read(path("old.cwasm")).unwrap().len() > 10_000);
}

#[test]
fn a_directory_is_no_code() {
    let step = Step::hostile("{}").file("generators/folder/x", "");
    let folder = step.path("generators/folder").to_str().unwrap().to_owned();
    let _ = step.arg(folder).run().exits(66).says("folder\n  caused by: is a directory");
}
