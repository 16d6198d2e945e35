//! The two files by which a Destination shows that somebody applies what Kratix writes there (kratix-contract 7.3).

use super::admission::{Destination, Mode};
use super::path::{below_root, join};
use super::store::Change;

const NAMESPACE: &str = "apiVersion: v1
kind: Namespace
metadata:
  name: kratix-worker-system
spec: {}
status: {}
";

const CONFIG_MAP: &str = "apiVersion: v1
data:
  canary: this confirms your infrastructure is reading from Kratix state stores
kind: ConfigMap
metadata:
  name: kratix-info
  namespace: kratix-worker-system
";

/// Whom commits of them are from.
const NAME: &str = "kratix-canary";

/// The change that writes them; none where they lie outside the repository. `root` is that of the state store.
pub(super) fn written(root: &str, destination: &Destination) -> Option<Change> {
    let paths = paths(root, destination)?;
    let written = paths.into_iter().zip([NAMESPACE, CONFIG_MAP]).map(|(path, text)| (path, text.as_bytes().into()));
    Some(Change { subject: format!("Update from: {NAME}"), written: written.collect(), ..Change::default() })
}

/// The change that removes them.
pub(super) fn removed(root: &str, destination: &Destination) -> Option<Change> {
    let removed = paths(root, destination)?.into();
    Some(Change { subject: format!("Delete from: {NAME}"), removed, recursive: true, ..Change::default() })
}

fn paths(root: &str, destination: &Destination) -> Option<[String; 2]> {
    let [namespaces, config_maps] = match destination.mode {
        Mode::NestedByMetadata => ["dependencies", "resources"],
        Mode::AggregatedYaml { .. } | Mode::None => ["", ""],
    };
    let path = |folder: &str, name: &str| below_root(&[&join(&[root]), &join(&[&destination.path, folder, name])]);
    Some([path(namespaces, "kratix-canary-namespace.yaml")?, path(config_maps, "kratix-canary-configmap.yaml")?])
}
