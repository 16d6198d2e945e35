//! What Kratix says in environment variables (kratix-contract 1.5).

use super::Kind;
use crate::error::{Error, Place};
use crate::exit::Exit;
use crate::text::clean;

/// `KRATIX_WORKFLOW_ACTION`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The object was created or changed, or Kratix looks at it again.
    Configure,
    /// The object is being deleted; no work-writer follows, so files are dropped.
    Delete,
}

/// `KRATIX_WORKFLOW_TYPE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workflow {
    /// The object is a request of the Promise.
    Resource,
    /// The object is the Promise.
    Promise,
}

impl Action {
    /// As Kratix has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Configure => "configure",
            Self::Delete => "delete",
        }
    }
}

impl Workflow {
    /// As Kratix has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Promise => "promise",
        }
    }
}

/// What Kratix says of the step. Outside Kratix nothing is set: then it is a `configure` of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// What happens to the object.
    pub action: Action,
    /// What the object is.
    pub workflow: Workflow,
    /// Name of the Promise; empty when not said.
    pub promise: String,
    /// Name of the pipeline; empty when not said.
    pub pipeline: String,
    /// Kind that the object must have, if said.
    pub kind: Option<String>,
    /// API group that the object must have, if said.
    pub group: Option<String>,
    /// Where the request is that Kratix runs the pipeline for, if said. Of a dry run it hands in an object of another name and
    /// namespace, which the requester chose (kratix-contract 2.3).
    pub namespace: Option<String>,
    /// What `kubectl` calls objects of the kind, if said.
    pub plural: Option<String>,
    /// Whether Kratix only wants to see what would be (kratix-contract 2.3).
    pub dry_run: bool,
}

impl Environment {
    /// Reads the variables through `said`; one that is set to nothing is none.
    ///
    /// # Errors
    ///
    /// [`Exit::Usage`] for an action or a type that Kratix doesn't have, and what `said` returns.
    pub fn read(said: impl Fn(&str) -> Result<Option<String>, Error>) -> Result<Self, Error> {
        let action = match said("KRATIX_WORKFLOW_ACTION")?.as_deref() {
            None | Some("configure") => Action::Configure,
            Some("delete") => Action::Delete,
            Some(other) => return Err(unknown("KRATIX_WORKFLOW_ACTION", other, "configure, delete")),
        };
        let workflow = match said("KRATIX_WORKFLOW_TYPE")?.as_deref() {
            None | Some("resource") => Workflow::Resource,
            Some("promise") => Workflow::Promise,
            // Other controllers run workflows by Kratix' engine, too, and there a suspension counts for nothing
            // (<https://github.com/syntasso/kratix/issues/920>): a step that isn't to complete would look as if it had.
            Some(other) => return Err(unknown("KRATIX_WORKFLOW_TYPE", other, "resource, promise")),
        };
        let dry_run = match said("KRATIX_DRY_RUN")?.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => return Err(unknown("KRATIX_DRY_RUN", other, "true")),
        };
        Ok(Self {
            action,
            workflow,
            promise: said("KRATIX_PROMISE_NAME")?.unwrap_or_default(),
            pipeline: said("KRATIX_PIPELINE_NAME")?.unwrap_or_default(),
            kind: said("KRATIX_OBJECT_KIND")?,
            group: said("KRATIX_OBJECT_GROUP")?,
            namespace: said("KRATIX_OBJECT_NAMESPACE")?,
            plural: said("KRATIX_CRD_PLURAL")?,
            dry_run,
        })
    }

    /// Kind and API group that the object must have, as far as that is said.
    #[must_use]
    pub fn expected(&self) -> (Option<&str>, Option<&str>) {
        match self.workflow {
            Workflow::Promise => (Some("Promise"), Some("platform.kratix.io")),
            Workflow::Resource => (self.kind.as_deref(), self.group.as_deref()),
        }
    }

    /// The same, where both are said.
    #[must_use]
    pub fn expected_kind(&self) -> Option<Kind> {
        let (name, group) = self.expected();
        Some(Kind { name: name?.to_owned(), group: group?.to_owned() })
    }

    /// Refuses to read objects for a request that is said to be where it isn't: whoever starts a dry run chooses a namespace, and
    /// could have what is in it read into a status of their own.
    ///
    /// # Errors
    ///
    /// [`Exit::Request`].
    pub fn ensure_at_home(&self, namespace: Option<&str>) -> Result<(), Error> {
        match (&self.namespace, namespace) {
            (Some(own), Some(claimed)) if own != claimed => {
                let (own, claimed) = (clean(own, 80), clean(claimed, 80));
                let what =
                    format!("a dry run in namespace {own} may not read inputs for a request in namespace {claimed}");
                Err(Error::new("input-dry-run", Exit::Request, what).hint("start it in the namespace of the request"))
            }
            _ => Ok(()),
        }
    }

    /// Where the process runs. Kratix names the pipeline in each container; who tries a deletion on a laptop says no more
    /// than the action.
    #[must_use]
    pub fn place(&self) -> Place {
        if self.pipeline.is_empty() { Place::CommandLine } else { Place::Pod }
    }
}

fn unknown(name: &str, value: &str, known: &str) -> Error {
    let value = clean(value, 40);
    Error::new("kratix-variable", Exit::Usage, format!("{name} is \"{value}\""))
        .hint(format!("Kratix sets it to one of: {known}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_a_configure_of_a_resource() {
        let environment = Environment::read(|_| Ok(None)).unwrap();
        assert_eq!((environment.action, environment.workflow), (Action::Configure, Workflow::Resource));
        assert_eq!(environment.kind, None);
    }

    #[test]
    fn an_unknown_action_is_refused_with_those_that_exist() {
        let error =
            Environment::read(|name| Ok((name == "KRATIX_WORKFLOW_ACTION").then(|| "destroy".into()))).unwrap_err();
        assert_eq!(error.exit(), Exit::Usage);
        assert_eq!(error.to_string(), "KRATIX_WORKFLOW_ACTION is \"destroy\"");
        assert_eq!(error.what_to_do(), Some("Kratix sets it to one of: configure, delete"));
    }
}
