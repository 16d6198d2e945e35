//! Whom a step asks for its inputs: in a pod the API server, at a command line who was named.

use std::io;
use std::path::PathBuf;

use super::variables::variable;
use crate::author::Place;
use crate::error::{Error, Place as Here};
use crate::exit::Exit;
use crate::files;
use crate::inputs::{Allowance, ApiServer, Cluster, Kubectl, Manifests, SERVICE_ACCOUNT};
use crate::kratix::Found;
use crate::limits::{Clock, Limits};
use crate::pod::Pod;
use crate::step::{Given, Task, Wanted};

/// What the command line says of objects.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Objects {
    /// Manifests of objects that cluster and files would have, from which all inputs are picked as an API server would; to be
    /// given once for each file
    #[arg(long = "input-object", value_name = "FILE", conflicts_with = "inputs_from_cluster")]
    manifests: Vec<PathBuf>,
    /// Ask your cluster for inputs, by kubectl and its current context
    #[arg(long = "inputs-from-cluster", id = "inputs_from_cluster")]
    from_cluster: bool,
}

impl Objects {
    /// Reads what a step wants for a task. Of whom nobody was named at a command line is left out: the step says so.
    pub(super) fn read(
        &self,
        pod: &Pod,
        limits: &Limits,
        clock: Clock,
        wanted: &[Wanted],
        task: &Task,
    ) -> Result<Given, Error> {
        let mut allowance = Allowance::new(limits, clock);
        let manifests = (!self.manifests.is_empty()).then(|| self.read_manifests(limits, &allowance)).transpose()?;
        let (mut cluster, mut given) = (None, Given::new());
        for wanted in wanted {
            let found = match (&wanted.place, &manifests) {
                (place, Some(manifests)) => {
                    let found = picked(manifests, wanted);
                    match place {
                        Place::File(path) => allowance.take_found(path, &found)?,
                        Place::Cluster { address, .. } => allowance.take_found(address, &found)?,
                    }
                    found
                }
                (Place::File(path), None) => pod.brought(path, &mut allowance)?,
                (Place::Cluster { address, .. }, None) => {
                    if cluster.is_none() {
                        cluster = self.cluster(pod)?;
                    }
                    let Some(cluster) = &cluster else { continue };
                    pod.environment.ensure_at_home(task.namespace())?;
                    cluster.read_for(task.namespace(), address, &mut allowance)?
                }
            };
            given.insert(wanted.id.clone(), found);
        }
        Ok(given)
    }

    /// The cluster to ask: in a pod its own, which is asked only when there is something to ask, so that whatever else needs
    /// no token.
    fn cluster(&self, pod: &Pod) -> Result<Option<Cluster>, Error> {
        if self.from_cluster {
            return Ok(Some(Cluster::Kubectl(Kubectl::new(Kubectl::PROGRAM))));
        }
        if pod.environment.place() == Here::CommandLine {
            return Ok(None);
        }
        let said = |name: &str| {
            variable(name)?.ok_or_else(|| {
                Error::new(
                    "api-server-unknown",
                    Exit::Config,
                    format!("{name} is not set, so there is no API server to ask"),
                )
                .hint("Kubernetes sets it in every pod: leave it as it is")
            })
        };
        let (host, port) = (said("KUBERNETES_SERVICE_HOST")?, said("KUBERNETES_SERVICE_PORT")?);
        ApiServer::in_pod(&host, &port, SERVICE_ACCOUNT.as_ref()).map(Cluster::ApiServer).map(Some)
    }

    /// Of the objects only those that are picked count; a file with more than may be read is too much by itself.
    fn read_manifests(&self, limits: &Limits, allowance: &Allowance<'_>) -> Result<Manifests, Error> {
        let mut manifests = Manifests::default();
        for path in &self.manifests {
            let shown = path.display().to_string();
            let text = files::open(path).and_then(|file| files::read(file, limits.input_bytes));
            let text = text.map_err(|error| {
                if error.kind() == io::ErrorKind::FileTooLarge {
                    return allowance.too_large(&shown);
                }
                let what = format!("cannot read the objects of {shown}");
                Error::new("input-unreadable", Exit::Config, what).because_of(&error)
            })?;
            manifests.add(&shown, &text)?;
        }
        Ok(manifests)
    }
}

/// What manifests have for an input. Of a file they have what a container would find there; that nothing else is looked at
/// makes a step the same on every machine.
pub(super) fn picked(manifests: &Manifests, Wanted { kind, place, .. }: &Wanted) -> Found {
    match place {
        Place::File(path) => manifests.in_place_of(path, kind),
        Place::Cluster { address, .. } => manifests.read(address),
    }
}
