//! What a step may still read: the bounds are over all its inputs.

use std::fmt::Display;

use super::error::InputError;
use crate::error::Error;
use crate::kratix::Found;
use crate::limits::{Clock, INPUT_BYTES, INPUT_TIME, INPUTS, Limits, STEP_TIME, Time};

/// What is left of the bounds of inputs.
#[derive(Debug)]
pub struct Allowance<'a> {
    limits: &'a Limits,
    clock: Clock,
    bytes: usize,
    objects: usize,
}

impl<'a> Allowance<'a> {
    /// That of a step which has read nothing.
    #[must_use]
    pub fn new(limits: &'a Limits, clock: Clock) -> Self {
        Self { limits, clock, bytes: limits.input_bytes, objects: limits.inputs }
    }

    /// Takes away what was read from `place`, the cluster or a file.
    ///
    /// # Errors
    ///
    /// [`Exit::Limit`](crate::exit::Exit::Limit) when it is more than is left.
    pub fn take(&mut self, place: &dyn Display, bytes: usize, objects: usize) -> Result<(), Error> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(|| self.too_large(place))?;
        self.objects = self.objects.checked_sub(objects).ok_or_else(|| {
            self.limits.reached(&INPUTS, format!("the step reached the bound {} with {place}", INPUTS.name()))
        })?;
        Ok(())
    }

    /// Takes away what manifests have: as much as the API server would have sent.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    pub fn take_found(&mut self, place: &dyn Display, found: &Found) -> Result<(), Error> {
        let Found::Objects(objects) = found else { return Ok(()) };
        self.take(place, objects.iter().map(|object| object.to_string().len()).sum(), objects.len())
    }

    /// Bytes that may still be read.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The error for more than that.
    #[must_use]
    pub fn too_large(&self, place: &dyn Display) -> Error {
        self.limits.reached(&INPUT_BYTES, format!("the step reached the bound {} with {place}", INPUT_BYTES.name()))
    }

    /// Time of one question.
    pub(super) fn time(&self) -> Result<Time, Error> {
        self.clock.ensure_running(self.limits, "read its inputs")?;
        Ok(self.clock.time(self.limits.input_time, &INPUT_TIME))
    }

    /// The error for a question that took longer.
    pub(super) fn slow(&self, time: Time, place: &dyn Display) -> Error {
        if time.bound.name() == STEP_TIME.name() {
            let what = format!("the step reached the bound {} while it read {place}", STEP_TIME.name());
            return self.limits.reached(&STEP_TIME, what);
        }
        let bound = format!("{} is {}", INPUT_TIME.name(), INPUT_TIME.unit.show(INPUT_TIME.of(self.limits)));
        InputError::Slow { place: place.to_string(), bound }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_over_all_inputs() {
        let limits = Limits { input_bytes: 10, inputs: 3, ..Limits::default() };
        let mut allowance = Allowance::new(&limits, Clock::start(&limits));
        allowance.take(&"a", 6, 2).unwrap();
        assert_eq!(allowance.bytes(), 4);
        let error = allowance.take(&"b", 5, 0).unwrap_err();
        assert_eq!(error.in_one_line(), "the step reached the bound input-bytes with b: input-bytes is 10");
        let error = allowance.take(&"b", 4, 2).unwrap_err();
        assert_eq!(error.in_one_line(), "the step reached the bound inputs with b: inputs is 3");
        assert_eq!((error.reason(), error.exit()), ("bound-inputs", crate::exit::Exit::Limit));
    }

    #[test]
    fn a_question_has_no_more_time_than_the_step() {
        let limits = Limits::default();
        let time = |left| Allowance::new(&limits, Clock::of(left)).time();
        assert_eq!(time(limits.step_time).unwrap().left, limits.input_time);
        assert!(time(limits.input_time / 2).unwrap().left <= limits.input_time / 2);
        assert_eq!(time(std::time::Duration::ZERO).unwrap_err().reason(), "bound-step-time");
        let allowance = Allowance::new(&limits, Clock::of(limits.input_time / 2));
        let slow = allowance.slow(allowance.time().unwrap(), &"x");
        assert_eq!(slow.to_string(), "the step reached the bound step-time while it read x");
        let allowance = Allowance::new(&limits, Clock::start(&limits));
        let slow = allowance.slow(allowance.time().unwrap(), &"x");
        assert_eq!(slow.in_one_line(), "the API server took too long for x: input-time is 10s");
    }
}
