//! `kratix-wasm compile`: precompiles a component, since compiling in a pod costs more than the step itself.

use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::limits::LimitArgs;
use super::variables::variable;
use crate::error::Error;
use crate::exit::Exit;
use crate::sandbox::Sandbox;
use crate::source;

/// Compile a component ahead, for `run --precompiled`
///
/// The result runs only on the build of kratix-wasm that made it. Whoever can write it can run programs as the user
/// that loads it: ship it inside an image, never in a ConfigMap, a volume or a registry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The component
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// Where the compiled code goes, by convention ending in .cwasm
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    limits: LimitArgs,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Error> {
        ensure_replaceable(&self.output)?;
        let limits = self.limits.read(&variable)?;
        let bytes = source::read_component(&self.component, &limits)?;
        let code = Sandbox::new(limits, NonZeroU32::MIN)?.precompile(&self.component.display().to_string(), bytes)?;
        write_whole(&self.output, &code).map_err(|error| {
            let what = format!("cannot write {}", self.output.display());
            Error::new("output-unwritable", Exit::Directories, what).because_of(&error).hint("nothing was written")
        })
    }
}

/// The file takes the place of what is there, which would destroy a device such as /dev/null, or a link.
fn ensure_replaceable(path: &Path) -> Result<(), Error> {
    let what = match path.symlink_metadata() {
        Ok(there) if there.is_symlink() => "it is a link, and links are not followed",
        Ok(there) if !there.is_file() => "it is not a regular file",
        _ => return Ok(()),
    };
    let hint = "name a regular file, or one that is not there yet";
    Err(Error::new("output-unwritable", Exit::Directories, format!("cannot write {}", path.display()))
        .because(what)
        .hint(hint))
}

/// The file appears whole or not at all, and nobody else may write it.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(parent)?;
    // Not by way of the temporary file, which would take the error's number away.
    file.as_file_mut().write_all(bytes)?;
    file.as_file().sync_data()?;
    file.persist(path)?;
    Ok(())
}
