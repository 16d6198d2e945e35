//! Says in a person's words why wasmtime gave up.

use wasmtime::Trap;
use wasmtime::component::ResourceTableError;

use super::charge::Overdue;
use super::error::SandboxError;
use super::machine;
use super::meter::Refused;
use super::pool;
use super::state::{State, Undeclared};
use crate::error::Error;
use crate::limits::{self, Bound, Limits};
use crate::text::clean;

/// Most characters of wasmtime's own words that are shown.
pub(super) const MAX_WORDS: usize = 400;

/// What wasmtime says, as one line: it quotes names out of components, which may hold anything.
pub(super) fn words(error: &wasmtime::Error) -> String {
    clean(&format!("{error:#}"), MAX_WORDS)
}

/// Says why a call ended; `time` is the bound that its time is of.
pub(super) fn explain(shown: &str, error: &wasmtime::Error, state: &State, limits: &Limits, time: &Bound) -> Error {
    let trap = error.downcast_ref::<Trap>();
    match trap {
        Some(Trap::OutOfFuel) => return over(shown, &limits::FUEL, limits),
        Some(Trap::StackOverflow) => return over(shown, &limits::STACK_BYTES, limits),
        _ => {}
    }
    if error.is::<Overdue>() {
        return over(shown, time, limits);
    }
    if let Some(undeclared) = error.downcast_ref::<Undeclared>() {
        return SandboxError::Undeclared { shown, cause: undeclared.to_string() }.into();
    }
    let machine_cant = |error| machine::cant(&format!("run generator {shown}"), error);
    match &state.meter.refused {
        Some(Refused::ByBound(bound)) => return over(shown, bound, limits),
        Some(Refused::ByMachine(cause)) if let Some(error) = machine_cant(cause) => return error,
        _ => {}
    }
    if let Some(error) = machine_cant(error) {
        return error;
    }
    // The host's own table of things. `handles` counts the components' tables apart.
    if let Some(ResourceTableError::Full) = error.downcast_ref() {
        return over(shown, &limits::HANDLES, limits);
    }
    // For these wasmtime has nothing but words. Each has a test in `tests/integration` that fails when they change.
    let cause = format!("{error:#}");
    if cause.contains("fuel allocated for hostcalls has been exhausted") {
        return over(shown, &limits::HOSTCALL_BYTES, limits);
    }
    if cause.contains("resource limit exceeded") {
        return over(shown, &limits::INSTANCES, limits);
    }
    if cause.contains("store handle limit exceeded") {
        return over(shown, &limits::HANDLES, limits);
    }
    let cause = match trap {
        Some(Trap::UnreachableCodeReached) => "it panicked; its last lines in the log say where".to_owned(),
        _ => words(error),
    };
    SandboxError::Crashed { shown, cause }.into()
}

/// Why good code isn't loaded: it asks for more than a bound, or than the machine has. None for any other reason.
pub(super) fn unloadable(shown: &str, error: &wasmtime::Error, limits: &Limits) -> Option<Error> {
    let bound = pool::refused(&format!("{error:#}")).map(|bound| over(shown, bound, limits));
    bound.or_else(|| machine::cant(&format!("run generator {shown}"), error))
}

/// The error of a generator that reached a bound.
pub(super) fn over(shown: &str, bound: &Bound, limits: &Limits) -> Error {
    limits.reached(bound, format!("generator {shown} reached the bound {}", bound.name()))
}

#[cfg(test)]
mod tests {
    use wasmtime_wasi::p2::bindings::cli::stdout::Host as _;

    use super::*;
    use crate::contract::Seen;
    use crate::exit::Exit;
    use crate::sandbox::inert::View;
    use crate::sandbox::log::Log;

    #[test]
    fn things_of_the_host_are_handles() {
        let limits = Limits { handles: 20, ..Limits::default() };
        let mut state = State::new(&limits, Log::new(0, 0), Seen::default());
        for _ in 0..20 {
            View::of(&mut state).get_stdout().unwrap();
        }
        let error = View::of(&mut state).get_stdout().unwrap_err().context("within something");
        let error = explain("x", &error, &state, &limits, &limits::TIME);
        assert_eq!((error.exit(), error.to_string().as_str()), (Exit::Limit, "generator x reached the bound handles"));
    }
}
