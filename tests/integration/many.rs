//! Many requests: what comes of them doesn't depend on how many cores there are.

use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use kratix_wasm::commands::preview::{Given, apply};
use kratix_wasm::preview::cores::Cores;
use kratix_wasm::preview::platform::Platform;
use kratix_wasm_tests::{built, root};

/// Requests of all kinds: some that an API server refuses, some that come again and change, or want to change, what may not be.
fn requests() -> String {
    let mut text = String::new();
    for at in 0..400 {
        let id = match at % 10 {
            3 => format!("Not An Id {at}"),
            _ => format!("team-{at}"),
        };
        let again = if at % 20 == 7 { [at, at - 3] } else { [at, at] };
        for name in again.iter().take(1 + usize::from(again[0] != again[1])) {
            write!(
                text,
                "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Team\nmetadata: {{name: team-{name}, namespace: area-{}}}\n\
                 spec: {{id: {id}, name: Team {at}}}\n",
                name % 7,
            )
            .expect("a string takes all that is written");
        }
    }
    text
}

fn played(requests: &Path, cores: usize) -> String {
    let cores = Cores::new(NonZeroUsize::new(cores).expect("there is a core"));
    let mut platform = Platform::on(cores);
    let stores = ["deploy/4-state-stores/catalog.yaml", "deploy/4-state-stores/infrastructure.yaml"];
    let mut paths = vec![requests.to_path_buf(), root().join("promises/team/promise.yaml")];
    paths.extend(stores.map(|path| root().join(path)));
    let named = vec![("team".into(), built("team.cwasm"))];
    apply(&mut platform, &Given { paths, named, ..Given::default() }).expect("they are manifests");
    let mut said = String::new();
    for (key, live) in platform.requests() {
        writeln!(said, "{key}: {live:?}").expect("a string takes all that is written");
    }
    for (key, error) in platform.refused() {
        writeln!(said, "{key}: {error:?}").expect("a string takes all that is written");
    }
    for (name, store) in platform.stores() {
        writeln!(said, "{name:?}: {store:?}").expect("a string takes all that is written");
    }
    said
}

#[test]
fn the_same_comes_of_many_requests_on_one_core_and_on_several() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("teams.yaml");
    fs::write(&file, requests()).expect("it can be written");
    let one = played(&file, 1);
    assert!(one.contains("spec.id") && one.contains("Complete") && one.contains("terraform/area-6."), "{one:.2000}");
    for cores in [2, 5] {
        assert!(played(&file, cores) == one, "on {cores} cores something else comes of them");
    }
}
