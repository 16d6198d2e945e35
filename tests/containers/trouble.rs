//! Steps that fail, are killed, or are asked for what they don't do.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::{Duration, Instant};

use crate::image::podman;
use crate::pod::{Pod, TEAM, WRONG};
use kratix_wasm_tests::TEST;

#[test]
fn a_failing_step_leaves_nothing_and_its_exit_code_is_the_containers() {
    let pod = Pod::new(WRONG);
    let outcome =
        pod.team().arguments(&["run", "--on-invalid", "fail"]).run().exits(65).says("error: the request is invalid");
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
    let outcome =
        Pod::new(TEAM).host("nothing.wasm").run().exits(66).says("there is no generator at /volume/nothing.wasm");
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
    let pod = Pod::new(TEST);
    let outcome = pod.hostile("{misdeed: panic}").run().exits(70);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
}

#[test]
fn a_step_that_may_not_write_says_where() {
    let pod = Pod::new(TEAM);
    fs::set_permissions(pod.path("output"), fs::Permissions::from_mode(0o755)).unwrap();
    let outcome = pod.team().run().exits(74).says("/kratix/output");
    assert!(outcome.metadata.is_empty());
}

#[test]
fn precompiled_code_from_a_volume_that_others_write_to_is_refused() {
    let pod = Pod::new(TEAM);
    pod.ship("dist/team.cwasm");
    let container = pod.host("team.cwasm").set(&[("PRECOMPILED", "true"), ("POLICY", "destinations: [{}]")]);
    fs::set_permissions(pod.path("volume"), fs::Permissions::from_mode(0o777)).unwrap();
    let outcome = container.run().exits(66).says("/volume can be written by others (mode 777)");
    assert!(outcome.output.is_empty());
    fs::set_permissions(pod.path("volume"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(pod.path("volume/team.cwasm"), fs::Permissions::from_mode(0o666)).unwrap();
    let outcome = container.run().exits(66).says("it can be written by others (mode 666)");
    assert!(outcome.output.is_empty());
}

/// Whoever could write to it.
#[test]
fn in_a_pod_of_kratix_precompiled_code_comes_from_the_image_only() {
    let pod = Pod::new(TEAM);
    pod.ship("dist/team.cwasm");
    let kratix = ["--env", "KRATIX_PIPELINE_NAME=configure"];
    let container = pod.host("team.cwasm").set(&[("PRECOMPILED", "true"), ("POLICY", "destinations: [{}]")]);
    let outcome = container.flags(&kratix).run().exits(66).says("it lies in a volume, mounted at /volume");
    assert!(outcome.output.is_empty());
    let _ = pod.team().flags(&kratix).run().exits(0);
}

/// The process that compiles gets what the container has left, so that the kernel needn't kill anybody.
#[test]
fn too_little_memory_to_compile_is_told() {
    let pod = Pod::new(TEAM);
    pod.ship("components/team.wasm");
    let outcome = pod.host("team.wasm").memory("12m").run().exits(75);
    let outcome = outcome.says("team.wasm takes more memory than the container has\n  caused by: of 12 MiB that all");
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
}

/// As Kubernetes tells it: 137, `OOMKilled`.
#[test]
fn a_host_that_the_kernel_kills_leaves_nothing() {
    let pod = Pod::new(TEST);
    let outcome = pod.hostile("{misdeed: allocate}").memory("48m").run().exits(137);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
    let outcome = pod.hostile("{misdeed: allocate}").run().exits(75).says("memory-bytes");
    assert!(outcome.output.is_empty());
}

/// As the kubelet does when a node is short of something: in the midst of writing. The container is then started again in
/// the same pod.
#[test]
fn a_container_that_was_killed_is_started_again_over_its_leftovers() {
    let files: Vec<String> = (0..4000).map(|file| format!("[d{}/f{file}, '{file}']", file % 50)).collect();
    let request = format!(
        "{{apiVersion: tests/v1, kind: Test, metadata: {{name: a-test}}, spec: {{files: [{}], destinations: [[d0, [[e, p]]]]}}}}",
        files.join(", ")
    );
    let whole = Pod::new(&request).hostile("").run().exits(0);
    assert_eq!(whole.output.len(), 4000);
    for attempt in 0.. {
        assert!(attempt < 5, "it was never killed in time");
        let pod = Pod::new(&request);
        let name = format!("kratix-wasm-killed-{}-{attempt}", std::process::id());
        let mut container = pod.hostile("").flags(&["--name", &name]).start();
        let begun = Instant::now();
        while fs::read_dir(pod.path("output")).unwrap().next().is_none() {
            assert!(begun.elapsed() < Duration::from_mins(1), "it doesn't begin to write");
            thread::sleep(Duration::from_millis(5));
        }
        let _ = podman(&["kill", "--signal", "KILL", &name]);
        let ended = container.wait().unwrap().code();
        if ended == Some(137) {
            let again = pod.hostile("").run().exits(0);
            assert_eq!((again.output, again.metadata), (whole.output, whole.metadata));
            let names = fs::read_dir(pod.path("output")).unwrap().map(|entry| entry.unwrap().file_name());
            assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with('.')));
            break;
        }
    }
}
