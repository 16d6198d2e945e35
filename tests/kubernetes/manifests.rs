//! What the stages 1 to 3 apply, as a real API server takes it: their own manifests, and what the charts make of their
//! values, where the charts are given (INGRESS_CHART_ARCHIVE and so on: folders or archives).

use std::process::Command;

use kratix_wasm_tests::{root, run};
use serde_json::json;

use crate::cluster::{Cluster, cluster};

impl Cluster {
    /// Asks the API server whether it would take what a file has, every field known to it.
    #[track_caller]
    fn would_take(&self, namespace: &str, file: &str) {
        self.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}));
        let _ = self.kubectl(&["apply", "--dry-run=server", "--validate=strict", "--filename", file]);
    }

    /// The same of a chart, which this variable gives, with the platform's values.
    #[track_caller]
    fn would_take_chart(&self, variable: &str, namespace: &str, values: &[&str]) {
        let chart = std::env::var(variable).unwrap_or_else(|error| panic!("{variable}: {error}"));
        let mut helm = Command::new("helm");
        let rendered = run(helm
            .args(["template", namespace, &chart, "--namespace", namespace, "--kube-version", "1.34", "--include-crds"])
            .args(values)
            .current_dir(root().join("deploy")));
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), rendered).expect("it can be written");
        self.would_take(namespace, file.path().to_str().expect("temporary paths are UTF-8"));
    }
}

#[test]
fn the_database_the_runners_and_the_network_of_stage_3_are_taken() {
    for name in ["database", "network", "runner"] {
        let file = root().join(format!("deploy/3-gitea/{name}.yaml"));
        cluster().would_take("gitea", file.to_str().expect("it is UTF-8"));
    }
}

#[test]
#[ignore = "needs ingress-chart"]
fn the_chart_of_the_ingress_is_taken_with_the_platforms_values() {
    cluster().would_take_chart("INGRESS_CHART_ARCHIVE", "ingress", &["--values", "1-cluster/ingress.yaml"]);
}

#[test]
#[ignore = "needs cert-manager-chart"]
fn the_chart_of_cert_manager_is_taken_with_the_platforms_values() {
    cluster().would_take_chart("CERT_MANAGER_CHART_ARCHIVE", "cert-manager", &["--set", "crds.enabled=true"]);
}

#[test]
#[ignore = "needs gitea-chart"]
fn the_chart_of_gitea_is_taken_with_the_platforms_values() {
    let gitea = ["--values", "3-gitea/gitea.yaml", "--set", "ingress.enabled=true"];
    cluster().would_take_chart("GITEA_CHART_ARCHIVE", "gitea", &gitea);
}
