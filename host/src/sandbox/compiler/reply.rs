//! What the child says to its parent: eight bytes that tell what it is, and a length; behind them the words of a refusal.

use std::io::{self, Read, Write};

use crate::sandbox::trap::MAX_WORDS;

/// Longest reason for a refusal, in bytes.
const MAX_CAUSE: usize = 4 * MAX_WORDS;

const CODE: [u8; 8] = *b"compiled";
const REFUSED: [u8; 8] = *b"refused ";

/// An answer of the compiler.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Machine code as wasmtime loads it, and its length; it lies in a [`Code`](super::Code).
    Code(usize),
    /// The bytes are no component, and why.
    Refused(String),
}

impl Reply {
    pub(super) fn write(&self, mut to: impl Write) -> io::Result<()> {
        let (what, length, cause) = match self {
            Self::Code(length) => (CODE, *length, ""),
            Self::Refused(cause) => (REFUSED, cause.len(), cause.as_str()),
        };
        to.write_all(&what)?;
        to.write_all(&(length as u64).to_le_bytes())?;
        to.write_all(cause.as_bytes())?;
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
        let behind = if what == CODE { 0 } else { length };
        let mut bytes = Vec::with_capacity(behind + 1);
        from.take(behind as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() != behind {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if what == CODE {
            return Ok(Self::Code(length));
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
        for reply in [Reply::Code(1000), Reply::Refused("why".into())] {
            assert_eq!(Reply::read(&written(&reply)[..], 1000).unwrap(), reply);
        }
    }

    #[test]
    fn an_answer_is_whole_and_within_bounds() {
        let kind = |bytes: &[u8], max: usize| Reply::read(bytes, max).unwrap_err().kind();
        let (code, refusal) = (written(&Reply::Code(1000)), written(&Reply::Refused("why".into())));
        assert_eq!(kind(&code, 999), io::ErrorKind::FileTooLarge);
        assert_eq!(kind(&refusal[..18], 1000), io::ErrorKind::InvalidData);
        assert_eq!(kind(&[&code[..], b"x"].concat(), 1000), io::ErrorKind::InvalidData);
        assert_eq!(kind(&code[..7], 1000), io::ErrorKind::UnexpectedEof);
        assert_eq!(kind(&written(&Reply::Refused("x".repeat(2000))), 1000), io::ErrorKind::InvalidData);
        assert_eq!(kind(b"running 0 tests\n", 1000), io::ErrorKind::InvalidData);
    }
}
