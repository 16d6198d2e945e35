//! Objects that an earlier container or a volume brought for an input: a file of manifests, or a directory of files as the volume of
//! a ConfigMap is. No token is needed for these.

use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::{Pod, Volume};
use crate::error::Error;
use crate::exit::Exit;
use crate::files;
use crate::inputs::{Allowance, manifests};
use crate::kratix::Found;
use crate::kratix::name::is_subdomain;
use crate::text::clean;

/// What begins the names that a volume keeps for itself:
/// <https://kubernetes.io/docs/concepts/storage/volumes/#configmap>.
const OF_THE_VOLUME: &str = "..";
/// What leads to the files of a volume: of all of them to one state, which another then replaces at once.
const STATE: &str = "..data";

impl Pod {
    /// Reads the objects of a file, or makes a ConfigMap of a directory, which then is called as the directory is. Nothing is found
    /// where there is no such file, or where a directory is empty and no volume of a ConfigMap.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] when it can't be read or has no objects, [`Exit::Limit`](crate::exit::Exit::Limit) when it has too
    /// much.
    pub fn brought(&self, path: &str, allowance: &mut Allowance<'_>) -> Result<Found, Error> {
        let unreadable = |error: &io::Error| match error.kind() {
            io::ErrorKind::FileTooLarge => allowance.too_large(&path),
            _ => {
                Error::new("input-unreadable", Exit::Config, format!("cannot read the input {path}")).because_of(error)
            }
        };
        let found = match self.text(Path::new(path), allowance.bytes()) {
            Ok(Some(Brought::Text(text))) => Found::Objects(manifests::objects(path, &text)?),
            Ok(Some(Brought::ConfigMap(object))) => Found::Objects(vec![object]),
            Ok(None) => Found::Absent,
            Err(error) => return Err(unreadable(&error)),
        };
        allowance.take_found(&path, &found)?;
        Ok(found)
    }

    fn text<'a>(&'a self, path: &'a Path, max_bytes: usize) -> io::Result<Option<Brought>> {
        // Where other containers write, links are not followed.
        let shared = ["input", "output", "metadata"].into_iter().zip(self.shared());
        let inside =
            |(option, root): (&'static str, &'a Path)| Some((option, root, path.strip_prefix(root).ok()?.to_str()?));
        if let Some((option, root, inner)) = shared.into_iter().find_map(inside) {
            let volume = Volume::open(option, root).map_err(|error| io::Error::other(error.in_one_line()))?;
            return Ok(volume.read(inner, max_bytes)?.map(Brought::Text));
        }
        match std::fs::metadata(path) {
            Ok(there) if there.is_dir() => config_map(path, max_bytes),
            Ok(_) => Ok(Some(Brought::Text(files::read(files::open(path)?, max_bytes)?))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

enum Brought {
    Text(Vec<u8>),
    ConfigMap(Value),
}

/// What the directory was made of, less what the API server adds.
fn config_map(directory: &Path, max_bytes: usize) -> io::Result<Option<Brought>> {
    let wrong = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let name = directory.file_name().and_then(|name| name.to_str()).filter(|name| is_subdomain(name));
    let name = name
        .ok_or_else(|| wrong("a directory is taken for a ConfigMap of its name, which this one's can't be".into()))?;
    let state = directory.join(STATE);
    // Never a file of one state beside that of another.
    let is_volume = state.is_dir();
    let state = if is_volume { state.canonicalize()? } else { directory.to_owned() };
    let (mut data, mut left) = (Map::new(), max_bytes);
    for entry in std::fs::read_dir(&state)? {
        let Ok(key) = entry?.file_name().into_string() else {
            return Err(wrong("it has a name that is not UTF-8".into()));
        };
        if key.starts_with(OF_THE_VOLUME) {
            continue;
        }
        let read = files::open(&state.join(&key)).and_then(|file| files::read(file, left));
        let bytes = read.map_err(|error| named(&key, error))?;
        // Names take memory, too, and an empty file has one.
        left = left.checked_sub(bytes.len() + key.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        let text = String::from_utf8(bytes).map_err(|_| wrong(format!("{} is not UTF-8", clean(&key, 80))))?;
        data.insert(key, text.into());
    }
    // Of a ConfigMap without keys, or of one that isn't there and that the pod calls optional, the kubelet makes an empty volume.
    // Any other empty directory is one that nobody has filled.
    if data.is_empty() && !is_volume {
        return Ok(None);
    }
    data.sort_keys();
    let object = json!({"apiVersion": "v1", "data": data, "kind": "ConfigMap", "metadata": {"name": name}});
    Ok(Some(Brought::ConfigMap(object)))
}

/// What is wrong with a file of a directory.
fn named(key: &str, error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::FileTooLarge => error,
        kind => io::Error::new(kind, format!("{}: {error}", clean(key, 80))),
    }
}
