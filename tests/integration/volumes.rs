//! Precompiled code in what a pod mounts: root's by owner and mode, and somebody else's by content.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use kratix_wasm_tests::{Step, built, starting};

const TEAM: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: a}, spec: {id: a, name: A}}";
/// What follows runs with mounts of its own; `$0` is where the step's directories are, `$code` the precompiled Team generator.
const PRIVATE: [&str; 4] = ["--mount", "--propagation=private", "sh", "-euc"];

/// What the kubelet makes of a Secret: <https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter>.
const SECRET: &str = "mount -t tmpfs -o mode=1777 tmpfs generators; mkdir -m 755 generators/..2026_11_30_08_00_00.1; \
    install -m 644 $code generators/..2026_11_30_08_00_00.1/; ln -s ..2026_11_30_08_00_00.1 generators/..data; \
    ln -s ..data/team.cwasm generators/team.cwasm";

/// Runs the Team generator in a pod in which a shell mounted something before.
fn after(mount: &str, place: &[(&str, &str)]) -> (Option<i32>, String) {
    let step = place.iter().fold(Step::new().request(TEAM), |step, (name, value)| step.env(name, value));
    let code = step.path("code/team.cwasm");
    fs::create_dir_all(code.parent().unwrap()).unwrap();
    fs::copy(built("team.cwasm"), &code).unwrap();
    fs::set_permissions(&code, fs::Permissions::from_mode(0o644)).unwrap();
    fs::create_dir(step.path("generators")).unwrap();
    let generator = step.path("generators/team.cwasm").to_str().unwrap().to_owned();
    let step = step.arg("--precompiled").arg(generator);
    let mut private = Command::new("unshare");
    private.args(PRIVATE).arg(format!("cd $0; code=$PWD/code/team.cwasm; {mount}; exec \"$@\"")).arg(step.path(""));
    private.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let done = starting(&mut private, &step.command()).output().unwrap();
    let root = step.path("").to_str().unwrap().trim_end_matches('/').to_owned();
    (done.status.code(), String::from_utf8(done.stderr).unwrap().replace(&root, "<root>"))
}

#[test]
#[ignore = "needs mounts"]
fn in_a_pod_code_comes_from_the_image_and_from_no_volume() {
    let pod = [("KRATIX_PIPELINE_NAME", "configure")];
    let (code, stderr) = after("cp -p $code generators/", &pod);
    assert_eq!(code, Some(0), "{stderr}");
    let (code, stderr) = after("ln -s $code generators/", &pod);
    assert_eq!(code, Some(0), "{stderr}");
    let whole = "<root>/generators";
    for (mount, at) in [
        (SECRET, whole),
        // As `subPath` has it: one file of a Secret or a ConfigMap, without a look of either.
        (
            &*format!(
                "{}; : > generators/team.cwasm; mount --bind secret/..data/team.cwasm generators/team.cwasm",
                SECRET.replace("generators", "secret").replacen("mount", "mkdir secret; mount", 1)
            ),
            "<root>/generators/team.cwasm",
        ),
        // A disk, an image volume, another container's folder by `subPath`.
        ("mount -t tmpfs -o mode=755 tmpfs generators; cp -p $code generators/", whole),
        ("mount --bind code generators; mount -o remount,bind,ro generators", whole),
        // The image's own path leads there.
        (
            "mkdir volume; mount -t tmpfs -o mode=755 tmpfs volume; cp -p $code volume/; ln -s ../volume/team.cwasm generators/",
            "<root>/volume",
        ),
    ] {
        let (code, stderr) = after(mount, &pod);
        let says = format!(
            "error: precompiled code at <root>/generators/team.cwasm can't be trusted\n  caused by: it lies in a volume, \
             mounted at {at}; in a pod it is trusted only as a part of the image\n  hint: put it into the image"
        );
        assert!(stderr.starts_with(&says), "{mount}: {stderr}");
        assert_eq!(code, Some(66));
    }
}

/// On a laptop any folder may be a mount of its own.
#[test]
#[ignore = "needs mounts"]
fn elsewhere_a_mount_is_a_folder_like_any() {
    let (code, stderr) = after("mount -t tmpfs -o mode=755 tmpfs generators; cp -p $code generators/", &[]);
    assert_eq!(code, Some(0), "{stderr}");
}

/// From such places it is copied.
#[test]
#[ignore = "needs mounts"]
fn code_that_cant_be_mapped_as_code_runs_too() {
    for mount in [
        "mount -t tmpfs -o mode=755,noexec tmpfs generators; cp -p $code generators/",
        // A file is opened once more by way of `/proc`.
        "cp -p $code generators/; mount -t tmpfs tmpfs /proc",
    ] {
        let (code, stderr) = after(mount, &[]);
        assert_eq!(code, Some(0), "{mount}: {stderr}");
    }
}
