//! A container of a Promise as a command line of this program: what it starts, and what sets it.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Parser as _;

use super::run;
use crate::cli::{Cli, Command, explain, in_short};
use crate::error::Error;
use crate::exit::Exit;
use crate::kratix::promise::{Container, ENV_FROM};

/// What the variables begin with that bind inputs.
const BINDINGS: &str = "KRATIX_WASM_INPUTS";
/// The variable that names generators.
const GENERATORS: &str = "KRATIX_WASM_GENERATOR";
/// What our variables begin with.
const OURS: &str = "KRATIX_WASM_";

/// What only the cluster knows and bindings depend on. What `env` and arguments set counts for more than `envFrom`.
pub(super) fn decides_bindings<'a>(container: &'a Container, args: &run::Args) -> Option<&'a String> {
    let is_set = |prefix: &str| container.env.keys().any(|name| name.starts_with(prefix));
    let has_bindings = args.given_bindings().is_some() || is_set(BINDINGS);
    let has_generators = args.names_generators() || is_set(GENERATORS);
    container.elsewhere.iter().find(|name| match name.as_str() {
        ENV_FROM => !(has_bindings && has_generators),
        name if name.starts_with(BINDINGS) => args.given_bindings().is_none(),
        name => name == GENERATORS && !args.names_generators(),
    })
}

/// The first of our variables that is set to what only the cluster knows.
pub(super) fn unknown(container: &Container) -> Option<&String> {
    container.elsewhere.iter().find(|name| name.starts_with(OURS) || *name == ENV_FROM)
}

/// Refuses bindings in which Kubernetes puts what a requester says: there it looks like what the author wrote, and none of the
/// rules for requesters holds.
pub(super) fn ensure_authors(container: &Container, args: &run::Args) -> Result<(), Error> {
    let given = args.given_bindings();
    let is_in_bindings = |name: &&String| match &given {
        Some(text) => text.contains(&format!("$({name})")),
        None => name.starts_with(BINDINGS),
    };
    let Some(name) = container.requesters.iter().find(is_in_bindings) else { return Ok(()) };
    let what = match given {
        Some(_) => format!("the bindings of its inputs have $({name}), which a requester has a say in"),
        None => format!("{name} has what a requester has a say in"),
    };
    Err(Error::new("input-expanded", Exit::Config, what)
        .hint("use {name} and {namespace}, to which the rules for requesters apply"))
}

/// Whether a container is one of kratix-wasm, by what it starts or by what is set for it.
pub(super) fn is_ours(container: &Container) -> bool {
    let starts_a_step = container.command.is_empty()
        && container.args.first().is_some_and(|first| first == "run" || first == "check-promise");
    let starts_us_by_name = !container.command.is_empty() && starts_us(container);
    let mut variables = container.env.keys().chain(&container.elsewhere);
    starts_a_step || starts_us_by_name || variables.any(|name| name.starts_with(OURS))
}

/// Whether the container's program is this one, or the image's, which then is taken for this one.
pub(super) fn starts_us(container: &Container) -> bool {
    let program = container.command.first().map(|program| Path::new(program).file_name());
    program.is_none_or(|name| name.is_some_and(|name| name == "kratix-wasm"))
}

/// What the container tells this program to do.
pub(super) fn parse(container: &Container) -> Result<Command, Error> {
    let arguments = container.command.iter().skip(1).chain(&container.args);
    let cli = Cli::try_parse_from([OsStr::new("kratix-wasm")].into_iter().chain(arguments.map(OsString::as_os_str)));
    cli.map(|cli| cli.command).map_err(|error| {
        Error::new("arguments", Exit::Usage, "its arguments are wrong").because(in_short(&explain(error)))
    })
}
