//! WASI that gives nothing away: the standard libraries of Rust, Go and Python find what they import, and nothing in it.
//!
//! No arguments, environment, input, directories or sockets. Clocks are virtual, randomness comes from a fixed seed. So a
//! generator computes the same on every machine, any day. What wasmtime has ready for it would open the machine's own
//! source of randomness before anybody could say no, so only its streams and its file system without directories are used.

mod cli;
mod clocks;
mod random;

use wasmtime::component::{HasData, ResourceTable};
use wasmtime_wasi::filesystem::{WasiFilesystemCtx, WasiFilesystemCtxView};

use self::clocks::Clock;
use self::random::Dice;
use super::charge::Charges;
use super::log::{Log, Stream};
use super::state::State;

/// The virtual machine of one call.
pub(super) struct Inert {
    clock: Clock,
    dice: Dice,
    /// stdout and stderr.
    output: Stream,
    /// Without a directory to begin with there is no descriptor, ever.
    filesystem: WasiFilesystemCtx,
    charges: Charges,
}

impl Inert {
    pub(super) fn new(log: &Log, charges: &Charges) -> Self {
        Self {
            clock: Clock::new(charges.clone()),
            dice: Dice::new(charges.clone()),
            output: log.stream(charges),
            filesystem: WasiFilesystemCtx::default(),
            charges: charges.clone(),
        }
    }
}

/// The file system of a state.
pub(super) fn no_files(state: &mut State) -> WasiFilesystemCtxView<'_> {
    WasiFilesystemCtxView { ctx: &mut state.inert.filesystem, table: &mut state.table }
}

/// What our own interfaces need of a state.
pub(super) struct View<'a> {
    inert: &'a mut Inert,
    table: &'a mut ResourceTable,
}

impl HasData for View<'static> {
    type Data<'a> = View<'a>;
}

impl View<'_> {
    pub(super) fn of(state: &mut State) -> View<'_> {
        View { inert: &mut state.inert, table: &mut state.table }
    }
}
