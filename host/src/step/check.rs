//! A step without a request: whether it can work at all.

use std::num::NonZeroU32;

use super::Step;
use super::ask::{describe, ensure_answers};
use crate::contract::Line;
use crate::error::Error;
use crate::sandbox::Sandbox;

impl Step {
    /// Loads each generator, and holds the kind of the step's objects and its config against what the generator says of
    /// itself. Gives their names and versions; what they say on the way goes to `said`.
    ///
    /// # Errors
    ///
    /// What every object of that kind would meet, whatever its spec.
    pub fn check(mut self, said: &mut dyn FnMut(&str, &Line)) -> Result<Vec<(String, String)>, Error> {
        let sandbox = Sandbox::new(self.limits.clone(), NonZeroU32::MIN)?;
        let mut generators = Vec::new();
        for path in std::mem::take(&mut self.generators) {
            let generator = self.load(&sandbox, &path)?;
            let description = describe(&generator, said)?;
            if let (Some(kind), Some(group)) = self.pod.environment.expected() {
                ensure_answers(&description, kind, group)?;
            }
            self.config.of(generator.shown(), &description)?;
            generators.push((description.name, description.version));
        }
        self.config.ensure_taken()?;
        Ok(generators)
    }
}
