//! A generator that fits the contract, and one call of it.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use wasmtime::Store;
use wasmtime::component::{Component, Instance, InstancePre};

use super::component::{self, Imports};
use super::error::SandboxError;
use super::link::EARLIER;
use super::log::Log;
use super::state::State;
use super::v0_1::{declarations, generation};
use super::{Sandbox, charge, link, trap};
use crate::contract::{self, Answer, Declarations, Description, Line, Request, Seen};
use crate::error::Error;
use crate::limits::{self, Clock};

/// How often, in fuel, a generator that computes lets its time be looked at.
const FUEL_BETWEEN_YIELDS: u64 = 1_000_000;

/// A component, linked to what it may have. It can be asked any number of times, by several threads at once, as many as
/// its [`Sandbox`] has room for: each call is an instance of its own, and no call leaves anything to another.
pub struct Generator {
    sandbox: Sandbox,
    shown: String,
    pre: InstancePre<State>,
    generation: generation::GuestIndices,
    /// Where it exports them.
    declarations: Option<declarations::GuestIndices>,
    imports: Imports,
}

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generator").field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Generator {
    pub(super) fn link(sandbox: &Sandbox, shown: &str, component: &Component) -> Result<Self, Error> {
        sandbox.count(shown, component)?;
        let imports = component::imports(sandbox, shown, component)?;
        let fitted = link::linker(&sandbox.engine).and_then(|linker| {
            let pre = linker.instantiate_pre(component)?;
            let generation = generation::GuestIndices::new(&pre)?;
            let declarations = imports.declares.then(|| declarations::GuestIndices::new(&pre)).transpose()?;
            Ok((pre, generation, declarations))
        });
        let (pre, generation, declarations) = fitted.map_err(|error| {
            trap::unloadable(shown, &error, &sandbox.limits).unwrap_or_else(|| {
                SandboxError::Unfit { shown, contract: &imports.contract, cause: trap::words(&error) }.into()
            })
        })?;
        Ok(Self { sandbox: sandbox.clone(), shown: shown.to_owned(), pre, generation, declarations, imports })
    }

    /// What it asks for.
    #[must_use]
    pub fn imports(&self) -> &Imports {
        &self.imports
    }

    /// Fuel ends a guest that doesn't end by itself, for the same reason on every machine. Should that take too long, the
    /// time ends it: between two of its instructions, or by the hook of [`charge`] at a call of the host.
    fn call<T>(
        &self,
        clock: Clock,
        lines: &mut Vec<Line>,
        seen: Seen,
        work: impl AsyncFnOnce(&Instance, &mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        let limits = &self.sandbox.limits;
        let log = Log::new(limits.log_bytes, limits.message_chars);
        let mut store = Store::new(&self.sandbox.engine, State::new(limits, log.clone(), seen));
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(limits.hostcall_bytes);
        store.set_max_component_handles(limits.handles);
        let time = clock.time(limits.time, &limits::TIME);
        let deadline = Instant::now() + time.left;
        charge::settle(&mut store, deadline);
        store
            .set_fuel(limits.fuel)
            .and_then(|()| store.fuel_async_yield_interval(Some(FUEL_BETWEEN_YIELDS)))
            .expect("the engine counts fuel");
        let done = until(deadline, async {
            let instance = self.pre.instantiate_async(&mut store).await?;
            work(&instance, &mut store).await
        });
        lines.extend(log.take());
        match done {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => Err(trap::explain(&self.shown, &error, store.data(), limits, time.bound)),
            None => Err(trap::over(&self.shown, time.bound, limits)),
        }
    }
}

/// Drives a call as long as there is time. Nothing that a generator can wait for lets it wait: what is not ready is a
/// generator that has used up a fuel interval, and that can go on at once. So there is nobody to be woken by.
fn until<T>(deadline: Instant, call: impl Future<Output = T>) -> Option<T> {
    let mut call = pin!(call);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match call.as_mut().poll(&mut context) {
            Poll::Ready(done) => return Some(done),
            Poll::Pending if Instant::now() >= deadline => return None,
            Poll::Pending => {}
        }
    }
}

impl contract::Generator for Generator {
    fn shown(&self) -> &str {
        &self.shown
    }

    fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.shown);
    }

    /// By the clock of building.
    fn describe(&self, lines: &mut Vec<Line>) -> Result<Description, Error> {
        let ask = async |instance: &Instance, store: &mut Store<State>| {
            let description = self.generation.load(&mut *store, instance)?.call_describe(&mut *store).await?;
            let Some(declarations) = &self.declarations else { return Ok((description, Declarations::default())) };
            let guest = declarations.load(&mut *store, instance)?;
            let inputs = guest.call_inputs(&mut *store).await?.into_iter().map(Into::into).collect();
            let may_hold_deletion = guest.call_may_hold_deletion(&mut *store).await?;
            Ok((description, Declarations { inputs, may_hold_deletion }))
        };
        let (description, declared) = self.call(self.sandbox.clock, lines, Seen::default(), ask)?;
        description.checked(declared, &self.shown)
    }

    fn sees_earlier(&self) -> bool {
        self.imports.permissions.iter().any(|permission| permission == EARLIER)
    }

    fn generate(&self, clock: Clock, request: Request, seen: Seen, lines: &mut Vec<Line>) -> Result<Answer, Error> {
        let request = request.into();
        let ask = async |instance: &Instance, store: &mut Store<State>| {
            self.generation.load(&mut *store, instance)?.call_generate(&mut *store, &request).await
        };
        let answer = self.call(clock, lines, seen, ask)?;
        Ok(answer.map(Into::into).map_err(Into::into))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Holds when it compiles.
    #[test]
    fn threads_can_share_a_generator() {
        fn shared<T: Send + Sync>() {}
        shared::<Generator>();
        shared::<Sandbox>();
    }

    #[test]
    fn a_call_that_does_not_end_is_left_when_its_time_is_over() {
        let now = Instant::now();
        assert_eq!(until(now, async { 1 }), Some(1));
        assert_eq!(until(now + Duration::from_millis(20), std::future::pending::<()>()), None);
        assert!(now.elapsed() >= Duration::from_millis(20));
        // Nobody wakes it: it is asked again anyhow.
        let mut turns = 0;
        let third = std::future::poll_fn(|_| {
            turns += 1;
            if turns == 3 { Poll::Ready(turns) } else { Poll::Pending }
        });
        assert_eq!(until(now + Duration::from_mins(1), third), Some(3));
    }
}
