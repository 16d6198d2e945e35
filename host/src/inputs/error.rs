//! What can go wrong between an address and what is there.

use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::{Address, Which};

/// Why an input isn't known. None of these is ever an empty input.
#[derive(Debug)]
pub(super) enum InputError<'a> {
    /// Secrets are never read.
    Secret { address: &'a Address },
    /// The pod is in the namespace of the request, and the address in another.
    NotApart { address: &'a Address, namespace: &'a str },
    /// The cluster has no such resource.
    NoResource { address: &'a Address, said: String },
    /// The API server doesn't know who asks.
    Unauthorized { address: &'a Address, said: String },
    /// Whoever asks may not.
    Forbidden { address: &'a Address, said: String },
    /// The API server finds the question wrong.
    Refused { address: &'a Address, status: u16, said: String },
    /// The API server has no answer now.
    NoAnswer { address: &'a Address, status: u16, said: String },
    /// The answer took too long; `bound` says how long it may take.
    Slow { place: String, bound: String },
    /// It answered something else than what was asked for.
    Answer { address: &'a Address, what: String },
    /// Objects of the resource are others than the Promise says.
    OtherKind { address: &'a Address, what: String },
    /// JSON with more levels than can be read.
    TooDeep { address: &'a Address },
}

/// Whether an error says that the cluster has no such resource. It may come yet: another Promise's, for example.
#[must_use]
pub fn is_no_resource(error: &Error) -> bool {
    error.reason() == "input-no-resource"
}

impl From<InputError<'_>> for Error {
    fn from(error: InputError<'_>) -> Self {
        match error {
            InputError::Secret { address } => {
                let what = format!("a Secret can't be an input: {address}");
                Self::new("input-secret", Exit::Config, what)
                    .hint("what a generator makes goes to Git; let it refer to the Secret by its name")
            }
            InputError::NotApart { address, namespace } => {
                let what = format!("a pod in the request's namespace {namespace} may not read {address}");
                Self::new("input-elsewhere", Exit::Config, what)
                    .because("whoever may create pods in that namespace may use its token")
                    .hint("set pipelineNamespace in spec.workflows.config of the Promise, to a namespace without requests")
            }
            InputError::NoResource { address, said } => Self::new(
                "input-no-resource",
                Exit::Config,
                format!("the cluster has no {} of {}", plural(address), address.api_version()),
            )
            .because(said)
            .hint("is `resource` the plural, and the version one that is served? See `kubectl api-resources`"),
            InputError::Unauthorized { address, said } => Self::new(
                "input-unauthorized",
                Exit::Config,
                format!("the API server doesn't know who asks for {address}"),
            )
            .because(said)
            .hint(format!("log in again; {}", whose(address)))
            .hint_in_pod(format!(
                "its token was taken back or is another cluster's: see what the Promise mounts; {}",
                permitted(address)
            )),
            InputError::Forbidden { address, said } => {
                Self::new("input-forbidden", Exit::Config, format!("the API server forbids to read {address}"))
                    .because(said)
                    .hint(whose(address))
                    .hint_in_pod(permitted(address))
            }
            InputError::Refused { address, status, said } => {
                let what = format!("the API server refuses the question for {address}");
                Self::new("input-refused", Exit::Config, what)
                    .because(with_status(status, &said))
                    .hint("see how the input is bound: apiVersion, kind, resource, namespace and name or labels")
            }
            InputError::NoAnswer { address, status, said } => {
                let what = format!("the API server has no answer for {address}");
                Self::new("api-server-status", Exit::Unavailable, what)
                    .because(with_status(status, &said))
                    .hint("another try may succeed")
            }
            InputError::Slow { place, bound } => {
                let what = format!("the API server took too long for {place}");
                Self::new("api-server-slow", Exit::Unavailable, what)
                    .because(bound)
                    .hint("another try may succeed; to wait longer, raise input-time by --limit or KRATIX_WASM_LIMITS")
                    .hint_in_pod("another try may succeed; to wait longer, raise input-time in KRATIX_WASM_LIMITS")
            }
            InputError::Answer { address, what } => Self::new(
                "api-server-answer",
                Exit::Unavailable,
                format!("the API server answers something else than {address}"),
            )
            .because(what)
            .hint("nothing of it was used; another try may succeed, if what answers is an API server"),
            InputError::OtherKind { address, what } => {
                let what_is_wrong = format!("{} of {} are not what was bound", plural(address), address.api_version());
                Self::new("input-kind", Exit::Config, what_is_wrong).because(what).hint(
                    "apiVersion, kind and resource have to fit each other, and namespace the scope: see \
                     `kubectl api-resources`",
                )
            }
            InputError::TooDeep { address } => {
                Self::new("input-too-deep", Exit::Config, format!("{address} has more levels than can be read"))
                    .because("JSON of an input may have 127 levels")
            }
        }
    }
}

/// The verb that an account needs.
fn verb(address: &Address) -> &'static str {
    match address.which {
        Which::Named(_) => "get",
        Which::Labelled(_) => "list",
    }
}

/// A resource as rbac and messages of the API server have it: `teams.platform.kratix.io`.
pub(super) fn plural(address: &Address) -> String {
    match address.kind.group.as_str() {
        "" => address.resource.clone(),
        group => format!("{}.{group}", address.resource),
    }
}

/// `list on teams.platform.kratix.io in namespace default`.
fn permission(address: &Address) -> String {
    let place = address.namespace.as_ref().map(|namespace| format!(" in namespace {namespace}"));
    format!("the verb {} on {}{}", verb(address), plural(address), place.unwrap_or_default())
}

fn whose(address: &Address) -> String {
    let permission = permission(address);
    format!("you need {permission}; what a step needs in a pod, `kratix-wasm inspect --rbac -f promise.yaml` prints")
}

fn permitted(address: &Address) -> String {
    let permission = permission(address);
    format!(
        "`kratix-wasm inspect --rbac -f promise.yaml` prints what rbac.permissions of its pipelines need: {permission}"
    )
}

fn with_status(status: u16, said: &str) -> String {
    if said.is_empty() { format!("status {status}") } else { format!("status {status}: {said}") }
}
