//! What a component is, before it runs: its contract, and its imports as permissions.

use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use super::Sandbox;
use super::error::SandboxError;
use super::link::{INERT, PERMISSIONS};
use crate::error::Error;
use crate::text::clean;

/// The versions of the contract that this host runs.
pub const CONTRACT: &[&str] = &["0.1.0"];

pub(super) const PACKAGE: &str = "kratix-wasm:generator/";
pub(super) const EXPORT: &str = "generation";
/// Most exports that an error shows.
const MAX_SHOWN: usize = 5;

/// The imports of a component, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imports {
    /// The contract's version that the component is built for.
    pub contract: String,
    /// Our own interfaces: what the component may do beside computing.
    pub permissions: Vec<String>,
    /// WASI interfaces, inert.
    pub wasi: Vec<String>,
}

/// Checks what a component asks for and offers, against what there is.
pub(super) fn imports(sandbox: &Sandbox, shown: &str, component: &Component) -> Result<Imports, Error> {
    let component = component.component_type();
    let mut imports = Imports { contract: contract(sandbox, shown, &component)?, ..Imports::default() };
    for (name, _) in component.imports(&sandbox.engine) {
        let (interface, version) = split(name);
        match interface.strip_prefix(PACKAGE) {
            Some(ours) if PERMISSIONS.contains(&ours) => {
                ensure_known(shown, version)?;
                imports.permissions.push(ours.to_owned());
            }
            // The version of WASI is left to the linker, which takes any compatible one.
            None if INERT.contains(&interface) && version.starts_with("0.2.") => imports.wasi.push(name.to_owned()),
            _ => return Err(not_there(shown, name)),
        }
    }
    imports.permissions.sort_unstable();
    imports.wasi.sort_unstable();
    Ok(imports)
}

fn contract(
    sandbox: &Sandbox,
    shown: &str,
    component: &wasmtime::component::types::Component,
) -> Result<String, Error> {
    let mut exports = Vec::new();
    for (name, export) in component.exports(&sandbox.engine) {
        let (interface, version) = split(name);
        if interface.strip_prefix(PACKAGE) == Some(EXPORT) && matches!(export.ty, ComponentItem::ComponentInstance(_)) {
            ensure_known(shown, version)?;
            return Ok(version.to_owned());
        }
        exports.push(clean(name, 80));
    }
    let exports = match exports.len() {
        0 => "nothing".into(),
        count if count > MAX_SHOWN => format!("{} and {} more", exports[..MAX_SHOWN].join(", "), count - MAX_SHOWN),
        _ => exports.join(", "),
    };
    Err(SandboxError::NoGenerator { shown, exports }.into())
}

fn ensure_known(shown: &str, version: &str) -> Result<(), Error> {
    if CONTRACT.contains(&version) {
        return Ok(());
    }
    Err(SandboxError::OtherContract { shown, version }.into())
}

fn not_there(shown: &str, name: &str) -> Error {
    let (interface, version) = split(name);
    let hint = match interface.starts_with("wasi:") {
        // What the runtime of a language brings along, needed or not.
        true if version.starts_with("0.2.") => {
            "leave it out where the program is built: componentize-py --stub-wasi, componentize-js disableFeatures: ['http', \
             'fetch-event'], jco --backend-qjs-stub-wasi; docs/generators.md says more"
        }
        true => "a generator is built for WASI 0.2: see docs/generators.md",
        false => "a generator has no files, network, real clock or other programs: see docs/generators.md",
    };
    SandboxError::Import { shown, name, hint }.into()
}

fn split(name: &str) -> (&str, &str) {
    name.split_once('@').unwrap_or((name, ""))
}
