//! A file as bytes that are nowhere but in the cache of the kernel.

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::{ptr, slice};

use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// All of a file, to be read only. It is for files that nobody else can change: where one becomes shorter, reading what it
/// had ends this process (SIGBUS).
#[derive(Debug)]
pub(super) struct Mapping {
    start: *mut c_void,
    length: usize,
}

impl Mapping {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        if length == 0 {
            return Ok(Self { start: ptr::null_mut(), length });
        }
        // All of it is read next: to bring every page at once spares a fault for each.
        let flags = MapFlags::PRIVATE | MapFlags::POPULATE;
        // SAFETY: the kernel chooses a place where nothing is.
        #[expect(unsafe_code, reason = "a file is read without a copy by a mapping alone")]
        let start = unsafe { mmap(ptr::null_mut(), length, ProtFlags::READ, flags, file, 0)? };
        Ok(Self { start, length })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: the mapping has so many bytes and lives as long as `self`. Nothing in this process writes to it, and
        // the file is one that nobody else can change.
        #[expect(unsafe_code, reason = "a mapping is known by its address")]
        unsafe {
            slice::from_raw_parts(self.start.cast::<u8>(), self.length)
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        if self.length != 0 {
            // SAFETY: it is a mapping of its own, and what `bytes` gave has ended.
            #[expect(unsafe_code, reason = "a mapping is known by its address")]
            let done = unsafe { munmap(self.start, self.length) };
            done.expect("it is mapped");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_mapping_has_the_bytes_of_the_file() {
        let mut file = tempfile::tempfile().unwrap();
        assert_eq!(Mapping::of(&file).unwrap().bytes(), b"");
        for _ in 0..1000 {
            file.write_all(b"0123456").unwrap();
        }
        assert_eq!(Mapping::of(&file).unwrap().bytes(), b"0123456".repeat(1000));
    }
}
