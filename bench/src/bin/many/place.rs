//! Requests on the disk, and the commands that answer them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kratix_wasm::yaml;
use serde_json::{Value, json};

use super::Result;

const HOST: &str = "target/dist/kratix-wasm";
pub(super) const CODE: &str = "target/dist/team.cwasm";
pub(super) const COMPONENT: &str = "target/dist/team.wasm";
/// What the contract tests build.
pub(super) const HELM: &str = "target/rig/bin/helm";
const CHART: &str = "bench/helm";
/// All else that is asked for at once.
const MANIFESTS: [&str; 3] =
    ["promises/team/promise.yaml", "deploy/4-state-stores/catalog.yaml", "deploy/4-state-stores/infrastructure.yaml"];
/// Requests that are asked one by one, each in a process of its own.
pub(super) const ONE_BY_ONE: usize = 50;
/// Requests by which it is made sure that all do the same.
pub(super) const COMPARED: usize = 100;
/// Requests are spread over so many namespaces.
pub(super) const NAMESPACES: usize = 7;

/// Where requests lie, and what is made of them.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) root: PathBuf,
}

impl Place {
    /// Writes so many requests below a directory.
    pub(super) fn make(root: &Path, counts: &[usize]) -> Result<Self> {
        let place = Self { root: root.to_owned() };
        for count in counts {
            place.write(*count)?;
        }
        place.write_one_by_one()?;
        Ok(place)
    }

    pub(super) fn requests(&self, count: usize) -> PathBuf {
        self.root.join(format!("teams-{count}.yaml"))
    }

    /// The same objects of a kind that nobody answers: they are only read.
    pub(super) fn others(&self, count: usize) -> PathBuf {
        self.root.join(format!("others-{count}.yaml"))
    }

    pub(super) fn values(&self, name: &str) -> PathBuf {
        self.root.join(format!("values-{name}.json"))
    }

    /// Requests as manifests, and as values of the chart.
    fn write(&self, count: usize) -> Result<()> {
        let (mut manifests, mut values) = (String::new(), String::from("{\"teams\": ["));
        for at in 0..count {
            let request = request(at);
            let separator = if at == 0 { "" } else { "," };
            write!(values, "{separator}{request}").expect("a string takes all that is written");
            manifests += "---\n";
            manifests += &yaml::write(&[request]);
        }
        values += "]}";
        put(&self.requests(count), &manifests)?;
        put(&self.others(count), &manifests.replace("kind: Team\n", "kind: Other\n"))?;
        put(&self.values(&count.to_string()), &values)
    }

    /// The same, each for itself.
    fn write_one_by_one(&self) -> Result<()> {
        for at in 0..COMPARED {
            let folder = self.root.join(format!("each/{at}/input"));
            fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
            put(&folder.join("object.yaml"), &yaml::write(&[request(at)]))?;
            put(&self.values(&format!("each-{at}")), &json!({"teams": [request(at)]}).to_string())?;
        }
        Ok(())
    }

    /// `kratix-wasm render`.
    pub(super) fn render(requests: &Path, generator: &str, format: &str) -> Command {
        let mut command = Command::new(HOST);
        command.arg("render").arg("-f").arg(requests);
        for manifest in MANIFESTS {
            command.arg("-f").arg(manifest);
        }
        command.arg("--generator").arg(format!("team={generator}")).args(["--format", format]);
        command
    }

    /// The step of each, one after another, in directories of its own.
    pub(super) fn run_each(&self) -> Command {
        self.shell(&format!(
            "for at in $(seq 0 {}); do\n{}done\n",
            ONE_BY_ONE - 1,
            "    at=$root/each/$at\n    rm -rf \"$at/output\" \"$at/metadata\" && mkdir \"$at/output\" \"$at/metadata\"\n    \
             $step --input \"$at/input\" --output \"$at/output\" --metadata \"$at/metadata\"\n"
        ))
    }

    /// `helm template`.
    pub(super) fn helm(values: &Path) -> Command {
        let mut command = Command::new(HELM);
        command.args(["template", CHART, "--values"]).arg(values);
        command
    }

    pub(super) fn helm_each(&self) -> Command {
        self.shell(&format!(
            "for at in $(seq 0 {}); do {HELM} template {CHART} --values \"$root/values-each-$at.json\"; done\n",
            ONE_BY_ONE - 1
        ))
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-euc", script])
            .env("root", &self.root)
            .env("step", format!("{HOST} run --precompiled {CODE}"))
            .envs([
                ("KRATIX_WORKFLOW_ACTION", "configure"),
                ("KRATIX_WORKFLOW_TYPE", "resource"),
                ("KRATIX_PROMISE_NAME", "team"),
                ("KRATIX_OBJECT_KIND", "Team"),
                ("KRATIX_OBJECT_GROUP", "platform.kratix.io"),
                ("KRATIX_WASM_POLICY", "destinations: [{repository: catalog}, {repository: infrastructure}]"),
            ]);
        command
    }
}

fn request(at: usize) -> Value {
    let mut spec = json!({"id": format!("team-{at:06}"), "name": format!("Team {at}")});
    if !at.is_multiple_of(4) {
        spec["email"] = format!("team-{at}@example.org").into();
    }
    if at.is_multiple_of(3) {
        spec["members"] = json!([format!("user-{}", at % 50), format!("other-{}", at % 60)]);
    }
    json!({
        "apiVersion": "platform.kratix.io/v1alpha1",
        "kind": "Team",
        "metadata": {"name": format!("team-{at:06}"), "namespace": format!("area-{}", at % NAMESPACES)},
        "spec": spec,
    })
}

fn put(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

pub(super) fn say(mut command: Command) -> Result<Vec<u8>> {
    let output = command.output().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(output.stdout) } else { Err(format!("{command:?} failed: {said}")) }
}
