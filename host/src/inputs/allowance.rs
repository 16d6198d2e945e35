//! What a step may still read: the bounds are over all its inputs.

use std::fmt::Display;

use super::error::InputError;
use crate::error::Error;
use crate::kratix::Found;
use crate::limits::{Bound, Clock, INPUT_BYTES, INPUT_TIME, INPUT_VALUES, INPUTS, Limits, STEP_TIME, Time};

/// What is left of the bounds of inputs.
#[derive(Debug)]
pub struct Allowance<'a> {
    limits: &'a Limits,
    clock: Clock,
    bytes: usize,
    values: usize,
    objects: usize,
}

impl<'a> Allowance<'a> {
    /// That of a step which has read nothing.
    #[must_use]
    pub fn new(limits: &'a Limits, clock: Clock) -> Self {
        let Limits { input_bytes: bytes, input_values: values, inputs: objects, .. } = *limits;
        Self { limits, clock, bytes, values, objects }
    }

    /// Takes away JSON that was read from `place`, the cluster or a file, before it is made values of: of four bytes some
    /// hundreds can become.
    ///
    /// # Errors
    ///
    /// [`Exit::Limit`](crate::exit::Exit::Limit) when it is more than is left.
    pub fn take_json(&mut self, place: &dyn Display, json: &[u8]) -> Result<(), Error> {
        self.bytes = self.bytes.checked_sub(json.len()).ok_or_else(|| self.too_large(place))?;
        self.values = self.values.checked_sub(values(json)).ok_or_else(|| self.reached(&INPUT_VALUES, place))?;
        Ok(())
    }

    /// Takes away objects that were found there.
    ///
    /// # Errors
    ///
    /// [`Exit::Limit`](crate::exit::Exit::Limit) when they are more than are left.
    pub fn take_objects(&mut self, place: &dyn Display, objects: usize) -> Result<(), Error> {
        self.objects = self.objects.checked_sub(objects).ok_or_else(|| self.reached(&INPUTS, place))?;
        Ok(())
    }

    /// Takes away what files have: as much as the API server would have sent.
    ///
    /// # Errors
    ///
    /// As [`take_json`](Self::take_json) and [`take_objects`](Self::take_objects).
    pub fn take_found(&mut self, place: &dyn Display, found: &Found) -> Result<(), Error> {
        let Found::Objects(objects) = found else { return Ok(()) };
        for object in objects {
            self.take_json(place, object.to_string().as_bytes())?;
        }
        self.take_objects(place, objects.len())
    }

    /// Bytes that may still be read.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The error for more than that.
    #[must_use]
    pub fn too_large(&self, place: &dyn Display) -> Error {
        self.reached(&INPUT_BYTES, place)
    }

    fn reached(&self, bound: &Bound, place: &dyn Display) -> Error {
        self.limits.reached(bound, format!("the step reached the bound {} with {place}", bound.name()))
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

/// How many values JSON has at most, with its keys: each but the first has one of four signs before it.
pub(super) fn values(json: &[u8]) -> usize {
    let (mut values, mut in_text, mut is_escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' | b'{' | b',' | b':' if !in_text => values += 1,
            _ => {}
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_over_all_inputs() {
        let limits = Limits { input_bytes: 10, input_values: 5, inputs: 3, ..Limits::default() };
        let mut allowance = Allowance::new(&limits, Clock::start(&limits));
        allowance.take_json(&"a", b"[1, 2]").unwrap();
        assert_eq!(allowance.bytes(), 4);
        let error = allowance.take_json(&"b", b"[3,4]").unwrap_err();
        assert_eq!(error.in_one_line(), "the step reached the bound input-bytes with b: input-bytes is 10");
        let error = allowance.take_json(&"b", b"[,]").unwrap_err();
        assert_eq!(error.in_one_line(), "the step reached the bound input-values with b: input-values is 5");
        allowance.take_objects(&"a", 2).unwrap();
        let error = allowance.take_objects(&"b", 2).unwrap_err();
        assert_eq!(error.in_one_line(), "the step reached the bound inputs with b: inputs is 3");
        assert_eq!((error.reason(), error.exit()), ("bound-inputs", crate::exit::Exit::Limit));
    }

    #[test]
    fn values_are_counted_with_their_keys_and_not_within_texts() {
        for (json, expected) in [
            ("1", 1),
            ("[1, 2]", 3),
            (r#"{"a": [true, null], "b": {"c": ""}}"#, 9),
            (r#"["[,{:", "\",[", "\\", "\\\",,"]"#, 5),
            // One more than it has.
            ("[]", 2),
        ] {
            assert_eq!(values(json.as_bytes()), expected, "{json}");
        }
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
