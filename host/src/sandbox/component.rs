//! What a component is, before it runs: its contract, and its imports as permissions.

use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use super::Sandbox;
use super::error::SandboxError;
use super::link::{INERT, PERMISSIONS};
use super::version::{Standing, track};
use crate::error::Error;
use crate::text::clean;

pub(super) const PACKAGE: &str = "kratix-wasm:generator/";
pub(super) const EXPORT: &str = "generation";
/// What a component may export beside.
const DECLARATIONS: &str = "declarations";
/// Most exports that an error shows.
const MAX_SHOWN: usize = 5;

/// The imports of a component, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imports {
    /// The contract's version that the component is built for: the newest that it names.
    pub contract: String,
    /// Our own interfaces: what the component may do beside computing.
    pub permissions: Vec<String>,
    /// WASI interfaces, inert.
    pub wasi: Vec<String>,
    /// Whether it exports declarations.
    pub(super) declares: bool,
}

/// Checks what a component asks for and offers, against what there is.
pub(super) fn imports(sandbox: &Sandbox, shown: &str, component: &Component) -> Result<Imports, Error> {
    let component = component.component_type();
    let mut imports = exports(sandbox, shown, &component)?;
    for (name, _) in component.imports(&sandbox.engine) {
        let (interface, version) = split(name);
        match interface.strip_prefix(PACKAGE) {
            Some(ours) if PERMISSIONS.contains(&ours) => {
                imports.meet(shown, version)?;
                imports.permissions.push(ours.to_owned());
            }
            Some(_) if Standing::of(version).is_ahead() => {
                return Err(SandboxError::NewerInterface { shown, name, version }.into());
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

/// Looks for what makes a component a generator. Of another track it may export as much as it likes, so that one component can
/// serve hosts of both; but only beside that track's own generator. What stands alone was meant for this host, and would be
/// left out without a word.
fn exports(
    sandbox: &Sandbox,
    shown: &str,
    component: &wasmtime::component::types::Component,
) -> Result<Imports, Error> {
    let (mut imports, mut is_generator) = (Imports::default(), false);
    let (mut others, mut elsewhere, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for (name, export) in component.exports(&sandbox.engine) {
        let (interface, version) = split(name);
        let ours = interface.strip_prefix(PACKAGE);
        match (ours, Standing::of(version)) {
            (Some(EXPORT | DECLARATIONS), Standing::Ours(_))
                if matches!(export.ty, ComponentItem::ComponentInstance(_)) =>
            {
                imports.meet(shown, version)?;
                is_generator |= ours == Some(EXPORT);
                imports.declares |= ours == Some(DECLARATIONS);
            }
            (Some(EXPORT), Standing::Older | Standing::Newer) => elsewhere.push(version),
            (Some(_), _) => unknown.push((name, version)),
            (None, _) => {}
        }
        others.push(clean(name, 80));
    }
    if is_generator {
        let serves = |version| elsewhere.iter().any(|served| track(served) == track(version));
        let meant = unknown.iter().find(|(_, version)| !serves(version));
        return meant.map_or(Ok(imports), |(name, version)| Err(unmet(shown, name, version)));
    }
    if let Some(version) = elsewhere.last() {
        return Err(SandboxError::OtherContract { shown, version }.into());
    }
    let exports = match others.len() {
        0 => "nothing".into(),
        count if count > MAX_SHOWN => format!("{} and {} more", others[..MAX_SHOWN].join(", "), count - MAX_SHOWN),
        _ => others.join(", "),
    };
    Err(SandboxError::NoGenerator { shown, exports }.into())
}

impl Imports {
    /// Takes note of the version of an interface that there is.
    fn meet(&mut self, shown: &str, version: &str) -> Result<(), Error> {
        let standing = Standing::of(version);
        if !matches!(standing, Standing::Ours(_)) {
            return Err(SandboxError::OtherContract { shown, version }.into());
        }
        if self.contract.is_empty() || standing > Standing::of(&self.contract) {
            version.clone_into(&mut self.contract);
        }
        Ok(())
    }
}

/// What a component says beside being a generator counts for something, or it would not say it.
fn unmet(shown: &str, name: &str, version: &str) -> Error {
    match Standing::of(version) {
        Standing::Ours(_) if Standing::of(version).is_ahead() => SandboxError::NewerInterface { shown, name, version },
        Standing::Ours(_) => {
            let cause = format!("it exports {}, which the contract doesn't have", clean(name, 80));
            SandboxError::Unfit { shown, contract: version, cause }
        }
        Standing::Older | Standing::Newer => SandboxError::OtherContract { shown, version },
    }
    .into()
}

fn not_there(shown: &str, name: &str) -> Error {
    let (interface, version) = split(name);
    let hint = match interface.starts_with("wasi:") {
        // What the runtime of a language brings along, needed or not.
        true if version.starts_with("0.2.") => {
            "leave it out where the program is built: componentize-py --stub-wasi, componentize-js disableFeatures: ['http', \
             'fetch-event'], componentize-qjs --sync; docs/generators.md says more"
        }
        true => "a generator is built for WASI 0.2: see docs/generators.md",
        false => "a generator has no files, network, real clock or other programs: see docs/generators.md",
    };
    SandboxError::Import { shown, name, hint }.into()
}

fn split(name: &str) -> (&str, &str) {
    name.split_once('@').unwrap_or((name, ""))
}
