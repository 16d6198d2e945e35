//! The clock of a step: whatever takes its time, loading, compiling, calls or checks, it is over at some moment.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::limits::{Bound, Limits, STEP_TIME};

/// When a step has to be over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    end: Instant,
}

/// How long a part of a step may take: what its own bound or the step's clock gives it, whichever is less.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    /// From now.
    pub(super) left: Duration,
    /// The one that gives less.
    pub(super) bound: &'static Bound,
}

impl Clock {
    /// Starts it.
    pub(super) fn start(limits: &Limits) -> Self {
        Self { end: Instant::now() + limits.step_time }
    }

    /// The time of a part that may take so long by its own bound.
    pub(super) fn time(self, longest: Duration, bound: &'static Bound) -> Time {
        let left = self.end.saturating_duration_since(Instant::now());
        if left < longest { Time { left, bound: &STEP_TIME } } else { Time { left: longest, bound } }
    }

    /// Refuses to go on when the time is over; `doing` is what would come next.
    pub(super) fn ensure_running(self, limits: &Limits, doing: &str) -> Result<(), Error> {
        if Instant::now() < self.end {
            return Ok(());
        }
        Err(limits
            .reached(&STEP_TIME, format!("the step reached the bound {} before it could {doing}", STEP_TIME.name())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_what_is_left_of_the_step() {
        let clock = |step_time| Clock::start(&Limits { step_time, ..Limits::default() });
        let minute = Duration::from_mins(1);
        let time = clock(minute * 2).time(minute, &crate::limits::TIME);
        assert_eq!((time.left, time.bound.name().as_str()), (minute, "time"));
        let time = clock(minute).time(minute, &crate::limits::TIME);
        assert!(time.left <= minute && time.bound.name() == "step-time");
        assert!(clock(minute).ensure_running(&Limits::default(), "go on").is_ok());
        let error = clock(Duration::ZERO).ensure_running(&Limits::default(), "go on").unwrap_err();
        assert_eq!(error.to_string(), "the step reached the bound step-time before it could go on");
    }
}
