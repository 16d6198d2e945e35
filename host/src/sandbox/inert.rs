//! WASI that gives nothing away: the standard libraries of Rust, Go and Python find what they import, and nothing in it.
//!
//! No arguments, environment, input, directories or sockets. Clocks are virtual: they start at a fixed moment and
//! advance by every reading and every sleep, which returns at once. Randomness comes from a fixed seed. So a generator
//! computes the same on every machine, any day.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, io, random};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use super::bill::Bill;
use super::state::State;

/// 2000-01-01T00:00:00Z, in seconds of Unix time.
const START: u64 = 946_684_800;
/// What reading a clock takes, in nanoseconds: time passes, so loops that wait for it end.
const TICK: u64 = 1_000;

/// The virtual machine's clock and dice.
#[derive(Debug)]
pub(super) struct Inert {
    /// Nanoseconds since the start.
    now: Arc<AtomicU64>,
    dice: u64,
    bill: Bill,
}

impl Inert {
    pub(super) fn new(bill: Bill) -> Self {
        Self { now: Arc::new(AtomicU64::new(0)), dice: 0x6b72_6174_6978, bill }
    }

    fn tick(&self) -> u64 {
        self.bill.charge(0);
        let before = self.now.load(Ordering::Relaxed);
        self.now.store(before.saturating_add(TICK), Ordering::Relaxed);
        before
    }

    fn roll(&mut self) -> u64 {
        self.bill.charge(8);
        self.next()
    }

    /// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>, which is in the public domain.
    fn next(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn fill(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        // As much as wasmtime's own default allows, and far more than a seed needs.
        let length = usize::try_from(length).ok().filter(|length| *length <= 1 << 20);
        let length = length.ok_or_else(|| wasmtime::format_err!("asked for more than 1 MiB of randomness at once"))?;
        self.bill.charge(length);
        let mut bytes = Vec::with_capacity(length + 7);
        while bytes.len() < length {
            bytes.extend(self.next().to_le_bytes());
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// Links all of it; `component::INERT` names the same interfaces.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    io::error::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    io::poll::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    io::streams::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    cli::environment::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::exit::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::stdin::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::stdout::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::stderr::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_input::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_output::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stdin::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stdout::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    cli::terminal_stderr::add_to_linker::<_, WasiCli>(linker, State::cli)?;
    filesystem::preopens::add_to_linker::<_, WasiFilesystem>(linker, State::filesystem)?;
    filesystem::types::add_to_linker::<_, WasiFilesystem>(linker, State::filesystem)?;
    clocks::monotonic_clock::add_to_linker::<_, View>(linker, View::of)?;
    clocks::wall_clock::add_to_linker::<_, View>(linker, View::of)?;
    random::random::add_to_linker::<_, View>(linker, View::of)?;
    random::insecure::add_to_linker::<_, View>(linker, View::of)?;
    random::insecure_seed::add_to_linker::<_, View>(linker, View::of)
}

struct Table;
impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}

/// What the interfaces below need of a state.
struct View<'a> {
    inert: &'a mut Inert,
    table: &'a mut ResourceTable,
}

impl HasData for View<'static> {
    type Data<'a> = View<'a>;
}

impl View<'_> {
    fn of(state: &mut State) -> View<'_> {
        View { inert: &mut state.inert, table: &mut state.table }
    }
}

impl clocks::monotonic_clock::Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.inert.tick())
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(TICK)
    }

    fn subscribe_instant(&mut self, until: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let sleep = self.table.push(Sleep { now: self.inert.now.clone(), until })?;
        subscribe(self.table, sleep)
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let until = self.inert.tick().saturating_add(duration);
        self.subscribe_instant(until)
    }
}

impl clocks::wall_clock::Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<clocks::wall_clock::Datetime> {
        let now = self.inert.tick();
        let nanoseconds = u32::try_from(now % 1_000_000_000).expect("less than a second");
        Ok(clocks::wall_clock::Datetime { seconds: START + now / 1_000_000_000, nanoseconds })
    }

    fn resolution(&mut self) -> wasmtime::Result<clocks::wall_clock::Datetime> {
        Ok(clocks::wall_clock::Datetime { seconds: 0, nanoseconds: 1_000 })
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

impl random::random::Host for View<'_> {
    fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.inert.fill(length)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.inert.roll())
    }
}

impl random::insecure::Host for View<'_> {
    fn get_insecure_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.inert.fill(length)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.inert.roll())
    }
}

impl random::insecure_seed::Host for View<'_> {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.inert.roll(), self.inert.roll()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_charged_for() {
        let bill = Bill::default();
        let mut inert = Inert::new(bill.clone());
        let _ = inert.tick();
        assert_eq!(bill.take(), 500);
        let _ = inert.roll();
        assert_eq!(bill.take(), 508);
        assert_eq!(inert.fill(1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(bill.take(), 500 + (1 << 20));
        assert!(inert.fill((1 << 20) + 1).is_err());
    }
}
