//! An image as its OCI archive has it: what is shipped, whatever a tag may mean on this machine.

use std::path::PathBuf;
use std::process::Command;

use kratix_wasm_tests::root;
use serde_json::Value;

/// An image that `just image` or its like made.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) archive: PathBuf,
}

impl Image {
    /// The host alone.
    pub(crate) fn host() -> Self {
        Self::named("kratix-wasm")
    }

    /// The host with the precompiled Team generator.
    pub(crate) fn step() -> Self {
        Self::named("kratix-wasm-team")
    }

    /// The Team generator alone.
    pub(crate) fn component() -> Self {
        Self::named("team-generator")
    }

    fn named(name: &str) -> Self {
        let archive = root().join(format!("target/dist/{name}.oci.tar"));
        assert!(archive.exists(), "{} is not there: run the tests with `./x test containers`", archive.display());
        Self { archive }
    }

    /// The digest that a registry would know it by.
    pub(crate) fn digest(&self) -> String {
        let index: Value = serde_json::from_slice(&self.member("index.json")).expect("it is JSON");
        let [manifest] = &index["manifests"].as_array().expect("a list")[..] else { panic!("not one image: {index}") };
        manifest["digest"].as_str().expect("a string").to_owned()
    }

    pub(crate) fn manifest(&self) -> Value {
        serde_json::from_slice(&self.blob(&self.digest())).expect("it is JSON")
    }

    /// What `docker inspect` shows.
    pub(crate) fn config(&self) -> Value {
        let manifest = self.manifest();
        serde_json::from_slice(&self.blob(manifest["config"]["digest"].as_str().expect("a digest")))
            .expect("it is JSON")
    }

    /// The one layer, packed.
    pub(crate) fn layer(&self) -> Vec<u8> {
        let manifest = self.manifest();
        let [layer] = &manifest["layers"].as_array().expect("a list")[..] else { panic!("not one layer: {manifest}") };
        self.blob(layer["digest"].as_str().expect("a digest"))
    }

    /// What podman knows it by, which also makes sure that it is in podman's store.
    pub(crate) fn id(&self) -> String {
        let manifest = self.manifest();
        let id = manifest["config"]["digest"].as_str().expect("a digest").trim_start_matches("sha256:").to_owned();
        if !podman(&["image", "exists", &id]).0 {
            let (done, said) = podman(&["pull", "--quiet", &format!("oci-archive:{}", self.archive.display())]);
            assert!(done, "{said}");
        }
        id
    }

    fn blob(&self, digest: &str) -> Vec<u8> {
        self.member(&format!("blobs/{}", digest.replace(':', "/")))
    }

    fn member(&self, path: &str) -> Vec<u8> {
        let tar =
            Command::new("tar").args(["--extract", "--to-stdout", "--file"]).arg(&self.archive).arg(path).output();
        let tar = tar.expect("tar can be started");
        assert!(tar.status.success(), "{path}: {}", String::from_utf8_lossy(&tar.stderr));
        tar.stdout
    }
}

/// Whether podman did it, and what it said.
pub(crate) fn podman(arguments: &[&str]) -> (bool, String) {
    let done = Command::new("podman").args(arguments).output().expect("podman can be started");
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}
