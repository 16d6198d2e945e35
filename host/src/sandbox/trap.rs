//! Says in a person's words why wasmtime gave up.

use wasmtime::Trap;

use super::bill::Overdue;
use super::state::State;
use crate::error::Error;
use crate::exit::Exit;
use crate::limits::Limits;
use crate::text::clean;

/// Most characters of wasmtime's own words that are shown.
pub(super) const MAX_WORDS: usize = 400;

/// What wasmtime says, as one line: it quotes names out of components, which may hold anything.
pub(super) fn words(error: &wasmtime::Error) -> String {
    clean(&format!("{error:#}"), MAX_WORDS)
}

pub(super) fn explain(shown: &str, error: &wasmtime::Error, state: &State, limits: &Limits) -> Error {
    let trap = error.downcast_ref::<Trap>();
    match trap {
        Some(Trap::OutOfFuel) => return over(shown, "fuel", limits.fuel),
        Some(Trap::StackOverflow) => return over(shown, "stack-bytes", limits.stack_bytes),
        _ => {}
    }
    if error.is::<Overdue>() {
        return late(shown, limits);
    }
    if let Some((bound, value)) = state.meter.refused {
        return over(shown, bound, value);
    }
    let cause = format!("{error:#}");
    if cause.contains("fuel allocated for hostcalls has been exhausted") {
        return over(shown, "hostcall-bytes", limits.hostcall_bytes);
    }
    if cause.contains("resource limit exceeded") {
        return over(shown, "instances", limits.instances);
    }
    let cause = match trap {
        Some(Trap::UnreachableCodeReached) => "it panicked; its last lines in the log say where".to_owned(),
        _ => words(error),
    };
    Error::new(Exit::Misbehaved, format!("generator {shown} crashed"))
        .because(cause)
        .hint("the same request crashes it again: report it to the author of the generator")
}

/// The time is over.
pub(super) fn late(shown: &str, limits: &Limits) -> Error {
    over(shown, "time", format_args!("{} s", limits.time.as_secs()))
}

/// A bound was reached.
fn over(shown: &str, bound: &str, value: impl std::fmt::Display) -> Error {
    Error::new(Exit::Limit, format!("generator {shown} reached the bound {bound}"))
        .because(format!("{bound} is {value}"))
        .hint("nothing was written; the same request reaches it again")
}
