//! How far long work is, for whoever shows it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How far work is, which goes on while others look.
#[derive(Debug, Default)]
pub struct Progress {
    /// What is done, and to how many things.
    work: Mutex<(&'static str, usize)>,
    done: AtomicUsize,
}

impl Progress {
    /// Work begins on so many things; on none, where nobody counts them.
    pub fn begin(&self, what: &'static str, count: usize) {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        self.done.store(0, Ordering::Relaxed);
        *work = (what, count);
    }

    /// So many more things are done.
    pub fn add(&self, count: usize) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// As it is shown: `requests answered: 640 of 10000`.
    #[must_use]
    pub fn line(&self) -> String {
        let (what, count) = *self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let done = self.done.load(Ordering::Relaxed);
        if count == 0 { what.to_owned() } else { format!("{what}: {done} of {count}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_done_and_how_much_of_it() {
        let progress = Progress::default();
        progress.begin("reading", 0);
        assert_eq!(progress.line(), "reading");
        progress.begin("requests answered", 200);
        progress.add(64);
        progress.add(64);
        assert_eq!(progress.line(), "requests answered: 128 of 200");
        progress.begin("requests answered", 10);
        assert_eq!(progress.line(), "requests answered: 0 of 10");
    }
}
