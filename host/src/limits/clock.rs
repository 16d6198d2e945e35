//! The clock of a step: whatever takes its time, loading, compiling, calls or checks, it is over at some moment.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::limits::{Bound, Limits, STEP_TIME};

/// When a step has to be over.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    end: Instant,
}

/// How long a part of a step may take: what its own bound or the step's clock gives it, whichever is less.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time {
    /// From now.
    pub(crate) left: Duration,
    /// The one that gives less.
    pub(crate) bound: &'static Bound,
}

impl Clock {
    /// Starts one that has all the time of a step.
    #[must_use]
    pub fn start(limits: &Limits) -> Self {
        Self::of(limits.step_time)
    }

    /// Starts one that has so much time. A step that is built once and asked many times has used some of its time before
    /// it is asked; each answer then has what was [`left`](Self::left).
    #[must_use]
    pub fn of(time: Duration) -> Self {
        Self { end: Instant::now() + time }
    }

    /// What is left of it.
    #[must_use]
    pub fn left(self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// The time of a part that may take so long by its own bound.
    pub(crate) fn time(self, longest: Duration, bound: &'static Bound) -> Time {
        let left = self.left();
        if left < longest { Time { left, bound: &STEP_TIME } } else { Time { left: longest, bound } }
    }

    /// Refuses to go on when the time is over; `doing` is what would come next.
    ///
    /// # Errors
    ///
    /// [`Exit::Limit`](crate::exit::Exit::Limit).
    pub fn ensure_running(self, limits: &Limits, doing: &str) -> Result<(), Error> {
        if !self.left().is_zero() {
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
        // What building a step left, each answer has anew.
        let left = clock(minute * 2).left();
        assert!(left > minute && Clock::of(left).left() <= left);
        let error = clock(Duration::ZERO).ensure_running(&Limits::default(), "go on").unwrap_err();
        assert_eq!(error.to_string(), "the step reached the bound step-time before it could go on");
    }
}
