//! Where the bytes of a generator come from.

mod precompiled;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

pub use precompiled::read_precompiled;
use rustix::fs::{Mode, OFlags};

use crate::error::Error;
use crate::exit::Exit;
use crate::limits::{self, Bound, Limits};
use crate::nearest::nearest;

/// Reads a component from a file.
///
/// # Errors
///
/// [`Exit::Generator`] when it isn't there or can't be read, [`Exit::Limit`] when it is too large.
pub fn read_component(path: &Path, limits: &Limits) -> Result<Vec<u8>, Error> {
    let file = open_file(path).map_err(|error| unreadable(path, &error))?;
    read_all(file, path, &limits::COMPONENT_BYTES, limits)
}

/// Opens a file to read, and nothing else: to open a pipe is to wait for somebody who writes, and a device may never end.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let file = File::from(rustix::fs::open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?);
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a regular file")) }
}

fn read_all(file: File, path: &Path, bound: &Bound, limits: &Limits) -> Result<Vec<u8>, Error> {
    let max_bytes = usize::try_from(bound.of(limits)).unwrap_or(usize::MAX);
    // In one piece: growing by doubling would copy a large component many times.
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(max_bytes).min(max_bytes) + 1);
    file.take(max_bytes as u64 + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() > max_bytes {
        return Err(limits.reached(bound, format!("the generator {} is too large", path.display())));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        let missing = Error::new(Exit::Generator, format!("there is no generator at {}", path.display()));
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
    Error::new(Exit::Generator, format!("cannot read the generator {}", path.display())).because_of(error)
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
