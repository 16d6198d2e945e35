//! Waiting for what others do, for a bounded time.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// Asks again, four times a second, until there is an answer.
///
/// # Panics
///
/// When there is none within this time.
#[track_caller]
pub fn eventually<T>(longest: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < longest, "not within {longest:?}: {what}");
        sleep(Duration::from_millis(250));
    }
}
