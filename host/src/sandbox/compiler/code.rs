//! Machine code between two processes, in memory that both map: so it is there once, however large it is.
//!
//! The child may not write to files, and needn't: it stores through a mapping. The parent then seals what it was given,
//! and nobody can change it any more.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;
use std::ptr;
use std::thread;
use std::time::Duration;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// How often sealing is tried while the kernel is busy with a page.
const SEAL_TRIES: u32 = 20;
/// How long it is left alone between two tries.
const SEAL_PAUSE: Duration = Duration::from_millis(50);

/// A file without a name, in memory.
#[derive(Debug)]
pub(in crate::sandbox) struct Code(File);

impl Code {
    /// Room for so many bytes, which a process that is started next inherits. Memory is taken for what is stored.
    pub(super) fn room(bytes: usize) -> io::Result<Self> {
        let make = |flags| memfd_create(c"code", MemfdFlags::ALLOW_SEALING | flags);
        // It isn't a program; a kernel can be set to refuse one that doesn't say so, and older ones don't know the word.
        let memory = make(MemfdFlags::NOEXEC_SEAL).or_else(|errno| match errno {
            Errno::INVAL => make(MemfdFlags::empty()),
            errno => Err(errno),
        })?;
        ftruncate(&memory, bytes as u64)?;
        Ok(Self(File::from(memory)))
    }

    /// By which number the child has it.
    pub(super) fn descriptor(&self) -> i32 {
        self.0.as_raw_fd()
    }

    /// What the descriptor of this number was in the parent.
    pub(super) fn inherited(descriptor: i32) -> io::Result<Self> {
        File::options().read(true).write(true).open(path(descriptor)).map(Self)
    }

    /// Puts code in, from the beginning. For a process that may not write to files.
    pub(super) fn store(&self, code: &[u8]) -> io::Result<()> {
        if code.len() as u64 > self.0.metadata()?.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if code.is_empty() {
            return Ok(());
        }
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: the kernel chooses a place where nothing is. The file is long enough for every byte of the mapping, and
        // nobody makes it shorter: the parent waits for the end of this process. The mapping doesn't outlive this block.
        #[expect(unsafe_code, reason = "a mapping is the one way to fill it")]
        unsafe {
            let mapping = mmap(ptr::null_mut(), code.len(), protection, MapFlags::SHARED, &self.0, 0)?;
            ptr::copy_nonoverlapping(code.as_ptr(), mapping.cast::<u8>(), code.len());
            munmap(mapping, code.len())?;
        }
        Ok(())
    }

    /// Ends it behind so many bytes; from here on nobody can change it.
    pub(super) fn seal(self, bytes: usize) -> io::Result<Self> {
        ftruncate(&self.0, bytes as u64)?;
        let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
        // On a busy machine the kernel may still hold a page for a moment after the process that stored it has ended: it looks for
        // some 150 ms itself (mm/memfd.c, memfd_wait_for_pins).
        let mut tries = 0;
        while let Err(errno) = fcntl_add_seals(&self.0, seals) {
            tries += 1;
            if errno != Errno::BUSY || tries == SEAL_TRIES {
                return Err(errno.into());
            }
            thread::sleep(SEAL_PAUSE);
        }
        fcntl_setfd(&self.0, FdFlags::CLOEXEC)?;
        Ok(self)
    }

    /// Where wasmtime maps it from.
    pub(in crate::sandbox) fn path(&self) -> PathBuf {
        path(self.descriptor())
    }

    /// All of it.
    pub(in crate::sandbox) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&self.0).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn path(descriptor: i32) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{descriptor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_held_for_a_moment_is_waited_for() {
        let room = Code::room(10_000).unwrap();
        let (map, protection) = (MapFlags::SHARED, ProtFlags::READ | ProtFlags::WRITE);
        // SAFETY: the kernel chooses a place where nothing is, and nobody looks at it.
        #[expect(unsafe_code, reason = "a mapping holds pages as a process that ends does")]
        let mapping =
            unsafe { mmap(ptr::null_mut(), 10_000, protection, map, &room.0, 0) }.unwrap().expose_provenance();
        let let_go = thread::spawn(move || {
            thread::sleep(SEAL_PAUSE * 2);
            // SAFETY: it is the mapping of above, which nobody looks at.
            #[expect(unsafe_code, reason = "as above")]
            unsafe { munmap(ptr::with_exposed_provenance_mut(mapping), 10_000) }.unwrap();
        });
        assert!(room.seal(10_000).is_ok());
        let_go.join().unwrap();
    }

    #[test]
    fn what_is_stored_is_there_and_stays_as_it_is() {
        let room = Code::room(10_000).unwrap();
        let theirs = Code::inherited(room.descriptor()).unwrap();
        assert_eq!(theirs.store(&[1; 10_001]).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        theirs.store(b"").unwrap();
        theirs.store(&[7; 9_000]).unwrap();
        let code = room.seal(9_000).unwrap();
        assert_eq!(code.read().unwrap(), [7; 9_000]);
        assert_eq!(theirs.store(b"x").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(std::fs::read(code.path()).unwrap().len(), 9_000);
    }
}
