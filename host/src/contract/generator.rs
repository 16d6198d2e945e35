//! What answers requests.

use super::{Answer, Description, Line, Request, Seen};
use crate::error::Error;
use crate::limits::Clock;

/// A pure function from a request to the files that are wanted for it: a component in its sandbox, or the same code without
/// one in the benchmark. It can be asked any number of times, by several threads at once; no answer depends on an earlier one.
pub trait Generator: Send + Sync {
    /// What messages call it.
    fn shown(&self) -> &str;

    /// From here on messages call it so: by the name that it has, whatever its file is called.
    fn rename(&mut self, name: &str);

    /// Asks what it is. Whatever it says on the way goes to `lines`.
    ///
    /// # Errors
    ///
    /// [`Exit::Limit`](crate::exit::Exit::Limit) or [`Exit::Misbehaved`](crate::exit::Exit::Misbehaved).
    fn describe(&self, lines: &mut Vec<Line>) -> Result<Description, Error>;

    /// Whether it looks at the status that others leave: [`Seen::earlier`].
    fn sees_earlier(&self) -> bool;

    /// Asks for the answer to a request, by the clock of that answer. Whatever it says on the way goes to `lines`.
    ///
    /// # Errors
    ///
    /// As [`describe`](Self::describe).
    fn generate(&self, clock: Clock, request: Request, seen: Seen, lines: &mut Vec<Line>) -> Result<Answer, Error>;
}

/// Where what generators say goes, with the generator's name: at once, before any error that follows.
pub type Said<'a> = &'a mut dyn FnMut(&str, &Line);
