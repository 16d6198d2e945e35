//! Objects that an earlier container or a volume brought for an input: a file of manifests, or a directory of files as the volume of
//! a ConfigMap is. No token is needed for these.

use std::io;
use std::path::Path;

use super::mounted::{self, Mounted};
use super::{Pod, Volume};
use crate::error::Error;
use crate::exit::Exit;
use crate::inputs::{Allowance, manifests};
use crate::kratix::Found;

impl Pod {
    /// Reads the objects of a file, or makes a ConfigMap of a directory, which then is called as the directory is. Nothing is found
    /// where there is no such file, or where a directory is empty and no volume of a ConfigMap.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] when it can't be read or has no objects, [`Exit::Limit`] when it has too
    /// much, [`Exit::Unavailable`] when it changed whenever it was read.
    pub fn brought(&self, path: &str, allowance: &mut Allowance<'_>) -> Result<Found, Error> {
        let unreadable = |error: &io::Error| match error.kind() {
            io::ErrorKind::FileTooLarge => allowance.too_large(&path),
            io::ErrorKind::ResourceBusy => {
                Error::new("input-changed", Exit::Unavailable, format!("cannot read the input {path}"))
                    .because_of(error)
                    .hint("the same step may succeed another time")
            }
            _ => {
                Error::new("input-unreadable", Exit::Config, format!("cannot read the input {path}")).because_of(error)
            }
        };
        let found = match self.text(Path::new(path), allowance.bytes()) {
            Ok(Some(Mounted::Text(text))) => Found::Objects(manifests::objects(path, &text)?),
            Ok(Some(Mounted::ConfigMap(object))) => Found::Objects(vec![object]),
            Ok(None) => Found::Absent,
            Err(error) => return Err(unreadable(&error)),
        };
        allowance.take_found(&path, &found)?;
        Ok(found)
    }

    fn text<'a>(&'a self, path: &'a Path, max_bytes: usize) -> io::Result<Option<Mounted>> {
        // Where other containers write, links are not followed.
        let shared = ["input", "output", "metadata"].into_iter().zip(self.shared());
        let inside =
            |(option, root): (&'static str, &'a Path)| Some((option, root, path.strip_prefix(root).ok()?.to_str()?));
        if let Some((option, root, inner)) = shared.into_iter().find_map(inside) {
            let volume = Volume::open(option, root).map_err(|error| io::Error::other(error.in_one_line()))?;
            return Ok(volume.read(inner, max_bytes)?.map(Mounted::Text));
        }
        mounted::read(path, max_bytes)
    }
}
