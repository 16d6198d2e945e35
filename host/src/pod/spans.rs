//! How long the parts of a step took, for whoever wants to know where the time goes.

use std::time::{Duration, Instant};

/// Parts of a step in their order; each begins where the one before ended.
#[derive(Debug)]
pub struct Spans {
    end: Instant,
    parts: Vec<Span>,
}

/// A part.
#[derive(Debug, Clone)]
pub struct Span {
    /// What was done.
    pub what: String,
    /// How long it took.
    pub took: Duration,
}

impl Spans {
    /// Begins the first.
    pub(super) fn begin() -> Self {
        Self { end: Instant::now(), parts: Vec::new() }
    }

    /// Ends a part.
    pub fn end(&mut self, what: impl Into<String>) {
        let now = Instant::now();
        self.parts.push(Span { what: what.into(), took: now - self.end });
        self.end = now;
    }

    /// All parts.
    #[must_use]
    pub fn into_parts(self) -> Vec<Span> {
        self.parts
    }
}
