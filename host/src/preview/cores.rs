//! Many things done at once, with the same outcome however many cores there are.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::progress::Progress;

/// Things that a core takes at once.
const BATCH: usize = 64;

/// The cores that share the work, and how far they are.
#[derive(Debug, Clone)]
pub struct Cores {
    count: NonZeroUsize,
    progress: Arc<Progress>,
}

impl Default for Cores {
    /// Those that this process may use.
    fn default() -> Self {
        Self::new(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

impl Cores {
    /// So many.
    #[must_use]
    pub fn new(count: NonZeroUsize) -> Self {
        Self { count, progress: Arc::default() }
    }

    /// How many things are done at one time, at most.
    #[must_use]
    pub fn count(&self) -> NonZeroUsize {
        self.count
    }

    /// How far the work is.
    #[must_use]
    pub fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// What `make` makes of each item, in their order; `what` says what is done to them. It is to depend on the item alone.
    ///
    /// # Panics
    ///
    /// When `make` does.
    pub fn map<T: Send, R: Send>(&self, what: &'static str, items: Vec<T>, make: impl Fn(T) -> R + Sync) -> Vec<R> {
        self.progress.begin(what, items.len());
        let threads = self.count.get().min(items.len().div_ceil(BATCH));
        let rest = Mutex::new(items.into_iter().enumerate());
        let next = || -> Vec<(usize, T)> {
            let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
            rest.by_ref().take(BATCH).collect()
        };
        let work = || {
            let mut done: Vec<(usize, Vec<R>)> = Vec::new();
            loop {
                let batch = next();
                let Some((first, _)) = batch.first() else { return done };
                let (first, count) = (*first, batch.len());
                done.push((first, batch.into_iter().map(|(_, item)| make(item)).collect()));
                self.progress.add(count);
            }
        };
        let mut done = if threads <= 1 {
            work()
        } else {
            thread::scope(|scope| {
                let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                threads.into_iter().flat_map(|thread| thread.join().expect("what is done doesn't panic")).collect()
            })
        };
        done.sort_by_key(|(first, _)| *first);
        done.into_iter().flat_map(|(_, made)| made).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_in_the_order_of_the_items() {
        for threads in [1, 2, 7] {
            let cores = Cores::new(NonZeroUsize::new(threads).unwrap());
            for count in [0, 1, BATCH, BATCH + 1, 20 * BATCH + 3] {
                let items: Vec<usize> = (0..count).collect();
                let made = cores.map("items", items.clone(), |item| item.to_string());
                assert_eq!(made, items.iter().map(ToString::to_string).collect::<Vec<_>>(), "{threads} {count}");
                let all = if count == 0 { "items".to_owned() } else { format!("items: {count} of {count}") };
                assert_eq!(cores.progress().line(), all);
            }
        }
    }
}
