//! A Destination: what it is scheduled by, and where in its state store its files go (kratix-contract 7.3).

use serde_json::Value;

use crate::kratix::Labels;

/// A Destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// `metadata.name`.
    pub name: String,
    /// What selectors are compared with.
    pub labels: Labels,
    /// `spec.path`, as it is written: where in the store.
    pub path: String,
    /// In which state store.
    pub store: StoreRef,
    /// Whether what selects by no label doesn't go there, as long as it has one itself.
    pub strict: bool,
    /// How files are laid out.
    pub mode: Mode,
    /// What becomes of its files when it is deleted.
    pub cleanup: Cleanup,
    /// Whether Kratix writes its two canary files there.
    pub init_workloads: bool,
    /// Whether it is being deleted.
    pub is_deleting: bool,
}

/// A state store, by kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreRef {
    /// `GitStateStore` or `BucketStateStore`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// `spec.filepath.mode`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// A directory for each placement, by whose it is.
    NestedByMetadata,
    /// One file with all of them.
    AggregatedYaml {
        /// What it is called.
        filename: String,
    },
    /// As the pipeline wrote them.
    None,
}

/// `spec.cleanup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleanup {
    /// All files stay.
    None,
    /// What placements wrote goes, and the canary files.
    All,
}

impl Destination {
    /// What an admitted object says, with the defaults of its definition.
    #[must_use]
    pub fn of(object: &Value) -> Self {
        let (metadata, spec) = (&object["metadata"], &object["spec"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let labels = metadata["labels"].as_object().into_iter().flatten();
        let filename = Some(text(&spec["filepath"]["filename"])).filter(|name| !name.is_empty());
        Self {
            name: text(&metadata["name"]),
            labels: labels.map(|(key, value)| (key.clone(), text(value))).collect(),
            path: text(&spec["path"]),
            store: StoreRef { kind: text(&spec["stateStoreRef"]["kind"]), name: text(&spec["stateStoreRef"]["name"]) },
            strict: spec["strictMatchLabels"] == true,
            mode: match spec["filepath"]["mode"].as_str() {
                Some("none") => Mode::None,
                Some("aggregatedYAML") => {
                    Mode::AggregatedYaml { filename: filename.unwrap_or_else(|| "aggregated.yaml".to_owned()) }
                }
                _ => Mode::NestedByMetadata,
            },
            cleanup: if spec["cleanup"] == "all" { Cleanup::All } else { Cleanup::None },
            init_workloads: spec["initWorkloads"]["enabled"] != false,
            is_deleting: !metadata["deletionTimestamp"].is_null(),
        }
    }
}
