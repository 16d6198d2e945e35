//! What a volume has for an input. The kubelet changes the volume of a ConfigMap while it is read, and whoever wrote to a volume may
//! have put links there: what is read is of one state, and never what the pod has for itself.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::Volume;
use crate::files;
use crate::kratix::name::is_subdomain;
use crate::text::clean;

/// What begins the names that a volume keeps for itself:
/// <https://kubernetes.io/docs/concepts/storage/volumes/#configmap>.
const OF_THE_VOLUME: &str = "..";
/// The link that leads to the files of a volume: to all of one state, which another then replaces at once.
const STATE: &str = "..data";
/// How often a volume is read that changes meanwhile. The kubelet lets seconds pass from one change to the next.
const TRIES: usize = 5;

/// What there is at a path.
#[derive(Debug)]
pub(super) enum Mounted {
    /// A file.
    Text(Vec<u8>),
    /// A directory.
    ConfigMap(Value),
}

/// Reads a file, or a directory of files; none where there is none.
///
/// # Errors
///
/// [`io::ErrorKind::FileTooLarge`] over the bound; [`io::ErrorKind::ResourceBusy`] when it changed whenever it was read; any other
/// when it can't be read, or must not be.
pub(super) fn read(path: &Path, max_bytes: usize) -> io::Result<Option<Mounted>> {
    let mut found = read_once(path, max_bytes);
    for _ in 1..TRIES {
        match &found {
            // A link to a state that was just replaced leads nowhere, too.
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {}
            Ok(Some(_)) | Err(_) => break,
        }
        found = read_once(path, max_bytes);
    }
    found
}

fn read_once(path: &Path, max_bytes: usize) -> io::Result<Option<Mounted>> {
    // Links are followed here, once, so that what is opened is what was looked at.
    let there = match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        there => there?,
    };
    if let Some(place) = files::of_the_pod(&there) {
        let what = format!("it leads to {place}, and what the pod has for itself is never an input");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
    }
    let inner = there.strip_prefix("/").ok().and_then(Path::to_str).ok_or_else(|| wrong("its path is not UTF-8"))?;
    let root = Volume::open("input", Path::new("/")).map_err(|error| io::Error::other(error.in_one_line()))?;
    if there.is_dir() {
        let directory = if inner.is_empty() { root } else { root.inner(inner)?.ok_or_else(changed)? };
        return config_map(path, &directory, max_bytes);
    }
    ensure_of_its_volume(path, &there)?;
    root.read(inner, max_bytes)?.map(|text| Some(Mounted::Text(text))).ok_or_else(changed)
}

/// The file of a volume's state is in that volume.
fn ensure_of_its_volume(path: &Path, there: &Path) -> io::Result<()> {
    let is_of_state = path.read_link().is_ok_and(|target| target.starts_with(STATE));
    let Some(volume) = path.parent().filter(|_| is_of_state) else { return Ok(()) };
    if there.starts_with(volume.canonicalize()?) { Ok(()) } else { Err(leads_out()) }
}

/// What the directory was made of, less what the API server adds.
fn config_map(path: &Path, directory: &Volume, max_bytes: usize) -> io::Result<Option<Mounted>> {
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| is_subdomain(name));
    let name =
        name.ok_or_else(|| wrong("a directory is taken for a ConfigMap of its name, which this one's can't be"))?;
    let state = directory.leads_to(STATE)?;
    let data = match &state {
        Some(state) => {
            let state = plain(state).ok_or_else(leads_out)?;
            let data = directory.inner(state)?.ok_or_else(changed).and_then(|files| data(&files, max_bytes));
            // Never a file of one state beside that of another, and never a part of one that is being removed.
            if directory.leads_to(STATE)?.as_deref() != Some(state.as_ref()) {
                return Err(changed());
            }
            data?
        }
        None => data(directory, max_bytes)?,
    };
    // Of a ConfigMap without keys, or of one that isn't there and that the pod calls optional, the kubelet makes an empty volume.
    // Any other empty directory is one that nobody has filled.
    if data.is_empty() && state.is_none() {
        return Ok(None);
    }
    let object = json!({"apiVersion": "v1", "data": data, "kind": "ConfigMap", "metadata": {"name": name}});
    Ok(Some(Mounted::ConfigMap(object)))
}

/// The files of a directory, of which no link is one.
fn data(directory: &Volume, max_bytes: usize) -> io::Result<Map<String, Value>> {
    let (mut data, mut left) = (Map::new(), max_bytes);
    for key in directory.names(".")? {
        let key = key?.into_string().map_err(|_| wrong("it has a name that is not UTF-8"))?;
        if key.starts_with(OF_THE_VOLUME) {
            continue;
        }
        let bytes = directory.read(&key, left).map_err(|error| named(&key, error))?.ok_or_else(changed)?;
        // Names take memory, too, and an empty file has one.
        left = left.checked_sub(bytes.len() + key.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        let text = String::from_utf8(bytes).map_err(|_| wrong(&format!("{} is not UTF-8", clean(&key, 80))))?;
        data.insert(key, text.into());
    }
    data.sort_keys();
    Ok(data)
}

/// The name of a directory in the same directory.
fn plain(state: &OsString) -> Option<&str> {
    state.to_str().filter(|state| !matches!(*state, "" | "." | "..") && !state.contains('/'))
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn leads_out() -> io::Error {
    wrong(&format!("its {STATE} leads out of the volume"))
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::ResourceBusy, "it changed whenever it was read")
}

/// What is wrong with a file of a directory.
fn named(key: &str, error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::FileTooLarge => error,
        kind => io::Error::new(kind, format!("{}: {error}", clean(key, 80))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Puts a state into the place of another, in the order of the kubelet's `atomic_writer.go`.
    fn replace(volume: &Path, number: usize) {
        let (state, next) = (format!("..{number}"), volume.join("..data_tmp"));
        fs::create_dir(volume.join(&state)).unwrap();
        for key in 0..KEYS {
            fs::write(volume.join(&state).join(format!("k{key}")), number.to_string()).unwrap();
        }
        symlink(state, &next).unwrap();
        fs::rename(next, volume.join(STATE)).unwrap();
        if let Some(last) = number.checked_sub(1) {
            fs::remove_dir_all(volume.join(format!("..{last}"))).unwrap();
        }
    }

    const KEYS: usize = 20;

    #[test]
    fn a_volume_that_changes_is_read_in_one_state_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let volume = &folder.path().join("settings");
        fs::create_dir(volume).unwrap();
        replace(volume, 0);
        symlink("..data/k0", volume.join("k0")).unwrap();
        let is_done = &AtomicBool::new(false);
        let seen = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut number = 0;
                while !is_done.load(Ordering::Relaxed) {
                    number += 1;
                    replace(volume, number);
                }
            });
            let seen: Vec<_> =
                (0..500).map(|_| [volume.clone(), volume.join("k0")].map(|path| read(&path, 10_000))).collect();
            is_done.store(true, Ordering::Relaxed);
            seen
        });
        for found in seen.into_iter().flatten() {
            match found {
                Ok(Some(Mounted::ConfigMap(object))) => {
                    let values: Vec<&Value> = object["data"].as_object().unwrap().values().collect();
                    assert!(values.len() == KEYS && values.iter().all(|value| value == &values[0]), "{object}");
                }
                Ok(Some(Mounted::Text(text))) => assert!(!text.is_empty()),
                Ok(None) => {}
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::ResourceBusy, "{error}"),
            }
        }
    }
}
