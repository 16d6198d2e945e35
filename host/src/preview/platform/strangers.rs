//! Works of which repositories tell, and that nothing makes which is given: what a preview leaves as it is.

use super::{Installed, Platform};
use crate::kratix::{Action, Workflow};
use crate::preview::work::{Of, SYSTEM_NAMESPACE, WorkId};

impl Platform {
    /// Their names, as far as repositories tell them: of a Work with directories of its own, or of a state file. Files that all
    /// placements share tell nothing.
    #[must_use]
    pub fn strangers(&self) -> Vec<String> {
        if self.found.is_empty() {
            return Vec::new();
        }
        let mut others = self.found.clone();
        for id in self.works.keys() {
            others.forget(id);
        }
        // What is suspended, or fails, keeps what it wrote before.
        for id in self.possible() {
            others.forget(&id);
        }
        let nested = others.nested().map(|id| format!("{}-{}", id.namespace, id.stem()));
        nested.chain(others.noted().map(|(_, name)| name.clone())).collect()
    }

    /// The Works that pipelines of Promises and requests may have made.
    fn possible(&self) -> impl Iterator<Item = WorkId> {
        let of_promises = self.promises.values().flat_map(|Installed { promise, .. }| {
            let id =
                |namespace: &str, of: Of| WorkId { namespace: namespace.to_owned(), promise: promise.name.clone(), of };
            let pipelines = promise.pipelines(Workflow::Promise, Action::Configure).into_iter();
            let namespace = promise.namespace(Workflow::Promise, &promise.value);
            let of_pipelines =
                pipelines.map(move |pipeline| id(namespace, Of::Promise { pipeline: pipeline.name.clone() }));
            of_pipelines.chain([id(SYSTEM_NAMESPACE, Of::Dependencies)])
        });
        let of_requests = self.requests.iter().flat_map(|(key, live)| {
            let promise = self.promises.get(live.promise()).map(|installed| &installed.promise);
            promise.into_iter().flat_map(move |promise| {
                let own = key.namespace.clone().filter(|_| promise.has_namespace());
                let pipelines = promise.pipelines(Workflow::Resource, Action::Configure).into_iter();
                pipelines.map(move |pipeline| WorkId {
                    namespace: promise.namespace(Workflow::Resource, &live.object).to_owned(),
                    promise: promise.name.clone(),
                    of: Of::Request { name: key.name.clone(), namespace: own.clone(), pipeline: pipeline.name.clone() },
                })
            })
        });
        of_promises.chain(of_requests)
    }
}
