//! Where the bytes of a generator come from.

mod mounts;
mod precompiled;

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Place};
use crate::exit::Exit;
use crate::files;
use crate::limits::{self, Bound, Limits};
use crate::nearest::nearest;
use precompiled::open_precompiled;

/// Where a generator comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A component in a file: nobody has to trust it.
    File(PathBuf),
    /// Its machine code in a file, which is trusted for who could have written it.
    Precompiled(PathBuf),
}

/// What was fetched.
#[derive(Debug)]
pub enum Fetched {
    /// A component.
    Component(Vec<u8>),
    /// Machine code in its envelope: a file that nobody else can change.
    Code(File),
}

/// Who may have put something where a source is.
#[derive(Debug, Clone, Copy)]
pub struct Neighbours<'a> {
    /// Where this process runs.
    pub place: Place,
    /// Directories that other containers write to.
    pub shared: &'a [&'a Path],
}

impl Source {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        let (Self::File(path) | Self::Precompiled(path)) = self;
        path
    }

    /// Reads what a generator is made of, or opens it where it may be mapped.
    ///
    /// # Errors
    ///
    /// [`Exit::Generator`] when it isn't there, can't be read or must not be trusted, [`Exit::Limit`] when it is too large.
    pub fn fetch(&self, neighbours: Neighbours<'_>, limits: &Limits) -> Result<Fetched, Error> {
        match self {
            Self::File(path) => read_component(path, limits).map(Fetched::Component),
            Self::Precompiled(path) => {
                open_precompiled(path, neighbours.place, neighbours.shared, limits).map(Fetched::Code)
            }
        }
    }
}

impl fmt::Display for Source {
    /// What messages call a generator until it has a name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().display().fmt(f)
    }
}

/// Reads a component from a file.
///
/// # Errors
///
/// As [`Source::fetch`].
pub fn read_component(path: &Path, limits: &Limits) -> Result<Vec<u8>, Error> {
    let file = files::open(path).map_err(|error| unreadable(path, &error))?;
    files::read(file, limits.component_bytes).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => too_large(path, &limits::COMPONENT_BYTES, limits),
        _ => unreadable(path, &error),
    })
}

fn too_large(path: &Path, bound: &Bound, limits: &Limits) -> Error {
    limits.reached(bound, format!("the generator {} is too large", path.display()))
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        let missing =
            Error::new("generator-missing", Exit::Generator, format!("there is no generator at {}", path.display()));
        return match similar(path) {
            Some(near) => missing.hint(format!("did you mean {near}?")),
            // An API server without the feature gate drops image volumes with their mounts (Kubernetes, dropImageVolumes).
            None => missing
                .hint("`./x build` leaves this repository's in target/dist; several in KRATIX_WASM_GENERATOR stand on a line each")
                .hint_in_pod(
                    "KRATIX_WASM_GENERATOR, or args, names one a line: put it into the image or mount it there; a cluster without \
                     image volumes (feature gate ImageVolume) leaves out such a volume and its mount without a word",
                ),
        };
    }
    Error::new("generator-unreadable", Exit::Generator, format!("cannot read the generator {}", path.display()))
        .because_of(error)
}

/// The generator in the same directory whose name is nearest, if one is near.
fn similar(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = std::fs::read_dir(parent).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let is_generator = |name: &String| matches!(Path::new(name).extension()?.to_str()?, "wasm" | "cwasm").then_some(());
    let generators: Vec<String> = names.filter(|name| is_generator(name).is_some()).collect();
    let near = nearest(wanted, generators.iter().map(String::as_str))?;
    Some(parent.join(near).display().to_string())
}
