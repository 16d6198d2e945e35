//! What a generator says, collected while it runs and shown afterwards.

use std::sync::{Arc, Mutex, PoisonError};

use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use super::charge::Charges;
use crate::contract::{Level, Line};
use crate::text::clean;

/// The lines of one call. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Log(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    lines: Vec<Line>,
    /// The begin of a line of stdout or stderr.
    pending: Vec<u8>,
    bytes_left: usize,
    line_chars: usize,
    dropped: bool,
}

impl Log {
    pub(super) fn new(bytes: usize, line_chars: usize) -> Self {
        let (lines, pending) = (Vec::new(), Vec::new());
        Self(Arc::new(Mutex::new(Inner { lines, pending, bytes_left: bytes, line_chars, dropped: false })))
    }

    pub(super) fn add(&self, level: Level, text: &str) {
        self.with(|inner| inner.add(level, text));
    }

    /// Where a generator's stdout or stderr goes.
    pub(super) fn stream(&self, charges: &Charges) -> Stream {
        Stream { log: self.clone(), charges: charges.clone() }
    }

    /// Takes the lines out; a note stands for what found no room.
    pub(super) fn take(&self) -> Vec<Line> {
        self.with(|inner| {
            inner.end_line();
            if std::mem::take(&mut inner.dropped) {
                let text = "said more than log-bytes allows; the rest is left out".into();
                inner.lines.push(Line { level: Level::Warn, text });
            }
            std::mem::take(&mut inner.lines)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inner {
    fn add(&mut self, level: Level, text: &str) {
        // An empty line costs too, or there could be any number of them.
        let Some(left) = self.bytes_left.checked_sub(text.len() + 1) else {
            (self.bytes_left, self.dropped) = (0, true);
            return;
        };
        self.bytes_left = left;
        self.lines.push(Line { level, text: clean(text, self.line_chars) });
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' => self.end_line(),
                _ if self.pending.len() < self.bytes_left => self.pending.push(*byte),
                _ => self.dropped = true,
            }
        }
    }

    fn end_line(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            self.add(Level::Info, &String::from_utf8_lossy(&pending));
        }
    }
}

/// stdout or stderr of a generator: what it writes is logged, line by line.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    log: Log,
    charges: Charges,
}

impl OutputStream for Stream {
    fn write(&mut self, bytes: bytes::Bytes) -> StreamResult<()> {
        self.charges.add(bytes.len());
        self.log.with(|inner| inner.write(&bytes));
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.charges.add(0);
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.charges.add(0);
        Ok(64 * 1024)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Stream {
    async fn ready(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_with_a_note() {
        let log = Log::new(20, 100);
        log.with(|inner| inner.write(b"one\ntwo\n\nthree and much more than fits"));
        log.add(Level::Error, "nothing fits any more");
        let lines = log.take();
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts[..2], ["one", "two"]);
        assert_eq!(lines.last().unwrap().level, Level::Warn);
        assert!(log.take().is_empty());
    }
}
