//! Clocks that start at a fixed moment and advance by every reading and every sleep, which returns at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use super::View;
use crate::sandbox::charge::Charges;

/// 2000-01-01T00:00:00Z, in seconds of Unix time.
const START: u64 = 946_684_800;
/// What reading a clock takes, in nanoseconds: time passes, so loops that wait for it end.
const TICK: u64 = 1_000;

/// The one clock behind all of them.
#[derive(Debug)]
pub(super) struct Clock {
    /// Nanoseconds since the start.
    now: Arc<AtomicU64>,
    charges: Charges,
}

impl Clock {
    pub(super) fn new(charges: Charges) -> Self {
        Self { now: Arc::new(AtomicU64::new(0)), charges }
    }

    fn tick(&self) -> u64 {
        self.charges.add(0);
        let before = self.now.load(Ordering::Relaxed);
        self.now.store(before.saturating_add(TICK), Ordering::Relaxed);
        before
    }
}

impl monotonic_clock::Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.inert.clock.tick())
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(TICK)
    }

    fn subscribe_instant(&mut self, until: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let sleep = self.table.push(Sleep { now: self.inert.clock.now.clone(), until })?;
        subscribe(self.table, sleep)
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let until = self.inert.clock.tick().saturating_add(duration);
        self.subscribe_instant(until)
    }
}

impl wall_clock::Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        let now = self.inert.clock.tick();
        let nanoseconds = u32::try_from(now % 1_000_000_000).expect("less than a second");
        Ok(wall_clock::Datetime { seconds: START + now / 1_000_000_000, nanoseconds })
    }

    fn resolution(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: 1_000 })
    }
}

/// A sleep that is over when somebody waits for it.
struct Sleep {
    now: Arc<AtomicU64>,
    until: u64,
}

#[wasmtime_wasi::async_trait]
impl Pollable for Sleep {
    async fn ready(&mut self) {
        self.now.fetch_max(self.until, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_charged_for() {
        let charges = Charges::default();
        let clock = Clock::new(charges.clone());
        assert_eq!((clock.tick(), clock.tick()), (0, TICK));
        assert_eq!(charges.take(), 1000);
    }
}
