//! A volume of a container of a pipeline: where it is, and what it can hold (kratix-contract 1.8).

use serde_json::Value;

/// A volume that is mounted in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Where.
    pub path: String,
    /// Name of the volume.
    pub volume: String,
    /// What it can hold.
    pub holds: Holds,
}

/// What a volume can hold: <https://kubernetes.io/docs/concepts/storage/volumes/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A token of the pod's service account, with whatever else.
    Token,
    /// A Secret, a key, or what a driver brings, which most often is one.
    Secret,
    /// Nothing, until a container puts something there.
    Nothing,
    /// Anything else.
    Other,
}

impl Mount {
    /// An item of `volumeMounts`, beside the volumes of its pipeline; none without a path.
    pub(super) fn read(mount: &Value, volumes: &Value) -> Option<Self> {
        let path = mount["mountPath"].as_str()?.to_owned();
        let volume = volumes.as_array().into_iter().flatten().find(|volume| volume["name"] == mount["name"]);
        let name = mount["name"].as_str().unwrap_or_default().to_owned();
        Some(Self { path, volume: name, holds: volume.map_or(Holds::Other, Holds::of) })
    }

    /// Whether it is at this path.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        settled(&self.path) == settled(path)
    }
}

impl Holds {
    fn of(volume: &Value) -> Self {
        let sources = || volume["projected"]["sources"].as_array().into_iter().flatten();
        let has = |source: &str| sources().any(|item| item[source].is_object());
        if has("serviceAccountToken") {
            Self::Token
        } else if volume["secret"].is_object() || volume["csi"].is_object() || has("secret") || has("podCertificate") {
            Self::Secret
        } else if volume["emptyDir"].is_object() {
            Self::Nothing
        } else {
            Self::Other
        }
    }
}

/// The volume that a path is in, of several one in another.
#[must_use]
pub fn around<'a>(mounts: &'a [Mount], path: &str) -> Option<&'a Mount> {
    let path = settled(path);
    let around = mounts.iter().filter(|mount| path.starts_with(&settled(&mount.path)));
    around.max_by_key(|mount| settled(&mount.path).len())
}

/// The volumes that are in a directory.
pub fn within<'a>(mounts: &'a [Mount], path: &'a str) -> impl Iterator<Item = &'a Mount> {
    mounts.iter().filter(move |mount| settled(&mount.path).starts_with(&settled(path)))
}

/// The parts of a path: in most images `/var/run` is a link to `/run`.
fn settled(path: &str) -> Vec<&str> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.starts_with(&["var", "run"]) { parts[1..].to_vec() } else { parts }
}
