//! Both directories with our corner in each, and what has to be so before anything is written there.

use std::io;
use std::path::Path;

use super::Directories;
use super::journal::{JOURNAL_STAGED, STAGE, corner};
use crate::error::{Error, plain};
use crate::machine;
use crate::pod::Volume;
use crate::pod::error::PodError;

/// Both directories.
#[derive(Debug)]
pub(super) struct Mounts {
    pub(super) output: Volume,
    pub(super) metadata: Volume,
    /// Our corner of the metadata.
    pub(super) corner: Volume,
}

impl Mounts {
    /// Sees that what has the name of our corner is ours.
    pub(super) fn new(directories: &Directories, output: Volume, metadata: Volume) -> Result<Self, Error> {
        let name = corner();
        output.own(&name).map_err(|error| unusable(&output, &directories.output, &error))?;
        let corner = metadata.make_own(&name).map_err(|error| unusable(&metadata, &directories.metadata, &error))?;
        Ok(Self { output, metadata, corner })
    }

    /// Removes what a run staged and didn't decide, as far as that can be done.
    pub(super) fn clear(&self) -> io::Result<()> {
        [self.corner.remove(JOURNAL_STAGED), self.corner.remove_flat(STAGE), self.clear_output()].into_iter().collect()
    }

    /// Removes our corner of the output.
    pub(super) fn clear_output(&self) -> io::Result<()> {
        if let Some(corner) = self.output.own(&corner())? {
            corner.remove_flat(STAGE)?;
        }
        self.output.remove_flat(&corner())
    }

    /// Says early and plainly what would otherwise fail somewhere in the middle.
    pub(super) fn ensure_writable(&self, directories: &Directories) -> Result<(), Error> {
        let probe = |stage: io::Result<Volume>, path: &Path| {
            stage.and_then(|stage| stage.probe("probe")).map_err(|error| unwritable(path, &error))
        };
        let probed =
            probe(self.output.make_own(&corner()).and_then(|corner| corner.make_own(STAGE)), &directories.output)
                .and_then(|()| probe(self.corner.make_own(STAGE), &directories.metadata));
        // Generators run now, and a step that fails leaves nothing behind.
        let cleared = self.clear();
        probed?;
        if let Err(error) = cleared
            && machine::remedy(&error).is_some()
        {
            return Err(unwritable(&directories.output, &error));
        }
        for (volume, name) in [(&self.output, corner()), (&self.corner, STAGE.to_owned())] {
            if !matches!(volume.entry(&name), Ok(None)) {
                let what = "it can't be emptied".to_owned();
                return Err(PodError::CornerTaken { path: volume.show(&name), what }.into());
            }
        }
        Ok(())
    }
}

/// What another user made, or no directory at all, under the name of our corner; else whatever keeps us from making it.
fn unusable(volume: &Volume, path: &Path, cause: &io::Error) -> Error {
    let name = corner();
    if matches!(cause.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory)
        && let Ok(Some(_)) = volume.entry(&name)
    {
        return PodError::CornerTaken { path: volume.show(&name), what: plain(cause) }.into();
    }
    unwritable(path, cause)
}

pub(super) fn unwritable(path: &Path, cause: &io::Error) -> Error {
    PodError::Unwritable { path, cause }.into()
}
