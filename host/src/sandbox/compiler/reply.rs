//! What the child says to its parent: eight bytes that tell what it is, its length, and then that many bytes.

use std::io::{self, Read, Write};

use crate::sandbox::trap::MAX_WORDS;

/// Longest reason for a refusal, in bytes.
const MAX_CAUSE: usize = 4 * MAX_WORDS;

const CODE: [u8; 8] = *b"compiled";
const REFUSED: [u8; 8] = *b"refused ";

/// An answer of the compiler.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Machine code as wasmtime loads it.
    Code(Vec<u8>),
    /// The bytes are no component, and why.
    Refused(String),
}

impl Reply {
    pub(super) fn write(&self, mut to: impl Write) -> io::Result<()> {
        let (what, bytes) = match self {
            Self::Code(code) => (CODE, code.as_slice()),
            Self::Refused(cause) => (REFUSED, cause.as_bytes()),
        };
        to.write_all(&what)?;
        to.write_all(&(bytes.len() as u64).to_le_bytes())?;
        to.write_all(bytes)?;
        to.flush()
    }

    /// Reads an answer, whole and nothing behind it. Code over the bound is [`io::ErrorKind::FileTooLarge`].
    pub(super) fn read(mut from: impl Read, max_code: usize) -> io::Result<Self> {
        let (mut what, mut length) = ([0; 8], [0; 8]);
        from.read_exact(&mut what)?;
        from.read_exact(&mut length)?;
        let length = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX);
        let (most, too_large) = match what {
            CODE => (max_code, io::ErrorKind::FileTooLarge),
            REFUSED => (MAX_CAUSE, io::ErrorKind::InvalidData),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        if length > most {
            return Err(too_large.into());
        }
        let mut bytes = Vec::with_capacity(length + 1);
        from.take(length as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() != length {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if what == CODE {
            return Ok(Self::Code(bytes));
        }
        String::from_utf8(bytes).map(Self::Refused).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reply: &Reply) -> Vec<u8> {
        let mut bytes = Vec::new();
        reply.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn an_answer_arrives_as_it_was_sent() {
        for reply in [Reply::Code(vec![0; 1000]), Reply::Refused("why".into())] {
            assert_eq!(Reply::read(&written(&reply)[..], 1000).unwrap(), reply);
        }
    }

    #[test]
    fn an_answer_is_whole_and_within_bounds() {
        let kind = |bytes: &[u8], max: usize| Reply::read(bytes, max).unwrap_err().kind();
        let code = written(&Reply::Code(vec![0; 1000]));
        assert_eq!(kind(&code, 999), io::ErrorKind::FileTooLarge);
        assert_eq!(kind(&code[..1015], 1000), io::ErrorKind::InvalidData);
        assert_eq!(kind(&[&code[..], b"x"].concat(), 1000), io::ErrorKind::InvalidData);
        assert_eq!(kind(&code[..7], 1000), io::ErrorKind::UnexpectedEof);
        assert_eq!(kind(&written(&Reply::Refused("x".repeat(2000))), 1000), io::ErrorKind::InvalidData);
        assert_eq!(kind(b"running 0 tests\n", 1000), io::ErrorKind::InvalidData);
    }
}
