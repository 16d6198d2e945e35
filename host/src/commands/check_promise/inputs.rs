//! What is bound to the inputs of a container: whether its pods can read it, and may.

use super::Promise;
use crate::author::{Bindings, Permission, Pods};
use crate::error::Error;
use crate::exit::Exit;
use crate::inputs::SERVICE_ACCOUNT;
use crate::kratix::Workflow;
use crate::kratix::mount::{self, Holds};
use crate::kratix::promise::{self, Container};
use crate::text::clean;

/// The file that Kratix brings before any container (kratix-contract 2.1).
const OF_KRATIX: &str = "/kratix/input/object.yaml";
/// What all containers of a pod share (kratix-contract 1.2).
const SHARED: [&str; 3] = ["/kratix/input/", "/kratix/output/", "/kratix/metadata/"];

impl Promise {
    /// What the pods of a container need to be allowed for the inputs that are bound for it.
    pub(in crate::commands) fn needs(
        &self,
        container: &Container,
        bindings: &Bindings,
    ) -> Result<Vec<Permission>, Error> {
        let pods = Pods::of(container.workflow, self.pipeline_namespace());
        let mut needs = Vec::new();
        for (key, binding) in bindings.all() {
            if container.workflow == Workflow::Promise && binding.has_namespace_of_request() {
                let key = clean(key, 80);
                let what = format!("input {key} is bound by {{namespace}}, and a Promise is in no namespace");
                return Err(Error::new("input-field", Exit::Config, what)
                    .hint("set its namespace, which else is {namespace}, or scope: Cluster"));
            }
            let permission = binding.permission(pods).map_err(|wrong| {
                Error::new("input-elsewhere", Exit::Config, format!("input {} {wrong}", clean(key, 80)))
                    .hint("set pipelineNamespace in spec.workflows.config, to a namespace without requests")
            })?;
            needs.extend(permission);
        }
        Ok(needs)
    }

    /// Refuses bindings by fields that no request can have: all requests would be invalid, and no requester could mend it.
    fn ensure_fields(&self, container: &Container, bindings: &Bindings) -> Result<(), Error> {
        if container.workflow == Workflow::Promise {
            return Ok(());
        }
        for (key, binding) in bindings.all() {
            for path in binding.fields() {
                promise::ensure_text(&self.value, path).map_err(|wrong| {
                    let (key, path) = (clean(key, 80), clean(&path.join("."), 200));
                    Error::new(
                        "input-field",
                        Exit::Config,
                        format!("input {key} is bound by {{{path}}}, which {wrong}"),
                    )
                    .hint("see spec.api of the Promise: requests have no other fields")
                })?;
            }
        }
        Ok(())
    }

    /// Refuses inputs that the pods of a container could not read.
    pub(super) fn ensure_readable(&self, container: &Container, bindings: &Bindings) -> Result<(), Error> {
        self.ensure_fields(container, bindings)?;
        ensure_no_secret(container, bindings)?;
        let needs = self.needs(container, bindings)?;
        if needs.is_empty() {
            return Ok(());
        }
        if container.mounts.iter().any(|mount| mount.is_at(SERVICE_ACCOUNT) && mount.holds != Holds::Token) {
            return Err(Error::new(
                "input-no-token",
                Exit::Config,
                "its inputs are in the cluster, and it has no token to read them",
            )
            .because(format!("a volume is mounted over {SERVICE_ACCOUNT}"))
            .hint("leave out that mount in pipelines that read inputs"));
        }
        let Some(given) = promise::permissions(&self.value, container) else { return Ok(()) };
        let pods = Pods::of(container.workflow, self.pipeline_namespace());
        let missing: Vec<String> = needs
            .iter()
            .filter(|need| !given.iter().any(|item| need.is_in(item, pods)))
            .map(|need| format!("{} is not in rbac.permissions of the pipeline", need.to_json()))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::new("input-not-permitted", Exit::Config, "its pods may not read its inputs")
            .because_each(missing)
            .hint("`kratix-wasm inspect --rbac -f promise.yaml` prints what each pipeline needs"))
    }

    /// Why it can't be known whether the files of inputs are there: nothing in the Promise brings one, but the image
    /// may have it.
    pub(super) fn not_brought(&self, container: &Container, bindings: &Bindings) -> Option<String> {
        let is_this = |other: &&Container| other.name == container.name && is_beside(other, container);
        let mut before = self.containers.iter().take_while(|other| !is_this(other));
        let is_first = !before.any(|other| is_beside(other, container));
        let is_brought = |file: &str| match mount::around(&container.mounts, file).map(|mount| mount.holds) {
            Some(Holds::Nothing) => !is_first,
            Some(_) => true,
            None => file == OF_KRATIX || SHARED.iter().any(|place| file.starts_with(place)) && !is_first,
        };
        let files = bindings.all().filter_map(|(key, binding)| Some((key, binding.file()?)));
        let (key, file) = files.into_iter().find(|(_, file)| !is_brought(file))?;
        Some(format!(
            "input {} is bound to {}, which no volume and no earlier container of its pipeline brings",
            clean(key, 80),
            clean(file, 200)
        ))
    }
}

fn is_beside(one: &Container, other: &Container) -> bool {
    (one.workflow, one.action, &one.pipeline) == (other.workflow, other.action, &other.pipeline)
}

/// Refuses files of volumes that hold secrets: in a file a Secret can't be told from a ConfigMap.
fn ensure_no_secret(container: &Container, bindings: &Bindings) -> Result<(), Error> {
    for (key, binding) in bindings.all() {
        let Some(file) = binding.file() else { continue };
        let mut mounts =
            mount::around(&container.mounts, file).into_iter().chain(mount::within(&container.mounts, file));
        if let Some(mount) = mounts.find(|mount| matches!(mount.holds, Holds::Secret | Holds::Token)) {
            let [key, volume, path] = [key, &mount.volume, &mount.path].map(|text| clean(text, 200));
            return Err(Error::new("input-secret", Exit::Config, format!("input {key} is bound to a file of secrets"))
                .because(format!("the volume {volume} at {path} has a Secret, a token, or what a driver brings"))
                .hint("a Secret is never an input: what a generator sees ends in Git; mount a ConfigMap"));
        }
    }
    Ok(())
}
