//! How much of a Work the output takes: Kratix keeps all files of a step in one object, and etcd bounds objects
//! (kratix-contract 3.3).

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Files;

/// Bytes of a Work that etcd takes, by default: <https://etcd.io/docs/latest/dev-guide/limit/>.
const ETCD_BYTES: usize = 1_536 * 1024;
/// From here on a warning is due: names, labels and Kratix's own fields come on top.
const WARN_BYTES: usize = ETCD_BYTES * 3 / 4;
/// Around the content of each file, roughly.
const ENTRY_BYTES: usize = 64;

/// A warning when the files come near to what etcd takes, or are more than that.
#[must_use]
pub fn warning(files: &Files) -> Option<String> {
    warning_of(files.iter().map(|(path, bytes)| (path.as_str(), &**bytes)))
}

/// The same of the files of a Work, wherever they are.
#[must_use]
pub fn warning_of<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])> + Clone) -> Option<String> {
    // What can't be too much needn't be compressed to know. gzip makes nothing much longer.
    let at_most: usize = files.clone().map(|(path, bytes)| entry(path, bytes.len() + bytes.len() / 1000 + 32)).sum();
    if at_most < WARN_BYTES {
        return None;
    }
    let bytes: usize = files.map(|(path, bytes)| entry(path, gzipped(bytes))).sum();
    let verdict = match bytes {
        _ if bytes >= ETCD_BYTES => "more than",
        _ if bytes >= WARN_BYTES => "near to",
        _ => return None,
    };
    Some(format!(
        "the files take some {} KiB as Kratix keeps them, {verdict} the {} KiB that etcd takes by default",
        bytes / 1024,
        ETCD_BYTES / 1024
    ))
}

/// A file's share: its path, and its contents in base64.
fn entry(path: &str, gzipped: usize) -> usize {
    path.len() + gzipped.div_ceil(3) * 4 + ENTRY_BYTES
}

fn gzipped(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let done = encoder.write_all(bytes).and_then(|()| encoder.finish());
    done.expect("a vector takes all that is written").len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kratix::OutputPath;

    /// Bytes that can't be compressed: xorshift, <https://www.jstatsoft.org/article/view/v008i14>.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    fn files(contents: Vec<u8>) -> Files {
        Files::from([(OutputPath::parse("a").unwrap(), contents.into())])
    }

    #[test]
    fn what_counts_is_the_size_after_gzip_and_base64() {
        assert_eq!(warning(&Files::new()), None);
        assert_eq!(warning(&files(vec![b'x'; 8 << 20])), None);
        assert_eq!(warning(&files(noise(800_000))), None);
        assert!(
            warning(&files(noise(900_000))).unwrap().contains("some 1172 KiB as Kratix keeps them, near to the 1536")
        );
        assert!(warning(&files(noise(1_200_000))).unwrap().contains("more than the 1536 KiB"));
    }
}
