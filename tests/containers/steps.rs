//! Steps that do what they are for.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use kratix_wasm_tests::{Step, Tree};

use crate::image::Image;
use crate::pod::{Pod, TEAM, WRONG};

const FILES: [&str; 2] = ["backstage/default.a-team.yaml", "terraform/default.a-team.tf.json"];

fn names(tree: &Tree) -> Vec<&str> {
    tree.keys().map(String::as_str).collect()
}

/// The same as outside a container, whoever runs it.
#[test]
fn a_step_runs_as_any_user_and_writes_what_everybody_may_read() {
    let outside = Step::team(TEAM).run().exits(0);
    for user in ["65532:65532", "12345:12345", "1000810000:0"] {
        let pod = Pod::new(TEAM);
        let outcome = pod.team().user(user).run().exits(0);
        assert_eq!((names(&outcome.output), &outcome.output), (FILES.to_vec(), &outside.output));
        assert_eq!(outcome.metadata, outside.metadata);
        for file in FILES {
            assert_eq!(fs::metadata(pod.path("output").join(file)).unwrap().mode() & 0o777, 0o644);
            let directory = pod.path("output").join(file.split('/').next().unwrap());
            assert_eq!(fs::metadata(directory).unwrap().mode() & 0o777, 0o755);
        }
    }
}

#[test]
fn the_image_runs_as_its_own_user_and_has_all_that_the_program_needs() {
    let pod = Pod::new(TEAM);
    let _ = pod.team().run().exits(0);
    let user = fs::metadata(pod.path("output").join(FILES[0])).unwrap().uid();
    assert!(user == 65532 || !rustix::process::geteuid().is_root(), "{user}");
    let version = pod.container(&Image::host()).arguments(&["version"]).run().exits(0);
    assert!(version.stdout.contains(env!("CARGO_PKG_VERSION")), "{}", version.stdout);
}

#[test]
fn an_invalid_request_suspends_the_workflow() {
    let pod = Pod::new(WRONG);
    let outcome = pod.team().run().exits(0);
    assert!(outcome.output.is_empty());
    assert!(outcome.metadata("workflow-control.yaml").contains("suspend: true"));
    assert!(outcome.metadata("status.yaml").contains("spec.id"));
}

/// Compiling included, within what Kratix gives a container by default.
#[test]
fn a_component_from_a_read_only_volume_runs() {
    let pod = Pod::new(TEAM);
    pod.ship("components/team.wasm");
    let outcome = pod.host("team.wasm").set(&[("POLICY", "destinations: [{}]")]).run().exits(0);
    assert_eq!(names(&outcome.output), FILES);
}

#[test]
fn a_component_from_an_image_volume_runs() {
    let pod = Pod::new(TEAM);
    let mount = format!("type=image,source={},destination=/generators", Image::component().id());
    let container = pod.container(&Image::host()).flags(&["--mount", &mount]);
    let outcome =
        container.set(&[("GENERATOR", "/generators/team.wasm"), ("POLICY", "destinations: [{}]")]).run().exits(0);
    assert_eq!(names(&outcome.output), FILES);
}

/// Two of one pipeline, of two users: what the second writes is added, and nothing of the first is changed.
#[test]
fn a_second_container_adds_to_what_the_first_made() {
    let pod = Pod::new("{apiVersion: tests/v1, kind: Test, metadata: {name: a-test}}");
    let first =
        pod.hostile("{files: [[a/x, 1]], destinations: [[a, [[e, p]]]], status: '{\"one\": 1}'}").run().exits(0);
    assert_eq!(names(&first.output), ["a/x"]);
    let second = pod.hostile("{files: [[b/y, 2]], destinations: [[b, [[e, q]]]], status: '{\"two\": 2}'}");
    let second = second.user("12345:12345");
    // Also when it is started once more.
    for _ in 0..2 {
        let outcome = second.run().exits(0);
        assert_eq!((outcome.output("a/x"), outcome.output("b/y")), ("1", "2"));
        assert_eq!(outcome.metadata("status.yaml"), "one: 1\nproblems: null\nfault: null\ntwo: 2\n");
        let selectors = outcome.metadata("destination-selectors.yaml");
        assert!(selectors.contains("directory: a") && selectors.contains("directory: b"), "{selectors}");
    }
}
